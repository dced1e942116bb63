"""Forms with files: ``multipart/form-data`` (RFC 7578)."""

from __future__ import annotations

import re
from itertools import chain
from typing import IO, TYPE_CHECKING, TypedDict
from urllib.parse import unquote_to_bytes

from brubeck_core.errors import HTTPError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from brubeck_core.http.limits import Limits

_CHUNK = 64 * 1024

# RFC 2046 §5.1.1.
_is_boundary = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]").fullmatch

#: The character sets that are read; names are compared here and never looked up.
_CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin-1": "latin-1",
    "latin1": "latin-1",
}

# Control characters, and those that turn the direction of text around so that a name reads
# as another.
_unfit = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Of paths on any system; the colon ends a drive on Windows and begins a hidden stream.
_separators = re.compile(r"[/\\:]")
# RFC 8187, which RFC 7578 §4.2 forbids here and some clients send all the same.
_find_extended = re.compile(
    r";\s*filename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^\s;\"]*)", re.IGNORECASE
).search

UNKNOWN = "application/unknown"


class UploadedFile(TypedDict):
    """A file of a multipart form, held in memory."""

    #: The last part of the path the client gave, without control characters; safe to show and
    #: to join to a folder, but chosen by the client. Empty when nothing of it is fit.
    filename: str
    #: The name just as the client gave it.
    raw_filename: str
    body: bytes
    #: What the client says it is; ``application/unknown`` when it does not say.
    content_type: str


def parse_multipart(
    body: bytes | IO[bytes], content_type: str, limits: Limits
) -> tuple[dict[str, list[str]], dict[str, list[UploadedFile]]]:
    """Read a multipart form into its text fields and its files, each by name and in order.

    Args:
        body: the whole body, or a stream that is read to its end.
        content_type: the request's Content-Type with its boundary.
        limits: the bounds; `max_body` holds for the stream.

    Raises `HTTPError` 400 for a body that is malformed, that ends without its closing boundary
    or whose text is not what its charset says; 413 beyond the limits; 415 for another type, and
    for a charset other than UTF-8, ASCII and Latin-1.
    """
    boundary, form_charset = _parameters(content_type, limits.max_part_header_size)
    data = body if isinstance(body, bytes) else _read(body, limits.max_body)
    fields: dict[str, list[str]] = {}
    files: dict[str, list[UploadedFile]] = {}
    texts_left, files_left = limits.max_form_fields, limits.max_form_files
    for name, headers, content in _parts(data, boundary, limits.max_part_header_size):
        filename = _filename(headers.get("Content-Disposition", ""))
        part_type = headers.get("Content-Type", "")
        if filename:
            files_left -= 1
            if files_left < 0:
                raise HTTPError(413, f"The form has more than {limits.max_form_files} files.")
            files.setdefault(name, []).append(_file(filename, part_type, content))
        else:
            texts_left -= 1
            if texts_left < 0:
                raise HTTPError(413, f"The form has more than {limits.max_form_fields} fields.")
            if len(content) > limits.max_field_size:
                raise HTTPError(
                    413, f"A field of the form is larger than {limits.max_field_size} bytes."
                )
            fields.setdefault(name, []).append(_text(part_type, content, form_charset))
    return fields, files


def base_name(path: str) -> str:
    """Return the last part of a path from any system, without what is unfit for a file name."""
    name = _separators.split(_unfit.sub("", path))[-1]
    # Windows takes trailing dots and spaces away; what is left of ".." is nothing.
    return name.lstrip(" ").rstrip(". ")


def _parts(
    data: bytes, boundary: str, max_header_size: int
) -> Iterator[tuple[str, dict[str, str], bytes]]:
    from multipart import (  # type: ignore[import-untyped]
        MultipartError,
        PushMultipartParser,
    )

    # Strict refuses folded part headers, whose reading is quadratic.
    parser = PushMultipartParser(boundary, max_header_size=max_header_size, strict=True)
    name = ""
    headers: dict[str, str] = {}
    content = b""
    try:
        with parser:
            # All at once: a preamble is found and skipped, and a part's content is one event.
            for event in parser.parse(data):
                if event is None:
                    yield name, headers, content
                elif isinstance(event, bytes):
                    content = event
                else:
                    name, headers, content = event.name, dict(event.headerlist), b""
                    if sum(map(len, chain(*event.headerlist))) > max_header_size:
                        raise HTTPError(400, "The headers of a part of the form are too large.")
    except MultipartError as error:
        # Every limit that deserves another status is ours.
        raise HTTPError(400, f"The multipart form is malformed: {error.args[0]}.") from None


def _parameters(content_type: str, max_size: int) -> tuple[str, str]:
    """Return the boundary and the charset a Content-Type names."""
    from multipart import parse_options_header

    if len(content_type) > max_size:
        raise HTTPError(400, "The Content-Type of the form is too long.")
    media_type, options = parse_options_header(content_type)
    if media_type != "multipart/form-data":
        raise HTTPError(415, "The form has to be multipart/form-data.")
    boundary = options.get("boundary", "")
    if not _is_boundary(boundary):
        raise HTTPError(400, "The Content-Type of the form has no valid boundary.")
    return boundary, _charset(options.get("charset", "utf-8"))


def _charset(name: str) -> str:
    codec = _CHARSETS.get(name.lower())
    if codec is None:
        raise HTTPError(415, "The text of the form has to be UTF-8.")
    return codec


def _filename(disposition: str) -> str:
    """Return the file name in a Content-Disposition as it was sent; empty for a text field."""
    from multipart import content_disposition_unquote, parse_options_header

    if "filename" not in disposition.lower():
        return ""
    # The library would cut Windows paths short; the raw name is to be raw.
    options = parse_options_header(
        disposition, unquote=lambda value, _: content_disposition_unquote(value)
    )[1]
    name: str = options.get("filename", "")
    extended = None if name else _find_extended(disposition)
    if extended is not None:
        codec, value = extended.groups()
        try:
            name = unquote_to_bytes(value).decode(_charset(codec))
        except UnicodeError:
            raise HTTPError(400, "The name of a file in the form is not text.") from None
    return name


def _file(filename: str, content_type: str, content: bytes) -> UploadedFile:
    return {
        "filename": base_name(filename),
        "raw_filename": filename,
        "body": content,
        "content_type": content_type if content_type.isprintable() and content_type else UNKNOWN,
    }


def _text(content_type: str, content: bytes, charset: str) -> str:
    from multipart import parse_options_header

    if "charset" in content_type.lower():
        options = parse_options_header(content_type)[1]
        charset = _charset(options.get("charset", charset))
    try:
        return content.decode(charset)
    except UnicodeError:
        raise HTTPError(400, f"A field of the form is not {charset} text.") from None


def _read(stream: IO[bytes], max_size: int) -> bytes:
    pieces = []
    left = max_size
    while piece := stream.read(_CHUNK):
        left -= len(piece)
        if left < 0:
            raise HTTPError(413, f"The body is larger than {max_size} bytes.")
        pieces.append(piece)
    return b"".join(pieces)
