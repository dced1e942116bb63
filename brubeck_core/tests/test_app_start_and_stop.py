"""What an application does when it starts and when it is told to stop."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from brubeck_core import Brubeck
from brubeck_core.testing import TestClient


def fail(app: Brubeck) -> None:
    raise RuntimeError("out of tune")


def test_functions_are_called_once_in_their_order_at_the_first_request(make_app: Any) -> None:
    app, called = make_app(), []
    app.on_start(lambda app: called.append(("first", app)))
    app.on_start(lambda app: called.append(("second", app)))
    assert called == []
    client = TestClient(app)
    client.get("/")
    client.get("/")
    assert called == [("first", app), ("second", app)]


def test_a_function_that_fails_ends_the_start(make_app: Any) -> None:
    app = make_app()
    app.on_start(fail)
    with pytest.raises(RuntimeError, match="out of tune"):
        app.start()


def test_work_is_told_to_stop_before_requests_in_flight_are_waited_for(make_app: Any) -> None:
    app = make_app()
    order: list[str] = []
    app.on_stop(lambda app: order.append("started first"))
    app.on_stop(lambda app: order.append("started last"))
    app.connection.stop = lambda timeout: order.append("connection")  # type: ignore[method-assign]
    app.stop()
    assert order == ["started last", "started first", "connection"]


def test_a_second_stop_calls_nothing_again(make_app: Any) -> None:
    app, called = make_app(), []
    app.on_stop(called.append)
    app.stop()
    app.stop()
    assert called == [app]


def test_a_function_that_fails_does_not_keep_the_application_from_stopping(
    make_app: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app, called = make_app(), []
    app.on_stop(called.append)
    app.on_stop(fail)
    with caplog.at_level(logging.ERROR, "brubeck"):
        app.stop()
    assert called == [app]
    assert "out of tune" in caplog.text


def test_both_are_decorators(make_app: Any) -> None:
    app = make_app()
    assert app.on_start(fail) is fail
    assert app.on_stop(fail) is fail
