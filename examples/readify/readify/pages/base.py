"""What all pages know and do."""

from urllib.parse import urlencode

from brubeck_core import HTTPError, LoginMixin
from brubeck_core.paging import get_typed_argument, whole_number
from brubeck_core.timekeeping import prettydate
from brubeck_jinja2 import Jinja2Rendering

from readify.models import MAX_TAGS

#: How many links a page has, and the last page that anybody turns to.
PER_PAGE = 50
LAST_PAGE = 100_000


class Page(Jinja2Rendering, LoginMixin):
    """A page of the site."""

    @property
    def links(self):
        return self.application.links

    @property
    def profiles(self):
        return self.application.profiles

    def get_current_userprofile(self):
        return self.current_user and self.profiles.load(self.current_user)

    def page(self, template, status=200, **context):
        """Render a template, which knows who asks and what is open."""
        user = self.current_user
        context = {"user": user and user["username"], "here": self.message.path, **context}
        return self.render_template(template, status, **context)

    def form_page(self, heading, fields, *, status=200, template="form.html", **context):
        """Show a form, whose fields are made of a model."""
        return self.page(template, status, heading=heading, fields=fields, **context)

    def list_page(self, template, owner, flags, **context):
        """Show links of somebody, those with all the tags that the address asks for."""
        tags = self.chosen_tags()
        number = min(get_typed_argument("page", 0, self, whole_number), LAST_PAGE)
        items, total = self.links.find(
            owner, flags, tags=tags, skip=number * PER_PAGE, count=PER_PAGE
        )
        last = max(0, -(-total // PER_PAGE) - 1)
        context |= {"items": items, "total": total, "tags": tags, "ago": prettydate}
        context |= {"number": number, "last": last, "page_url": self.page_url}
        context |= {"back": self.page_url(tags, number)}
        return self.page(template, **context)

    def chosen_tags(self):
        """Return the tags in the address, each once. Raises `HTTPError` 400 for too many."""
        tags = [*dict.fromkeys(filter(None, self.get_arguments("tag") or []))]
        if len(tags) > MAX_TAGS:
            raise HTTPError(400, f"No link has more than {MAX_TAGS} tags.")
        return tags

    def page_url(self, tags=(), number=0):
        """Return the address of this list with other tags, or of another page of it."""
        query = [("tag", tag) for tag in tags] + ([("page", number)] if number else [])
        return self.message.path + (f"?{urlencode(query)}" if query else "")

    def typed(self, *fields):
        """Return what was typed into fields, without spaces around it."""
        return {field: self.get_argument(field, "") for field in fields}


def problems_of(error):
    """Say what is wrong with each field, for people to read, the first of each."""
    problems = {}
    for single in error.errors:
        field, _, item = single.path.partition(".")
        subject = "One of them" if item else "This"
        problems.setdefault(field, f"{subject} {single.reason}.")
    return problems
