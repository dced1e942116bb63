"""What clients search lists for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from brubeck_core.handlers.autoapi import AutoAPIBase
from brubeck_core.testing import TestClient

A = "aaab4bb7-55f5-441b-ba25-c7a4fd99442c"
B = "bbbb4bb7-55f5-441b-ba25-c7a4fd99442c"


@dataclass
class Event:
    at: datetime
    hall: uuid.UUID
    id: uuid.UUID | None = None


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("at", "2026-01-01T00:00:00Z", [A]),
        ("at", "2026-01-01T00:00:00.000Z", [A]),
        ("at", "2026-01-01T00:00:00+00:00", [A]),
        ("at__gte", "2026-01-01T00:00:00Z", [A, B]),
        ("at__lte", "2026-01-01T00:00:00Z", [A]),
        ("at__gt", "2026", [A, B]),
        ("at__contains", "2026-01-02", [B]),
        ("at__in", "2026-01-02T00:00:00Z,2027-01-01T00:00:00Z", [B]),
        ("hall", A.upper(), [A]),
        ("hall__ne", A.upper(), [B]),
        ("id", B.upper(), [B]),
        ("id__in", f"{A.upper()},{B}", [A, B]),
        ("id", "no-id-at-all", []),
    ],
)
def test_another_spelling_finds_the_same(
    make_app: Any, name: str, value: str, found: list[str]
) -> None:
    app = make_app()
    app.register_api(type("Events", (AutoAPIBase,), {"model": Event}))
    client = TestClient(app)
    for day, item_id in enumerate((A, B), 1):
        event = {"at": f"2026-01-0{day}T00:00:00Z", "hall": item_id, "id": item_id}
        assert client.post("/event/", json=event).status == 201
    answer = client.get(f"/event/?{name}={quote(value)}")
    assert [event["id"] for event in answer.json()["data"]] == found
