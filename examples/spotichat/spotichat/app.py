"""The application: which address leads to what."""

import secrets
from pathlib import Path
from typing import Any

from brubeck_core import Brubeck, ConfigError, Request, Response
from brubeck_core.http.cross_site import normal_origin
from brubeck_core.http.security import content_policy

from spotichat.chat import Chat
from spotichat.handlers import (
    EventsHandler,
    FeedHandler,
    LoginHandler,
    MembersHandler,
    RoomHandler,
    RoomsHandler,
    WhoHandler,
)
from spotichat.settings import Settings

PAGES = Path(__file__).parent / "pages"

# A room may well have a slash in its name (AC/DC); people may not.
ROUTES = [
    (r"^/api/login$", WhoHandler),
    (r"^/api/login/(?P<username>[^/]*)$", LoginHandler),
    (r"^/api/login/(?P<channel>.*)/(?P<username>[^/]*)$", RoomHandler),
    (r"^/api/feed(?:/(?P<channel>.*))?$", FeedHandler),
    (r"^/api/events(?:/(?P<channel>.*))?$", EventsHandler),
    (r"^/api/members/(?P<channel>.*)$", MembersHandler),
    (r"^/api/rooms$", RoomsHandler),
]


def create_app(**settings: Any) -> Brubeck:
    """Make the application; the settings are those of `Brubeck`."""
    app = Brubeck(handler_tuples=ROUTES, **settings)
    own = app.config.own(Settings)
    _check_processes(app, own)
    #: The one other origin whose pages may use the API.
    app.allowed_origin = _allowed_origin(app)
    app.providers = _providers(app, own)
    app.chat = Chat(app, own)
    app.add_route_rule(r"^/(?:oauth/[a-z0-9]+/loggedin)?$", page, "GET")
    app.add_static("/pages", PAGES)
    return app


def page(app: Brubeck, request: Request) -> Response:
    """Answer with the chat's page."""
    return Response(
        (PAGES / "index.html").read_bytes(),
        headers={"Content-Security-Policy": content_policy(), "Cache-Control": "no-cache"},
        content_type="text/html; charset=utf-8",
    )


def _check_processes(app: Brubeck, own: Settings) -> None:
    """Raise `ConfigError` for several processes that would know nothing of one another."""
    if own.backend == "memory" and app.config.get("workers") > 1:
        raise ConfigError(
            f"{app.config.setting('workers').describe('workers')}: in memory every process has "
            "rooms of its own; set BRUBECK_SETTINGS__BACKEND=redis"
        )
    if app.cookie_secret:
        return
    if own.backend != "memory":
        raise ConfigError(
            "several processes need one cookie_secret: set BRUBECK_COOKIE_SECRET to the output of "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    # People are forgotten with this process, and so may be what their tokens were signed with.
    app.cookie_secret = secrets.token_urlsafe(32)


def _allowed_origin(app: Brubeck) -> str | None:
    origins = app.config.table("security").trusted_origins
    if len(origins) > 1:
        raise ConfigError("spotichat lets one other site in: trusted_origins has more than one")
    # As browsers write it, who compare the answer's letter by letter.
    return normal_origin(origins[0]) if origins else None


def _providers(app: Brubeck, own: Settings) -> dict[str, Any]:
    if not own.oauth:
        return {}
    # Imported here: without providers nobody needs Authlib.
    from spotichat.oauth import make_providers
    from spotichat.oauth_handlers import BeginHandler, CallbackHandler

    app.add_route_rule(r"^/oauth/([a-z0-9]+)/login$", BeginHandler)
    app.add_route_rule(r"^/oauth/([a-z0-9]+)/callback$", CallbackHandler)
    return make_providers(own)
