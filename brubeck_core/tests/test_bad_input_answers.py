"""What a client may send wrongly in a body, in cookies and in an address, and what it gets.

Each case goes through a whole application, by both ways into it. What cannot be asked for from
outside, or takes a store or a server, is tried elsewhere: the list at the end says where.
"""

# ruff: noqa: E501

from __future__ import annotations

import gzip
import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from brubeck_core import AutoAPIBase, Brubeck, WebMessageHandler
from brubeck_core.testing import TestClient

REPOSITORY = Path(__file__).parents[2]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=X"}
#: Bytes that a hostile body has; all of it has to be read in seconds.
MUCH = 8_000_000


class Echo(WebMessageHandler):
    """Answer with what came, as JSON."""

    def post(self) -> Any:
        arguments, files = self.message.arguments, self.message.files
        names = {name: [each["filename"] for each in found] for name, found in files.items()}
        return {"arguments": arguments, "files": names}

    put = patch = post

    def get(self) -> Any:
        message = self.message
        fields = len(message.headers)
        return {"arguments": message.arguments, "cookies": message.cookies, "fields": fields}

    def delete(self) -> Any:
        return {"method": "DELETE"}


class JSONEcho(WebMessageHandler):
    def post(self) -> Any:
        return {"is": self.message.json()}


@dataclass
class Song:
    title: str
    year: int = 0
    is_admin: bool = False
    notes: dict[str, Any] = field(default_factory=dict)


class Songs(AutoAPIBase):
    model = Song
    read_only: ClassVar[Any] = ("is_admin",)


@pytest.fixture(params=["direct", "wsgi"])
def client(request: pytest.FixtureRequest) -> TestClient:
    app = Brubeck(
        connection="local",
        handler_tuples=[("^/echo", Echo), ("^/json$", JSONEcho), (r"^/path/(.*)$", path)],
    )
    app.register_api(Songs)
    return TestClient(app, request.param)


def path(application: Any, message: Any, rest: str) -> Any:
    return {"path": rest}


def part(head: str, content: bytes = b"x") -> bytes:
    return b"--X\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def file_part(filename: str) -> bytes:
    return part(f'Content-Disposition: form-data; name="f"; {filename}') + b"--X--\r\n"


FIELD = part('Content-Disposition: form-data; name="a"')

