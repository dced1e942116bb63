"""What every application answers with, so that all of them have the same work to do."""

from __future__ import annotations

import os
from pathlib import Path

HELLO = "Take five"
DOCUMENT = {
    "title": "Take Five",
    "artist": {"name": "The Dave Brubeck Quartet", "since": 1951},
    "beats": [5, 4],
    "tracks": [{"number": n, "title": f"Track {n}", "seconds": 180 + n} for n in range(5)],
}
TEMPLATES = str(Path(__file__).parent / "templates")
PAGE = "page.html"
ROWS = [
    {"number": n, "title": f"Song <{n}> & more", "artist": "Paul Desmond", "seconds": 100 + n}
    for n in range(20)
]

#: How many further routes an application has; the last one is what gets asked for.
ROUTES = int(os.environ.get("BENCH_ROUTES", "0"))
LAST_ROUTE = f"/collection{max(ROUTES - 1, 0)}/7"

#: How often all who wait for news get some, in seconds.
NEWS_EVERY = 0.1


def form_answer(name: str, city: str) -> str:
    """Return the answer to the form."""
    return f"{name} of {city}"
