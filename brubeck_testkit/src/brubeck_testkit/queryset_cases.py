"""What querysets have to find: items, and the tables of conditions, orders and pages."""

from __future__ import annotations

#: What the tests of finding look for, in the order of creation.
SONGS = (
    {"id": "1", "title": "Take Five", "year": 1959, "live": False, "tempo": 172.0},
    {"id": "2", "title": "So What", "year": 1959, "live": False, "tempo": 136},
    {"id": "3", "title": "take the A train", "year": 1941, "live": True, "tempo": None},
    {"id": "4", "title": "Épistrophy 100%_", "year": 1948, "live": True},
    {"id": "5", "title": "1959", "year": 2001, "live": False, "tempo": 60.5},
)

#: Conditions, and the ids of the songs that satisfy them.
CONDITIONS = [
    ("title", "eq", "So What", "2"),
    ("title", "eq", "so what", ""),
    ("title", "eq", "' or 1=1; --", ""),
    ("title", "eq", 1959, ""),
    ("year", "eq", 1959, "12"),
    ("year", "eq", "1959", ""),
    ("live", "eq", True, "34"),
    ("live", "eq", False, "125"),
    ("live", "eq", 1, ""),
    ("year", "eq", True, ""),
    ("tempo", "eq", 172, "1"),
    ("tempo", "eq", 136.0, "2"),
    ("nothing", "eq", "x", ""),
    ("id", "eq", "3", "3"),
    ("year", "ne", 1959, "345"),
    ("tempo", "ne", 136, "1345"),
    ("year", "lt", 1948, "3"),
    ("year", "lte", 1948, "34"),
    ("year", "gt", 1959, "5"),
    ("year", "gte", 1959, "125"),
    ("tempo", "lt", 1000, "125"),
    ("tempo", "gt", -1, "125"),
    ("title", "lt", "Take Five", "25"),
    ("title", "gte", "take", "34"),
    ("title", "lt", 2000, ""),
    ("live", "gt", False, ""),
    ("id", "gt", "3", "45"),
    ("year", "in", [1941, 1948], "34"),
    ("title", "in", ["So What", "Take Five", "x"], "12"),
    ("year", "in", [], ""),
    ("year", "in", ["1941", True], ""),
    ("title", "contains", "Ta", "1"),
    ("title", "contains", "ake", "13"),
    ("title", "contains", "É", "4"),
    ("title", "contains", "%", "4"),
    ("title", "contains", "_", "4"),
    ("title", "contains", ".", ""),
    ("year", "contains", "9", ""),
]

#: Fields to sort by, and the ids of the songs in that order.
ORDERS = [
    ("", "12345"),
    ("year", "34125"),
    ("-year", "51243"),
    ("title", "52134"),
    ("-title", "43125"),
    ("tempo", "34521"),
    ("-tempo", "12534"),
    ("live", "12534"),
    ("-live", "34125"),
    ("-live,-year", "43512"),
    ("year,-title", "34125"),
    ("nothing", "12345"),
    ("-id", "54321"),
]

#: How many to skip and to return, and the ids on that page.
PAGES = [
    (0, None, "12345"),
    (0, 2, "12"),
    (2, 2, "34"),
    (4, 2, "5"),
    (5, 2, ""),
    (3, None, "45"),
    (0, 0, ""),
    (2**62, 25, ""),
    (0, 2**70, "12345"),
    (2**70, 2**70, ""),
]
