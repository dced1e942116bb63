"""Read what Mongrel2 sends: one ZeroMQ message, one `Message`.

    SENDER SP ID SP PATH SP HEADERS BODY

BODY is ``LEN:bytes,``. HEADERS is ``LEN:{json},`` or a tnetstring dictionary, ``LEN:...}``; the
character at its end tells which, so both kinds of handler row are read without a setting
(Mongrel2 manual, "Hacking", and its `request.c`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from brubeck_mongrel2.protocol.errors import ProtocolError
from brubeck_mongrel2.protocol.headers import (
    Headers,
    has_controls,
    json_headers,
    tnetstring_headers,
)
from brubeck_mongrel2.protocol.tnetstrings import length_at

# The sender is what replies are addressed with, so it has to be what Mongrel2 can read back.
_start = re.compile(
    rb"([A-Za-z0-9-]{1,255}) (0|[1-9][0-9]{0,9}) ([^ ]{1,65536}) (0|[1-9][0-9]{0,8}):"
).match
_NO_BODY = b"0:,"


@dataclass(slots=True, eq=False)
class Message:
    """One message from Mongrel2.

    Args:
        sender: the handler row's `send_ident`; replies are addressed with it.
        conn_id: the number of the client's connection within that server, as decimal text.
        path: the request path as the client sent it, still percent-encoded; ``@*`` when the
            server itself speaks.
        headers: latin-1 text by name; see `Headers`. Not to be written to: messages share them.
        body: raw bytes.
        clean: whether the headers are free of control characters.
    """

    sender: str
    conn_id: str
    path: str
    headers: Headers
    body: bytes
    clean: bool = True

    def header(self, name: str) -> str | None:
        """Return the value of `name`, or None; several are joined as RFC 9110 §5.3 has it.

        Cookies are joined with a semicolon (RFC 6265 §5.4).
        """
        value = self.headers.get(name)
        if isinstance(value, list):
            return ("; " if name == "cookie" else ", ").join(value)
        return value


def parse(raw: bytes) -> Message:
    """Return the message in `raw`.

    Raises `ProtocolError` for anything that Mongrel2 would not send.
    """
    start = _start(raw)
    if start is None:
        raise ProtocolError("a message begins with sender, connection, path and a length")
    sender, conn_id, path, size = start.groups()
    begin = start.end()
    stop = begin + int(size) + 1
    block = raw[begin:stop]
    # PERF: a client that asks for the same again sends the same headers.
    known = _known.get(block)
    if known is None:
        known = _read_headers(block)
        if len(block) <= _LONGEST:
            if len(_known) >= _MANY:
                _known.clear()
            _known[block] = known
    headers, clean = known
    return Message(
        sender.decode("ascii"),
        conn_id.decode("ascii"),
        path.decode("latin-1"),
        headers,
        _body(raw, stop),
        clean,
    )


def _read_headers(block: bytes) -> tuple[Headers, bool]:
    """Return the headers of a block with the character at its end, and whether they are clean."""
    text = block[:-1].decode("latin-1")
    tag = block[-1:]
    if tag == b",":
        headers = json_headers(text)
    elif tag == b"}":
        headers = tnetstring_headers(text)
    else:
        raise ProtocolError("headers are neither JSON nor a tnetstring dictionary")
    return headers, not has_controls(text)


#: Header blocks that came lately, and what they say.
_known: dict[bytes, tuple[Headers, bool]] = {}
#: How many are kept, and the bytes that one may have.
_MANY, _LONGEST = 1024, 2048


def _body(raw: bytes, start: int) -> bytes:
    if raw[start:] == _NO_BODY:
        return b""
    begin, stop = length_at(raw, start, len(raw))
    if raw[stop:] != b",":
        raise ProtocolError("the body does not end where its message does")
    return raw[begin:stop]
