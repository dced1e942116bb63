"""Pages and API as two processes behind one real Mongrel2, by host name."""

import base64
import re
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
NOT_COPIED = shutil.ignore_patterns("tests", "mongrel2", "*.db*", "__pycache__")


@contextmanager
def behind_mongrel2(backend):
    """Run all three by the commands that the README gives."""
    require_program("mongrel2", install="apt-get install mongrel2-core")
    # The paths of sockets have to be short.
    folder = Path(tempfile.mkdtemp(prefix="m2-"))
    port = free_port()
    try:
        shutil.copytree(HERE, folder, ignore=NOT_COPIED, dirs_exist_ok=True)
        for settings in folder.glob("*.toml"):
            settings.write_text(moved(settings.read_text("utf-8"), folder), "utf-8")
        init, run = re.findall(
            "^brubeck mongrel2 .*", (HERE / "README.md").read_text("utf-8"), re.M
        )
        script = moved(f"{init} --port {port} && exec {run}", folder)
        # Patient, as test machines are busy.
        env = {f"BRUBECK_{store}__SQL__TIMEOUT": "10" for store in ("USER_STORE", "QUERYSET")}
        env |= {"BRUBECK_PLUGINS": "mongrel2", "BRUBECK_CONCURRENCY": backend}
        command = re.sub(
            r"\bbrubeck (?=mongrel2|run)", f"{sys.executable} -m brubeck_core ", script
        )
        with serving(["sh", "-c", command], port, cwd=folder, env=env) as server:
            yield server
    finally:
        shutil.rmtree(folder)


def moved(text, folder):
    """Put the README's addresses into a folder, for several tests may run at once."""
    return re.sub(r"tcp://127\.0\.0\.1:(\d+)", rf"ipc://{folder}/\1", text)


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
    # Any other name leads to the pages, too. How long ago a link came may differ by now.
    hosts = [{"Host": f"web.app:{port}"}, {}]
    texts = [server.request("GET", "/ann", headers=host).text for host in hosts]
    profiles = [re.sub(">[^<]*</time>", "></time>", text) for text in texts]
    assert "<h1>ann</h1>" in profiles[0]
    assert profiles[0] == profiles[1]
