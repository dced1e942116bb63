"""A page that talks to the server by a WebSocket, and the server that says it back."""

from __future__ import annotations

from typing import Any

from brubeck_core import Brubeck, WebMessageHandler, WebSocketHandler
from brubeck_core.http.websocket import WebSocket

PAGE = """\
<!doctype html>
<html lang="en">
<head><title>Echo</title></head>
<body>
<h1>Echo</h1>
<form><label>Say <input name="said"></label></form>
<ol></ol>
<p role="status">connecting</p>
<script>
const note = (text) => { document.querySelector("[role=status]").textContent = text; };
const socket = new WebSocket(`ws://${location.host}/echo`);
socket.onopen = () => note("open");
socket.onclose = (event) => note(`closed ${event.code} ${event.reason}`);
socket.onmessage = (event) => {
  const line = document.createElement("li");
  line.textContent = event.data;
  document.querySelector("ol").append(line);
};
document.querySelector("form").onsubmit = (event) => {
  event.preventDefault();
  socket.send(event.target.said.value);
  event.target.reset();
};
</script>
</body>
</html>
"""


class Page(WebMessageHandler):
    def get(self) -> Any:
        self.set_body(PAGE)
        return self.render()


class Echo(WebSocketHandler):
    def converse(self, socket: WebSocket) -> None:
        for message in socket:
            if message == "bye":
                socket.close(1000, "so long")
            else:
                socket.send(f"you said {message}")


app = Brubeck(handler_tuples=[("^/$", Page), ("^/echo$", Echo)])
