"""The pages, and which address leads to which."""

from readify.pages.accounts import Create, Login, Logout
from readify.pages.base import Page as Page
from readify.pages.links import Act, AddItem, Archived, Dashboard, EditItem, Liked, SaveItem, Trash
from readify.pages.people import Mine, Profile, Settings

# Everything else of one part is somebody's name; `readify.models.RESERVED` keeps them apart.
ROUTES = [
    (r"^/login$", Login),
    (r"^/create$", Create),
    (r"^/logout$", Logout),
    (r"^/add_item$", AddItem),
    (r"^/edit_item/(?P<item_id>[^/]+)$", EditItem),
    (r"^/items/(?P<item_id>[^/]+)$", Act),
    (r"^/save_item/(?P<item_id>[^/]+)$", SaveItem),
    (r"^/settings$", Settings),
    (r"^/archived$", Archived),
    (r"^/liked$", Liked),
    (r"^/trash$", Trash),
    (r"^/profile$", Mine),
    (r"^/(?P<username>[A-Za-z0-9._]+)$", Profile),
    (r"^/$", Dashboard),
]
