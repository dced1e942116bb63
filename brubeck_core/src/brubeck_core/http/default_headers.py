"""Header fields that every answer has unless its handler says otherwise."""

from __future__ import annotations

from collections.abc import Callable

from brubeck_core.errors import ConfigError
from brubeck_core.http.headers import check_field
from brubeck_core.http.request import Request
from brubeck_core.http.response import HeaderList, Response
from brubeck_core.http.security import HEADER_SETTINGS, Security

Fields = tuple[tuple[str, str], ...]
Complete = Callable[[Request, Response], Response]

#: The settings whose fields go with every answer; the others go with pages.
_EVERYWHERE = ("x_content_type_options",)
#: The one for HTTPS alone: RFC 6797 §7.2 forbids it elsewhere.
_SECURE = "strict_transport_security"

#: How many values of Content-Type are remembered.
_MOST_TYPES = 64

_PAGES = ("text/html", "application/xhtml+xml")


def default_headers(security: Security) -> Complete:
    """Make the function that completes the header of a finished answer, and returns it.

    Raises `ConfigError` for a setting that must not go into a header.
    """
    names = [name for name in HEADER_SETTINGS if name not in (*_EVERYWHERE, _SECURE)]
    everywhere = security.header_fields(*_EVERYWHERE)
    pages = everywhere + security.header_fields(*names)
    secure = security.header_fields(_SECURE)
    for name, value in pages + secure:
        try:
            check_field(name, value)
        except ValueError as error:
            key = name.lower().replace("-", "_")
            raise ConfigError(f"security.{key} = {value!r}: {error}") from None
    plain = _adder(everywhere, pages)
    if not secure:
        return plain
    over_https = _adder(everywhere + secure, pages + secure)

    def complete(request: Request, response: Response) -> Response:
        return (over_https if request.scheme == "https" else plain)(request, response)

    return complete


def _adder(everywhere: Fields, pages: Fields) -> Complete:
    names = frozenset(name.lower() for name, _ in pages)
    lengths = frozenset(map(len, (*names, "content-type")))
    #: What goes with a Content-Type that was seen before.
    known: dict[tuple[str, str], Fields] = {}

    def fields_for(field: tuple[str, str]) -> Fields:
        found = known.get(field)
        if found is not None:
            return found
        fields = pages if is_page(field[1]) else everywhere
        if len(known) < _MOST_TYPES:
            known[field] = fields
        return fields

    def complete(request: Request, response: Response) -> Response:
        # PERF: every answer comes through here. Most have a type, a length and nothing else.
        headers = response.headers
        if len(headers) == 2:
            try:
                found = known.get(headers[0])
            except TypeError:
                # A field that is a list.
                found = None
            if found is not None and headers[1][0] == "Content-Length":
                headers += found
                return response
        fields = everywhere
        own = False
        for name, value in headers:
            if len(name) in lengths:
                lower = name.lower()
                if lower == "content-type":
                    fields = fields_for((name, value))
                elif lower in names:
                    own = True
        if own:
            fields = _without(fields, headers)
        headers += fields
        return response

    return complete


def _without(fields: Fields, headers: HeaderList) -> Fields:
    own = {name.lower() for name, _ in headers}
    return tuple(field for field in fields if field[0].lower() not in own)


def is_page(content_type: str) -> bool:
    """Say whether a browser shows something of this Content-Type as a page."""
    return content_type.lower().startswith(_PAGES)
