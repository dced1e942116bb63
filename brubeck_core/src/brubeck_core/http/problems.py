"""The body of an error answer, in the form its reader wants."""

from __future__ import annotations

import json
from html import escape

from brubeck_core.http.negotiation import error_format
from brubeck_core.http.response import HTML, TEXT

PROBLEM = "application/problem+json"


def problem_body(
    status: int, reason: str, detail: str, accept: str | None
) -> tuple[bytes, str] | None:
    """Return the body and Content-Type that tell a client of an error.

    A browser gets a page, an API client `application/problem+json` (RFC 9457), any other that
    says what it accepts a line of text. A client that sends no `Accept` at all gets None: the
    status alone, as the original answered.

    Args:
        detail: further text for the reader; several lines are shown as they are.
    """
    if accept is None:
        return None
    form = error_format(accept)
    if form == "json":
        problem: dict[str, object] = {"status": status, "title": reason}
        if detail:
            problem["detail"] = detail
        return json.dumps(problem).encode(), PROBLEM
    if form == "html":
        return _page(status, reason, detail).encode(), HTML
    line = f"{status} {reason}\n"
    return (f"{line}{detail}\n" if detail else line).encode(), TEXT


def _page(status: int, reason: str, detail: str) -> str:
    title = escape(f"{status} {reason}")
    tag = "pre" if "\n" in detail else "p"
    more = f"<{tag}>{escape(detail)}</{tag}>\n" if detail else ""
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n"
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:4rem auto;"
        "padding:0 1rem}pre{overflow:auto;font-size:13px}</style>\n"
        f"<h1>{title}</h1>\n{more}</html>\n"
    )
