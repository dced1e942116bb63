"""An application whose pages post to an address, or show it in a frame."""

from __future__ import annotations

from html import escape
from typing import Any

from brubeck_core import Brubeck, WebMessageHandler


class Form(WebMessageHandler):
    def get(self) -> Any:
        to = escape(self.get_argument("to") or "")
        self.set_body(
            f'<!doctype html><title>Form</title><form method="post" action="{to}">'
            '<input name="title" value="Take five"><button>Send</button></form>'
        )
        return self.render()


class Frame(WebMessageHandler):
    def get(self) -> Any:
        of = escape(self.get_argument("of") or "")
        self.set_body(f'<!doctype html><title>Frame</title><iframe src="{of}"></iframe>')
        return self.render()


class Songs(WebMessageHandler):
    def get(self) -> Any:
        self.set_body("<!doctype html><title>Songs</title><p>a song")
        return self.render()

    def post(self) -> Any:
        self.set_body(f"<!doctype html><title>Songs</title><p>{self.get_argument('title')}")
        return self.render()


app = Brubeck(handler_tuples=[("^/form$", Form), ("^/frame$", Frame), ("^/songs$", Songs)])
