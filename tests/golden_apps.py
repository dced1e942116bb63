"""The applications that recorded cases describe in words, built from those words.

Each builder takes a case and returns an application that does what the case's `handler` or
`subject` says. Where the words leave a value open (which body, which header), it is taken from
what was observed. Words that no builder knows raise `UnknownCase`.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import weakref
from functools import wraps
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from brubeck import templating
from brubeck_core import (
    Brubeck,
    JSONMessageHandler,
    UserHandlingMixin,
    WebMessageHandler,
    authenticated,
    http_response,
    web_authenticated,
)

Case = dict[str, Any]


class UnknownCase(AssertionError):
    """Nothing here knows how to build what the case describes."""


def make_app(*routes: tuple[str, Any], **settings: Any) -> Brubeck:
    settings.setdefault("connection", "local")
    return Brubeck(handler_tuples=routes, **settings)


def observed_answer(case: Case) -> dict[str, Any]:
    observed = case["observed"]
    return observed.get("mongrel2", observed) if isinstance(observed, dict) else {}


def observed_body(case: Case) -> str | bytes:
    text = observed_answer(case).get("text")
    if isinstance(text, dict):
        return bytes.fromhex(text["$bytes_hex"])
    return text or ""


def observed_header(case: Case, name: str) -> str | None:
    headers = observed_answer(case).get("headers", [])
    return next((value for field, value in headers if field == name), None)


def greeting_app(case: Case) -> Brubeck:
    class Hello(WebMessageHandler):
        def get(self) -> Any:
            self.set_body(f"Hello, {self.get_argument('name', 'dude')}!")
            return self.render()

    return make_app((r"^/hello", Hello))


def every_method_app(case: Case) -> Brubeck:
    def answer(self: WebMessageHandler, *args: Any) -> Any:
        self.set_body(self.message.method)
        return self.render()

    names = ["get", "post", "put", "patch", "delete", "head", "options", "trace", "connect"]
    every = type("EveryMethod", (WebMessageHandler,), dict.fromkeys(names, answer))
    return make_app((r"^/", every))


def routing_app(case: Case) -> Brubeck:
    """Patterns starting with ^/fn are functions, the first is "first", the others "second"."""

    def class_named(name: str) -> type[WebMessageHandler]:
        class Named(WebMessageHandler):
            def get(self, *args: Any, **kwargs: Any) -> Any:
                self.set_body(json.dumps([name, args, kwargs], sort_keys=True))
                return self.render()

        return Named

    def function(application: Any, message: Any, *args: Any, **kwargs: Any) -> Any:
        return http_response(json.dumps(["function", args, kwargs], sort_keys=True), 200, "OK", {})

    first, second = class_named("first"), class_named("second")
    return make_app(
        *(
            (pattern, function if pattern.startswith("^/fn") else second if index else first)
            for index, pattern in enumerate(case["routes"])
        )
    )


def add_route_app(case: Case) -> Brubeck:
    app = make_app()
    headers = dict(observed_answer(case).get("headers", []))
    headers.pop("Allow", None)

    def named(prefix: str) -> Any:
        def answer(application: Any, message: Any, name: str) -> Any:
            return http_response(f"{prefix} {name}", 200, "OK", {})

        return answer

    def counted(word: str) -> Any:
        def answer(application: Any, message: Any) -> Any:
            number = message.get_argument("n")
            text = f"{word} {number}" if number else word
            if "text" in observed_answer(case) and number is None:
                text = observed_answer(case)["text"]
            return http_response(text, 200, "OK", headers)

        return answer

    app.add_route("^/one", method="GET")(counted("one"))
    app.add_route("^/two", method=["GET", "POST"])(counted("two"))
    app.add_route("^/any")(counted("any"))
    app.add_route("^/deco/(?P<name>.+)$", method="GET")(named("deco"))
    app.add_route("^/pos/(.+)$", method="GET")(named("pos"))
    return app


def render_app(case: Case) -> Brubeck:
    words, body = case["handler"], observed_body(case)
    numbers = [int(number) for number in re.findall(r"\b-?\d{3}\b", words)]
    others = {
        name: value
        for name, value in observed_answer(case).get("headers", [])
        if name not in ("Location", "Content-Type", "Allow", "Set-Cookie")
    }

    class Rendering(WebMessageHandler):
        def get(self) -> Any:
            if "returns nothing" in words:
                return None
            if "raise" in words:
                raise ValueError("told to")
            if "redirect" in words:
                return self.redirect(observed_header(case, "Location") or "/x")
            if "render_error" in words:
                return self.render_error(numbers[0], lambda: self.headers.update(others))
            if "without setting" in words:
                return self.render()
            if "body None" in words:
                self.set_body(None)  # the original sent the word None
                return self.render()
            if "set_status" in words:
                self.set_status(numbers[0], extra_txt="extra" if "extra" in words else None)
                self.body = body
                return self.render()
            if "set_body" in words:
                self.set_body(body, headers=others, status_code=numbers[0] if numbers else 200)
                return self.render()
            self.set_body(body, headers=others)
            if "http_200" in words:
                return self.render(numbers[0], http_200=True)
            if re.search(r"render\(\d", words):
                return self.render(numbers[0])
            if re.search("header", words) or re.fullmatch(
                r"(text|empty|byte) body.*|.*\bbody\b.*", words
            ):
                return self.render()
            raise UnknownCase(words)

    return make_app((r"^/", Rendering))


def json_app(case: Case) -> Brubeck:
    words = case["handler"].removeprefix("JSON handler: ")
    seen = observed_answer(case).get("json")
    hidden = "hide_status" in words and not (isinstance(seen, dict) and "status_code" in seen)
    numbers = [int(number) for number in re.findall(r"\b\d{3}\b", words)]

    class Speaking(JSONMessageHandler):
        def get(self) -> Any:
            if hidden:
                self.add_to_payload("data", seen)
            else:
                for key, value in (seen or {}).items():
                    if key not in ("status_code", "status_msg", "timestamp"):
                        self.add_to_payload(key, value)
            if "raise" in words:
                raise ValueError("told to")
            if "redirect" in words:
                return self.redirect(observed_header(case, "Location") or "/x")
            if "render_error" in words or "error" in words:
                return self.render_error(numbers[0] if numbers else seen["status_code"])
            if "no status set" in words:
                return self.render()
            if "http_200" in words:
                self.set_status(seen["status_code"])
                return self.render(http_200=True)
            if "set_body" in words:
                self.set_body("ignored")
                return self.render()
            if "hide_status" in words:
                return self.render(200, hide_status=True)
            if numbers:
                return self.render(numbers[0])
            raise UnknownCase(words)

    return make_app((r"^/", Speaking))


def cookie_app(case: Case) -> Brubeck:
    words, text = case["handler"], observed_answer(case).get("text")
    headers = observed_answer(case).get("headers", [])
    cookies = [value for name, value in headers if name == "Set-Cookie"]
    wanted = [part for value in cookies for part in value.split("\nSet-Cookie: ")]

    class Baking(WebMessageHandler):
        def get(self) -> Any:
            if "read k" in words:
                found = [self.get_cookie("k"), self.get_cookie("nope")]
                self.set_body(json.dumps([*found, self.get_cookie("nope", "dflt")]))
                return self.render()
            if text is not None and text.startswith("["):
                self.set_body(json.dumps(self.read_signed(len(json.loads(text)))))
                return self.render()
            if not wanted:
                raise UnknownCase(words)
            for header in wanted:
                self.bake(header)
            self.set_body(text or "")
            return self.render()

        def read_signed(self, count: int) -> list[str | None]:
            names, secrets = ("user", "other"), ("s" * 32, "t" * 32)
            pairs = [(name, secret) for name in names for secret in secrets]
            return [self.get_cookie(name, secret=secret) for name, secret in pairs][:count]

        def bake(self, header: str) -> None:
            pair, *rest = header.split("; ")
            name, morsel = next(iter(SimpleCookie(pair).items()))
            attributes: dict[str, Any] = {}
            for text in rest:
                key, equals, value = text.partition("=")
                attributes[key.lower().replace("-", "_")] = value if equals else True
            if attributes.get("max_age") in ("-1", "0"):
                self.delete_cookie(name, attributes.get("path", "/"), attributes.get("domain"))
                return
            if "max_age" in attributes:
                attributes["max_age"] = int(attributes["max_age"])
            self.set_cookie(name, morsel.value, **attributes)

    return make_app((r"^/", Baking))


def auth_app(case: Case) -> Brubeck:
    words, answer = case["handler"], observed_answer(case)
    added = [pair for pair in answer.get("headers", []) if pair[0] not in ("Location", "Allow")]

    class Knowing(WebMessageHandler, UserHandlingMixin):
        def get_current_user(self) -> str | None:
            return self.get_argument("u")

        def auth_error(self) -> None:
            self.headers.update(added)

        def greet(self) -> Any:
            user = self.get_argument("u") or ""
            self.set_body(observed_body(case).replace(user, self.current_user))  # type: ignore[arg-type]
            return self.render()

        get = authenticated(greet)
        post = web_authenticated(greet)

    found = re.search(r"login_url[ =]+['\"]?(/[^\s'\";]*)", words)
    login_url = found.group(1) if found else observed_header(case, "Location")
    return make_app((r"^/", Knowing), login_url=login_url)


def hooks_app(case: Case, calls: list[str]) -> Brubeck:
    words = case["subject"]

    def noting(method: Any) -> Any:
        @wraps(method)
        def wrapper(self: Any, *args: Any) -> Any:
            calls.append("decorator")
            return method(self, *args)

        return wrapper

    class Hooked(WebMessageHandler):
        def initialize(self) -> None:
            calls.append("initialize")
            if "initialize raises" in words:
                raise ValueError("told to")

        def prepare(self) -> None:
            calls.append("prepare:has_args" if hasattr(self, "_url_args") else "prepare")
            if "prepare raises" in words:
                raise ValueError("told to")
            if "prepare sets a body" in words:
                self.set_body("stopped")
                self.finish()

        @noting
        def get(self, *args: Any) -> Any:
            calls.append("get")
            if "method raises" in words:
                raise ValueError("told to")
            if "redirects" in words:
                return self.redirect("/x")
            if "render_error" in words:
                return self.render_error(400)
            self.set_body("ok")
            return self.render()

        def on_finish(self) -> None:
            calls.append("on_finish")
            if "on_finish raises" in words:
                raise ValueError("told to")

    return make_app((r"^/(\w+)", Hooked))


def template_app(case: Case) -> Brubeck:
    """Templates are written as name and quoted source; what the handler does follows a semicolon.

    The engine is the one that is named, or that the sources look like.
    """
    words, observed = case["handler"], observed_body(case)
    sources, _, action = words.partition(";")
    templates = dict(re.findall(r'([\w./]+) "([^"]*)"', sources))
    if not templates:
        raise UnknownCase(words)
    engine = engine_of(words, templates)
    page = next(name for name in templates if not name.startswith("errors"))
    folder = Path(tempfile.mkdtemp(prefix="brubeck-golden-"))
    for name, source in templates.items():
        extension = ".mustache" if engine == "mustache" and "." not in name else ""
        (folder / f"{name}{extension}").write_text(source)
    numbers = [int(number) for number in re.findall(r"\b\d{3}\b", action)]
    # The value is the part of the answer where the page has its tag.
    pattern = re.sub(r"\\\$?(\\\{)+.*?(\\\})+", "(.*)", re.escape(templates[page]))
    shown = re.fullmatch(pattern, observed) if isinstance(observed, str) else None
    value = shown[1] if shown and shown.groups() else "dude"
    mixin = getattr(templating, f"{engine.title()}Rendering")

    class Templated(WebMessageHandler, mixin):  # type: ignore[misc, valid-type]
        def get(self) -> Any:
            context = {"name": self.get_argument("name", value)}
            if "not exist" in action or "missing" in action:
                return self.render_template(f"missing-{page}", **context)
            if "raise" in action:
                raise ValueError("told to")
            if "render_error" in action or "error" in action:
                return self.render_error(numbers[0])
            return self.render_template(page, *numbers[:1], **context)

    load = getattr(templating, f"load_{engine}_env")
    app = make_app((r"^/", Templated), template_loader=load(str(folder)))
    weakref.finalize(app, shutil.rmtree, folder)
    return app


def engine_of(words: str, templates: dict[str, str]) -> str:
    for engine in ("jinja2", "mako", "tornado", "mustache"):
        if engine in words.lower():
            return engine
    if any("${" in source for source in templates.values()):
        return "mako"
    return "jinja2" if any("." in name for name in templates) else "mustache"


BUILDERS = {
    "web": greeting_app,
    "routing": routing_app,
    "add_route": add_route_app,
    "render": render_app,
    "json": json_app,
    "cookies": cookie_app,
    "auth": auth_app,
    "templates": template_app,
}


def build(case: Case) -> Brubeck:
    """Build the application of a case that has a request and an answer."""
    words = case.get("handler", "")
    if "Hello, {name}" in words:
        return greeting_app(case)
    if "every method" in words:
        return every_method_app(case)
    builder = BUILDERS.get(case["group"])
    if builder is None:
        raise UnknownCase(f"no builder for group {case['group']}: {words}")
    return builder(case)
