"""The recorded behaviour of the original, case by case.

The folder with `brubeck_cases.json` comes from the environment variable BRUBECK_GOLDENS. A
case that is `keep` has to be met, a `fix` must not be reproduced, a `choose` is documented in
docs/reference/differences.md. A case that nothing here understands is a failure.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import golden_apps
import golden_autoapi
import golden_mongrel2
import golden_redis
import golden_time
import golden_users
import pytest
from brubeck import templating
from brubeck_core import HTTPError, MessageHandler, WebMessageHandler
from brubeck_core.http.request import Request
from brubeck_core.http.wsgi import WSGIRequest
from brubeck_core.paging import paging_from_request, since_from_request
from brubeck_core.testing import Answer, TestClient
from brubeck_testkit.servers import ask
from brubeck_testkit.services.redis import redis_server as redis_server
from brubeck_testkit.services.redis import redis_url as redis_url
from brubeck_wsgi.addresses import Address
from brubeck_wsgi.http1.server import HTTPServer
from golden_apps import Case, UnknownCase

FOLDER = Path(os.environ.get("BRUBECK_GOLDENS") or Path(__file__).parent / "goldens")
CASES: list[Case] = json.loads((FOLDER / "brubeck_cases.json").read_text())["cases"]

#: Header fields the answer may have beyond the recorded ones.
ADDED = {
    "content-type",
    "content-length",
    "allow",
    "date",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "content-security-policy",
}
#: What every cookie has unless the program says otherwise.
COOKIE_DEFAULTS = {"path=/", "httponly", "samesite=lax"}


#: Ways for a request to reach an application; those by Mongrel2 with the fixture each needs.
TRANSPORTS = {"direct": "", "wsgi": "", "fake": "fake_transport", "mongrel2": "real_transport"}
#: Groups in which no request is sent.
WITHOUT_REQUESTS = {"queryset", "timekeeping", "connections"}


def ways(case: Case) -> list[str]:
    sends = case["group"] not in WITHOUT_REQUESTS and "Mongrel2" not in str(case.get("subject"))
    return list(TRANSPORTS) if sends else ["direct"]


@pytest.fixture(scope="module")
def fake_transport() -> Iterator[golden_mongrel2.Transport]:
    with golden_mongrel2.fake_transport() as transport:
        yield transport


@pytest.fixture(scope="module")
def real_transport() -> Iterator[golden_mongrel2.Transport]:
    with golden_mongrel2.real_transport() as transport:
        yield transport


@pytest.mark.parametrize(
    ("case", "transport"),
    [pytest.param(case, way, id=f"{case['id']}-{way}") for case in CASES for way in ways(case)],
)
def test_case(case: Case, transport: str, request: pytest.FixtureRequest) -> None:
    subject = case.get("subject")
    if TRANSPORTS[transport]:
        by_mongrel2[transport] = request.getfixturevalue(TRANSPORTS[transport])
    if case["group"] == "hooks":
        check_hooks(case, transport)
    elif case["group"] == "arguments":
        check_calls(case, transport)
    elif case["group"] == "autoapi":
        golden_autoapi.check_api(case, transport, send, assert_same)
    elif golden_redis.is_redis(case):
        golden_redis.check_redis_queryset(case, request.getfixturevalue("redis_url"))
    elif case["group"] == "timekeeping":
        golden_time.check_time(case)
    elif subject == "raw HTTP against the bundled gevent WSGI server":
        check_live_server(case)
    elif case["group"] == "connections":
        golden_mongrel2.check_connection(case)
    elif isinstance(subject, str) and "a Mongrel2 " in subject:
        golden_mongrel2.check_message(case)
    elif case["group"] == "queryset":
        golden_autoapi.check_queryset(case)
    elif case["group"] == "datamosh":
        check_paging(case, transport)
    elif subject == "password helpers and the User model":
        golden_users.check_users(case)
    elif subject == "Brubeck() without msg_conn":
        with pytest.raises(ValueError, match="no connection"):
            golden_apps.Brubeck()
    elif subject == "application without any route receives GET /":
        assert send(golden_apps.make_app(), {"path": "/"}, transport).status == 404
    elif subject == "template loader with directory None":
        for engine in ("jinja2", "mako", "tornado", "mustache"):
            with pytest.raises(ValueError, match="needs a directory"):
                getattr(templating, f"load_{engine}_env")(None)
    elif isinstance(subject, str) and "MessageHandler" in subject:
        check_base_handler(case)
    elif isinstance(subject, str) and subject.startswith("WSGI url"):
        check_wsgi_url(case)
    elif case["group"] == "request" and "request" in case:
        check_request(case, transport)
    elif "request" in case:
        check_answer(case, send(golden_apps.build(case), case["request"], transport), transport)
    else:
        raise UnknownCase(f"{case['group']}: {subject}")


#: What sends through Mongrel2, once it runs.
by_mongrel2: dict[str, golden_mongrel2.Transport] = {}


def send(app: Any, request: dict[str, Any], transport: str) -> Answer:
    body = request.get("body", b"")
    if isinstance(body, dict):
        body = bytes.fromhex(body["$bytes_hex"])
    path = request.get("path", "/")
    if request.get("query"):
        path += f"?{request['query']}"
    method, headers = request.get("method", "GET"), request.get("headers") or {}
    if transport in by_mongrel2:
        content = body.encode() if isinstance(body, str) else body
        headers = {"Host": "localhost:6767", **headers}
        return by_mongrel2[transport](app, method, path, headers, content)
    return TestClient(app, transport).request(  # type: ignore[arg-type]
        method, path, headers=headers, body=body
    )


# -- answers --------------------------------------------------------------------------------------


def check_answer(case: Case, answer: Answer, transport: str) -> None:
    seen = case["observed"]
    seen = seen.get("wsgi" if transport == "wsgi" else "mongrel2", seen)
    assert 100 <= answer.status <= 599
    assert answer.header("content-length") is not None or answer.status in (204, 304)
    if case["verdict"] == "choose":
        return
    if case["verdict"] == "fix":
        assert not reproduces(case, seen, answer)
        return
    method = case["request"].get("method", "GET")
    expected_headers = [tuple(pair) for pair in seen["headers"]]
    if seen["status"] == 405 and expected_headers == [("Allow", "OPTIONS")]:
        # The original's answer to an unknown path; here a path that is not there is 404.
        assert answer.status == 404
        return
    assert answer.status == seen["status"]
    if method != "HEAD":
        check_body(seen, answer)
    check_headers(expected_headers, answer)


def check_body(seen: dict[str, Any], answer: Answer) -> None:
    if "json" in seen:
        assert_same(answer.json(), seen["json"])
        return
    expected = seen["text"]
    if isinstance(expected, dict):
        assert answer.body == bytes.fromhex(expected["$bytes_hex"])
    elif expected.startswith("[") and answer.text.startswith("["):
        wanted = json.loads(expected)
        if wanted and wanted[0] not in ("first", "second") and len(wanted) == 3:
            wanted[0] = "function" if isinstance(wanted[1], list) else wanted[0]
        assert json.loads(answer.text) == wanted
    else:
        assert answer.text == expected
    if seen.get("content_length") is not None:
        assert answer.header("content-length") == str(len(answer.body))


def check_headers(expected: list[tuple[str, str]], answer: Answer) -> None:
    for name, value in expected:
        if name == "Allow":
            assert answer.header(name) == with_head(value)
        elif name == "Set-Cookie":
            assert any(same_cookie(value, found) for found in answer.all_headers(name))
        else:
            assert value in answer.all_headers(name)
    names = {name.lower() for name, _ in expected}
    fields = {(name.lower(), value) for name, value in answer.headers}
    # What is for somebody who is known says so to caches, and nothing else has this field.
    fields.discard(("cache-control", "no-store"))
    extra = {name for name, _ in fields} - names - ADDED
    assert not extra, f"headers nobody set: {extra}"


def with_head(allow: str) -> str:
    """Return the recorded list with HEAD, which is free wherever there is GET."""
    names = allow.split(", ")
    if "GET" in names and "HEAD" not in names:
        names.insert(names.index("OPTIONS"), "HEAD")
    return ", ".join(names)


def same_cookie(expected: str, found: str) -> bool:
    """Compare name, value and attributes; those every cookie has may be there too."""
    pair, *attributes = (part.strip() for part in expected.split("; "))
    found_pair, *found_attributes = (part.strip() for part in found.split("; "))
    wanted = {text.lower() for text in attributes}
    got = {text.lower() for text in found_attributes}
    wanted = {text for text in wanted if not ("expires=" in text and "<now>" in text)}
    return (
        pair == found_pair
        and wanted <= got
        and all(text in wanted | COOKIE_DEFAULTS or text.startswith("expires=") for text in got)
    )


def assert_same(found: Any, expected: Any) -> None:
    """Compare JSON; markers stand for what differs each time, and texts of statuses are free."""
    if isinstance(expected, dict):
        assert set(found) == set(expected)
        for key, value in expected.items():
            if key == "status_msg":
                assert isinstance(found[key], str)
            else:
                assert_same(found[key], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    elif expected == "<ms>":
        assert isinstance(found, int)
        assert found > 1_600_000_000_000
    elif expected == "<new-uuid>":
        assert str(UUID(found)) == found
    else:
        assert found == expected


def reproduces(case: Case, seen: dict[str, Any], answer: Answer) -> bool:
    """Say whether an answer shows the recorded defect."""
    if "crash" in seen or seen.get("no_reply"):
        # There is an answer now, and a program that is not at fault gets its own through.
        if case["group"] == "templates":
            return answer.status not in (405, 500)
        at_fault = case["group"] in ("render", "hooks", "json")
        return answer.status != 500 if at_fault else answer.status >= 500
    same_text = answer.text == seen.get("text")
    if "http_200" in case.get("handler", ""):
        return answer.reason == seen["status_line"].partition(" 200 ")[2]
    headers = [(name, str(value)) for name, value in seen["headers"]]
    got = [(name, value) for name, value in answer.headers if name.lower() != "content-type"]
    same_headers = all(pair in got for pair in headers)
    return answer.status == seen["status"] and same_text and same_headers


# -- requests -------------------------------------------------------------------------------------


def check_request(case: Case, transport: str) -> None:
    seen = case["observed"]["wsgi" if transport == "wsgi" else "mongrel2"]
    caught: dict[str, Any] = {}

    def catch(application: Any, message: Request) -> str:
        for name in seen:
            caught[name] = (
                message.should_close() if name == "should_close" else attribute(message, name)
            )
        return "caught"

    answer = send(golden_apps.make_app(("", catch)), case["request"], transport)
    if case["verdict"] == "choose":
        assert answer.status in (200, 400, 413, 415)
        return
    if case["verdict"] == "fix":
        assert any(caught.get(name) != value for name, value in comparable(seen))
        assert answer.status in (200, 400)
        return
    assert answer.status == 200
    assert {name: caught[name] for name, _ in comparable(seen)} == dict(comparable(seen))


def comparable(seen: dict[str, Any]) -> list[tuple[str, Any]]:
    # Recorded gaps of WSGI (no peer, no version) and Mongrel2's own names are not compared.
    left_out = {"remote_addr", "version", "sender", "conn_id", "is_wsgi", "headers", "addressed_to"}
    return [(name, value) for name, value in seen.items() if name not in left_out]


def attribute(message: Request, name: str) -> Any:
    try:
        value = getattr(message, name)
    except HTTPError as error:
        return {"refused": error.status}
    if name == "files":
        wanted = ("body", "content_type", "filename")
        return {
            field: [{key: plain(file[key]) for key in wanted} for file in files]  # type: ignore[literal-required]
            for field, files in value.items()
        }
    return plain(value)


def plain(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"$bytes_hex": value.hex()}


def check_calls(case: Case, transport: str) -> None:
    results: list[Any] = []

    def call(application: Any, message: Request) -> str:
        for name, args, kwargs in case["subject"]["calls"]:
            results.append(getattr(message, name)(*args, **kwargs))
        return "called"

    request = {"query": case["subject"].get("query", ""), **case["subject"].get("request", {})}
    answer = send(golden_apps.make_app(("", call)), request, transport)
    if case["verdict"] == "keep":
        assert results == case["observed"]
    elif case["verdict"] == "fix":
        assert results != case["observed"]
        crashed = any(isinstance(seen, dict) and "crash" in seen for seen in case["observed"])
        assert answer.status == (400 if crashed else 200)


def check_paging(case: Case, transport: str) -> None:
    found: dict[str, Any] = {}
    options = case["subject"]["options"]

    def page(application: Any, message: Request) -> str:
        found["page_count_skip"] = list(paging_from_request(message, **options))
        found["since"] = since_from_request(message)
        return "paged"

    query = case["subject"]["query"]
    assert send(golden_apps.make_app(("", page)), {"query": query}, transport).status == 200
    if case["verdict"] == "keep":
        assert found == case["observed"]
    elif case["verdict"] == "fix":
        assert found != case["observed"]
        assert min(found["page_count_skip"]) >= 0


def check_live_server(case: Case) -> None:
    class Hello(WebMessageHandler):
        def get(self) -> Any:
            if self.get_argument("cookies"):
                self.set_cookie("a", "1")
                self.set_cookie("b", "2")
            self.set_body("Hello, Ann!")
            return self.render()

    app = golden_apps.make_app(("^/hello", Hello))
    app.start()
    server = HTTPServer(app.dispatch, app.concurrency).open([Address("127.0.0.1", 0)])
    serving = app.concurrency.spawn(server.serve)
    asked = {
        "get": ("GET", "/hello"),
        "head": ("HEAD", "/hello"),
        "options": ("OPTIONS", "/hello"),
        "two_cookies": ("GET", "/hello?cookies=1"),
        "unmatched": ("GET", "/nowhere"),
    }
    try:
        answers = {name: ask(server.ports[0], *each) for name, each in asked.items()}
    finally:
        server.stop(5.0)
        serving.result(10.0)
    assert {name: answer.status for name, answer in answers.items()} == {
        "get": 200,
        "head": 200,
        "options": 200,
        "two_cookies": 200,
        "unmatched": 404,
    }
    assert answers["get"].text == case["observed"]["get"]["body"]
    assert answers["head"].header("content-length") == answers["get"].header("content-length")
    assert len(answers["two_cookies"].all_headers("set-cookie")) == 2


def check_wsgi_url(case: Case) -> None:
    url = case["observed"]
    scheme, rest = url.split("://")
    authority, _, target = rest.partition("/")
    path, _, query = target.partition("?")
    name, _, port = authority.partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/{path}",
        "QUERY_STRING": query,
        "SERVER_NAME": name,
        "SERVER_PORT": re.findall(r"port (\d+)", case["subject"] + f" port {port or 80}")[0],
        "wsgi.url_scheme": scheme,
    }
    if "with HTTP_HOST" in case["subject"]:
        environ["HTTP_HOST"] = authority
        environ["SERVER_NAME"] = "elsewhere"
    request = WSGIRequest(environ, golden_apps.make_app().limits)
    if case["verdict"] == "keep":
        assert request.url == url
    elif case["verdict"] == "fix":
        assert request.url != url


# -- handlers without a server --------------------------------------------------------------------


def check_hooks(case: Case, transport: str) -> None:
    calls: list[str] = []
    seen = case["observed"]
    answer = send(golden_apps.hooks_app(case, calls), {"path": "/a"}, transport)
    if case["verdict"] == "keep":
        assert calls == seen["order"]
        assert (answer.status, answer.text) == (seen["status"], seen["text"])
    elif case["verdict"] == "fix":
        assert answer.status == 500
        assert "on_finish" in calls or "initialize raises" in case["subject"]


def check_base_handler(case: Case) -> None:
    class Speaking(MessageHandler):
        def get(self) -> Any:
            for key, value in case["observed"].items():
                if key not in ("status_code", "status_msg", "timestamp"):
                    self.add_to_payload(key, value)
            found = re.search(r"renders status (-?\d+)", case["subject"])
            return self.render(int(found.group(1)) if found else None)

    answer = TestClient(golden_apps.make_app(("^/", Speaking))).get("/").json()
    if case["verdict"] == "keep":
        assert answer["status_code"] == case["observed"]["status_code"]
    elif case["verdict"] == "fix":
        assert answer["status_code"] != case["observed"]["status_code"]
        assert answer["status_msg"] == "OK"
    extra = set(case["observed"]) - {"timestamp", "status_code", "status_msg"}
    assert {key: answer[key] for key in extra} == {key: case["observed"][key] for key in extra}
