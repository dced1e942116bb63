"""Cookies: the request's `Cookie` header and the answer's `Set-Cookie` (RFC 6265)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from brubeck_core.http.dates import http_date

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Bytes of a name and its value together that a browser keeps; it drops larger cookies silently.
MAX_COOKIE = 4096

# Wider than a token (RFC 6265 §4.1.1) by `a:b` and `b[]`, which applications and browsers use.
_is_name = re.compile(r"[!#-+\--:<>-\[\]-~]+").fullmatch
# Text the standard library sends without quotes, and in quotes what it escapes.
_is_plain = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~:]*").fullmatch
_to_escape = re.compile(r"[^A-Za-z0-9!#$%&'*+\-.^_`|~: ()/<=>?@\[\]{}]")
_escape = re.compile(r"\\(?:([0-3][0-7]{2})|(.))")
_find_unusual = re.compile(r"[^ !#-+\--\[\]-~]").search
_find_control = re.compile("[\x00-\x1f\x7f]").search
_find_unfit = re.compile("[^\x20-:<-~]").search
_is_domain = re.compile(r"\.?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*").fullmatch

_SAME_SITE = {"lax": "Lax", "strict": "Strict", "none": "None"}


def parse_cookies(header: str) -> dict[str, str]:
    """Read the value of a `Cookie` header.

    The first of several cookies with one name wins: a browser sends the one with the longest
    path first (RFC 6265 §5.4). Pairs without a name, with a name that could not be set, or with
    control characters are ignored, and never cost the others. Values in double quotes lose them
    and their backslash escapes; nothing is percent-decoded. Bytes beyond ASCII, which arrive as
    latin-1 (PEP 3333), are read as UTF-8 if they are that.
    """
    cookies: dict[str, str] = {}
    if not _find_unusual(header):
        # By itself for speed: nothing to decode, and a space the only bad character in a name.
        for pair in header.split(";"):
            name, equals, value = pair.partition("=")
            name = name.strip()
            if name and equals and " " not in name and name not in cookies:
                cookies[name] = value.strip()
    else:
        for name, value in _pairs(header):
            if name not in cookies:
                cookies[name] = value
    return cookies


def cookie_values(header: str, name: str) -> list[str]:
    """Return every value the cookie `name` has in a `Cookie` header, in order.

    For signed cookies: another site of the same domain can put a value of its own in front,
    and only trying them all keeps that from logging people out.
    """
    return [value for found, value in _pairs(header) if found == name]


def format_cookie(
    name: str,
    value: str,
    *,
    max_age: int | timedelta | None = None,
    expires: str | float | datetime | None = None,
    path: str | None = "/",
    domain: str | None = None,
    secure: bool = False,
    httponly: bool = True,
    samesite: str | None = "Lax",
    partitioned: bool = False,
) -> str:
    """Make the value of one `Set-Cookie` header (RFC 6265 §4.1).

    Args:
        name: visible ASCII without ``= ; , " \\``.
        value: text; quoted as the standard library does where it has to be, beyond ASCII as
            the escaped bytes of UTF-8.
        max_age: seconds the client keeps it; 0 or less forgets it.
        expires: when the client forgets it: an HTTP date, sent as it is, seconds since the
            epoch, or a datetime (without a zone it counts as UTC).
        path: where the client sends it; None leaves that to the client.
        domain: also send it to the subdomains of this one.
        secure: send it over HTTPS only.
        httponly: hide it from scripts.
        samesite: ``"Lax"``, ``"Strict"`` or ``"None"``; None leaves the attribute out.
        partitioned: keep it apart for every site that embeds this one (CHIPS).

    Raises `TypeError` for a value that is not text, and `ValueError`, naming the part, for
    anything that would end it early, that a client would ignore, or that breaks the promise of
    a ``__Host-`` or ``__Secure-`` name (RFC 6265bis §4.1.3).
    """
    if not _is_name(name):
        raise ValueError(
            f'{name!r} is no cookie name: visible ASCII without spaces, = ; , " or \\ only'
        )
    parts = [f"{name}={_quote(name, value)}"]
    if expires is not None:
        parts.append(f"expires={_expires(name, expires)}")
    if max_age is not None:
        parts.append(f"Max-Age={_seconds(name, max_age)}")
    if domain is not None:
        if not _is_domain(domain):
            raise ValueError(
                f"the domain of cookie {name!r} is {domain!r}: letters, digits, dots and dashes "
                "only, beyond ASCII in its xn-- form"
            )
        parts.append(f"Domain={domain}")
    if path is not None:
        if not path.startswith("/") or _find_unfit(path):
            raise ValueError(
                f"the path of cookie {name!r} is {path!r}: it begins with a slash, in ASCII, and "
                "has no semicolon or control character"
            )
        parts.append(f"Path={path}")
    if secure:
        parts.append("Secure")
    if httponly:
        parts.append("HttpOnly")
    if samesite is not None:
        mode = _SAME_SITE.get(samesite.lower())
        if mode is None:
            raise ValueError(f"the samesite of cookie {name!r} is {samesite!r}: Lax, Strict, None")
        parts.append(f"SameSite={mode}")
    if partitioned:
        parts.append("Partitioned")
    if not secure:
        _check_secure(name, samesite, partitioned)
    if _is_host_bound(name) and (path != "/" or domain is not None):
        raise ValueError(f"cookie {name!r} needs path='/' and no domain, as its prefix says")
    return "; ".join(parts)


def expire_cookie(name: str, path: str | None = "/", domain: str | None = None) -> str:
    """Make the `Set-Cookie` value that makes a client forget a cookie.

    Path and domain have to be those it was set with. The value is empty, `Max-Age` is -1 and
    `expires` the beginning of 1970 rather than now, so that a slow client clock does not
    matter. Raises `ValueError` as `format_cookie` does.
    """
    return format_cookie(
        name, "", max_age=-1, expires=0, path=path, domain=domain, secure=_is_prefixed(name)
    )


def _pairs(header: str) -> Iterator[tuple[str, str]]:
    for pair in header.split(";"):
        name, equals, value = pair.partition("=")
        name, value = name.strip(" \t"), value.strip(" \t")
        if not equals or not _is_name(name):
            continue
        if value[:1] == '"' == value[-1:] and len(value) > 1:
            value = value[1:-1]
            if "\\" in value:
                value = _escape.sub(_unescape, value)
        if not value.isascii():
            value = _as_utf8(value)
        if not _find_control(value):
            yield name, value


def _unescape(match: re.Match[str]) -> str:
    octal, char = match.groups()
    return chr(int(octal, 8)) if octal else char


def _as_utf8(latin1: str) -> str:
    try:
        return latin1.encode("latin-1").decode()
    except UnicodeError:
        return latin1


def _quote(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise TypeError(
            f"the value of cookie {name!r} is {type(value).__name__}, not text; "
            "json.dumps() makes text of most things"
        )
    control = _find_control(value)
    if control:
        raise ValueError(f"the value of cookie {name!r} has {control.group()!r} in it")
    if not _is_plain(value):
        value = f'"{_to_escape.sub(_escaped, value)}"'
    if len(name) + len(value) > MAX_COOKIE:
        raise ValueError(
            f"cookie {name!r} is larger than the {MAX_COOKIE} bytes a browser keeps; keep the "
            "data on the server and a key in the cookie"
        )
    return value


def _escaped(match: re.Match[str]) -> str:
    char = match.group()
    if char in '"\\':
        return "\\" + char
    return "".join(f"\\{byte:03o}" for byte in char.encode())


def _expires(name: str, expires: str | float | datetime) -> str:
    if isinstance(expires, str):
        if not expires or _find_unfit(expires):
            raise ValueError(f"the expires of cookie {name!r} is {expires!r}, which is no date")
        return expires
    if isinstance(expires, datetime):
        expires = (expires if expires.tzinfo else expires.replace(tzinfo=UTC)).timestamp()
    try:
        return http_date(expires)
    except ValueError as error:
        raise ValueError(f"the expires of cookie {name!r}: {error}") from None


def _seconds(name: str, max_age: int | timedelta) -> int:
    if isinstance(max_age, timedelta):
        return int(max_age.total_seconds())
    if isinstance(max_age, int):
        return max_age
    raise TypeError(f"the max_age of cookie {name!r} is {max_age!r}: whole seconds or a timedelta")


def _check_secure(name: str, samesite: str | None, partitioned: bool) -> None:
    for cause, holds in (
        ("of its prefix", _is_prefixed(name)),
        ("of samesite='None'", samesite is not None and samesite.lower() == "none"),
        ("it is partitioned", partitioned),
    ):
        if holds:
            raise ValueError(
                f"cookie {name!r} needs secure=True because {cause}; a browser drops it otherwise"
            )


def _is_host_bound(name: str) -> bool:
    return name.lower().startswith("__host-")


def _is_prefixed(name: str) -> bool:
    return name.lower().startswith(("__host-", "__secure-"))
