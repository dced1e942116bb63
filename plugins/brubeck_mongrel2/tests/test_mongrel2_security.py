"""The same check of other sites, and the same header fields, as by WSGI."""

import pytest
from brubeck_core.handlers.web import WebMessageHandler


class Page(WebMessageHandler):
    def get(self):
        self.set_body("Take five")
        return self.render()

    post = get


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 200),
        ("POST", {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ("POST", {"Origin": "https://evil.example"}, 403),
        ("POST", {"Origin": ["http://127.0.0.1:6767", "http://127.0.0.1:6767"]}, 403),
        ("POST", {"Origin": "null"}, 403),
        ("POST", {"Origin": "http://127.0.0.1:6767"}, 200),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("POST", {}, 200),
    ],
)
def test_who_may_change_something(fake, method, headers, status):
    answer = fake([("^/", Page)]).connect().request(method, "/", headers, b"")
    assert answer.status == status


def test_a_page_has_the_header_fields_that_every_page_has(fake):
    answer = fake([("^/", Page)]).request("GET", "/")
    assert answer.header("X-Content-Type-Options") == "nosniff"
    assert answer.header("Content-Security-Policy") == "frame-ancestors 'self'"
