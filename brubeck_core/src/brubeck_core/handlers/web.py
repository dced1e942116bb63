"""The handler for HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from brubeck_core.errors import HTTPError, SigningError
from brubeck_core.handlers.message import MessageHandler
from brubeck_core.http.cookies import cookie_values, expire_cookie, format_cookie
from brubeck_core.http.problems import problem_body
from brubeck_core.http.response import Response
from brubeck_core.http.signing import CookieSigner
from brubeck_core.http.status import reason
from brubeck_core.http.urls import quote_location

if TYPE_CHECKING:
    from brubeck_core.auth.session import Session

Secret = str | bytes | Sequence[str | bytes] | None

# Leaving `secret` out means an unsigned cookie; passing None means a secret that was not set.
_UNSIGNED: Any = object()


class WebMessageHandler(MessageHandler):
    """Answer an HTTP request.

    The status starts as 500: success is earned by `set_body` (200) or `set_status`.
    """

    SUCCESS_CODE: ClassVar[int] = 200
    UPDATED_CODE: ClassVar[int] = 200
    CREATED_CODE: ClassVar[int] = 201
    MULTI_CODE: ClassVar[int] = 207
    FAILED_CODE: ClassVar[int] = 400
    BAD_REQUEST: ClassVar[int] = 400
    AUTH_FAILED: ClassVar[int] = 401
    FORBIDDEN: ClassVar[int] = 403
    NOT_FOUND: ClassVar[int] = 404
    NOT_ALLOWED: ClassVar[int] = 405
    SERVER_ERROR: ClassVar[int] = 500
    REDIRECT_CODE: ClassVar[int] = 302
    _default_status: ClassVar[int] = 500

    #: The body, as text or bytes.
    body: str | bytes = b""
    _headers: dict[str, str] | None = None
    _cookies: dict[str, str] | None = None

    def initialize(self) -> None:
        """Set up the handler; called at construction and when the payload is cleared."""

    # -- the answer ----------------------------------------------------------------------------

    @property
    def headers(self) -> dict[str, str]:
        """The header fields of the answer so far; a plain dict to write to."""
        if self._headers is None:
            self._headers = {}
        return self._headers

    def set_header(self, name: str, value: str) -> None:
        """Set a header field of the answer."""
        self.headers[name] = value

    def set_body(
        self,
        body: str | bytes | None,
        headers: dict[str, str] | None = None,
        status_code: int = 200,
    ) -> None:
        """Set the body and with it the status, 200 unless told otherwise; None is no body."""
        self.body = b"" if body is None else body
        if headers:
            self.headers.update(headers)
        self._status_code = status_code
        self._status_msg = None

    def clear_payload(self) -> None:
        """Forget payload, headers and body, and set the handler up again; cookies stay."""
        self.body = b""
        self._headers = None
        super().clear_payload()

    def render(
        self, status_code: int | None = None, http_200: bool = False, **kwargs: Any
    ) -> Response:
        """Make the answer of what was set.

        Args:
            status_code: a last word on the status.
            http_200: answer 200 whatever the status is, for clients that cannot see errors.
        """
        if status_code is not None:
            self.set_status(status_code)
        self._finished = True
        if http_200:
            self.set_status(200)
        response = Response(self.body, self._status_code, self._headers, self._status_msg)
        if self._cookies:
            for cookie in self._cookies.values():
                response.headers.append(("Set-Cookie", cookie))
        return response

    def render_error(
        self, status_code: int, error_handler: Any = None, *, detail: str = ""
    ) -> Response:
        """Make an error answer; payload, headers and body set before are forgotten.

        The body is what `error_body` makes: a page, problem+json or text as the client accepts.

        Args:
            status_code: the status.
            error_handler: called without arguments before rendering; may add headers.
            detail: further text for the client.
        """
        self.clear_payload()
        self.set_status(status_code)
        if error_handler is not None:
            error_handler()
        if status_code == self.NOT_ALLOWED:
            self.headers.setdefault("Allow", self.allow())
        made = self.error_body(status_code, detail)
        if made is not None:
            self.body, content_type = made
            self.headers["Content-Type"] = content_type
        return self.render()

    def error_body(self, status_code: int, detail: str) -> tuple[str | bytes, str] | None:
        """Make the body and Content-Type of an error answer, or None for no body."""
        return problem_body(status_code, self.status_msg, detail, self.message.header("accept"))

    def error(self, error: BaseException) -> Response:
        """Answer 500 for an exception of the handler; in debug mode with its traceback."""
        return self.render_error(self.SERVER_ERROR, detail=self.application.describe_error(error))

    def redirect(self, url: str) -> Response:
        """Answer 302 to `url`; headers set before are lost, cookies are kept.

        Raises `ValueError` for control characters. Check addresses that came from a client with
        `brubeck_core.http.urls.local_url` first.
        """
        location = quote_location(url)
        self.clear_payload()
        self.set_status(self.REDIRECT_CODE)
        self.headers["Location"] = location
        return self.render()

    def options(self, *args: Any, **kwargs: Any) -> Response:
        """Answer OPTIONS with the methods there are."""
        self.set_status(200)
        allowed = self.allow()
        self.headers["Allow"] = allowed
        self.headers["Access-Control-Allow-Methods"] = allowed
        return self.render()

    # -- the session ---------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """What the server remembers of this browser: a dictionary of JSON values.

        What is put into it is kept when the answer is made; see `brubeck_core.auth.session`.
        """
        if self._session is None:
            self._session = self.application.sessions.open(self.message)
        return self._session

    # -- cookies -------------------------------------------------------------------------------

    def get_cookie(
        self,
        key: str,
        default: str | None = None,
        secret: Secret = _UNSIGNED,
        max_age: float | None = None,
    ) -> str | None:
        """Return a cookie of the request, or `default`.

        Args:
            secret: read a signed cookie with it; a wrong signature gives `default`. Several are
                tried in order. Left out, the cookie is read as it is.
            max_age: seconds after which a signed cookie is refused.

        Raises `SigningError` when `secret` is None or empty: an unset secret must not turn into
        trust in whatever the client sends.
        """
        if secret is _UNSIGNED:
            return self.message.get_cookie(key, default)
        signer = _signer_for(secret)
        # A neighbouring domain can put a cookie of the same name in front of ours.
        for value in cookie_values(self.message.header("cookie") or "", key):
            text = signer.unsign(key, value, max_age)
            if text is not None:
                return text
        return default

    def get_cookies(self) -> dict[str, str]:
        """Return all cookies of the request as they were sent."""
        return self.message.cookies

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of the request as they were sent."""
        return self.message.cookies

    def set_cookie(
        self, key: str, value: str, secret: Secret = _UNSIGNED, **attributes: Any
    ) -> None:
        """Set a cookie; the last write of a name wins.

        Without attributes it is ``Path=/; HttpOnly; SameSite=Lax``, and `Secure` over HTTPS.

        Args:
            secret: sign the value with it.
            attributes: those of `brubeck_core.http.cookies.format_cookie`.

        Raises `SigningError` when `secret` is None or empty, `TypeError` for values that are not
        text, `ValueError` for text that must not go into a header.
        """
        if not isinstance(value, str):
            raise TypeError(f"the value of cookie {key!r} is {type(value).__name__}, not text")
        if secret is not _UNSIGNED:
            value = _signer_for(secret).sign(key, value)
        attributes.setdefault("secure", self.message.scheme == "https")
        self._set_cookie(key, format_cookie(key, value, **attributes))

    def delete_cookie(self, key: str, path: str = "/", domain: str | None = None) -> None:
        """Make the client forget a cookie; path and domain have to be those it was set with."""
        self._set_cookie(key, expire_cookie(key, path, domain))

    def delete_cookies(self) -> None:
        """Make the client forget every cookie it sent."""
        for key in self.message.cookies:
            self.delete_cookie(key)

    def _set_cookie(self, key: str, header: str) -> None:
        if self._cookies is None:
            self._cookies = {}
        self._cookies[key] = header

    @property
    def csrf_token(self) -> str:
        """A token of the session for a form's field `csrf_token`; empty without a session.

        Only browsers that do not say which site a request comes from need it.
        """
        from brubeck_core.http.csrf import make_token, session_ids

        ids = session_ids(self.message, self.application.config.session.cookie)
        return make_token(ids[0]) if ids else ""

    # -- helpers -------------------------------------------------------------------------------

    def _refuse(self, error: HTTPError) -> Response:
        return self.render_error(
            error.status, lambda: self.headers.update(error.headers), detail=error.detail
        )

    def _leave_cookies(self) -> None:
        self._cookies = None
        self._session = None

    @classmethod
    def _standard_message(cls, status_code: int) -> str:
        return reason(status_code)


def _signer_for(secret: Secret) -> CookieSigner:
    if not secret:
        raise SigningError(
            "a signed cookie was asked for, but the secret is empty: set cookie_secret in "
            "brubeck.toml, BRUBECK_COOKIE_SECRET or Brubeck(cookie_secret=...). Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    return _signer((secret,) if isinstance(secret, str | bytes) else tuple(secret))


@lru_cache(maxsize=16)
def _signer(secrets: tuple[str | bytes, ...]) -> CookieSigner:
    return CookieSigner(secrets)
