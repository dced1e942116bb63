"""Addresses: joined, made fit for a Location header, and kept on this site."""

from __future__ import annotations

import re
from urllib.parse import quote

# What may stand in an address as it is (RFC 3986 §2), and the percent sign of what is encoded.
_SAFE = "!#$%&'()*+,/:;=?@[]~"

_find_break = re.compile("[\r\n\0]").search
# Browsers take tabs and line ends out of an address, drop controls and spaces around it, and
# read a backslash as a slash: each makes an address other than the one that was looked at.
_find_trick = re.compile(r"[\x00-\x1f\x7f\\]|^ | $").search
_find_authority = re.compile(r"https?://([^/?#]*)", re.IGNORECASE).match


def join_url(scheme: str, host: str, path: str, query: str) -> str:
    """Put an address together; the path stays as it is, decoded as the application sees it."""
    return f"{scheme}://{host}{path}?{query}" if query else f"{scheme}://{host}{path}"


def quote_location(url: str) -> str:
    """Make the value of a Location header (RFC 9110 §10.2.2) of an address.

    What is not ASCII, and what an address may not hold, is percent-encoded as UTF-8; what is
    encoded already stays. Raises `ValueError` for CR, LF and NUL.
    """
    found = _find_break(url)
    if found:
        raise ValueError(
            f"the address {url!r} has {found.group()!r} in it and would break the header; "
            "percent-encode what came from a client with urllib.parse.quote"
        )
    return quote(url, safe=_SAFE)


def is_local(url: str, host: str | None = None) -> bool:
    """Say whether an address leads to this site, however a browser reads it.

    True for a path that begins with one slash and, when `host` is given, for an ``http`` or
    ``https`` address with just that authority. False for all else: ``//other``, ``/\\other``,
    ``https:other``, ``javascript:``, ``me@other``, control characters, an empty text.

    Args:
        url: an address that came from a client, such as the argument ``next``.
        host: the authority of this site, such as ``"example.org:8080"``.
    """
    if _find_trick(url):
        return False
    if url.startswith("/"):
        return not url.startswith("//")
    authority = _find_authority(url)
    return bool(host and authority and authority.group(1).lower() == host.lower())


def local_url(url: str | None, default: str = "/", host: str | None = None) -> str:
    """Return `url` if it leads to this site, else `default`; for arguments such as ``next``."""
    return url if url is not None and is_local(url, host) else default
