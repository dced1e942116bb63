"""Where `brubeck mongrel2` keeps a server: one folder, with everything it needs inside."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from brubeck_mongrel2.server.config import Config, Directory, Handler, Host, Server, Target
from brubeck_mongrel2.server.settings import content_types, recommended

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    #: Where one application's handlers take requests, and where they give answers.
    Pair = tuple[str, str]

#: Where handlers take requests and give answers unless told otherwise: the original's ports.
PULL_ADDR = "tcp://127.0.0.1:9999"
PUB_ADDR = "tcp://127.0.0.1:9998"


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a server that lives in the folder `root`."""

    root: Path

    @property
    def config(self) -> Path:
        """The configuration that Mongrel2 reads."""
        return self.root / "config.sqlite"

    @property
    def control_port(self) -> str:
        """The address of the control port."""
        return f"ipc://{self.root / 'run' / 'control'}"

    def make_folders(self) -> None:
        """Make the folders that Mongrel2 needs and does not make itself.

        Only their owner may enter `run`: who reaches the control port can stop the server.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "run").mkdir(mode=0o700, exist_ok=True)
        (self.root / "logs").mkdir(exist_ok=True)
        (self.root / "tmp").mkdir(mode=0o700, exist_ok=True)


def new_config(
    layout: Layout,
    *,
    port: int = 6767,
    bind_addr: str = "127.0.0.1",
    pull_addr: str = PULL_ADDR,
    pub_addr: str = PUB_ADDR,
    protocol: str = "json",
    hosts: Mapping[str, Pair] | None = None,
    static: Mapping[str, Path] | None = None,
    stream_uploads: bool = False,
    store_uploads: bool = False,
    flow_control: bool = False,
) -> Config:
    """Return the configuration of one server that hands every request to Brubeck.

    Args:
        hosts: where each host's handlers take requests and give answers, by the host's name, for
            several applications behind one server. The first host gets what fits no other.
            Without any, `pull_addr` and `pub_addr` get everything.
        static: folders of files that Mongrel2 serves itself, by path such as ``/static/``.
        stream_uploads: see `brubeck_mongrel2.server.settings.recommended`, as `flow_control`.
        store_uploads: put large bodies into files in the folder's `tmp`.

    The server gets a name of its own, since handlers tell servers apart by it.
    """
    name = f"brubeck-{uuid.uuid4().hex[:12]}"
    pairs = hosts or {"localhost": (pull_addr, pub_addr)}
    files: dict[str, Target] = {
        path: Directory(f"{folder.absolute()}/") for path, folder in (static or {}).items()
    }
    # Hosts of the same addresses share a handler: the server binds them once.
    idents = {pair: f"{name}-{number}" for number, pair in enumerate(dict.fromkeys(pairs.values()))}
    if len(idents) == 1:
        idents = dict.fromkeys(idents, name)
    routed = tuple(
        Host(host, {"/": Handler(pair[0], ident, pair[1], ident, protocol=protocol), **files})
        for host, pair in pairs.items()
        for ident in (idents[pair],)
    )
    server = Server(
        uuid=name,
        name="brubeck",
        default_host=routed[0].name,
        hosts=routed,
        port=port,
        bind_addr=bind_addr,
        access_log=str(layout.root / "logs" / "access.log"),
        error_log=str(layout.root / "logs" / "error.log"),
        pid_file=str(layout.root / "run" / "mongrel2.pid"),
        control_port=layout.control_port,
    )
    settings = recommended(
        stream_uploads=stream_uploads,
        store_uploads=str(layout.root / "tmp" / "up.XXXXXX") if store_uploads else "",
        flow_control=flow_control,
    )
    return Config((server,), settings, content_types())
