"""Who is asking, and handlers that only answer those who are known."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from brubeck_core.http.response import Response

Method = TypeVar("Method", bound=Callable[..., Any])

#: In place of a user or profile that nobody has looked for yet.
UNKNOWN: Any = object()


class UserHandlingMixin:
    """Give a handler `current_user` and `current_userprofile`.

    Override `get_current_user` and `get_current_userprofile` to find them, by a signed cookie
    for instance. Every `MessageHandler` has this mixin already; naming it, as the original's
    programs do, changes nothing. Your own subclass of it may stand before or behind the handler
    class.
    """

    _user: Any = UNKNOWN
    _userprofile: Any = UNKNOWN
    #: Whether the answer is for somebody who is known, and no cache may keep it.
    _is_personal: bool = False

    def get_current_user(self) -> Any:
        """Find who is asking; None by default. Called at most once per handler."""
        return None

    def get_current_userprofile(self) -> Any:
        """Find the profile of who is asking; None by default. Called at most once."""
        return None

    def auth_error(self) -> None:
        """Add to the 401 answer, such as a `WWW-Authenticate` header."""

    def get_login_url(self) -> str | None:
        """Return where `web_authenticated` sends people; the setting `login_url` by default."""
        login_url: str | None = self.application.login_url  # type: ignore[attr-defined]
        return login_url

    @property
    def current_user(self) -> Any:
        """Who is asking, as `get_current_user` found them."""
        if self._user is UNKNOWN:
            self._user = self.get_current_user()
            if self._user:
                self._is_personal = True
        return self._user

    @property
    def current_userprofile(self) -> Any:
        """The profile of who is asking, as `get_current_userprofile` found it."""
        if self._userprofile is UNKNOWN:
            self._userprofile = self.get_current_userprofile()
        return self._userprofile


def authenticated(method: Method) -> Method:
    """Answer 401 instead of calling the method when there is no `current_user`.

    The handler's `auth_error` may add headers to that answer.
    """

    @wraps(method)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.current_user:
            return _denied(self)
        # Again, for handlers with a `current_user` of their own.
        self._is_personal = True
        return method(self, *args, **kwargs)

    return wrapper  # type: ignore[return-value]


def web_authenticated(method: Method) -> Method:
    """Send people without a `current_user` to the handler's `get_login_url`.

    Without one the answer is 401, as with `authenticated`.
    """

    @wraps(method)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.current_user:
            login_url = self.get_login_url()
            if login_url:
                return self.redirect(login_url)
            self.log.info("web_authenticated: no login_url is set, so the answer is 401")
            return _denied(self)
        self._is_personal = True
        return method(self, *args, **kwargs)

    return wrapper  # type: ignore[return-value]


def _denied(handler: Any) -> Response:
    response: Response = handler.render_error(handler.AUTH_FAILED, handler.auth_error)
    return response
