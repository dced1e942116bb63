"""What every AutoAPI promises, as conversations: requests in order, and what each is answered.

A conversation begins with nothing stored. `TAG` stands for the ETag of the answer before.
"""

from __future__ import annotations

from brubeck_testkit.autoapi_steps import (
    ANN,
    ANNS,
    BOB,
    BOBS,
    IF_TAG,
    POST_ANNS,
    STORE,
    STORE_A,
    TAG,
    A,
    B,
    C,
    Step,
)

CONVERSATIONS: dict[str, list[Step]] = {
    # -- create ------------------------------------------------------------------------------
    "nothing yet": [Step("GET", "/song/", None, 200, [], fields={"X-Total-Count": "0"})],
    "create one": [
        Step("POST", "/song/", {"title": "x"}, 201, {"title": "x", "live": False, "year": None}),
        Step("GET", "/song/", None, 200, [{"title": "x", "status_code": 200}]),
    ],
    "create one under an id": [
        Step("POST", "/song/", A, 201, {**A, "status_code": 201}, fields={"Location": "/song/a/"}),
        Step("GET", "/song/a/", None, 200, A),
    ],
    "create what is there": [
        STORE_A,
        Step("POST", "/song/", {**A, "year": 1960}, 200, {"year": 1960, "status_code": 200}),
        Step("GET", "/song/", None, 200, [{"year": 1960}]),
    ],
    "create several": [
        Step("POST", "/song/", [A, B], 201, [{"id": "a", "status_code": 201}, {"id": "b"}]),
        Step("GET", "/song/", None, 200, [A, B]),
    ],
    "create several, of which one is there": [
        STORE_A,
        Step("POST", "/song/", [B, A], 207, [{"status_code": 201}, {"status_code": 200}]),
    ],
    "create one twice in a list": [
        Step("POST", "/song/", [A, {**A, "year": 1960}], 207, [{"year": 1959}, {"year": 1960}]),
        Step("GET", "/song/", None, 200, [{"year": 1960}]),
    ],
    "create none": [Step("POST", "/song/", [], 200, [])],
    "one wrong item refuses all": [
        Step("POST", "/song/", [A, {"year": 1}], 400, "required@1.title"),
        Step("GET", "/song/", None, 200, []),
    ],
    "every mistake is told": [
        Step("POST", "/song/", [{"title": 5, "tags": ["a", 1]}], 400, "wrong_type@0.title"),
        Step("POST", "/song/", [{"title": 5, "tags": ["a", 1]}], 400, "wrong_type@0.tags.1"),
    ],
    "an unknown field": [
        Step("POST", "/song/", {**A, "rogue": 1}, 422, "unknown_field@rogue"),
        Step("GET", "/song/a/", None, 404),
    ],
    "a read-only field": [
        Step("POST", "/song/", {**A, "added": 5}, 422, "read_only@added"),
        STORE_A,
        Step("PUT", "/song/a/", {"title": "x", "added": 5}, 422, "read_only@added"),
        Step("PATCH", "/song/a/", {"added": 5}, 422, "read_only@added"),
        Step("PUT", "/song/a/", {"title": "x", "added": 0}, 200, {"title": "x", "added": 0}),
    ],
    "an answer can be sent back": [
        STORE_A,
        Step("PUT", "/song/a/", {**A, "status_code": 200, "status_msg": "OK"}, 200, A),
    ],
    "numbers that no store keeps": [
        Step("POST", "/song/", {"title": "x", "year": 2**63}, 400, "above_max@year"),
        Step("POST", "/song/", {"title": "x", "year": 2**63 - 1}, 201, {"year": 2**63 - 1}),
    ],
    "ids that no address has": [
        Step("POST", "/song/", {"title": "x", "id": "a/b"}, 400, "invalid_id@id"),
        Step("POST", "/song/", {"title": "x", "id": "a,b"}, 400, "invalid_id@id"),
        Step("POST", "/song/", {"title": "x", "id": ".."}, 400, "invalid_id@id"),
        Step("POST", "/song/", {"title": "x", "id": "x" * 201}, 400, "invalid_id@id"),
        Step("POST", "/song/", {"title": "x", "id": 5}, 400, "wrong_type@id"),
    ],
    "ids and text of any script": [
        Step("POST", "/song/", {"title": "♫ \0 '; --", "id": "é b"}, 201, {"id": "é b"}),
        Step("GET", "/song/%C3%A9%20b/", None, 200, {"title": "♫ \0 '; --", "id": "é b"}),
    ],
    "no items at all": [
        Step("POST", "/song/", "text", 400),
        Step("POST", "/song/", [A, 5], 400),
        Step("POST", "/song/", [[A]], 400),
        Step("POST", "/song/", [A] * 11, 422),
    ],
    # -- read --------------------------------------------------------------------------------
    "read one": [
        STORE,
        Step("GET", "/song/b", None, 200, B),
        Step("GET", "/song/b/", None, 200, B),
    ],
    "read what is not there": [Step("GET", "/song/x/", None, 404)],
    "read several in the order asked for": [STORE, Step("GET", "/song/c,a/", None, 200, [C, A])],
    "read several, of which one is not there": [
        STORE,
        Step("GET", "/song/x,a/", None, 207, [{"id": "x", "status_code": 404}, A]),
    ],
    "read several that are not there": [
        Step("GET", "/song/x,y/", None, 404, [{"status_code": 404}, {"status_code": 404}])
    ],
    "read too many": [Step("GET", f"/song/{','.join(map(str, range(11)))}/", None, 414)],
    "read some fields": [
        STORE,
        Step("GET", "/song/a/?fields=year", None, 200, {"id": "a", "year": 1959, "title": None}),
        Step("GET", "/song/?fields=title,id&count=1", None, 200, [{"title": "Take Five"}]),
        Step("GET", "/song/?fields=plays", None, 422, "invalid_value@fields"),
        Step("PATCH", "/song/a/?fields=year", {"year": 5}, 200, {"year": 5, "title": None}),
        Step("PUT", "/song/a/?fields=x", A, 422, "invalid_value@fields"),
        Step("PUT", "/song/a/?rogue=x", A, 422, "unknown_parameter@rogue"),
        Step("GET", "/song/a/", None, 200, {"year": 5}),
    ],
    "read what one has already": [
        STORE_A,
        Step("GET", "/song/a/", None, 304, headers={"If-None-Match": TAG}),
        Step("GET", "/song/a/", None, 200, A, {"If-None-Match": '"other"'}),
    ],
    "rubbish behind an id": [STORE_A, Step("GET", "/song/a/extra", None, 404)],
    # -- list --------------------------------------------------------------------------------
    "pages": [
        STORE,
        Step("GET", "/song/?count=2", None, 200, [A, B], fields={"X-Total-Count": "3"}),
        Step("GET", "/song/?count=2&page=1", None, 200, [C], fields={"X-Total-Count": "3"}),
        Step("GET", "/song/?count=2&page=9", None, 200, [], fields={"X-Total-Count": "3"}),
        Step("POST", "/song/", {"title": "x"}, 201),
        Step("GET", "/song/?count=1000000000", None, 200, [A, B, C]),
        Step("GET", f"/song/?page={2**63 - 1}&count=2", None, 200, []),
    ],
    "pages that are none": [
        Step("GET", "/song/?page=-1", None, 422, "invalid_value@page"),
        Step("GET", "/song/?count=0", None, 422, "invalid_value@count"),
        Step("GET", "/song/?count=-5", None, 422, "invalid_value@count"),
        Step("GET", "/song/?page=two", None, 422, "invalid_value@page"),
        Step("GET", f"/song/?page={10**30}", None, 422, "invalid_value@page"),
        Step("GET", "/song/?page=1&page=2", None, 422, "repeated@page"),
    ],
    "links to other pages": [
        STORE,
        Step(
            "GET",
            "/song/?count=1&page=1&year__gt=1900",
            None,
            200,
            [B],
            fields={
                "Link": '</song/?count=1&page=0&year__gt=1900>; rel="first", '
                '</song/?count=1&page=2&year__gt=1900>; rel="last", '
                '</song/?count=1&page=0&year__gt=1900>; rel="prev", '
                '</song/?count=1&page=2&year__gt=1900>; rel="next"'
            },
        ),
    ],
    "sorted": [
        STORE,
        Step("GET", "/song/?sort=title", None, 200, [C, B, A]),
        Step("GET", "/song/?sort=-year,title", None, 200, [B, A, C]),
        Step("GET", "/song/?sort=tags", None, 422, "invalid_value@sort"),
        Step("GET", "/song/?sort=plays", None, 422, "invalid_value@sort"),
    ],
    "filtered": [
        STORE,
        Step("GET", "/song/?year=1959", None, 200, [A, B], fields={"X-Total-Count": "2"}),
        Step("GET", "/song/?year=1959&live=false", None, 200, [A]),
        Step("GET", "/song/?live__ne=true", None, 200, [A, C]),
        Step("GET", "/song/?year__lt=1950", None, 200, [C]),
        Step("GET", "/song/?tempo__gte=63.5", None, 200, [C]),
        Step("GET", "/song/?title__contains=a", None, 200, [A, B]),
        Step("GET", "/song/?title__in=So%20What,Epistrophy", None, 200, [B, C]),
        Step("GET", "/song/?id__gt=a", None, 200, [B, C]),
        Step("GET", "/song/?title=", None, 200, []),
    ],
    "filters that are none": [
        Step("GET", "/song/?rogue=1", None, 422, "unknown_parameter@rogue"),
        Step("GET", "/song/?plays=0", None, 422, "unknown_parameter@plays"),
        Step("GET", "/song/?tags=a", None, 422, "unknown_parameter@tags"),
        Step("GET", "/song/?year__where=1", None, 422, "unknown_parameter@year__where"),
        Step("GET", "/song/?year__contains=1", None, 422, "unknown_parameter@year__contains"),
        Step("GET", "/song/?year=x", None, 422, "invalid_value@year"),
        Step("GET", "/song/?year=", None, 422, "invalid_value@year"),
        Step("GET", "/song/?live=1", None, 422, "invalid_value@live"),
        Step("GET", "/song/?tempo=NaN", None, 422, "invalid_value@tempo"),
        Step("GET", "/song/?tempo=1e999", None, 422, "invalid_value@tempo"),
        Step("GET", "/song/?title=%FF", None, 400),
    ],
    "since a moment": [
        Step("POST", "/note/", [{"text": "x"}, {"text": "y"}], 201, None, ANN),
        Step("GET", "/note/?since=0", None, 200, [{"updated_at": 1}, {"updated_at": 2}], ANN),
        Step("GET", "/note/?since=1", None, 200, [{"text": "y"}], ANN),
        Step("GET", "/song/?since=1", None, 422, "unknown_parameter@since"),
    ],
    # -- replace -----------------------------------------------------------------------------
    "replace one": [
        STORE,
        Step("PUT", "/song/b/", {"title": "x"}, 200, {"id": "b", "title": "x", "live": False}),
        Step("GET", "/song/b/", None, 200, {"title": "x", "year": None, "live": False}),
    ],
    "replace one by POST": [
        STORE,
        Step("POST", "/song/b/", {"title": "x"}, 200, {"id": "b", "title": "x"}),
    ],
    "replace what is not there": [
        Step("PUT", "/song/a/", A, (200, 201), A),
        Step("GET", "/song/", None, 200, [A]),
    ],
    "replace by the id in the body": [
        STORE_A,
        Step("PUT", "/song/", {**A, "year": 5}, 200, {"year": 5}),
    ],
    "replace without an id": [Step("PUT", "/song/", {"title": "x"}, 400)],
    "replace one under another id": [
        Step("PUT", "/song/b/", A, 422, "id_mismatch@id"),
        Step("PUT", "/song/a,b/", A, 422, "id_mismatch@id"),
        Step("GET", "/song/", None, 200, []),
    ],
    "replace several": [
        STORE,
        Step(
            "PUT",
            "/song/a,b/",
            [{**A, "year": 1}, {**B, "year": 2}],
            200,
            [{"year": 1}, {"year": 2}],
        ),
    ],
    "replace several under other ids": [
        STORE,
        Step("PUT", "/song/a,c/", [{**A, "year": 1}, {**B, "year": 2}], 400),
        Step("POST", "/song/b/", [{**A, "year": 1}], 400),
        Step("GET", "/song/", None, 200, [A, B, C]),
    ],
    # -- change ------------------------------------------------------------------------------
    "change one": [
        STORE,
        Step("PATCH", "/song/b/", {"year": 1960}, 200, {**B, "year": 1960}),
        Step("GET", "/song/b/", None, 200, {**B, "year": 1960}),
    ],
    "change one back to nothing": [
        STORE,
        Step("PATCH", "/song/b/", {"live": None, "year": None}, 200, {"live": False, "year": None}),
        Step("PATCH", "/song/b/", {"title": None}, 400, "wrong_type@title"),
    ],
    "change what is not there": [Step("PATCH", "/song/x/", {"year": 1}, 404)],
    "change wrongly": [
        STORE_A,
        Step("PATCH", "/song/a/", {"year": "x"}, 400, "wrong_type@year"),
        Step("PATCH", "/song/a/", {"rogue": 1}, 422, "unknown_field@rogue"),
        Step("PATCH", "/song/a/", [1], 400),
        Step("GET", "/song/a/", None, 200, A),
    ],
    "change several": [
        STORE,
        Step(
            "PATCH",
            "/song/",
            [{"id": "a", "year": 1}, {"id": "x", "year": 2}],
            207,
            [{"title": "Take Five", "year": 1}, {"id": "x", "status_code": 404}],
        ),
    ],
    # -- delete ------------------------------------------------------------------------------
    "delete one": [
        STORE,
        Step("DELETE", "/song/b/", None, 200, [B]),
        Step("GET", "/song/", None, 200, [A, C]),
    ],
    "delete several": [
        STORE,
        Step("DELETE", "/song/c,a/", None, 200, [C, A]),
        Step("GET", "/song/", None, 200, [B]),
    ],
    "delete several by the query": [STORE, Step("DELETE", "/song/?ids=c,a", None, 200, [C, A])],
    "delete what is not there": [Step("DELETE", "/song/x/", None, 404)],
    "delete several, of which one is not there": [
        STORE_A,
        Step("DELETE", "/song/x,a/", None, 207, [{"id": "x", "status_code": 404}, A]),
        Step("GET", "/song/", None, 200, []),
    ],
    "delete nothing in particular": [
        STORE,
        Step("DELETE", "/song/", None, 400),
        Step("GET", "/song/", None, 200, [A, B, C]),
    ],
    "delete by what is no id": [
        STORE,
        Step("DELETE", "/song/?ids=a&year=1959", None, 422, "unknown_parameter@year"),
        Step("DELETE", "/song/a/?year=1948", None, 422, "unknown_parameter@year"),
        Step("DELETE", "/song/a/?ids=b", None, 422, "unknown_parameter@ids"),
        Step("DELETE", "/song/?year=1959", None, 422, "unknown_parameter@year"),
        Step("GET", "/song/", None, 200, [A, B, C]),
    ],
    # -- only what was seen ------------------------------------------------------------------
    "write what was read": [
        STORE_A,
        Step("PUT", "/song/a/", {**A, "year": 1}, 200, {"year": 1}, IF_TAG),
        Step("PATCH", "/song/a/", {"year": 2}, 200, {"year": 2}, IF_TAG),
        Step("DELETE", "/song/a/", None, 200, [{"year": 2}], IF_TAG),
    ],
    "write over another's change": [
        STORE_A,
        Step("PUT", "/song/a/", {**A, "year": 1}, 412, None, {"If-Match": '"stale"'}),
        Step("PATCH", "/song/a/", {"year": 1}, 412, None, {"If-Match": '"stale", "older"'}),
        Step("DELETE", "/song/a/", None, 412, None, {"If-Match": '"stale"'}),
        Step("GET", "/song/a/", None, 200, A),
    ],
    "write over whatever is there": [
        Step("PUT", "/song/a/", A, 412, None, {"If-Match": "*"}),
        STORE_A,
        Step("PUT", "/song/a/", {**A, "year": 1}, 200, {"year": 1}, {"If-Match": "*"}),
    ],
    "write only where nothing is": [
        Step("PUT", "/song/a/", A, (200, 201), A, {"If-None-Match": "*"}),
        Step("PUT", "/song/a/", {**A, "year": 1}, 412, None, {"If-None-Match": "*"}),
    ],
    "conditions of what is refused in any case": [
        Step("PATCH", "/song/x/", {"year": 1}, 404, None, {"If-Match": "*"}),
        Step("DELETE", "/song/x/", None, 404, None, {"If-Match": "*"}),
        ANNS,
        Step("PATCH", "/note/a/", {"text": "x"}, 404, None, {**BOB, "If-Match": "*"}),
        Step("PATCH", "/note/x/", {"text": "x"}, 404, None, {**BOB, "If-Match": "*"}),
        POST_ANNS,
        Step("PATCH", "/post/a/", {"text": "z"}, 403, None, {**BOB, "If-Match": '"stale"'}),
        Step("DELETE", "/post/a/", None, 403, None, {**BOB, "If-Match": '"stale"'}),
        Step("PUT", "/post/a/", {"text": "z"}, 403, None, {**BOB, "If-None-Match": "*"}),
    ],
    "conditions for several": [
        STORE,
        Step("PUT", "/song/", [A, B], 400, None, {"If-Match": "*"}),
        Step("DELETE", "/song/a,b/", None, 400, None, {"If-Match": "*"}),
    ],
    # -- whose -------------------------------------------------------------------------------
    "nobody may do anything": [
        ANNS,
        Step("GET", "/note/", None, 401),
        Step("GET", "/note/a/", None, 401),
        Step("POST", "/note/", {"text": "x"}, 401),
        Step("PUT", "/note/a/", {"text": "x"}, 401),
        Step("PATCH", "/note/a/", {"text": "x"}, 401),
        Step("DELETE", "/note/a/", None, 401),
    ],
    "everybody has a list of their own": [
        ANNS,
        BOBS,
        Step("GET", "/note/", None, 200, [{"text": "Ann's"}], ANN, {"X-Total-Count": "1"}),
        Step("GET", "/note/?owner=bob", None, 200, [], ANN),
        Step("GET", "/note/?owner__ne=ann", None, 200, [], ANN),
    ],
    "what is another's is not there": [
        ANNS,
        Step("GET", "/note/a/", None, 404, None, BOB),
        Step("PUT", "/note/a/", {"text": "x"}, 404, None, BOB),
        Step("POST", "/note/", {"id": "a", "text": "x"}, 404, None, BOB),
        Step("PATCH", "/note/a/", {"text": "x"}, 404, None, BOB),
        Step("DELETE", "/note/a/", None, 404, None, BOB),
        Step("POST", "/note/", [{"id": "a", "text": "x"}], 404, [{"status_code": 404}], BOB),
        Step("GET", "/note/a/", None, 200, {"text": "Ann's"}, ANN),
    ],
    "nobody gives things away": [
        Step("POST", "/note/", {"text": "x", "owner": "bob"}, 422, "read_only@owner", ANN),
        Step("POST", "/note/", {"text": "x", "owner": "ann"}, 201, {"owner": "ann"}, ANN),
        ANNS,
        Step("PATCH", "/note/a/", {"owner": "bob"}, 422, "read_only@owner", ANN),
        Step("PUT", "/note/a/", {"text": "y"}, 200, {"text": "y", "owner": "ann"}, ANN),
    ],
    "others see what is public": [
        POST_ANNS,
        Step("GET", "/post/a/", None, 200, {"text": "x", "draft": "y"}, ANN),
        Step("GET", "/post/a/", None, 200, {"text": "x", "draft": None, "owner": None}, BOB),
        Step("GET", "/post/", None, 200, [{"text": "x", "draft": None, "owner": None}]),
        Step("PUT", "/post/a/", {"text": "z"}, 403, None, BOB),
        Step("DELETE", "/post/a/", None, 403, None, BOB),
        Step("DELETE", "/post/a/", None, 401),
    ],
    "nobody guesses at what they do not see": [
        POST_ANNS,
        Step("GET", "/post/?draft=y", None, 422, "unknown_parameter@draft", BOB),
        Step("GET", "/post/?sort=draft", None, 422, "invalid_value@sort", BOB),
        Step("GET", "/post/?fields=draft", None, 422, "invalid_value@fields", BOB),
    ],
}
