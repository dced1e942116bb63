"""The traps in settings."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from brubeck_mongrel2.server.findings import Finding, error, warning
from brubeck_mongrel2.server.settings import BUFFER_SIZE, DEFAULTS, READ_RETRIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from brubeck_mongrel2.server.config import Config


def check(config: Config) -> Iterator[Finding]:
    """Yield what is wrong with the settings of `config`."""
    yield from _check_known(config)
    settings = DEFAULTS | {
        key: value for key, value in config.settings.items() if _is_number(key, value)
    }
    if int(settings["limits.buffer_size"]) < BUFFER_SIZE // 4:
        yield warning(
            "setting limits.buffer_size",
            f"requests whose headers exceed {settings['limits.buffer_size']} bytes get 400; "
            "browsers send more than that to sites with cookies",
            f"set it to {BUFFER_SIZE}",
        )
    if int(settings["limits.client_read_retries"]) < READ_RETRIES // 2:
        yield warning(
            "setting limits.client_read_retries",
            "a request whose headers arrive in more than half as many pieces gets 400; slow "
            "connections do that",
            f"set it to {READ_RETRIES}",
        )
    if int(settings["limits.handler_targets"]) < 100:
        yield error(
            "setting limits.handler_targets",
            "Brubeck names up to 100 connections in one answer, and Mongrel2 drops what names more",
            "leave it at 128",
        )
    if int(settings["zeromq.threads"]) > 1:
        yield warning(
            "setting zeromq.threads", "more than one is known to be unsafe", "leave it at 1"
        )
    yield from _check_uploads(settings)


def _check_known(config: Config) -> Iterator[Finding]:
    for key, value in config.settings.items():
        if key not in DEFAULTS:
            near = difflib.get_close_matches(key, DEFAULTS, n=1)
            yield warning(
                f"setting {key}",
                "Mongrel2 has no such setting",
                f"did you mean {near[0]}?" if near else "take it out",
            )
        elif not _is_number(key, value):
            yield error(
                f"setting {key}",
                f"{value!r} is not the kind of number it takes",
                f"the default is {DEFAULTS[key]}",
            )


def _check_uploads(settings: dict[str, str | int]) -> Iterator[Finding]:
    template = str(settings["upload.temp_store"])
    streamed = int(settings["upload.stream"])
    if template and not template.endswith("XXXXXX"):
        yield error(
            "setting upload.temp_store",
            f"{template!r} cannot be made into a file's name, and uploads fail",
            "let it end with XXXXXX, such as tmp/up.XXXXXX",
        )
    if template and streamed:
        yield warning(
            "setting upload.temp_store", "upload.stream is on, and goes first", "choose one of them"
        )
    if template and int(str(settings["upload.temp_store_mode"]), 8) & 0o007:
        yield warning(
            "setting upload.temp_store_mode",
            "everybody on this host may read or change what clients upload",
            "use 0600, or 0640 if the handlers run as another user of the same group",
        )
    if streamed or int(settings["download.flow_control"]):
        yield warning(
            "setting upload.stream" if streamed else "setting download.flow_control",
            "all messages of a connection have to reach the same process, and Mongrel2 deals them "
            "out in turn",
            "run one process behind this server, or several by `brubeck run --workers` or "
            "`brubeck mongrel2 dispatch`, or turn it off",
        )


def _is_number(key: str, value: str | int) -> bool:
    """Say whether `value` may stand where the default of `key` is a number."""
    default = DEFAULTS.get(key)
    if key == "upload.temp_store_mode":
        # Read as C reads numbers: octal with a 0 before it, else decimal.
        return str(value).startswith("0") and set(str(value)) <= set("01234567")
    return not isinstance(default, int) or str(value).isdecimal()
