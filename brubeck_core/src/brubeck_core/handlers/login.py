"""Logging in and out, for handlers whose people have accounts."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from brubeck_core.handlers.auth import UNKNOWN, UserHandlingMixin
from brubeck_core.http.urls import is_local, local_url
from brubeck_core.interfaces.users import UserRecord

#: The key of the session under which it says who is logged in.
LOGIN = "_login"


class LoginMixin(UserHandlingMixin):
    """Give a handler accounts to log in to: ``class Home(WebMessageHandler, LoginMixin)``.

    Users live in the application's user store, and who is logged in is in the session.
    `current_user` is then the user's record, a mapping, and `web_authenticated` lets people
    come back to the page they wanted. `self.application.accounts` makes accounts.
    """

    application: Any
    message: Any
    session: Any

    def check_login(self, username: str | None, password: str | None) -> UserRecord | None:
        """Return the user of that name and password, or None; `log_in` is the next step.

        Raises `TooManyAttempts` (429) and `HTTPError` 503; see `Accounts.check`.
        """
        user: UserRecord | None = self.application.accounts.check(
            username, password, self.message.remote_addr
        )
        return user

    def log_in(self, user: UserRecord) -> None:
        """Remember in the session that `user` is who asks from now on.

        The session gets a new id. What an unknown visitor had in it stays; what somebody else
        had who was logged in does not.
        """
        known = self.session.get(LOGIN)
        if known is not None and known[0] != user["username"]:
            self.session.clear()
        self.session[LOGIN] = [user["username"], self.application.accounts.mark(user)]
        self.session.renew()
        self._user, self._userprofile = user, UNKNOWN

    def log_out(self) -> None:
        """End the session, on the server too; nobody is logged in by it again."""
        self.session.end()
        self._user, self._userprofile = None, UNKNOWN

    def change_password(self, password: str | None) -> None:
        """Give the current user another password; they stay logged in here and nowhere else.

        Ask for the old one first, by `check_login`. Raises `AccountRefused`.
        """
        self.log_in(self.application.accounts.set_password(self.current_user, password))

    def next_url(self, default: str = "/") -> str:
        """Return where to go after the login: the argument `next`, if it is a path of this site."""
        return local_url(self.message.get_argument("next"), default)

    def get_current_user(self) -> UserRecord | None:
        """Find who is logged in, in the session and then in the user store.

        Raises `StoreUnavailable`, which is 503: nobody is logged out because a store is down.
        """
        known = self.session.get(LOGIN)
        if known is None:
            return None
        user: UserRecord | None = self.application.accounts.load(*known)
        return user

    def get_login_url(self) -> str | None:
        """Return `login_url`, with the page that was asked for as its argument `next`."""
        login_url, message = super().get_login_url(), self.message
        if login_url is None or message.method not in ("GET", "HEAD"):
            return login_url
        wanted = quote(message.script_name + message.path)
        if message.query:
            wanted += f"?{message.query}"
        if not is_local(wanted):
            return login_url
        separator = "&" if "?" in login_url else "?"
        return f"{login_url}{separator}next={quote(wanted, safe='/')}"
