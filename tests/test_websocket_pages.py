"""One WebSocket handler, in a browser, behind both connections."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from brubeck_testkit.browser import OpenPage
from brubeck_testkit.programs import require_program
from brubeck_testkit.servers import Server, free_port, running, serving
from playwright.sync_api import expect

APP = Path(__file__).parent / "websocket_app.py"
TOML = """\
app         = "websocket_app:app"
plugins     = ["mongrel2"]
concurrency = "{backend}"
[connection]
use  = "mongrel2"
[connection.mongrel2]
pull = "{pull}"
pub  = "{pub}"
"""
BRUBECK = (sys.executable, "-m", "brubeck_core")


def by_itself(backend: str) -> AbstractContextManager[Server]:
    return running(APP, concurrency=backend)


@contextmanager
def behind_mongrel2(backend: str) -> Iterator[Server]:
    """Run the server and the application by the one command that the README gives."""
    require_program("mongrel2", install="apt-get install mongrel2-core")
    # The paths of sockets have to be short.
    folder = Path(tempfile.mkdtemp(prefix="m2-"))
    shutil.copy(APP, folder)
    port = free_port()
    pull, pub = f"ipc://{folder}/pull", f"ipc://{folder}/pub"
    (folder / "brubeck.toml").write_text(
        TOML.format(backend=backend, pull=pull, pub=pub), encoding="utf-8"
    )
    init = [*BRUBECK, "mongrel2", "init", "--port", str(port), "--pull", pull, "--pub", pub]
    command = [*BRUBECK, "mongrel2", "run", "--", *BRUBECK, "run"]
    try:
        with serving(
            ["sh", "-c", f"{' '.join(init)} && exec {' '.join(command)}"], port, cwd=folder
        ) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("connection", [by_itself, behind_mongrel2])
def test_a_browser_talks_and_hears(
    open_page: OpenPage,
    backend: str,
    connection: Callable[[str], AbstractContextManager[Server]],
) -> None:
    with connection(backend) as server:
        page: Any = open_page(server)
        page.goto("/")
        expect(page.get_by_role("status")).to_have_text("open")
        for text in ("Take five", "♫ 5/4", "x" * 70_000):
            page.get_by_label("Say").fill(text)
            page.keyboard.press("Enter")
            expect(page.get_by_role("listitem").last).to_have_text(f"you said {text}")
        page.get_by_label("Say").fill("bye")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("closed 1000 so long")
