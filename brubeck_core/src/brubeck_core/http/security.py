"""What protects people from other sites, as settings: the table ``[security]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brubeck_core.http.response import Response

#: What switches a header field off.
OFF = "off"

_POLICY: Mapping[str, str] = {
    "default-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
    "object-src": "'none'",
}


@dataclass(frozen=True, slots=True)
class Security:
    """The table ``[security]`` of the configuration.

    The texts are values of the header fields they are named after; ``"off"`` leaves a field out.
    A handler that sets the field itself wins.
    """

    #: Refuse requests that pages of other sites make, unless they only read.
    cross_site_check: bool = True
    #: Origins of other sites that may make them, such as ``"https://pay.example"``.
    trusted_origins: tuple[str, ...] = ()
    #: On every answer: browsers take its Content-Type for true.
    x_content_type_options: str = "nosniff"
    #: On every answer over HTTPS: browsers come back by HTTPS alone (RFC 6797).
    strict_transport_security: str = OFF
    #: On pages: other sites learn where people come from, but not from which page.
    referrer_policy: str = "strict-origin-when-cross-origin"
    #: On pages: windows of other sites get no hold of this one.
    cross_origin_opener_policy: str = "same-origin"
    #: On pages: other sites do not show them in frames.
    content_security_policy: str = "frame-ancestors 'self'"

    def header_fields(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Return those of the header fields that are on, by the names of their settings."""
        chosen = ((name.replace("_", "-").title(), getattr(self, name)) for name in names)
        return tuple((name, value) for name, value in chosen if value and value.lower() != OFF)


#: The settings whose values are origins or a switch, rather than header fields.
_NO_HEADERS = frozenset({"cross_site_check", "trusted_origins"})
#: The names of the settings that are header fields.
HEADER_SETTINGS = tuple(each.name for each in fields(Security) if each.name not in _NO_HEADERS)


def content_policy(**sources: str) -> str:
    """Return a strict Content-Security-Policy: everything comes from this site alone.

    It begins as ``default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors
    'self'; object-src 'none'``. Widen it by directive, with underscores for the hyphens::

        content_policy(img_src="'self' data:", script_src="'self' https://cdn.example")

    Raises `ValueError` for a semicolon or a comma, which would end the directive.
    """
    policy = {**_POLICY, **{name.replace("_", "-"): value for name, value in sources.items()}}
    for name, value in policy.items():
        if ";" in value or "," in value:
            raise ValueError(
                f"the sources of {name} are {value!r}; separate them by spaces, and give each "
                "directive an argument of its own"
            )
    return "; ".join(f"{name} {value}".rstrip() for name, value in policy.items())


def forbid_storing(response: Response) -> None:
    """Keep an answer for somebody who is logged in out of every cache (RFC 9111 §5.2.2.5).

    A Cache-Control that is there already stays.
    """
    if response.header("cache-control") is None:
        response.headers.append(("Cache-Control", "no-store"))
