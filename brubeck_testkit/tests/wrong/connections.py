"""Connections that are wrong in one way each."""

from __future__ import annotations

import threading
from urllib.parse import unquote

import pytest
from brubeck_core.builtin.local_connection import LocalConnection
from brubeck_core.errors import ConfigError, HTTPError
from brubeck_core.http.headers import Headers
from brubeck_core.http.request import Request
from brubeck_core.testing import Answer
from brubeck_testkit.connection import ConnectionSuite, stage, suite

#: Addresses that are in use.
taken: set[str] = set()


class Right(LocalConnection):
    """The connection that is right: within the process, under an address that one may have."""

    address = "stage"

    def __init__(self):
        super().__init__()
        self.serving = False
        self.in_flight = 0
        self.idle = threading.Condition()

    def serve(self, app):
        self.take()
        self.serving = True
        super().serve(app)
        with self.idle:
            self.idle.wait_for(lambda: self.in_flight == 0, self.patience)
        self.serving = False
        taken.discard(self.address)

    def take(self):
        if self.address in taken:
            raise ConfigError(f"{self.address} is taken")
        taken.add(self.address)

    def stop(self, timeout=30.0):
        self.patience = timeout
        super().stop(timeout)

    def ask(self, method, target, headers=None, body=b""):
        if not self.serving:
            raise ConnectionRefusedError("connection refused")
        with self.idle:
            self.in_flight += 1
        try:
            return self.answer(self.read(method, target, headers or {}, body))
        finally:
            with self.idle:
                self.in_flight -= 1
                self.idle.notify_all()

    def read(self, method, target, headers, body):
        path, _, query = target.partition("?")
        limits = self._app.limits
        return Request(method, unquote(path), query, Headers(lower(headers)), body, limits=limits)

    def answer(self, request):
        try:
            if len(request.body) > request.limits.max_body:
                raise HTTPError(413)
            response = self._app.dispatch(request)
        except HTTPError as error:
            return Answer(error.status, "", [], b"")
        return self.write(response)

    def write(self, response):
        body = b"".join(response.chunks())
        return Answer(response.status, response.reason, response.headers, body)


def lower(headers):
    return {name.lower(): value for name, value in headers.items()}


class Wrong(ConnectionSuite):
    capabilities = {"address", "limits"}
    made: type[Right]

    @pytest.fixture(autouse=True)
    def hasty(self, monkeypatch):
        taken.clear()
        for module in (stage, suite):
            monkeypatch.setattr(module, "PATIENCE", 2.0)

    @pytest.fixture
    def connection(self):
        return self.made()

    @pytest.fixture
    def ask(self, connection):
        return connection.ask

    @pytest.fixture
    def rival(self):
        return self.made()


class TestRight(Wrong):
    meant_for = None
    made = Right


class TestKnowsFewMethods(Wrong):
    meant_for = "test_the_method_arrives"

    class made(Right):
        def read(self, method, *others):
            return super().read("GET" if method == "PROPFIND" else method, *others)


class TestDecodesTheQuery(Wrong):
    meant_for = "test_the_address_arrives"

    class made(Right):
        def read(self, method, target, *others):
            return super().read(method, unquote(target), *others)


class TestKnowsFewFields(Wrong):
    meant_for = "test_header_fields_arrive"

    class made(Right):
        def read(self, method, target, headers, body):
            known = {k: v for k, v in headers.items() if not k.startswith("X-")}
            return super().read(method, target, known, body)


class TestReadsTheBodyAsText(Wrong):
    meant_for = "test_the_body_arrives"

    class made(Right):
        def read(self, method, target, headers, body):
            return super().read(method, target, headers, body.decode(errors="replace").encode())


class TestTakesAnyBody(Wrong):
    meant_for = "test_a_body_beyond_the_limit_is_refused"

    class made(Right):
        def answer(self, request):
            return self.write(self._app.dispatch(request))


