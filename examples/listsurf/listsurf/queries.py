"""All access to stored links. They live in the application's queryset, whichever it is."""

from brubeck_core.interfaces.query import Condition, Operator, Order, Query
from brubeck_core.interfaces.queryset import Status
from brubeck_core.timekeeping import curtime

from listsurf.models import ListItem

#: How many links a page has.
PER_PAGE = 50


def load_items(items, user, page=1):
    """Return a page of a user's links, the newest first, and how many there are in all."""
    query = Query(
        where=[Condition("owner", Operator.EQ, user["_id"])],
        sort=[Order("created_at", descending=True)],
        skip=(page - 1) * PER_PAGE,
        count=PER_PAGE,
    )
    found = items.find(query)
    return [ListItem(**item) for item in found.items], found.total


def add_item(items, user, url):
    """Keep a link. Raises `ShieldException` for what is none."""
    now = curtime()
    item = ListItem(
        owner=user["_id"],
        username=user["username"],
        created_at=now,
        updated_at=now,
        url=with_scheme(url),
    )
    item.validate()
    items.create_one({**item.to_json(encode=False), "id": str(item.id)})


def remove_item(items, user, item_id):
    """Remove a link of the user's, and say whether there was one."""
    status, item = items.read_one(item_id)
    if status is not Status.OK or item["owner"] != user["_id"]:
        return False
    items.destroy_one(item_id)
    return True


def with_scheme(url):
    """Put ``http://`` in front of an address that was typed without."""
    if not url or url.lower().startswith(("http://", "https://")):
        return url
    return f"http://{url}"
