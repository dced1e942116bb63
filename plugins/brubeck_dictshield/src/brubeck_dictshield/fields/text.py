"""Fields of text: plain, web addresses, e-mail addresses, hexadecimal digests."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from brubeck_dictshield.errors import InvalidShield
from brubeck_dictshield.fields.base import BaseField

#: RFC 1123 §2.1: labels of at most 63 characters, the last of letters (or in punycode).
_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,57}[a-z0-9])",
    re.IGNORECASE,
)
#: RFC 1035 §2.3.4: 255 octets on the wire.
_LONGEST_DOMAIN = 253
_URL = re.compile(
    r"https?://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?][^\s\x00-\x20\x7f]*)?",
    re.IGNORECASE,
)
_ATOM = r"[-!#$%&'*+/=?^_`{|}~0-9a-z]+"
#: RFC 5321 §4.1.2: a dot-string or a quoted string.
_LOCAL_PART = re.compile(
    rf'{_ATOM}(?:\.{_ATOM})*|"(?:[!#-\[\]-~]|\\[ -~])*"',
    re.IGNORECASE,
)
_HEX = re.compile(r"[0-9a-fA-F]*")
#: RFC 5321 §4.5.3.1.3: a path of 256 octets, less its angle brackets.
_LONGEST_EMAIL = 254


class StringField(BaseField[str]):
    """Text.

    Args:
        regex: a pattern that the start of the text has to match; end it in ``$`` for the whole.
        max_length, min_length: in characters.
    """

    json_type = "string"

    def __init__(
        self,
        regex: str | re.Pattern[str] | None = None,
        max_length: int | None = None,
        min_length: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.regex = None if regex is None else _compiled(regex)
        self.max_length = max_length
        self.min_length = min_length

    def validate(self, value: Any) -> None:
        if not isinstance(value, str):
            raise self.error("invalid_value", "has to be text", value)
        if self.max_length is not None and len(value) > self.max_length:
            raise self.error("too_long", f"has more than {self.max_length} characters", value)
        if self.min_length is not None and len(value) < self.min_length:
            raise self.error("too_short", f"has fewer than {self.min_length} characters", value)
        if self.regex is not None and self.regex.match(value) is None:
            raise self.error("regex", f"does not match {self.regex.pattern}", value)

    def for_python(self, value: Any) -> str:
        return value if type(value) is str else str(value)

    for_json = for_python

    def describe(self) -> dict[str, Any]:
        limits = {
            "maxLength": self.max_length,
            "minLength": self.min_length,
            "pattern": None if self.regex is None else self.regex.pattern,
        }
        return {key: limit for key, limit in limits.items() if limit is not None}


class URLField(StringField):
    """An http or https address: a host with a dot, localhost, or an IP address.

    Args:
        verify_exists: ask the address itself, with a HEAD request, each time it is validated.
            Leave it off for addresses that strangers give: it would have this server call
            whatever they name.
        verify_timeout: seconds to wait for its answer.
    """

    json_format = "url"

    def __init__(
        self, verify_exists: bool = False, *, verify_timeout: float = 5.0, **options: Any
    ) -> None:
        super().__init__(**options)
        self.verify_exists = verify_exists
        self.verify_timeout = verify_timeout

    def validate(self, value: Any) -> None:
        super().validate(value)
        match = _URL.fullmatch(value)
        if match is None or not _is_host(match["host"]):
            raise self.error("invalid_url", "is not a web address (http or https)", value)
        if self.verify_exists and not _answers(value, self.verify_timeout):
            raise self.error("url_unreachable", "does not answer", value)


class EmailField(StringField):
    """An e-mail address: a name, and a domain with a dot in it."""

    json_format = "email"

    def validate(self, value: Any) -> None:
        super().validate(value)
        local, _, domain = value.rpartition("@")
        if (
            len(value) > _LONGEST_EMAIL
            or _LOCAL_PART.fullmatch(local) is None
            or not _is_domain(domain)
        ):
            raise self.error("invalid_email", "is not an e-mail address", value)


class _HexField(BaseField[str]):
    """Text of a certain number of hexadecimal digits."""

    hash_length: int

    def validate(self, value: Any) -> None:
        if not isinstance(value, str):
            raise self.error("invalid_value", "has to be text", value)
        if len(value) != self.hash_length:
            raise self.error("hash_length", f"does not have {self.hash_length} digits", value)
        if _HEX.fullmatch(value) is None:
            raise self.error("not_hex", "is not hexadecimal", value)

    def describe(self) -> dict[str, Any]:
        return {"maxLength": self.hash_length, "minLength": self.hash_length}


class MD5Field(_HexField):
    """The 32 hexadecimal digits of an MD5 digest."""

    hash_length = 32


class SHA1Field(_HexField):
    """The 40 hexadecimal digits of a SHA-1 digest."""

    hash_length = 40


def _compiled(regex: str | re.Pattern[str]) -> re.Pattern[str]:
    try:
        return re.compile(regex)
    except re.error as error:
        raise InvalidShield(f"{regex!r} is no regular expression: {error}") from error


def _is_host(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    if host.startswith("[") or not host.strip("0123456789."):
        try:
            ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return False
        return True
    return _is_domain(host.removesuffix("."))


def _is_domain(domain: str) -> bool:
    return len(domain) <= _LONGEST_DOMAIN and _DOMAIN.fullmatch(domain) is not None


def _answers(url: str, timeout: float) -> bool:
    # Imported here, because it brings ssl along.
    from urllib.error import URLError
    from urllib.request import Request, urlopen

    try:
        with urlopen(Request(url, method="HEAD"), timeout=timeout):
            return True
    except (URLError, OSError, ValueError):
        return False
