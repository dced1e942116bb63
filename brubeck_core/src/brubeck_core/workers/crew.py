"""The workers of a supervisor: which ones there should be, and what follows when one ends."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from time import monotonic

from brubeck_core.workers.companions import Program
from brubeck_core.workers.listening import Address
from brubeck_core.workers.slot import Slot
from brubeck_core.workers.worker import Worker

log = logging.getLogger("brubeck.workers")


class Crew:
    """Keep a number of workers, each in a slot of its own, and renew them when asked.

    Args:
        command: the program that a worker runs, and its arguments.
        count: how many workers there should be.
        grace: in how many seconds a worker that is told to stop has to end.
    """

    def __init__(self, command: Sequence[str], count: int, grace: float) -> None:
        self._command = command
        self._grace = grace
        self._slots = [Slot(f"{number} of {count}") for number in range(1, count + 1)]
        #: Workers that were told to stop.
        self._retired: list[Worker] = []
        self._generation = 0
        self._reloading = False
        # Until a worker has been ready there is only one: what is wrong with the program is
        # said once, and trying again would not mend it.
        self._proven = False
        #: With what status to end, once that is decided.
        self.exit_status: int | None = None

    def workers(self) -> list[Worker]:
        """Return all worker processes there are."""
        workers = list(self._retired)
        for slot in self._slots:
            workers += filter(None, (slot.worker, slot.successor))
        return workers

    def addresses(self) -> set[Address]:
        """Return what the workers listen on, without those that were told to stop."""
        return {address for slot in self._slots if slot.worker for address in slot.worker.addresses}

    def companions(self) -> set[Program]:
        """Return what runs beside the workers that there are."""
        return {program for worker in self.workers() for program in worker.companions}

    # -- what is due ---------------------------------------------------------------------------

    def start_due(self) -> Iterator[Worker]:
        """Start the workers that are missing, where the time for that has come."""
        now = monotonic()
        for slot in self._wanted():
            if slot.is_empty and slot.due <= now:
                slot.worker = self._start(slot)
                yield from filter(None, (slot.worker,))
        if self._reloading and not any(slot.successor for slot in self._slots):
            for slot in self._outdated()[:1]:
                slot.successor = self._start(slot)
                yield from filter(None, (slot.successor,))

    def kill_due(self) -> None:
        """Kill the workers that were told to stop and have not done so in time."""
        now = monotonic()
        for worker in self._retired:
            if worker.kill_at is not None and worker.kill_at <= now:
                log.warning("%s has not ended within %g s: killing it", worker.name, self._grace)
                worker.kill()

    def seconds_to_next(self) -> float | None:
        """Return in how many seconds something will be due; None if nothing will be."""
        moments = [worker.kill_at for worker in self._retired if worker.kill_at is not None]
        moments += [slot.due for slot in self._wanted() if slot.is_empty]
        return max(0.0, min(moments) - monotonic()) if moments else None

    # -- what happens --------------------------------------------------------------------------

    def note_ready(self, worker: Worker) -> None:
        """Take a worker as one that serves; whom it follows may go."""
        worker.note_ready()
        slot = self._slot_of(worker)
        if slot is None:
            return
        self._proven = True
        log.info("%s serves", worker.name)
        if slot.successor is worker:
            if slot.worker is not None:
                self._retire(slot.worker)
            slot.worker, slot.successor = worker, None

    def note_end(self, worker: Worker, status: int) -> None:
        """Let a worker go that has ended, and decide what follows."""
        what = f"{worker.name} {worker.describe_end()}"
        slot = self._slot_of(worker)
        if slot is None:
            self._retired.remove(worker)
            log.info("%s", what)
            return
        if slot.successor is worker:
            slot.successor = None
            self._give_up_reload(what)
        else:
            slot.worker = None
        self._miss(slot, what, worker.served(), status)

    def reload(self) -> None:
        """Replace all workers, one after the other."""
        if self.exit_status is not None:
            return
        self._generation += 1
        self._reloading = True
        for slot in self._slots:
            # New code deserves a new chance.
            slot.forgive()
            if slot.successor is not None:
                self._retire(slot.successor)
                slot.successor = None

    def has_reloaded(self) -> bool:
        """Say, once, that a reload is complete."""
        workers = [slot.worker for slot in self._slots if slot.worker and slot.worker.is_ready]
        if not self._reloading or len(workers) < len(self._slots) or self._outdated():
            return False
        self._reloading = False
        return True

    def stop(self, status: int) -> None:
        """Tell all workers to stop, to end with `status` when they have."""
        self.exit_status = status
        for slot in self._slots:
            for worker in filter(None, (slot.worker, slot.successor)):
                self._retire(worker)
            slot.worker = slot.successor = None

    def kill(self, status: int) -> None:
        """End all workers at once, after `stop`."""
        self.exit_status = status
        for worker in self._retired:
            worker.kill()

    # -- helpers -------------------------------------------------------------------------------

    def _wanted(self) -> Sequence[Slot]:
        """Return the slots that should not be empty now."""
        if self.exit_status is not None:
            return ()
        return self._slots if self._proven else self._slots[:1]

    def _outdated(self) -> list[Slot]:
        return [
            slot
            for slot in self._slots
            if slot.worker is not None and slot.worker.generation < self._generation
        ]

    def _slot_of(self, worker: Worker) -> Slot | None:
        for slot in self._slots:
            if worker in (slot.worker, slot.successor):
                return slot
        return None

    def _start(self, slot: Slot) -> Worker | None:
        try:
            return Worker(self._command, slot.place, self._generation)
        except OSError as error:
            what = f"worker {slot.place} cannot be started ({error})"
            if slot.worker is not None:
                self._give_up_reload(what)
            self._miss(slot, what, served=0.0, status=1)
            return None

    def _retire(self, worker: Worker) -> None:
        worker.stop(self._grace)
        self._retired.append(worker)

    def _give_up_reload(self, what: str) -> None:
        self._reloading = False
        log.error("%s: the reload is given up, and the workers that serve go on", what)

    def _miss(self, slot: Slot, what: str, served: float, status: int) -> None:
        """Fill a slot again when its worker has ended by itself, unless none ever served."""
        if not self._proven:
            log.error("%s before it served", what)
            self.stop(status)
            return
        pause = slot.postpone(served)
        if slot.is_empty:
            when = f"in {pause:g} s" if pause else "now"
            log.warning("%s; another one starts %s", what, when)
