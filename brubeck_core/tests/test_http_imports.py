"""What reading HTTP values costs at start."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "name", ["multipart", "itsdangerous", "mimetypes", "socket", "ssl", "asyncio"]
)
def test_not_imported_until_it_is_needed(name: str) -> None:
    modules = ("cookies", "forms", "signing", "negotiation", "urls", "static")
    code = (
        f"import sys, {', '.join(f'brubeck_core.http.{module}' for module in modules)}\n"
        f"sys.exit({name!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
