"""Wake those in this process who wait for news."""

from collections import defaultdict
from contextlib import contextmanager


class Bell:
    """Events by topic. Whoever wants news of a topic listens first, and only then looks at it."""

    def __init__(self, concurrency):
        self._concurrency = concurrency
        self._lock = concurrency.lock()
        self._waiting = defaultdict(set)
        #: Whether nobody is to wait any longer.
        self.closed = False

    @contextmanager
    def listening(self, topic):
        """Give an event that is set by the next `ring` of the topic."""
        rung = self._concurrency.event()
        with self._lock:
            self._waiting[topic].add(rung)
            if self.closed:
                rung.set()
        try:
            yield rung
        finally:
            with self._lock:
                self._waiting[topic].discard(rung)
                if not self._waiting[topic]:
                    del self._waiting[topic]

    def ring(self, topic):
        with self._lock:
            waiting = [*self._waiting.get(topic, ())]
        for rung in waiting:
            rung.set()

    def ring_all(self):
        """Wake everybody: there may be news of anything."""
        with self._lock:
            topics = [*self._waiting]
        for topic in topics:
            self.ring(topic)

    def close(self):
        """Wake everybody, now and from now on."""
        with self._lock:
            self.closed = True
        self.ring_all()
