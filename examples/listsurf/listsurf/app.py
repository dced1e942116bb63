"""The application. Start it with `brubeck run examples/listsurf`."""

from brubeck_core import Brubeck

from listsurf.handlers import ROUTES, Page


def create_app(**settings):
    """Make the application. What it runs on is said in brubeck.toml."""
    app = Brubeck(handler_tuples=ROUTES, base_handler=Page, **settings)
    app.items = app.queryset.collection("listitems")
    app.add_static("/media", "media")
    return app
