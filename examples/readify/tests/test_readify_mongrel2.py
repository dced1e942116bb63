"""Pages and API as two processes behind one real Mongrel2, by host name."""

import base64
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from brubeck_testkit.programs import require_program
from brubeck_testkit.servers import free_port, serving
from playwright.sync_api import expect

HERE = Path(__file__).parent.parent
PASSWORD = "quiet river banks"
BRUBECK = (sys.executable, "-m", "brubeck_core")


@contextmanager
def behind_mongrel2(backend):
    """Run all three by the commands that the README gives."""
    require_program("mongrel2", install="apt-get install mongrel2-core")
    # The paths of sockets have to be short.
    folder = Path(tempfile.mkdtemp(prefix="m2-"))
    port = free_port()
    # The README's addresses are others, for several tests may run at once.
    pairs = {
        name: (f"ipc://{folder}/{name}.pull", f"ipc://{folder}/{name}.pub")
        for name in ("web", "api")
    }
    commands = []
    for name, (pull, pub) in pairs.items():
        toml = (HERE / f"brubeck.{name}.toml").read_text("utf-8")
        lines = [
            f'{line[:4].strip()} = "{pull if line.startswith("pull") else pub}"'
            if line.startswith(("pull =", "pub ="))
            else line.replace("sqlite:///readify.db", f"sqlite:///{folder}/readify.db")
            for line in toml.splitlines()
        ]
        (folder / f"brubeck.{name}.toml").write_text("\n".join(lines), "utf-8")
        commands += ["--", *BRUBECK, "run", f"{folder}/brubeck.{name}.toml"]
    for part in ("readify", "templates", "media"):
        os.symlink(HERE / part, folder / part)
    hosts = [
        f"--host={name}.app,{name}.localhost={pull},{pub}" for name, (pull, pub) in pairs.items()
    ]
    init = [*BRUBECK, "mongrel2", "init", "--port", str(port), *hosts]
    run = [*BRUBECK, "mongrel2", "run", *commands]
    env = {"BRUBECK_PLUGINS": "mongrel2", "BRUBECK_CONCURRENCY": backend}
    script = f"{' '.join(init)} && exec {' '.join(run)}"
    try:
        with serving(["sh", "-c", script], port, cwd=folder, env=env) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server(backend):
    with behind_mongrel2(backend) as server:
        yield server


def test_pages_and_api_by_host_name(open_page, server):
    page = open_page(f"http://web.localhost:{server.port}")
    page.goto("/create")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    for title in ("one", "two", "three"):
        page.get_by_role("link", name="Submit").click()
        page.get_by_label("Title").fill(title)
        page.get_by_label("Address").fill(f"{title}.example")
        page.get_by_role("button", name="Submit it").click()
    titles = page.get_by_role("main").get_by_role("heading", level=2)
    expect(titles).to_have_text(["three", "two", "one"])
    page.get_by_role("button", name="archive two").click()
    expect(titles).to_have_text(["three", "one"])

    # The login of the pages is none at the API, which has a host of its own.
    [session] = page.context.cookies()
    login = {"Host": "api.localhost", "Cookie": f"{session['name']}={session['value']}"}
    assert server.request("GET", "/", headers=login).status == 401
    api = f"http://api.localhost:{server.port}"
    asking = open_page(api, http_credentials={"username": "ann", "password": PASSWORD})
    data = asking.goto("/any/path?count=1").json()["data"]
    assert (data["num_items"], [item["title"] for item in data["items"]]) == (2, ["three"])

    # The original's names, which browsers ask for by HTTPS alone today.
    port = server.port
    credentials = base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    basic = {"Host": f"api.app:{port}", "Authorization": f"Basic {credentials}"}
    assert server.request("GET", "/", headers=basic).json()["data"]["num_items"] == 2
    profile = server.request("GET", "/ann", headers={"Host": f"web.app:{port}"})
    assert "<h1>ann</h1>" in profile.text
    assert server.get("/ann").text == profile.text  # any other name leads to the pages
