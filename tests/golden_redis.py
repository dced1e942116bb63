"""The recorded cases of querysets in Redis: what was done, done again over a real server."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from brubeck.queryset import RedisQueryset
from brubeck_dictshield.document import Document
from brubeck_redis.server import connect
from golden_apps import Case
from golden_autoapi import described, document_of

#: Recorded in both cases, wanted in none: a text where everybody else has a pair.
DEFECTS = ("destroy_missing",)


def is_redis(case: Case) -> bool:
    """Say whether a case is of the queryset in Redis."""
    return case["group"] == "queryset" and re.search("redis|zlib", case["subject"]) is not None


def check_redis_queryset(case: Case, url: str) -> None:
    """Do with a queryset what was done when it was recorded, and compare the outcomes."""
    seen = case["observed"]
    found = outcomes(case, connect(url))
    assert set(found) == set(seen)
    for name, outcome in found.items():
        if name in DEFECTS:
            assert outcome == [seen[name], seen["destroy_one"][1]["_id"]], name
        else:
            assert outcome == seen[name], name


def outcomes(case: Case, client: Any) -> dict[str, Any]:
    seen = case["observed"]
    queryset = RedisQueryset(compress="compression" in case["subject"], db_conn=client)
    todo = document_of("Todo", "{text: string, completed: boolean default false, id: uuid}")
    first = seen["create_one"][1]["document_id"]
    second = seen["create_many"][0][1]["document_id"]
    missing = seen["read_missing"][1]

    def document(outcome: Any) -> Document:
        return todo(id=outcome[1]["document_id"], text=outcome[1]["text"])

    def documents(name: str) -> list[Document]:
        return [document(outcome) for outcome in seen[name]]

    steps: dict[str, Callable[[], Any]] = {
        "create_one": lambda: queryset.create(document(seen["create_one"])),
        "create_again": lambda: queryset.create(document(seen["create_again"])),
        "create_many": lambda: queryset.create(documents("create_many")),
        "read_one": lambda: queryset.read(first),
        "read_missing": lambda: queryset.read(missing),
        "read_many": lambda: queryset.read([first, missing]),
        "read_all_count": lambda: len(queryset.read([])),
        "key_type": lambda: client.type("id").decode(),
        "hash_fields": lambda: sorted(field.decode() for field in client.hkeys("id")),
        "update_existing": lambda: queryset.update(document(seen["update_existing"])),
        "update_new": lambda: queryset.update(document(seen["update_new"])),
        "destroy_one": lambda: queryset.destroy(first),
        "destroy_missing": lambda: queryset.destroy(first),
        "destroy_many": lambda: queryset.destroy([second, first]),
    }
    return {name: described(step()) for name, step in steps.items()}
