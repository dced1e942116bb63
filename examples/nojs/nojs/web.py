"""The application. Start it with `brubeck run examples/nojs`."""

import secrets
from dataclasses import dataclass

from brubeck_core import Brubeck
from brubeck_core.errors import StoreUnavailable

from nojs.board import Board
from nojs.handlers import Buffer, Index, Messages, Page, Room, Rooms, Users

BOARDS = ("memory", "redis")


@dataclass(frozen=True)
class Settings:
    """The table [settings] of brubeck.toml."""

    board: str = "memory"
    redis_url: str = "redis://localhost:6379/0"
    hold: float = 30.0

    def __post_init__(self):
        if self.board not in BOARDS:
            raise ValueError(f"board = {self.board!r} is none of {', '.join(BOARDS)}")
        if not 0 < self.hold <= 300:
            raise ValueError(f"hold = {self.hold:g} is not between 0 and 300 seconds")


@dataclass(frozen=True)
class Shared:
    """What handlers find as `db_conn`."""

    board: Board
    hold: float
    secret: str | list[str]


def create_app(**settings):
    """Make the application. What it runs on is said in brubeck.toml."""
    app = Brubeck(
        handler_tuples=[
            (r"^/$", Index),
            (r"^/rooms$", Rooms),
            (r"^/buffer$", Buffer),
            (r"^/(?P<room>[^/]+)/$", Room),
            (r"^/(?P<room>[^/]+)/users$", Users),
            (r"^/(?P<room>[^/]+)/messages$", Messages),
        ],
        base_handler=Page,
        **settings,
    )
    app.add_static("/media", "media")
    own = app.config.own(Settings)
    board = make_board(app, own)
    app.db_conn = Shared(board, own.hold, app.cookie_secret or secrets.token_urlsafe())

    @app.on_start
    def start(app):
        board.start()
        app.concurrency.spawn(sweep_now_and_then, app, board, own.hold, ended)

    @app.on_stop
    def stop(app):
        ended.set()
        board.stop()

    ended = app.concurrency.event()
    return app


def make_board(app, own):
    """Make the board that the settings choose; people last twice as long as a list is held."""
    presence = 2 * own.hold
    if own.board == "redis":
        from nojs.shared import RedisBoard

        return RedisBoard(app.concurrency, presence, own.redis_url)
    from nojs.memory import MemoryBoard

    return MemoryBoard(app.concurrency, presence)


def sweep_now_and_then(app, board, seconds, ended):
    """Sweep the board every so many seconds, until the application stops."""
    while not ended.wait(seconds):
        try:
            board.sweep()
        except StoreUnavailable as error:
            app.log.warning("not swept: %s", error)
