"""People: the page that everybody may see, and the form for what is on it."""

from brubeck_core import web_authenticated
from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.forms import Form

from readify.models import UserProfile
from readify.pages.base import Page, problems_of
from readify.queries import DASHBOARD

FORM = Form(UserProfile)
FIELDS = ["name", "email", "website", "bio", "location_text", "avatar_url"]
LABELS = {
    "email": "E-mail",
    "bio": "About you",
    "location_text": "Where you are",
    "avatar_url": "Address of a picture",
}
HINTS = {
    "email": "Nobody else sees it.",
    "avatar_url": "Without one, your initial is shown. Whoever looks at your page asks that "
    "address for the picture.",
}
ATTRIBUTES = {
    "name": {"autocomplete": "name"},
    "email": {"autocomplete": "email"},
    "website": {"autocomplete": "url", "autocapitalize": "none"},
    "avatar_url": {"autocapitalize": "none", "spellcheck": "false"},
}


class Mine(Page):
    """Lead to the page of who asks."""

    @web_authenticated
    def get(self):
        return self.redirect(f"/{self.current_user['username']}")


class Profile(Page):
    """What somebody shows: a profile, and the links that are neither archived nor deleted."""

    def get(self, username):
        owner = self.profiles.somebody(username)
        visitor = self.current_user
        mine = bool(visitor) and visitor["_id"] == owner["_id"]
        context = {"profile": self.profiles.load(owner), "mine": mine, "saved": self.saved}
        return self.list_page("profile.html", owner, DASHBOARD, **context)

    def saved(self, items):
        """Return the addresses among those of `items` that the visitor has, too."""
        if not self.current_user:
            return set()
        return self.links.known(self.current_user, {item.url for item in items})


class Settings(Page):
    """Edit the profile of who asks."""

    @web_authenticated
    def get(self):
        return self.show(self.current_userprofile)

    @web_authenticated
    def post(self):
        typed = self.typed(*FIELDS)
        try:
            self.profiles.edit(self.current_user, typed)
        except ShieldException as error:
            return self.show(typed, problems_of(error), 422)
        return self.redirect("/profile")

    def show(self, values, problems=None, status=200):
        more = {"labels": LABELS, "hints": HINTS, "attributes": ATTRIBUTES}
        fields = FORM.as_fields(values, problems, fields=FIELDS, **more)
        context = {"problems": problems, "button": "Keep it"}
        return self.form_page("Settings", fields, status=status, **context)
