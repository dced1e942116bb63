"""What brubeck-eventlet offers; importing this imports no eventlet."""

from __future__ import annotations

from collections.abc import Iterable

from brubeck_core.plugin import ConcurrencyRegistration, Option, hookimpl


@hookimpl
def brubeck_register_concurrency() -> Iterable[ConcurrencyRegistration]:
    yield ConcurrencyRegistration(
        name="eventlet",
        target="brubeck_eventlet.backend:EventletConcurrency",
        options=(
            Option("offload_threads", int, "Real threads for offloaded work; 20 unless set."),
        ),
        summary="Greenlets on eventlet, which gets bug fixes only: take gevent for new work.",
        requires=(("eventlet", "eventlet"),),
    )
