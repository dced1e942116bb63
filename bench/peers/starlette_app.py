"""Starlette."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import jinja2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route

from bench.peers.content import (
    DOCUMENT,
    HELLO,
    NEWS_EVERY,
    PAGE,
    ROUTES,
    ROWS,
    TEMPLATES,
    form_answer,
)

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, auto_reload=False
)


async def hello(request: Request) -> Any:
    return HTMLResponse(HELLO)


async def document(request: Request) -> Any:
    return JSONResponse(DOCUMENT)


async def form(request: Request) -> Any:
    fields: Any = await request.form()
    return HTMLResponse(form_answer(fields["name"], fields["city"]))


async def page(request: Request) -> Any:
    return HTMLResponse(_environment.get_template(PAGE).render(heading="Songs", rows=ROWS))


async def sleep(request: Request) -> Any:
    await asyncio.sleep(float(request.query_params["seconds"]))
    return HTMLResponse("")


async def news(request: Request) -> Any:
    waiters.append(event := asyncio.Event())
    await event.wait()
    return HTMLResponse(HELLO)


async def item(request: Request) -> Any:
    return HTMLResponse(str(request.path_params["number"]))


async def publish() -> None:
    while True:
        await asyncio.sleep(NEWS_EVERY)
        waiting = waiters[:]
        waiters.clear()
        for event in waiting:
            event.set()


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    task = asyncio.create_task(publish())
    yield
    task.cancel()


waiters: list[asyncio.Event] = []
application = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/", hello),
        Route("/json", document),
        Route("/form", form, methods=["POST"]),
        Route("/page", page),
        Route("/sleep", sleep),
        Route("/news", news),
        *(Route(f"/collection{n}/{{number:int}}", item) for n in range(ROUTES)),
    ],
)
