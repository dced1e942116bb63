"""The applications: the pages, the API, and both in one."""

from brubeck_core import Brubeck

from readify.api import ROUTES as API_ROUTES
from readify.api import ListAPI
from readify.pages import ROUTES as PAGE_ROUTES
from readify.pages import Page
from readify.queries import Links, Profiles


def create_app(**settings):
    """Make the pages, with the API at `/api`: `brubeck run examples/readify`."""
    return with_pages([("^/api$", ListAPI), *PAGE_ROUTES], settings)


def create_web(**settings):
    """Make the pages alone; see brubeck.web.toml."""
    return with_pages(PAGE_ROUTES, settings)


def create_api(**settings):
    """Make the API alone, at any path; see brubeck.api.toml."""
    return with_stores(Brubeck(handler_tuples=API_ROUTES, base_handler=ListAPI, **settings))


def with_pages(routes, settings):
    app = Brubeck(handler_tuples=routes, base_handler=Page, **settings)
    app.add_static("/media", "media")
    return with_stores(app)


def with_stores(app):
    """Give an application what its handlers ask for links and profiles."""
    app.links = Links(app.queryset.collection("listitems"))
    app.profiles = Profiles(app.queryset.collection("userprofiles"), app.user_store)
    return app