#: Method, path, header fields, body, and the status of the answer.
BODIES: list[tuple[str, str, str, dict[str, str], bytes, int]] = [
    ("10,000 parts", "POST", "/echo", MULTIPART, FIELD * 10_000 + b"--X--", 413),
    ("a part header of a megabyte", "POST", "/echo", MULTIPART, b"--X\r\nA: " + b"a" * 1_000_000, 400),
    ("a part header without an end", "POST", "/echo", MULTIPART, b"--X\r\nA: b\r\n", 400),
    ("no boundary", "POST", "/echo", {"Content-Type": "multipart/form-data"}, FIELD, 400),
    ("an empty boundary", "POST", "/echo", {"Content-Type": "multipart/form-data; boundary="}, FIELD, 400),
    ("a boundary of 71 letters", "POST", "/echo", {"Content-Type": f"multipart/form-data; boundary={'X' * 71}"}, FIELD, 400),
    ("line ends ahead of the boundary", "POST", "/echo", MULTIPART, b"\r\n" * (MUCH // 2) + FIELD + b"--X--", 200),
    ("CRs within a part", "POST", "/echo", MULTIPART, part('Content-Disposition: form-data; name="f"; filename="f"', b"\r" * MUCH) + b"--X--", 200),
    ("much behind the end", "POST", "/echo", MULTIPART, FIELD + b"--X--\r\n" + b"a" * MUCH, 200),
    ("no end", "POST", "/echo", MULTIPART, FIELD, 400),
    ("a field larger than its limit", "POST", "/echo", MULTIPART, part('Content-Disposition: form-data; name="a"', b"x" * 1_048_577) + b"--X--", 413),
    ("a body larger than its limit", "POST", "/echo", MULTIPART, b"x" * (16 * 1024 * 1024 + 1), 413),
    ("a disposition made to be slow", "POST", "/echo", MULTIPART, part("Content-Disposition: form-data" + ';a="\\' * 1600) + b"--X--", 400),
    ("parameters of 8,000 letters", "POST", "/echo", {"Content-Type": "multipart/form-data" + ';a="' * 2000}, FIELD, 400),
    ("a charset that is a transformation", "POST", "/echo", {"Content-Type": f"{FORM['Content-Type']}; charset=rot13"}, b"a=b", 200),
    ("a part in UTF-7", "POST", "/echo", MULTIPART, part('Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-7') + b"--X--", 415),
    ("100,000 fields", "POST", "/echo", FORM, b"a=b&" * 100_000, 413),
    ("100,000 arguments", "GET", "/echo?" + "a=b&" * 100_000, {}, b"", 413),
    ("percent signs that encode nothing", "POST", "/echo", FORM, b"a=%&b=%zz&c=%4", 200),
    ("a NUL in a form", "POST", "/echo", FORM, b"a=x%00y", 200),
    ("a form that is not UTF-8", "POST", "/echo", FORM, b"a=%FF", 400),
    ("JSON of 100,000 levels", "POST", "/json", JSON, b"[" * 100_000, 400),
    ("JSON objects of 100,000 levels", "POST", "/json", JSON, b'{"a":' * 100_000, 400),
    ("NaN", "POST", "/json", JSON, b"NaN", 400),
    ("-Infinity", "POST", "/json", JSON, b"[-Infinity]", 400),
    ("1e999", "POST", "/json", JSON, b"1e999", 400),
    ("an integer of 8 MB", "POST", "/json", JSON, b"9" * MUCH, 400),
    ("a lone surrogate", "POST", "/json", JSON, b'"\\ud800"', 400),
    ("a byte order mark", "POST", "/json", JSON, b"\xef\xbb\xbf{}", 400),
    ("JSON that is not UTF-8", "POST", "/json", JSON, b'"\xff"', 400),
    ("JSON in UTF-16", "POST", "/json", JSON, '{"a": 1}'.encode("utf-16"), 400),
    ("no JSON", "POST", "/json", JSON, b"", 400),
    ("equal keys: the last counts", "POST", "/json", JSON, b'{"a": 1, "a": 2}', 200),
    ("gzip of JSON", "POST", "/json", {**JSON, "Content-Encoding": "gzip"}, gzip.compress(b"[" + b" " * MUCH + b"]"), 415),
    ("gzip of a form", "POST", "/echo", {**FORM, "Content-Encoding": "x-gzip"}, gzip.compress(b"a=b"), 415),
    ("gzip of a multipart form", "POST", "/echo", {**MULTIPART, "Content-Encoding": "gzip, identity"}, FIELD, 415),
    ("gzip to an API", "POST", "/song/", {**JSON, "Content-Encoding": "gzip"}, gzip.compress(b"{}"), 415),
    ("no coding, said aloud", "POST", "/json", {**JSON, "Content-Encoding": "Identity"}, b"{}", 200),
    ("JSON that says it is text", "POST", "/json", {"Content-Type": "text/plain"}, b"{}", 415),
    ("JSON that says it is text, to an API", "POST", "/song/", {"Content-Type": "text/plain"}, b'{"title": "x"}', 415),
    ("JSON without a type, to an API", "POST", "/song/", {}, b'{"title": "x"}', 415),
    ("too many header fields", "GET", "/echo", {f"X-{number}": "x" for number in range(101)}, b"", 431),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "fields", "body", "status"),
    [case[1:] for case in BODIES],
    ids=[case[0] for case in BODIES],
)
def test_a_body(
    client: TestClient, method: str, path: str, fields: dict[str, str], body: bytes, status: int
) -> None:
    began = time.process_time()
    assert client.request(method, path, headers=fields, body=body).status == status
    assert time.process_time() - began < 3  # some ten milliseconds


#: What a form sends as the name of a file, and what a handler gets.
FILENAMES: list[tuple[str, str]] = [
    ('filename="../../etc/passwd"', "passwd"),
    ('filename="C:\\dir\\x.txt"', "x.txt"),
    ('filename="..%2f..%2fx"', "..%2f..%2fx"),
    ('filename=".."', ""),
    ('filename="/"', ""),
    ("filename*=utf-8''%2e%2e%2fx", "x"),
]


@pytest.mark.parametrize(("filename", "expected"), FILENAMES)
def test_the_name_of_a_file_is_no_path(client: TestClient, filename: str, expected: str) -> None:
    answer = client.post("/echo", headers=MULTIPART, body=file_part(filename))
    assert answer.json()["files"] == {"f": [expected]}


# -- cookies ----------------------------------------------------------------------------------

#: A Cookie header, the status, and the cookies that a handler sees.
COOKIES: list[tuple[str, str, int, dict[str, str] | None]] = [
    ("a megabyte", "a=" + "b" * 1_000_000, 431, None),
    ("10,000 pairs", "a=b; " * 10_000, 431, None),
    ("50,000 backslashes", 'a="' + "\\" * 50_000 + '"', 431, None),
    ("4,000 backslashes", 'a="' + "\\" * 4_000 + '"', 200, {"a": "\\" * 2_000}),
    ("one without a name", "=__Host-sid=x; a=b", 200, {"a": "b"}),
    ("a bad one among good ones", "a=b; c\x01=d; e; f=g", 200, {"a": "b", "f": "g"}),
    ("the first of a name counts", "a=1; a=2", 200, {"a": "1"}),
]


@pytest.mark.parametrize(
    ("header", "status", "expected"), [case[1:] for case in COOKIES], ids=[case[0] for case in COOKIES]
)  # fmt: skip
def test_cookies(
    client: TestClient, header: str, status: int, expected: dict[str, str] | None
) -> None:
    began = time.process_time()
    answer = client.get("/echo", headers={"Cookie": header})
    assert time.process_time() - began < 0.5
    assert answer.status == status
    if expected is not None:
        assert answer.json()["cookies"] == expected


# -- methods and addresses --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_no_header_is_another_method(client: TestClient, name: str) -> None:
    answer = client.post(
        "/echo?_method=DELETE", headers={name: "DELETE", **FORM}, body=b"_method=DELETE"
    )
    assert "method" not in answer.json()


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("/path/a%2Fb", "a/b"),
        ("/path/a%252Fb", "a%2Fb"),
        ("/path/a;b=c", "a;b=c"),
        ("/path/A/", "A/"),
        ("/path/%C3%A9", "é"),
        ("/path/%D9%A1", "\u0661"),
        ("/path/a//b/../c", "a//b/../c"),
    ],
)
def test_a_path_is_decoded_once_and_otherwise_left_alone(
    client: TestClient, sent: str, seen: str
) -> None:
    assert client.get(sent).json() == {"path": seen}


