"""The dispatcher beside supervised workers.

It is ``python -m brubeck_mongrel2.dispatch PULL PUB FOLDER``.
"""

from __future__ import annotations

import signal
import sys

import zmq
from brubeck_core.builtin.threads.backend import Threads
from brubeck_core.workers.logs import configure_logging
from brubeck_core.workers.supervised import leave_to_supervisor
from brubeck_mongrel2.dispatch.dispatcher import Dispatcher
from brubeck_mongrel2.dispatch.messages import address_in


def main() -> None:
    """Dispatch until SIGTERM, or until standard input ends because the supervisor has gone."""
    pull_addr, pub_addr, folder = sys.argv[1:]
    configure_logging("INFO")
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, leave_to_supervisor)
    concurrency = Threads()
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    address = address_in(folder, pull_addr)
    dispatcher = Dispatcher(context, pull_addr, pub_addr, address, concurrency)

    def supervisor_gone() -> None:
        supervisor.pause()
        dispatcher.stop()

    supervisor = concurrency.watch_readable(sys.stdin.fileno(), supervisor_gone)
    concurrency.on_signals([signal.SIGTERM], lambda number: dispatcher.stop())
    dispatcher.run()
    context.term()


if __name__ == "__main__":
    main()
