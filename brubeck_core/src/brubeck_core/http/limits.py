"""How much of each thing a client may send."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds on one request; the table ``[limits]`` of the configuration.

    Sizes are bytes. What goes beyond is answered 413 (bodies, forms) or 431 (headers) and never
    reaches the handler as a truncated value.
    """

    #: A whole request body.
    max_body: int = 16 * MIB
    #: Header fields of a request.
    max_headers: int = 100
    #: One header field, name and value.
    max_header_size: int = 8190
    #: All header fields together.
    max_headers_size: int = 64 * KIB
    #: The `Cookie` header.
    max_cookie_size: int = 16 * KIB
    #: Fields of a form or a query string.
    max_form_fields: int = 1000
    #: Files of a multipart form.
    max_form_files: int = 100
    #: One text field of a multipart form.
    max_field_size: int = MIB
    #: The headers of one part of a multipart form.
    max_part_header_size: int = 8 * KIB
    #: Nesting of a JSON body.
    max_json_depth: int = 64
    #: One message of a WebSocket.
    max_message: int = MIB


DEFAULT_LIMITS = Limits()
