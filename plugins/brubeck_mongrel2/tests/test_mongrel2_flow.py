"""How much may be on its way to one client."""

import pytest
from brubeck_mongrel2.protocol.flow import (
    BURST,
    CREDIT_WINDOW,
    PACE,
    ROUND_TRIP,
    CreditFlow,
    PacedFlow,
)


def test_a_burst_leaves_room_for_the_close():
    flow = PacedFlow()
    sent = 0
    while flow.room(100.0):
        flow.sent(10, 100.0)
        sent += 1
    assert sent == BURST < 16


def test_after_a_burst_one_message_may_follow_each_pace():
    flow = PacedFlow()
    for _ in range(BURST):
        flow.sent(10, 100.0)
    assert flow.delay(100.0) == pytest.approx(PACE)
    later = 100.0 + flow.delay(100.0)
    assert flow.room(later)
    flow.sent(10, later)
    assert not flow.room(later)


def test_a_pause_makes_room_for_the_next_burst():
    flow = PacedFlow()
    for _ in range(BURST):
        flow.sent(10, 100.0)
    flow.sent(10, 200.0)
    assert flow.delay(200.0) == 0


def exhausted():
    flow = PacedFlow()
    for _ in range(BURST):
        flow.sent(10, 100.0)
    return flow


def test_a_client_that_asks_again_has_taken_its_answers():
    flow = exhausted()
    flow.asked(100.0 + 2 * ROUND_TRIP)
    assert flow.delay(100.0 + 2 * ROUND_TRIP) == 0


def test_a_request_sent_ahead_proves_nothing():
    flow = exhausted()
    flow.asked(100.0 + ROUND_TRIP / 2)
    assert flow.delay(100.0 + ROUND_TRIP / 2) > 0


def test_a_server_that_stalls_is_not_overrun():
    """Whatever is sent within 100 ms, and a close, fit into the server's sixteen places."""
    flow, now, sent = PacedFlow(), 100.0, 0
    while now < 100.1:
        if flow.room(now):
            flow.sent(10, now)
            sent += 1
        now += 0.0001
    assert sent + 1 < 16


def test_credits_bound_the_bytes_on_their_way():
    flow = CreditFlow()
    flow.sent(CREDIT_WINDOW - 1, 0.0)
    assert flow.room(0.0) == 1
    flow.sent(1, 0.0)
    assert flow.room(0.0) == 0
    assert flow.delay(0.0) is None


def test_credits_come_back():
    flow = CreditFlow()
    flow.sent(CREDIT_WINDOW, 0.0)
    flow.credit(40)
    assert flow.room(0.0) == 40
    assert flow.delay(0.0) == 0


def test_credits_never_exceed_the_window():
    flow = CreditFlow(1000)
    flow.credit(500)
    assert flow.room(0.0) == 1000


def test_more_than_the_credits_is_a_mistake():
    with pytest.raises(ValueError, match="allowed"):
        CreditFlow(1000).sent(1001, 0.0)


def test_what_was_sent_before_there_were_credits_counts():
    flow = PacedFlow()
    flow.sent(1000, 100.0)
    flow.credit(400)
    assert CreditFlow(CREDIT_WINDOW, flow.unconfirmed).room(100.0) == CREDIT_WINDOW - 600
