"""Somebody's own links: lists of them, and what can be done to them."""

import json

from brubeck_core import web_authenticated
from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.forms import Form

from readify.models import MAX_TAGS, ListItem
from readify.pages.base import Page, problems_of
from readify.queries import ARCHIVE, DASHBOARD, LIKED, TRASH

FORM = Form(ListItem)
FIELDS = ["title", "url", "tags"]
LABELS = {"url": "Address"}
HINTS = {"tags": f"Up to {MAX_TAGS}, with commas between them."}
ATTRIBUTES = {"title": {"autofocus": ""}, "url": {"autocapitalize": "none", "spellcheck": "false"}}


class ListPage(Page):
    """A list of the links of who asks."""

    heading = ""
    flags = {}
    #: What to say when there is nothing to show.
    empty = ""

    @web_authenticated
    def get(self):
        context = {"heading": self.heading, "empty": self.empty}
        return self.list_page("list.html", self.current_user, self.flags, **context)


class Dashboard(ListPage):
    heading, flags, empty = "Dashboard", DASHBOARD, "No links to read. Submit one!"


class Archived(ListPage):
    heading, flags, empty = "Archive", ARCHIVE, "What you archive is kept here, for you alone."


class Liked(ListPage):
    heading, flags, empty = "Liked", LIKED, "You have not liked a link yet."


class Trash(ListPage):
    heading, flags, empty = "Trash", TRASH, "The trash is empty."


class LinkForm(Page):
    """A form for a link."""

    def form(self, heading, button, values, problems=None, status=200, **context):
        more = {"labels": LABELS, "hints": HINTS, "attributes": ATTRIBUTES}
        fields = FORM.as_fields(values, problems, fields=FIELDS, **more)
        context |= {"button": button, "problems": problems, "next": self.next_url()}
        return self.form_page(heading, fields, status=status, **context)


class AddItem(LinkForm):
    """Add a link; the bookmarklet brings its address and title along."""

    @web_authenticated
    def get(self):
        values = self.typed(*FIELDS)
        # A page may have any title; what it is shortened to can be mended before it is kept.
        values["title"] = values["title"][: ListItem.title.max_length]
        return self.show(values)

    @web_authenticated
    def post(self):
        typed = self.typed(*FIELDS)
        try:
            self.links.add(self.current_user, typed)
        except ShieldException as error:
            return self.show(typed, problems_of(error), 422)
        return self.redirect("/")

    def show(self, values, problems=None, status=200):
        context = {"template": "add_item.html", "bookmarklet": self.bookmarklet()}
        return self.form("Submit a link", "Submit it", values, problems, status, **context)

    def bookmarklet(self):
        """Return the script that brings the address and the title of any page here."""
        request = self.message
        here = f"{request.scheme}://{request.host}{request.script_name}/add_item?url="
        return (
            f"javascript:location.href={json.dumps(here)}+encodeURIComponent(location.href)"
            '+"&title="+encodeURIComponent(document.title)'
        )


class EditItem(LinkForm):
    """Edit a link, wherever it is."""

    @web_authenticated
    def get(self, item_id):
        return self.show(self.links.load(self.current_user, item_id))

    @web_authenticated
    def post(self, item_id):
        typed = self.typed(*FIELDS)
        try:
            self.links.edit(self.current_user, item_id, typed)
        except ShieldException as error:
            return self.show(typed, problems_of(error), 422)
        return self.redirect(self.next_url())

    def show(self, values, problems=None, status=200):
        return self.form("Edit a link", "Keep it", values, problems, status)


class Act(Page):
    """Like, archive or delete a link, or the contrary; then show the list again."""

    @web_authenticated
    def post(self, item_id):
        self.links.act(self.current_user, item_id, self.get_argument("do", ""))
        return self.redirect(self.next_url())


class SaveItem(Page):
    """Save a link that somebody else shows."""

    @web_authenticated
    def post(self, item_id):
        name = self.links.save_other(self.current_user, item_id)
        return self.redirect(self.next_url(f"/{name}"))
