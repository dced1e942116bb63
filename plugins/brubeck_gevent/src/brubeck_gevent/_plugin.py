"""What brubeck-gevent offers; importing this imports no gevent."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import ConcurrencyRegistration, Option, hookimpl


@hookimpl
def brubeck_register_concurrency() -> Iterable[ConcurrencyRegistration]:
    yield ConcurrencyRegistration(
        name="gevent",
        target="brubeck_gevent.backend:GeventConcurrency",
        options=(
            Option("offload_threads", int, "Real threads for offloaded work; 10 unless set."),
        ),
        summary="Greenlets on gevent's event loop: thousands of waiting handlers at once.",
        requires=(("gevent", "gevent"),),
    )
