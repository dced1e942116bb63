"""TLS, the PROXY protocol, and proxies that say who the client is."""

# ruff: noqa: E501

from __future__ import annotations

import socket
import ssl
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from brubeck_core.errors import ConfigError
from brubeck_core.http.response import Response
from brubeck_testkit.programs import require_program
from brubeck_wsgi import WSGIConnection
from brubeck_wsgi.addresses import Address
from brubeck_wsgi.http1.proxies import parse_proxy_header
from brubeck_wsgi.http1.refused import Refused

Start = Callable[..., Any]

V2 = b"\r\n\r\n\x00\r\nQUIT\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    openssl = require_program("openssl", install="apt-get install openssl")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return str(cert), str(key)


@pytest.mark.parametrize("size", [0, 100, 1_000_000])
def test_requests_and_answers_over_tls(
    start_server: Start, certificate: tuple[str, str], size: int
) -> None:
    running = start_server(
        lambda request: Response(request.body + request.scheme.encode()),
        certificate=certificate[0],
        key=certificate[1],
    )
    context = ssl.create_default_context(cafile=certificate[0])
    with context.wrap_socket(running.connect(), server_hostname="127.0.0.1") as sock:
        for _ in range(2):
            head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size
            sock.sendall(head + b"x" * size)
            answer = b""
            while not answer.endswith(b"https"):
                answer += sock.recv(65536)
            assert answer.partition(b"\r\n\r\n")[2] == b"x" * size + b"https"


def test_plain_text_on_a_tls_port_is_cut(start_server: Start, certificate: tuple[str, str]) -> None:
    running = start_server(certificate=certificate[0], key=certificate[1])
    assert b"200" not in running.exchange(b"GET / HTTP/1.0\r\n\r\n")
    assert running.seen == []


def test_a_missing_certificate_is_named(start_server: Start, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"certificate = '/nowhere\.pem'"):
        start_server(certificate="/nowhere.pem")


V1_ROWS: list[tuple[str, bytes, tuple[str | None, int] | type[Exception] | None]] = [
    ("version 1", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET", ("192.0.2.1", 36)),
    ("version 1, IPv6", b"PROXY TCP6 2001:db8::1 ::1 1 2\r\n", ("2001:db8::1", 32)),
    ("version 1, unknown", b"PROXY UNKNOWN\r\n", (None, 15)),
    ("version 1 in pieces", b"PROXY TCP4 192", None),
    ("its first byte", b"P", None),
    ("version 2", V2 + struct.pack("!BBH4s4sHH", 0x21, 0x11, 12, b"\xc0\0\2\1", b"\xc0\0\2\2", 1, 2), ("192.0.2.1", 28)),
    ("version 2, IPv6", V2 + struct.pack("!BBH16s16sHH", 0x21, 0x21, 36, bytes(15) + b"\1", bytes(16), 1, 2), ("::1", 52)),
    ("version 2, local", V2 + struct.pack("!BBH", 0x20, 0, 0), (None, 16)),
    ("version 2 in pieces", V2 + b"\x21", None),
    ("version 2, too short", V2 + struct.pack("!BBH", 0x21, 0x11, 4) + b"abcd", Refused),
    ("version 2, another command", V2 + struct.pack("!BBH", 0x2F, 0x11, 0), Refused),
    ("a request", b"GET / HTTP/1.1\r\n\r\n", Refused),
    ("no addresses", b"PROXY TCP4 a b 1 2\r\n", Refused),
    ("far too long", b"PROXY TCP4 " + b"1" * 200, Refused),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "expected"), V1_ROWS, ids=[row[0] for row in V1_ROWS])
def test_proxy_headers(name: str, data: bytes, expected: Any) -> None:
    if expected is Refused:
        with pytest.raises(Refused):
            parse_proxy_header(data)
    else:
        assert parse_proxy_header(data) == expected


def test_the_proxy_header_names_the_client(start_server: Start) -> None:
    running = start_server(proxy_protocol=True)
    running.exchange(b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", b"GET / HTTP/1.0\r\n\r\n")
    assert running.seen[0].remote_addr == "192.0.2.1"


def test_a_connection_without_the_proxy_header_is_refused(start_server: Start) -> None:
    running = start_server(proxy_protocol=True)
    assert running.exchange(b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert running.seen == []


@pytest.mark.parametrize(
    ("name", "trusted", "fields", "client", "scheme"),
    [
        ("a trusted proxy", ("127.0.0.1",), b"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n", "192.0.2.1", "https"),
        ("two trusted proxies", ("127.0.0.0/8", "10.0.0.0/8"), b"X-Forwarded-For: 192.0.2.9, 192.0.2.1, 10.1.1.1\r\n", "192.0.2.1", "http"),
        ("a stranger", ("10.0.0.0/8",), b"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n", "127.0.0.1", "http"),
        ("nobody is trusted", (), b"X-Forwarded-For: 192.0.2.1\r\n", "127.0.0.1", "http"),
        ("rubbish", ("127.0.0.1",), b"X-Forwarded-For: <b>\r\nX-Forwarded-Proto: gopher\r\n", "127.0.0.1", "http"),
    ],
)  # fmt: skip
def test_forwarded_clients(
    start_server: Start, name: str, trusted: Any, fields: bytes, client: str, scheme: str
) -> None:
    running = start_server(trusted_proxies=trusted)
    running.exchange(b"GET / HTTP/1.0\r\n" + fields + b"\r\n")
    assert (running.seen[0].remote_addr, running.seen[0].scheme) == (client, scheme)


@pytest.mark.parametrize(
    ("trusted", "client"),
    [(("unix",), "192.0.2.1"), (("unix", "192.0.2.0/24"), "198.51.100.7"), (("127.0.0.1",), None)],
)
def test_clients_forwarded_by_a_unix_socket(
    start_server: Start, tmp_path: Path, trusted: Any, client: str | None
) -> None:
    address = Address("", 0, str(tmp_path / "app.sock"))
    running = start_server(addresses=[address], trusted_proxies=trusted)
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(address.path)
        sock.sendall(b"GET / HTTP/1.0\r\nX-Forwarded-For: 198.51.100.7, 192.0.2.1\r\n\r\n")
        assert sock.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert running.seen[0].remote_addr == client


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"trusted_proxies": ["nobody"]}, "trusted_proxies"),
        ({"key": "k.pem"}, "certificate is not"),
        ({"header_timeout": 0}, "header_timeout"),
        ({"idle": 5}, "no option 'idle'"),
        ({"bind": "6767"}, "not an address"),
        ({"bind": "127.0.0.1:99999"}, "not an address"),
        ({"bind": "unix:"}, "names no path"),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        WSGIConnection(**settings)
