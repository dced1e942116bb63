"""Mongrel2's settings: what there is, and what `brubeck mongrel2 init` writes."""

from __future__ import annotations

import mimetypes

#: Every setting with the server's own default (manual, "Tweakable Expert Settings", and source).
DEFAULTS: dict[str, str | int] = {
    "certdir": "",
    "control_port": "ipc://run/control",
    "disable.access_logging": 0,
    "download.flow_control": 0,
    "limits.buffer_size": 4096,
    "limits.client_read_retries": 5,
    "limits.connection_stack_size": 32768,
    "limits.content_length": 20480,
    "limits.dir_max_path": 256,
    "limits.dir_send_buffer": 16384,
    "limits.fdtask_stack": 102400,
    "limits.handler_stack": 102400,
    "limits.handler_targets": 128,
    "limits.header_count": 1280,
    "limits.host_name": 256,
    "limits.kill_limit": 2,
    "limits.mime_ext_len": 128,
    "limits.min_ping": 120,
    "limits.min_read_rate": 300,
    "limits.min_write_rate": 300,
    "limits.proxy_read_retries": 100,
    "limits.proxy_read_retry_warn": 10,
    "limits.tick_timer": 10,
    "limits.url_path": 256,
    "net.tcp_keepalive": 0,
    "no_clobber_xff": 0,
    "request.relaxed": 0,
    "server.daemonize": 1,
    "ssl.ca_chain": "",
    "ssl.verify_optional": 0,
    "ssl.verify_required": 0,
    "ssl_ciphers": "",
    "superpoll.hot_dividend": 4,
    "superpoll.max_fd": 10240,
    "upload.stream": 0,
    "upload.temp_store": "",
    "upload.temp_store_mode": "0600",
    "zeromq.threads": 1,
}

#: A request head has to fit in this many bytes; the server's 4096 fails pages with cookies.
BUFFER_SIZE = 65536
#: A request head has to arrive in half as many reads; the server's 5 fails slow clients.
READ_RETRIES = 40
#: Larger bodies are refused with 413, unless they are streamed or stored.
CONTENT_LENGTH = 16 << 20


def recommended(
    *, stream_uploads: bool = False, store_uploads: str = "", flow_control: bool = False
) -> dict[str, str | int]:
    """Return settings for a server with Brubeck behind it.

    Args:
        stream_uploads: hand bodies over 1 MiB to the handler in parts, as it reads them. All
            parts have to reach one process: only with one behind the server, or a dispatcher.
        store_uploads: put bodies over 1 MiB into files of this name, which ends with XXXXXX.
        flow_control: report what clients have taken, so that any stream reaches any slow
            client. Only with one process or a dispatcher, too.
    """
    settings: dict[str, str | int] = {
        "limits.buffer_size": BUFFER_SIZE,
        "limits.client_read_retries": READ_RETRIES,
        "limits.content_length": (1 << 20) if stream_uploads or store_uploads else CONTENT_LENGTH,
        "limits.url_path": 8192,
        "net.tcp_keepalive": 1,
        "server.daemonize": 0,
        # Tasks that wait for a handler's answer live in this part of max_fd: long polls.
        "superpoll.hot_dividend": 2,
        "superpoll.max_fd": 20480,
        "upload.stream": int(stream_uploads),
        "download.flow_control": int(flow_control),
    }
    if store_uploads:
        settings["upload.temp_store"] = store_uploads
    return settings


def content_types() -> dict[str, str]:
    """Return content types by extension: the standard library's, and the web's newer ones.

    The tables of the operating system stay out, so that every host gets the same.
    """
    known = dict(mimetypes.MimeTypes(filenames=()).types_map[True])
    known.update(
        {
            ".avif": "image/avif",
            ".js": "text/javascript",
            ".json": "application/json",
            ".map": "application/json",
            ".mjs": "text/javascript",
            ".svg": "image/svg+xml",
            ".wasm": "application/wasm",
            ".webmanifest": "application/manifest+json",
            ".webp": "image/webp",
            ".woff": "font/woff",
            ".woff2": "font/woff2",
        }
    )
    return known
