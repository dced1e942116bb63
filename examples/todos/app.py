"""A to-do list: a REST API from one model, and a page that uses it.

Start it with `brubeck run examples/todos`.
"""

from brubeck_core import AutoAPIBase, Brubeck
from brubeck_dictshield.document import Document
from brubeck_dictshield.fields import BooleanField, IntField, StringField


class Todo(Document):
    """Something to do."""

    class Meta:
        id_options = {"auto_fill": True}

    text = StringField(required=True, max_length=200)
    done = BooleanField(default=False)
    order = IntField(required=True, min_value=0)


class TodosAPI(AutoAPIBase):
    """The items as they are, in no envelope: what the original's page expects."""

    model = Todo
    hide_status = True
    #: That page sends an item back as it got it, with the status that stood in it.
    unknown_fields = "discard"


app = Brubeck()
app.register_api(TodosAPI)
app.add_static("/", "page", max_age=0, index="index.html")
