"""All access to links and profiles. They live in the application's queryset, whichever it is."""

from brubeck_core import HTTPError
from brubeck_core.interfaces.query import Condition, Operator, Order, Query
from brubeck_core.interfaces.queryset import Status, version_of
from brubeck_core.timekeeping import curtime

from readify.models import ListItem, UserProfile

#: What lists have in them, by the flags of links; a flag that is not named may be either.
DASHBOARD = {"archived": False, "deleted": False}
ARCHIVE = {"archived": True, "deleted": False}
LIKED = {"liked": True, "deleted": False}
TRASH = {"deleted": True}
#: What can be done to a link: the flag, and what becomes of it.
ACTIONS = {
    "like": ("liked", True),
    "unlike": ("liked", False),
    "archive": ("archived", True),
    "unarchive": ("archived", False),
    "delete": ("deleted", True),
    "undelete": ("deleted", False),
}
NEWEST_FIRST = [Order("updated_at", descending=True), Order("created_at", descending=True)]
#: How often to try again when others change the same link.
PATIENCE = 10


class Links:
    """The links of everybody."""

    def __init__(self, items):
        self._items = items

    def find(self, owner, flags, *, tags=(), since=0, skip=0, count=None):
        """Return links of somebody, last edited first, and how many there are in all.

        Args:
            flags: such as `DASHBOARD`.
            tags: a link has all of them.
            since: the moment in milliseconds from when on it was edited.
        """
        where = [Condition("owner_id", Operator.EQ, owner["_id"])]
        where += [Condition(flag, Operator.EQ, value) for flag, value in flags.items()]
        where += [Condition("tag_text", Operator.CONTAINS, f",{tag},") for tag in tags]
        where += [Condition("updated_at", Operator.GTE, since)] if since else []
        found = self._items.find(Query(where, NEWEST_FIRST, skip, count))
        return [ListItem(**item) for item in found.items], found.total

    def known(self, owner, urls):
        """Return those of `urls` that somebody has in a list of theirs."""
        where = [
            Condition("owner_id", Operator.EQ, owner["_id"]),
            Condition("deleted", Operator.EQ, False),
            Condition("url", Operator.IN, list(urls)),
        ]
        return {item["url"] for item in self._items.find(Query(where)).items}

    def load(self, owner, item_id):
        """Return a link of somebody's. Raises `HTTPError` 404 for any other."""
        item = self._read(item_id)
        if item is None or item["owner_id"] != owner["_id"]:
            raise HTTPError(404, "You have no such link.")
        return ListItem(**item)

    def add(self, owner, typed):
        """Keep a link. Raises `ShieldException` for what is none."""
        now = curtime()
        fields = {"owner_id": owner["_id"], "owner_username": owner["username"]}
        item = ListItem(**typed, **fields, created_at=now, updated_at=now)
        self._items.create_one(stored(item))

    def edit(self, owner, item_id, typed):
        """Change title, address and tags. Raises `ShieldException` and `HTTPError` 404."""
        self._change(owner, item_id, {**typed, "updated_at": curtime()})

    def act(self, owner, item_id, action):
        """Do one of `ACTIONS`; when it was edited stays as it is. Raises `HTTPError`."""
        if action not in ACTIONS:
            raise HTTPError(400, "A link cannot be treated like that.")
        flag, value = ACTIONS[action]
        self._change(owner, item_id, {flag: value})

    def save_other(self, user, item_id):
        """Copy a link that another shows to a list of the user's, and return the other's name.

        Raises `HTTPError` 404 for a link that is not shown.
        """
        item = self._read(item_id)
        if item is None or item["archived"] or item["deleted"]:
            raise HTTPError(404, "There is no such link.")
        if not self.known(user, [item["url"]]):
            self.add(user, {field: item[field] for field in ("title", "url", "tags")})
        return item["owner_username"]

    def _read(self, item_id):
        status, item = self._items.read_one(item_id)
        return item if status is Status.OK else None

    def _change(self, owner, item_id, changes):
        """Change some fields, whoever else changes others at the same time."""
        for _ in range(PATIENCE):
            version = version_of(self._read(item_id) or {})
            item = self.load(owner, item_id)
            for field, value in changes.items():
                setattr(item, field, value)
            status, _ = self._items.update_one(stored(item), version=version)
            if status is not Status.CONFLICT:
                return
        raise HTTPError(409, "Somebody else changes this link, too. Please try again.")


class Profiles:
    """What people tell of themselves; a blank profile for those who have told nothing."""

    def __init__(self, items, user_store):
        self._items = items
        self._user_store = user_store

    def load(self, user):
        """Return a user's profile."""
        status, item = self._items.read_one(user["_id"])
        if status is Status.OK:
            return UserProfile(**item)
        now = curtime()
        fields = {"owner_id": user["_id"], "owner_username": user["username"]}
        return UserProfile(id=user["_id"], **fields, created_at=now, updated_at=now)

    def edit(self, user, typed):
        """Change a user's profile. Raises `ShieldException`."""
        profile = self.load(user)
        for field, value in typed.items():
            setattr(profile, field, value or None)
        profile.updated_at = curtime()
        profile.validate(validate_all=True)
        self._items.update_one({**profile.to_json(encode=False), "id": str(profile.id)})

    def somebody(self, username):
        """Return the user of that name. Raises `HTTPError` 404."""
        user = self._user_store.load(username.lower())
        if user is None or not user.get("is_active", True):
            raise HTTPError(404, "There is nobody of this name.")
        return user


def stored(item):
    """Return a link as it is kept. Raises `ShieldException` for what is none."""
    item.validate(validate_all=True)
    item.tag_text = f",{','.join(item.tags)},"
    return {**item.to_json(encode=False), "id": str(item.id)}
