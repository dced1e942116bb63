"""The process of a dispatcher."""

from __future__ import annotations

import signal
import sys

import zmq
from brubeck_core.builtin.threads.backend import Threads
from brubeck_core.workers.logs import configure_logging
from brubeck_core.workers.supervised import leave_to_supervisor
from brubeck_mongrel2.dispatch.dispatcher import Dispatcher


def run(pull_addr: str, pub_addr: str, address: str, *, supervised: bool = False) -> None:
    """Dispatch until SIGTERM; call it from the main thread.

    Args:
        pull_addr: the handler row's `send_spec`.
        pub_addr: its `recv_spec`.
        address: where workers connect.
        supervised: leave SIGINT and SIGHUP to the supervisor, and end when it is gone, which the
            end of standard input tells.

    Raises `ConfigError` for addresses that cannot be used.
    """
    configure_logging("INFO")
    concurrency = Threads()
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    dispatcher = Dispatcher(context, pull_addr, pub_addr, address, concurrency)

    def supervisor_gone() -> None:
        supervisor.pause()
        dispatcher.stop()

    numbers = [signal.SIGTERM]
    if supervised:
        supervisor = concurrency.watch_readable(sys.stdin.fileno(), supervisor_gone)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, leave_to_supervisor)
    else:
        numbers.append(signal.SIGINT)
    restore = concurrency.on_signals(numbers, lambda number: dispatcher.stop())
    try:
        dispatcher.run()
    finally:
        restore()
        context.term()
