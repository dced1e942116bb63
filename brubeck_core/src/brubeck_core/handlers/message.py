"""The handler that knows nothing of HTTP: a message comes in, a payload goes out."""

from __future__ import annotations

import logging
from functools import cached_property
from time import time
from typing import TYPE_CHECKING, Any, ClassVar

from brubeck_core.errors import ClientDisconnected, HTTPError, StoreUnavailable
from brubeck_core.handlers.auth import UserHandlingMixin
from brubeck_core.handlers.methods import HTTP_METHODS, allow_header
from brubeck_core.http.response import Response, json_response, to_response
from brubeck_core.http.security import forbid_storing

if TYPE_CHECKING:
    from brubeck_core.app.brubeck import Brubeck
    from brubeck_core.auth.session import Session
    from brubeck_core.http.request import Request


class HandlerType(type):
    """The class of handler classes.

    It lets the original's README write ``class Page(WebMessageHandler, Jinja2Rendering)``: a
    base that a later base derives from is left out, where Python would refuse the order.
    """

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any
    ) -> HandlerType:
        kept = tuple(
            base
            for index, base in enumerate(bases)
            if not any(issubclass(later, base) for later in bases[index + 1 :])
        )
        return super().__new__(mcs, name, kept, namespace, **kwargs)


class MessageHandler(UserHandlingMixin, metaclass=HandlerType):
    """Answer one message; made for it and thrown away after it.

    Subclasses define methods named like HTTP methods in lower case (`get`, `post`, ...). They
    get the arguments of the route and return `self.render()`, or anything else that
    `brubeck_core.http.response.to_response` understands. The order of calls is: `initialize`,
    `prepare`, the method, `on_finish` (always).

    Args:
        application: the application.
        message: the request.
    """

    SUCCESS_CODE: ClassVar[int] = 0
    BAD_REQUEST: ClassVar[int] = -1
    AUTH_FAILED: ClassVar[int] = -2
    NOT_FOUND: ClassVar[int] = -3
    NOT_ALLOWED: ClassVar[int] = -4
    SERVER_ERROR: ClassVar[int] = -5

    _response_codes: ClassVar[dict[int, str]] = {
        0: "OK",
        -1: "Bad request",
        -2: "Authentication failed",
        -3: "Not found",
        -4: "Method not allowed",
        -5: "Server error",
    }
    _default_status: ClassVar[int] = -1

    #: Whether requests that pages of other sites make are refused, unless they only read. False
    #: for what is meant to be called from anywhere, and asks for no cookie: webhooks, say.
    cross_site_check: ClassVar[bool] = True

    _STATUS_CODE: ClassVar[str] = "status_code"
    _STATUS_MSG: ClassVar[str] = "status_msg"
    _TIMESTAMP: ClassVar[str] = "timestamp"

    #: Upper-case method to the name of the Python method that answers it; made per class.
    _answers: ClassVar[dict[str, str]] = {}

    # What most requests never touch stays on the class; an instance is made for every request.
    _finished: bool = False
    _status_code: int = _default_status
    _status_msg: str | None = None
    _session: Session | None = None
    _url_args: tuple[tuple[Any, ...], dict[str, Any]] = ((), {})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._answers = {name.upper(): name for name in HTTP_METHODS if hasattr(cls, name)}
        if "GET" in cls._answers:
            cls._answers.setdefault("HEAD", "get")
        cls._status_code = cls._default_status

    def __init__(self, application: Brubeck, message: Request) -> None:
        self.application = application
        self.message = message
        self._made = time()
        self.initialize()

    @cached_property
    def _payload(self) -> dict[str, Any]:
        return {}

    # -- for subclasses ------------------------------------------------------------------------

    def initialize(self) -> None:
        """Set up the handler; called at construction and when the payload is cleared."""

    def prepare(self) -> None:
        """Run before the method, with the route's arguments at hand.

        After `finish()` here, the method is skipped and what was prepared is rendered.
        """

    def on_finish(self) -> None:
        """Run after the method, whatever happened."""

    def error(self, error: BaseException) -> Response:
        """Answer for an exception of the handler; it was logged already."""
        return self.render_error(self.SERVER_ERROR)

    # -- the request ---------------------------------------------------------------------------

    @property
    def request(self) -> Request:
        """The request; the original calls it `message`."""
        return self.message

    @property
    def db_conn(self) -> Any:
        """The application's database connection, from ``Brubeck(db_conn=...)``."""
        return self.application.db_conn

    @property
    def log(self) -> logging.Logger:
        """The application's logger."""
        return self.application.log

    @property
    def current_time(self) -> int:
        """When the handler was made, in milliseconds since the epoch."""
        return int(self._made * 1000)

    def get_argument(self, name: str, default: str | None = None, strip: bool = True) -> str | None:
        """Return the last value of a query or form argument; see `Request.get_argument`."""
        return self.message.get_argument(name, default, strip)

    def get_arguments(self, name: str, strip: bool = True) -> list[str] | None:
        """Return all values of a query or form argument; see `Request.get_arguments`."""
        return self.message.get_arguments(name, strip)

    # -- the answer ----------------------------------------------------------------------------

    @property
    def status_code(self) -> int:
        """The status the answer will have."""
        return self._status_code

    @property
    def status_msg(self) -> str:
        """The text that goes with the status."""
        return self._status_msg or self._standard_message(self._status_code)

    def set_status(
        self, status_code: int, status_msg: str | None = None, extra_txt: str | None = None
    ) -> None:
        """Set the status and its text; `extra_txt` is put behind it as ``"text - extra"``."""
        self._status_code = status_code
        if extra_txt:
            status_msg = f"{status_msg or self._standard_message(status_code)} - {extra_txt}"
        self._status_msg = status_msg

    def set_timestamp(self, timestamp: int) -> None:
        """Set the time of the message, in milliseconds since the epoch."""
        self._made = timestamp / 1000

    def add_to_payload(self, key: str, value: Any) -> None:
        """Put a value under `key` of the payload."""
        self._payload[key] = value

    def clear_payload(self) -> None:
        """Empty the payload and set the handler up again."""
        self._payload.clear()
        self.initialize()

    def finish(self) -> None:
        """Mark the answer as ready; in `prepare` this skips the method."""
        self._finished = True

    def render(self, status_code: int | None = None, **kwargs: Any) -> Response:
        """Make the answer: the payload as JSON, with its own status inside."""
        if status_code is not None:
            self.set_status(status_code)
        self.finish()
        return json_response(self._full_payload())

    def render_error(self, status_code: int, error_handler: Any = None) -> Response:
        """Make an error answer of what is left when everything set before is forgotten.

        Args:
            status_code: the status.
            error_handler: called without arguments before rendering; may add headers.
        """
        self.clear_payload()
        self.set_status(status_code)
        if error_handler is not None:
            error_handler()
        return self.render()

    # -- the call ------------------------------------------------------------------------------

    @classmethod
    def supported_methods(cls) -> list[str]:
        """Return the upper-case methods this class answers for."""
        return [name.upper() for name in HTTP_METHODS if name.upper() in cls._answers]

    @classmethod
    def allow(cls) -> str:
        """Return the value of an `Allow` header for this class."""
        return allow_header(cls._answers)

    def unsupported(self) -> Response:
        """Answer for a method the class does not define."""
        return self.render_error(self.NOT_ALLOWED)

    def __call__(self) -> Response:
        """Answer the message. Never raises an `Exception`: failures become error answers."""
        try:
            try:
                self.prepare()
                if self._finished:
                    response = self.render()
                else:
                    name = self._answers.get(self.message.method)
                    if name is None:
                        response = self.unsupported()
                    else:
                        args, kwargs = self._url_args
                        result = getattr(self, name)(*args, **kwargs)
                        response = result if type(result) is Response else to_response(result)
            except HTTPError as error:
                response = self._answer_error(error)
            finally:
                self.on_finish()
            if self._session is not None:
                self._session.answer(response)
            if self._is_personal:
                forbid_storing(response)
        except ClientDisconnected:
            raise
        except HTTPError as error:
            response = self._answer_error(error)
        except Exception as error:
            self.application.report_error(self.message, error)
            response = self.error(error)
        return response

    def _answer_error(self, error: HTTPError) -> Response:
        if isinstance(error, StoreUnavailable):
            self.application.report_unavailable(error)
            self._leave_cookies()
        return self._refuse(error)

    def _leave_cookies(self) -> None:
        """Take back what would change the client's cookies: half a login is none, nor a logout."""

    def _refuse(self, error: HTTPError) -> Response:
        return self.render_error(error.status)

    def _full_payload(self) -> dict[str, Any]:
        return {
            **self._payload,
            self._STATUS_CODE: self._status_code,
            self._STATUS_MSG: self.status_msg,
            self._TIMESTAMP: self.current_time,
        }

    @classmethod
    def _standard_message(cls, status_code: int) -> str:
        return cls._response_codes.get(status_code) or str(status_code)
