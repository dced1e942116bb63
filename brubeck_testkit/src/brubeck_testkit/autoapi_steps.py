"""The requests that conversations with an AutoAPI are made of, and the items in them."""

from __future__ import annotations

from typing import Any, NamedTuple

TAG = "<etag>"
ANN = {"X-User": "ann"}
BOB = {"X-User": "bob"}
IF_TAG = {"If-Match": TAG}


class Step(NamedTuple):
    """A request, and what it is answered.

    Args:
        method, path: of the request.
        body: to send as JSON.
        status: the status of the answer; of several any will do.
        expected: of a dictionary at least these members of `data`; of a list the same for each
            item; of text, ``code@path``, an error among those of the problem document.
        headers: of the request.
        fields: header fields of the answer.
    """

    method: str
    path: str
    body: Any
    status: int | tuple[int, ...]
    expected: Any = None
    headers: dict[str, str] = {}
    fields: dict[str, str] = {}


A = {"id": "a", "title": "Take Five", "year": 1959}
B = {"id": "b", "title": "So What", "year": 1959, "live": True}
C = {"id": "c", "title": "Epistrophy", "year": 1948, "tempo": 63.5}
STORE = Step("POST", "/song/", [A, B, C], 201)
STORE_A = Step("POST", "/song/", A, 201)
ANNS = Step("POST", "/note/", {"id": "a", "text": "Ann's"}, 201, {"owner": "ann"}, ANN)
BOBS = Step("POST", "/note/", {"id": "b", "text": "Bob's"}, 201, {"owner": "bob"}, BOB)
POST_ANNS = Step("POST", "/post/", {"id": "a", "text": "x", "draft": "y"}, 201, None, ANN)
