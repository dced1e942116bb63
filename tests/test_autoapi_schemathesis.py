"""What openapi.json says is what holds: Schemathesis tries the API by it."""

import subprocess
import sys
from pathlib import Path

import pytest
from brubeck_testkit.servers import free_port, serving

APP = Path(__file__).parent / "autoapi_app.py"


# The two have every kind of field between them; a third would only take longer.
@pytest.mark.parametrize("model", ["album", "todo"])
def test_schemathesis_finds_nothing(model, tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "brubeck_core", "run", str(APP)]
    with serving([*command, "--bind", f"127.0.0.1:{port}"], port, cwd=tmp_path) as server:
        run = [
            *(str(Path(sys.executable).parent / "schemathesis"), "run"),
            f"http://127.0.0.1:{port}/openapi.json",
            *("--include-path-regex", f"^/{model}/"),
            # Several workers meet a defect of threads in CPython 3.11's `ast.parse`.
            *("--workers", "1", "--max-examples", "3", "--seed", "5"),
        ]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stdout[-8000:] + server.output()[-2000:]
        assert "Traceback" not in server.output()
