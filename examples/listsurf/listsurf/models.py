"""What is kept: people and their links."""

from brubeck_core.timekeeping import millis_to_datetime
from brubeck_dictshield import users
from brubeck_dictshield.document import Document
from brubeck_dictshield.fields import MillisecondField, StringField, URLField, UUIDField
from brubeck_dictshield.users import MAX_USERNAME


class User(users.User):
    """Somebody with an account; `_id` is what links belong to."""

    class Meta:
        id_options = {"auto_fill": True}


class ListItem(Document):
    """A link, as its owner may see it: without `id` and `owner`."""

    class Meta:
        id_options = {"auto_fill": True}

    _private_fields = ["owner"]

    owner = UUIDField(required=True)
    username = StringField(required=True, max_length=MAX_USERNAME)
    created_at = MillisecondField(required=True)
    updated_at = MillisecondField(required=True)
    url = URLField(required=True, max_length=2000)

    @property
    def added(self):
        """When it was added, as a `datetime` in UTC."""
        return millis_to_datetime(self.created_at)
