"""Put the HTTP answer together from the bytes that a handler sent for one connection."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Answer:
    """An HTTP answer.

    Args:
        closed: the handler closed the connection to end it.
    """

    status: int
    reason: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    closed: bool = False

    def header(self, name: str) -> str | None:
        """Return the first value of header `name`, in any case; None if there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def text(self) -> str:
        """The body as UTF-8 text."""
        return self.body.decode()

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


class AnswerReader:
    """Collect one answer; strict, so that a sloppy handler's test fails.

    Args:
        method: of the request: an answer to HEAD ends with its head.
    """

    def __init__(self, method: str) -> None:
        self._method = method
        self._data = b""
        self._answer: Answer | None = None
        self._body_start = 0

    def feed(self, data: bytes) -> None:
        """Take what came; after the end of an answer, what follows is kept for `rest`."""
        self._data += data

    def rest(self) -> bytes:
        """Return what came after the answer that `read` returned."""
        return self._data

    def read(self, closed: bool = False) -> Answer | None:
        """Return the answer if it is complete; `closed` says that no more will come.

        Raises `ValueError` for bytes that are not an HTTP answer.
        """
        if self._answer is None and not self._read_head():
            if closed and self._data:
                raise ValueError(f"the connection was closed in the head: {self._data[:200]!r}")
            return None
        assert self._answer is not None
        taken = self._read_body(self._answer, self._data[self._body_start :], closed)
        if taken is None:
            if closed:
                raise ValueError("the connection was closed in the body")
            return None
        self._data = self._data[self._body_start + taken :]
        self._answer.closed = closed
        return self._answer

    def _read_head(self) -> bool:
        head, end, _ = self._data.partition(b"\r\n\r\n")
        if not end:
            return False
        first, *lines = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.1 ([0-9]{3}) (.*)", first)
        if match is None:
            raise ValueError(f"not the head of an answer: {first!r}")
        self._answer = Answer(int(match[1]), match[2])
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip():
                raise ValueError(f"not a header: {line!r}")
            self._answer.headers.append((name, value.strip(" \t")))
        self._body_start = len(head) + len(end)
        return True

    def _read_body(self, answer: Answer, data: bytes, closed: bool) -> int | None:
        """Fill the body in and return how many bytes it took; None if it is not complete."""
        if self._method == "HEAD" or answer.status in (204, 304) or answer.status < 200:
            return 0
        if answer.header("transfer-encoding") == "chunked":
            return _read_chunks(answer, data)
        length = answer.header("content-length")
        if length is not None:
            answer.body = data[: int(length)]
            return int(length) if len(data) >= int(length) else None
        answer.body = data
        return len(data) if closed else None


def _read_chunks(answer: Answer, data: bytes) -> int | None:
    body, at = b"", 0
    while True:
        line_end = data.find(b"\r\n", at)
        if line_end < 0:
            return None
        size = int(data[at:line_end], 16)
        at = line_end + 2 + size + 2
        if len(data) < at:
            return None
        if data[at - 2 : at] != b"\r\n":
            raise ValueError("a chunk does not end where its size says")
        if not size:
            answer.body = body
            return at
        body += data[line_end + 2 : at - 2]
