"""Logging in and out, and new accounts."""

from brubeck_core import AccountRefused, TooManyAttempts
from brubeck_dictshield.errors import ShieldException
from brubeck_dictshield.forms import Form

from readify.models import User
from readify.pages.base import Page, problems_of

# The password is private, and has a field here alone.
FORM = Form(User, private_fields=["is_active"])
FIELDS = ["username", "password"]
LABELS = {"username": "Name"}
NAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class AccountPage(Page):
    """A form for name and password."""

    def fields(self, username, password, problems, hints=None):
        """Return the fields; `password` says which one a browser may offer."""
        attributes = {
            "username": {**NAME, "autofocus": ""},
            "password": {"autocomplete": password, "required": ""},
        }
        more = {"labels": LABELS, "hints": hints, "attributes": attributes}
        return FORM.as_fields({"username": username}, problems, fields=FIELDS, **more)


class Login(AccountPage):
    """Log in by name and password."""

    def get(self):
        if self.current_user:
            return self.redirect(self.next_url())
        return self.form()

    def post(self):
        name = self.get_argument("username", "")
        try:
            # A password keeps the spaces around it.
            user = self.check_login(name, self.get_argument("password", strip=False))
        except TooManyAttempts as error:
            self.headers.update(error.headers)
            return self.form(name, error.detail, error.status)
        if user is None:
            return self.form(name, "Name or password are wrong.", 403)
        self.log_in(user)
        return self.redirect(self.next_url())

    def form(self, username="", alert="", status=200):
        fields = self.fields(username, "current-password", {})
        context = {"alert": alert, "button": "Log in", "next": self.next_url()}
        return self.form_page("Log in", fields, status=status, other="create", **context)


class Create(AccountPage):
    """Make an account, and log in to it."""

    def get(self):
        if self.current_user:
            return self.redirect(self.next_url())
        return self.form()

    def post(self):
        name = self.get_argument("username", "")
        password = self.get_argument("password", strip=False)
        try:
            user = self.application.accounts.create(name, password)
        except AccountRefused as error:
            return self.form(name, error.problems, 422)
        except ShieldException as error:
            return self.form(name, problems_of(error), 422)
        self.log_in(user)
        return self.redirect(self.next_url())

    def form(self, username="", problems=None, status=200):
        at_least = self.application.config.login.min_password
        hints = {
            "username": "Up to 30 letters (a to z), digits, dots and underscores. "
            "It is the address of your page, too.",
            "password": f"At least {at_least} characters: several words make a good one.",
        }
        fields = self.fields(username, "new-password", problems, hints)
        context = {"problems": problems, "button": "Create it", "next": self.next_url()}
        heading = "Create an account"
        return self.form_page(heading, fields, status=status, other="login", **context)


class Logout(Page):
    """Log out; the session ends on the server, too."""

    def post(self):
        self.log_out()
        return self.redirect("/login")
