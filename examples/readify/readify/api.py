"""The API: somebody's links as JSON, page by page."""

import base64
import binascii

from brubeck_core import JSONMessageHandler, LoginMixin, authenticated
from brubeck_core.paging import paging_from_request, since_from_request

from readify.models import ListItem
from readify.queries import DASHBOARD


class ListAPI(JSONMessageHandler, LoginMixin):
    """Links that are neither archived nor deleted, last edited first.

    Who asks is known by name and password, as HTTP Basic (RFC 7617) or as arguments of a POST, or
    by the session of the pages where both are one site.
    """

    @authenticated
    def get(self):
        _, count, skip = paging_from_request(self)
        since = since_from_request(self)
        items, total = self.application.links.find(
            self.current_user, DASHBOARD, since=since, skip=skip, count=count
        )
        self.add_to_payload("data", {"num_items": total, "items": [shown(item) for item in items]})
        return self.render(200)

    #: The original's clients may ask either way.
    post = get

    def get_current_user(self):
        name, password = self.credentials()
        if name is None:
            return super().get_current_user()
        return self.check_login(name, password)

    def credentials(self):
        scheme, _, encoded = (self.message.header("authorization") or "").partition(" ")
        if scheme.lower() == "basic":
            return basic(encoded)
        # Addresses are written into logs, which passwords should not be.
        if self.message.method == "POST":
            return self.get_argument("username"), self.get_argument("password", strip=False)
        return None, None

    def auth_error(self):
        self.headers["WWW-Authenticate"] = 'Basic realm="Readify", charset="UTF-8"'


ROUTES = [("^/.*$", ListAPI)]


def basic(encoded):
    """Return name and password of what stands behind `Basic`, or empty ones that fit nobody."""
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    name, _, password = text.partition(":")
    return name, password


def shown(item):
    """Return a link as its owner may see it."""
    return {"id": str(item.id), **ListItem.make_json_ownersafe(item, encode=False)}
