"""The pages, the API, and which address leads to which."""

from brubeck_core import (
    AccountRefused,
    HTTPError,
    JSONMessageHandler,
    LoginMixin,
    TooManyAttempts,
    authenticated,
    web_authenticated,
)
from brubeck_core.timekeeping import prettydate
from brubeck_dictshield.errors import ShieldException
from brubeck_jinja2 import Jinja2Rendering

from listsurf.models import ListItem
from listsurf.queries import PER_PAGE, add_item, load_items, remove_item

#: Nobody turns more pages than that.
LAST_PAGE = 100_000


class Page(Jinja2Rendering, LoginMixin):
    """What all pages know: the links, and who asks."""

    @property
    def items(self):
        return self.application.items

    def page(self, template, status=200, **context):
        user = self.current_user
        return self.render_template(template, status, user=user and user["username"], **context)


class Login(Page):
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

    def form(self, username="", problem="", status=200):
        context = {"username": username, "problem": problem, "next": self.next_url()}
        return self.page("login.html", status, **context)


class Logout(Page):
    """Log out; the session ends on the server, too."""

    def post(self):
        self.log_out()
        return self.redirect("/login")


class Create(Page):
    """Make an account, and log in to it."""

    def get(self):
        if self.current_user:
            return self.redirect(self.next_url())
        return self.form({}, {})

    def post(self):
        name, email = self.get_argument("username", ""), self.get_argument("email") or None
        password = self.get_argument("password", strip=False)
        try:
            user = self.application.accounts.create(name, password, email=email)
        except AccountRefused as error:
            problems = error.problems
        except ShieldException as error:
            problems = problems_of(error)
        else:
            self.log_in(user)
            return self.redirect(self.next_url())
        return self.form({"username": name, "email": email or ""}, problems, 422)

    def form(self, typed, problems, status=200):
        context = {"typed": typed, "problems": problems, "next": self.next_url()}
        at_least = self.application.config.login.min_password
        return self.page("create.html", status, min_password=at_least, **context)


class AddItem(Page):
    """Add a link; the bookmarklet brings its address along as `u`."""

    @web_authenticated
    def get(self):
        return self.form(self.get_argument("u", ""))

    @web_authenticated
    def post(self):
        url = self.get_argument("url", "")
        try:
            add_item(self.items, self.current_user, url)
        except ShieldException as error:
            return self.form(url, problems_of(error), 422)
        return self.redirect("/")

    def form(self, url, problems=None, status=200):
        request = self.message
        site = f"{request.scheme}://{request.host}{request.script_name}"
        return self.page("add_item.html", status, url=url, problems=problems or {}, site=site)


class RemoveItem(Page):
    """Remove a link."""

    @web_authenticated
    def post(self, item_id):
        if not remove_item(self.items, self.current_user, item_id):
            raise HTTPError(404, "You have no such link.")
        return self.redirect("/")


class ListItems(Page):
    """The links of who asks, the newest first."""

    @web_authenticated
    def get(self):
        number = page_number(self)
        items, total = load_items(self.items, self.current_user, number)
        last = max(1, -(-total // PER_PAGE))
        context = {"items": items, "total": total, "number": number, "last": last}
        return self.page("list.html", ago=prettydate, **context)


class ListAPI(JSONMessageHandler, LoginMixin):
    """The same as JSON: `{"num_items": 1, "items": [...]}`, each link as its owner may see it."""

    @authenticated
    def get(self):
        items, total = load_items(self.application.items, self.current_user, page_number(self))
        shown = [ListItem.make_json_ownersafe(item, encode=False) for item in items]
        self.add_to_payload("data", {"num_items": total, "items": shown})
        return self.render(200, hide_status=True)

    #: The original's clients may ask either way.
    post = get


ROUTES = [
    (r"^/login$", Login),
    (r"^/logout$", Logout),
    (r"^/create$", Create),
    (r"^/add_item$", AddItem),
    (r"^/remove_item/(?P<item_id>[^/]+)$", RemoveItem),
    (r"^/api$", ListAPI),
    (r"^/$", ListItems),
]


def page_number(handler):
    """Return the argument `page`: 1 unless it says another. Raises `HTTPError` 400."""
    text = handler.get_argument("page", "1")
    if text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= LAST_PAGE:
        return int(text)
    raise HTTPError(400, f"page has to be a number from 1 to {LAST_PAGE}.")


def problems_of(error):
    """Say what is wrong with each field, for people to read."""
    return {single.path: f"This {single.reason}." for single in error.errors}
