"""A crowd that listens to one room, in a process of its own: one event loop over many sockets.

    python listeners.py PORT COUNT ROUNDS

Everybody has a name and a token, enters the room and polls. In each round one message is said, and
the clock stops when the last of them has heard it. Prints the seconds of each round, as JSON.
"""

import json
import selectors
import socket
import sys
import time
from http.client import HTTPConnection
from urllib.parse import urlencode

HOST = "127.0.0.1"
ROOM = "load"


class Listener:
    """Somebody on a connection that stays open, with one poll at a time."""

    def __init__(self, port: int, token: str) -> None:
        self.token = token
        self.socket = socket.create_connection((HOST, port))
        self.socket.setblocking(False)
        self.received = b""

    def poll(self, since: int) -> None:
        query = urlencode({"username": self.token, "since": since})
        self.received = b""
        self.socket.send(f"GET /api/feed/{ROOM}?{query} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())

    def answer(self) -> dict | None:
        """Return the answer when it is complete."""
        data = self.socket.recv(65536)
        if not data:
            raise ConnectionError("the server has hung up")
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return None
        length = next(
            int(line[15:])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        if len(body) < length:
            return None
        if not head.startswith(b"HTTP/1.1 200 "):
            raise ConnectionError(self.received[:300].decode())
        return json.loads(body)


def main(port: int, count: int, rounds: int) -> None:
    speaker = HTTPConnection(HOST, port)

    def ask(method: str, path: str, **arguments: object) -> dict:
        speaker.request(method, f"{path}?{urlencode(arguments)}")
        answer = speaker.getresponse()
        data = json.loads(answer.read())
        if answer.status != 200:
            raise ConnectionError(data)
        return data

    tokens = [ask("POST", f"/api/login/p{number}")["username"] for number in range(count)]
    for number, token in enumerate(tokens):
        ask("POST", f"/api/login/{ROOM}/p{number}", username=token)
    token = tokens[0]
    last = ask("GET", f"/api/feed/{ROOM}", username=token)["last"]
    # All at once, and after the rest: a server closes connections on which nothing is asked.
    listeners = [Listener(port, token) for token in tokens]
    selector = selectors.DefaultSelector()
    for listener in listeners:
        selector.register(listener.socket, selectors.EVENT_READ, listener)
    seconds = []
    for round_ in range(rounds):
        for listener in listeners:
            listener.poll(last)
        # Answered in turn, behind the polls: they are held by then.
        ask("GET", "/api/rooms")
        began = time.perf_counter()
        ask("POST", f"/api/feed/{ROOM}", username=token, message=f"round {round_}")
        heard = 0
        while heard < count:
            for key, _ in selector.select(10):
                feed = key.data.answer()
                if feed is not None:
                    assert [it["message"] for it in feed["messages"]] == [f"round {round_}"]
                    last = feed["last"]
                    heard += 1
        seconds.append(time.perf_counter() - began)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