class TestCallsAllGood(Wrong):
    meant_for = "test_the_status_arrives"

    class made(Right):
        def write(self, response):
            if response.status == 201:
                response.status = 200
            return super().write(response)


class TestKeepsFieldsInADictionary(Wrong):
    meant_for = "test_fields_of_one_name_stay_apart"

    class made(Right):
        def write(self, response):
            response.headers = list(dict(response.headers).items())
            return super().write(response)


class TestWritesTheBodyAsText(Wrong):
    meant_for = "test_every_byte_of_the_answer_arrives"

    class made(Right):
        def write(self, response):
            if response.status == 201:
                response.body = response.body.decode("ascii", "ignore").encode()
            return super().write(response)


class TestExplainsEmptiness(Wrong):
    meant_for = "test_an_answer_without_a_body_has_none"

    class made(Right):
        def write(self, response):
            if response.status == 204:
                response.body = b"nothing"
            return super().write(response)


class TestAnswersHeadAsGet(Wrong):
    meant_for = "test_the_answer_to_head_has_no_body"

    class made(Right):
        def read(self, method, *others):
            return super().read(method.replace("HEAD", "GET"), *others)


class TestStopsAtAnEmptyPiece(Wrong):
    meant_for = "test_a_streamed_answer_arrives_whole"

    class made(Right):
        def write(self, response):
            if response.streaming:
                response.body = list(response.body)[:2]
            return super().write(response)


class TestHasAPageForAll(Wrong):
    meant_for = "test_an_unknown_path_is_not_found"

    class made(Right):
        def write(self, response):
            if response.status == 404:
                response.status = 200
            return super().write(response)


class TestBreaksOnAFailure(Wrong):
    meant_for = "test_a_failing_handler_is_an_error_of_that_request_alone"

    class made(Right):
        def write(self, response):
            if response.status == 500:
                raise ConnectionResetError
            return super().write(response)


class TestAnswersOneByOne(Wrong):
    meant_for = "test_requests_are_answered_side_by_side"

    class made(Right):
        def __init__(self):
            super().__init__()
            self.turn = threading.Lock()

        def answer(self, request):
            with self.turn:
                return super().answer(request)


class TestReturnsAtOnce(Wrong):
    meant_for = "test_serve_returns_after_stop"

    class made(Right):
        def serve(self, app):
            self.take()
            self.serving = True

        def stop(self, timeout=30.0):
            super().stop(timeout)
            self.serving = False


class TestStopsOnce(Wrong):
    meant_for = "test_stop_may_be_called_twice"

    class made(Right):
        def stop(self, timeout=30.0):
            if self._stopped.is_set():
                raise RuntimeError("stopped already")
            super().stop(timeout)


class TestAbandonsWhatIsInFlight(Wrong):
    meant_for = "test_a_request_in_flight_is_answered_while_it_stops"

    class made(Right):
        def write(self, response):
            if self._stopped.is_set():
                raise ConnectionResetError
            return super().write(response)


class TestWaitsForever(Wrong):
    meant_for = "test_it_waits_no_longer_than_it_is_told"

    class made(Right):
        def stop(self, timeout=30.0):
            super().stop(30.0)


class TestIsTalkative(Wrong):
    meant_for = "test_it_says_in_one_line_where_it_serves"

    class made(Right):
        def describe(self):
            return "here\nand there"


class TestOpensTooEarly(Wrong):
    meant_for = "test_it_opens_nothing_before_it_serves"

    class made(Right):
        def setup(self, app):
            super().setup(app)
            self.serving = True


class TestStaysOpen(Wrong):
    meant_for = "test_it_leaves_nothing_open"

    class made(Right):
        def serve(self, app):
            super().serve(app)
            self.serving = True


class TestHidesWhatIsWrong(Wrong):
    meant_for = "test_an_address_in_use_is_a_mistake_of_the_configuration"

    class made(Right):
        def take(self):
            if self.address in taken:
                raise OSError("address in use")
            taken.add(self.address)