@pytest.mark.parametrize(("sent", "status"), [("/path/%FF", 400), ("/PATH/a", 404), ("/echo", 200)])
def test_a_path_that_is_none(client: TestClient, sent: str, status: int) -> None:
    assert client.get(sent).status == status


# -- APIs -------------------------------------------------------------------------------------

#: Method, path, body, and the status.
ITEMS: list[tuple[str, str, str, Any, int]] = [
    ("an unknown field", "POST", "/song/", {"title": "x", "rogue": 1}, 422),
    ("a read-only field", "POST", "/song/", {"title": "x", "is_admin": True}, 422),
    ("a read-only field of an item", "PATCH", "/song/a/", {"is_admin": True}, 422),
    ("another id than the address", "PUT", "/song/a/", {"id": "b", "title": "x"}, 422),
    ("an id that is there no more", "GET", "/song/nothing/", None, 404),
    ("an id that no item can have", "GET", f"/song/{'x' * 300}/", None, 404),
    ("more ids than an address has", "GET", f"/song/{','.join(map(str, range(200)))}/", None, 414),
    ("a page of all", "GET", "/song/?count=1000000000", None, 200),
    ("a page of less than none", "GET", "/song/?count=-1", None, 422),
    ("a page before the first", "GET", "/song/?page=-1", None, 422),
    ("a number without end", "GET", f"/song/?page={'9' * 5000}", None, 422),
    ("a condition made up", "GET", "/song/?year__where=1", None, 422),
    ("a condition that is an object", "GET", "/song/?year[$ne]=1", None, 422),
    ("an integer without end", "PATCH", "/song/a/", {"year": 10**4000}, 400),
    ("text for a number", "PATCH", "/song/a/", {"year": "five"}, 400),
    ("a number for text", "PATCH", "/song/a/", {"title": 5}, 400),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"), [case[1:] for case in ITEMS], ids=[case[0] for case in ITEMS]
)  # fmt: skip
def test_an_api(client: TestClient, method: str, path: str, body: Any, status: int) -> None:
    client.post("/song/", json={"id": "a", "title": "Take five", "year": 1959})
    text = None if body is None else json.dumps(body)
    answer = client.request(method, path, headers={**JSON, "Accept": "*/*"}, body=text)
    assert answer.status == status
    assert kept(client) == {"id": "a", "title": "Take five", "year": 1959, "is_admin": False}


def kept(client: TestClient) -> dict[str, Any]:
    item = client.get("/song/a/").json()["data"]
    return {name: item[name] for name in ("id", "title", "year", "is_admin")}


# -- elsewhere --------------------------------------------------------------------------------

