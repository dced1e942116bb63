"""What is kept: people, what they tell of themselves, and their links."""

from brubeck_core.timekeeping import millis_to_datetime
from brubeck_dictshield import users
from brubeck_dictshield.document import Document
from brubeck_dictshield.fields import BooleanField, ListField, StringField, URLField
from brubeck_dictshield.users import MAX_USERNAME, OwnedModelMixin, StreamedModelMixin

#: First parts of paths that belong to pages: nobody can be called so.
RESERVED = {
    "add_item",
    "api",
    "archived",
    "create",
    "discuss",
    "edit_item",
    "favicon.ico",
    "items",
    "liked",
    "login",
    "logout",
    "media",
    "profile",
    "robots.txt",
    "save_item",
    "settings",
    "trash",
}
MAX_TAGS = 20


class NameField(StringField):
    """A name that makes an address of this site."""

    def validate(self, value):
        super().validate(value)
        if value in RESERVED or not value.strip("."):
            raise self.error("reserved", "is reserved for a page of this site", value)


class LinkField(URLField):
    """A web address, which may be typed without ``http://``."""

    def accept(self, value):
        if not isinstance(value, str) or not value:
            return None
        return value if value.lower().startswith(("http://", "https://")) else f"http://{value}"


class TagsField(ListField):
    """Short texts, which may be typed with commas between them."""

    def __init__(self, **options):
        super().__init__(StringField(max_length=30), **options)

    def accept(self, value):
        if not isinstance(value, str):
            return value
        # A dictionary keeps the order, and each but once.
        return [*dict.fromkeys(filter(None, map(str.strip, value.split(","))))]

    def validate(self, value):
        super().validate(value)
        if len(value) > MAX_TAGS:
            raise self.error("too_many", f"has more than {MAX_TAGS} tags", value)


class User(users.User):
    """Somebody with an account; `_id` is what links belong to."""

    class Meta:
        id_options = {"auto_fill": True}

    username = NameField(required=True, max_length=MAX_USERNAME)


class UserProfile(users.UserProfile):
    """What somebody tells of themselves; all but the e-mail address is public."""

    class Meta:
        id_options = {"auto_fill": True}

    _private_fields = ["owner_id"]

    website = LinkField(max_length=255)
    avatar_url = LinkField(max_length=255)

    @property
    def shown_name(self):
        """The name, or else the one to log in with."""
        return self.name or self.owner_username

    @property
    def hue(self):
        """A number from 0 to 5 that stays the same, for the colour of the initial."""
        return sum(self.owner_username.encode()) % 6


class ListItem(Document, OwnedModelMixin, StreamedModelMixin):
    """A link."""

    class Meta:
        id_options = {"auto_fill": True}

    _private_fields = ["owner_id", "tag_text"]

    title = StringField(required=True, max_length=255)
    url = LinkField(required=True, max_length=2000)
    tags = TagsField()
    liked = BooleanField(default=False)
    archived = BooleanField(default=False)
    deleted = BooleanField(default=False)
    #: The tags as one text, by which stores find them.
    tag_text = StringField()

    @property
    def updated(self):
        """When it was last edited, as a `datetime` in UTC."""
        return millis_to_datetime(self.updated_at)