#: What else a client may try, and the test that tries it.
ELSEWHERE: list[tuple[str, str, str]] = [
    ("hostile forms take linear time", "brubeck_core/tests/test_http_multipart.py", "test_hostile_bodies_take_linear_time"),
    ("hostile parameters take linear time", "brubeck_core/tests/test_http_multipart.py", "test_hostile_parameters_take_linear_time"),
    ("no codec is looked up", "brubeck_core/tests/test_http_multipart.py", "test_no_codec_is_looked_up"),
    ("JSON that is none, in many ways", "brubeck_core/tests/test_http_json_body.py", "test_invalid"),
    ("hostile cookies take linear time", "brubeck_core/tests/test_http_cookies.py", "test_hostile_headers_take_linear_time"),
    ("a signed cookie with another in front", "brubeck_core/tests/test_http_cookies.py", "test_every_value_of_a_name"),
    ("what ends a cookie", "brubeck_core/tests/test_http_cookies.py", "test_text_that_would_end_a_part_is_refused"),
    ("control characters in a cookie", "brubeck_core/tests/test_http_cookies.py", "test_control_character_in_value"),
    ("a signed cookie, changed", "brubeck_core/tests/test_http_signing.py", "test_changing_any_character_is_noticed"),
    ("a signed cookie, spelt otherwise", "brubeck_core/tests/test_http_signing.py", "test_there_is_no_second_spelling"),
    ("a signed cookie of another name", "brubeck_core/tests/test_http_signing.py", "test_the_value_of_another_cookie_is_none"),
    ("a signed cookie of another signer", "brubeck_core/tests/test_http_signing.py", "test_other_signers_do_not_take_it"),
    ("a signed cookie, too old or too new", "brubeck_core/tests/test_http_signing.py", "test_age"),
    ("signing without a secret", "brubeck_core/tests/test_http_signing.py", "test_empty_secret_is_an_error_with_advice"),
    ("a pickle under an old key", "brubeck_core/tests/test_http_signing.py", "test_cookies_of_the_original_are_not_even_looked_into"),
    ("a session id of the client's choice", "brubeck_core/tests/test_auth_sessions.py", "test_an_id_that_the_client_chose_is_not_taken"),
    ("an old session id after the login", "brubeck_core/tests/test_auth_sessions.py", "test_a_renewed_session_has_another_id_and_the_old_one_is_dead"),
    ("a session after the logout", "brubeck_core/tests/test_auth_sessions.py", "test_an_ended_session_is_gone_on_both_sides"),
    ("a shared cache before a session", "brubeck_core/tests/test_auth_sessions.py", "test_an_answer_that_looked_at_the_session_is_for_one_browser"),
    ("what may be a password", "brubeck_core/tests/test_passwords.py", "test_what_may_be_a_password"),
    ("what may not be a password", "brubeck_core/tests/test_passwords.py", "test_what_is_no_password"),
    ("a password beyond 72 bytes", "brubeck_core/tests/test_passwords.py", "test_bytes_beyond_the_72nd_count"),
    ("a password in two forms of Unicode", "brubeck_core/tests/test_passwords.py", "test_accents_may_be_composed_or_not"),
    ("requests of other sites", "brubeck_core/tests/test_http_cross_site.py", "test_what_is_answered"),
    ("paths out of a folder", "brubeck_core/tests/test_http_static.py", "test_not_found"),
    ("a redirect to another host", "brubeck_core/tests/test_http_static.py", "test_redirect_never_leads_to_another_host"),
    ("ranges without end", "brubeck_core/tests/test_http_static.py", "test_whole_file_after_all"),
    ("ranges beyond the end", "brubeck_core/tests/test_http_static.py", "test_range_beyond_the_file"),
    ("a long path through many routes", "brubeck_core/tests/test_routing_speed.py", "test_a_long_path_through_many_routes"),
    ("markup in a template's values", "brubeck_testkit/src/brubeck_testkit/renderer.py", "test_a_value_stays_text"),
    ("a template that is missing, for errors too", "brubeck_core/tests/test_template_rendering.py", "test_without_an_error_template_that_works_there_is_a_plain_page"),
    ("another's item, and rights", "brubeck_core/tests/test_autoapi_settings.py", "test_a_rule_of_ones_own_about_single_items"),
    ("anything at all, to an API", "brubeck_core/tests/test_autoapi_bodies.py", "test_whatever_is_sent_is_answered"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "test"), [case[1:] for case in ELSEWHERE], ids=[case[0] for case in ELSEWHERE]
)
def test_what_is_tried_elsewhere_is_still_tried(file: str, test: str) -> None:
    assert re.search(rf"^ *def {test}\(", (REPOSITORY / file).read_text(), re.MULTILINE)
