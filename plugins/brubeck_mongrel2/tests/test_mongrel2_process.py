"""The real server: it takes our configuration, runs, tells, and ends."""

import os
import signal
import subprocess
import sys
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
import zmq
from brubeck_mongrel2.protocol.classify import Kind, classify
from brubeck_mongrel2.protocol.message import parse
from brubeck_mongrel2.protocol.reply import reply
from brubeck_mongrel2.server.config import Config
from brubeck_mongrel2.server.control import ControlError, ControlPort
from brubeck_mongrel2.server.database import read_config, write_config
from brubeck_mongrel2.server.process import Mongrel2Error, Mongrel2Process

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nTake five"


@pytest.fixture
def sockets():
    """A handler's two sockets, connected to a server's row; ready to answer."""
    with zmq.Context() as context:
        made = []

        def connect(handler):
            pull, pub = context.socket(zmq.PULL), context.socket(zmq.XPUB)
            made.extend((pull, pub))
            pub.connect(handler.recv_spec)
            pull.connect(handler.send_spec)
            assert pub.poll(5000), "the server did not subscribe"
            assert pub.recv() == b"\x01" + handler.recv_ident.encode()
            return pull, pub

        yield connect
        for socket in made:
            socket.close(linger=0)


@pytest.mark.parametrize("protocol", ["json", "tnetstring"])
def test_it_serves_with_our_configuration(real_mongrel2, sockets, protocol):
    server = real_mongrel2(protocol=protocol)
    pull, pub = sockets(server.handler)
    client = server.connect()
    client.sendall(b'GET /x?a=1 HTTP/1.1\r\nHost: h\r\nX-A: \x01\xe9"\\u0041"\r\nX-A: 2\r\n\r\n')
    message = parse(pull.recv())
    assert classify(message) is Kind.HTTP
    assert message.headers["x-a"] == ['\x01\xe9"\\u0041"', "2"]
    assert message.headers["QUERY"] == "a=1"
    pub.send(reply(message.sender, message.conn_id, ANSWER))
    assert client.recv(1000) == ANSWER
    client.close()
    assert classify(parse(pull.recv())) is Kind.DISCONNECT


def test_it_serves_files(real_mongrel2, folder):
    (folder / "files").mkdir()
    (folder / "files" / "five.svg").write_text("<svg/>")
    server = real_mongrel2(static={"/static/": folder / "files"})
    url = f"http://127.0.0.1:{server.server.port}/static/five.svg"
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert answer.read() == b"<svg/>"


def test_large_heads_pass(real_mongrel2, sockets):
    server = real_mongrel2()
    pull, _ = sockets(server.handler)
    with server.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nCookie: " + b"c" * 30_000 + b"\r\n\r\n")
        assert len(parse(pull.recv()).headers["cookie"]) == 30_000


def test_the_control_port_lists_and_kills_connections(real_mongrel2, sockets):
    server = real_mongrel2()
    pull, _ = sockets(server.handler)
    control = ControlPort(server.layout.control_port)
    with server.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        message = parse(pull.recv())
        (row,) = control.connections()
        assert row["id"] == int(message.conn_id)
        control.kill(int(message.conn_id))
        assert client.recv(10) == b""


def test_the_control_port_tells_about_the_server(real_mongrel2):
    server = real_mongrel2()
    control = ControlPort(server.layout.control_port)
    (info,) = control.info()
    assert info["port"] == server.server.port
    assert "taskmain" in {row["name"] for row in control.tasks()}


@pytest.mark.parametrize(
    ("command", "arguments"), [("party", {}), ("kill", {"id": 70_000}), ("status", {"what": "x"})]
)
def test_the_control_port_refuses(real_mongrel2, command, arguments):
    server = real_mongrel2()
    with pytest.raises(ControlError, match=command):
        ControlPort(server.layout.control_port).call(command, arguments)


def test_no_server_is_an_error_in_time(folder):
    control = ControlPort(f"ipc://{folder}/control", timeout=0.1)
    with pytest.raises(ControlError, match="is the server running"):
        control.info()


def test_stopping_leaves_no_process_and_no_pid_file(real_mongrel2):
    server = real_mongrel2()
    pid = server.process.pid
    assert Path(server.server.pid_file).read_text() == str(pid)
    server.process.stop()
    server.process.stop()
    assert not Path(server.server.pid_file).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_pid_file_left_behind_is_no_obstacle(real_mongrel2):
    server = real_mongrel2()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.stop()
    Path(server.server.pid_file).write_text("4194304")
    with Mongrel2Process(server.layout.config, server.server) as again:
        assert again.poll() is None


def test_why_it_does_not_start_is_told(real_mongrel2):
    server = real_mongrel2()
    server.process.stop()
    config = read_config(server.layout.config)
    broken = replace(server.server, default_host="elsewhere")
    write_config(Config((broken,), config.settings), server.layout.config)
    with pytest.raises(Mongrel2Error, match="elsewhere"):
        Mongrel2Process(server.layout.config, broken).start()


def test_a_taken_port_is_told(real_mongrel2):
    server = real_mongrel2()
    second = Mongrel2Process(server.layout.config, server.server)
    with pytest.raises(Mongrel2Error, match="already"):
        second.start()


def test_run_ends_server_and_command_together(real_mongrel2):
    server = real_mongrel2()
    server.process.stop()
    program = (
        "import sys; from pathlib import Path; from brubeck_mongrel2.operations import run;"
        "sys.exit(run(Path(sys.argv[1]), None, [sys.executable, '-c',"
        " 'print(1, flush=True); import time; time.sleep(60)']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(server.layout.root)], stdout=subprocess.PIPE
    )
    with process:
        assert process.stdout.readline() == b"1\n"
        with server.connect():
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not Path(server.server.pid_file).exists()


def test_run_ends_with_its_command(real_mongrel2):
    server = real_mongrel2()
    server.process.stop()
    program = (
        "import sys; from pathlib import Path; from brubeck_mongrel2.operations import run;"
        "sys.exit(run(Path(sys.argv[1]), None, [sys.executable, '-c', 'raise SystemExit(7)']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(server.layout.root)], timeout=20, check=False
    )
    assert done.returncode == 7


def test_run_ends_all_its_commands(real_mongrel2):
    server = real_mongrel2()
    server.process.stop()
    program = (
        "import sys; from pathlib import Path; from brubeck_mongrel2.operations import run;"
        "sleep = [sys.executable, '-c', 'import time; time.sleep(60)'];"
        "fail = [sys.executable, '-c', 'raise SystemExit(7)'];"
        "sys.exit(run(Path(sys.argv[1]), None, [*sleep, '--', *fail]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(server.layout.root)], timeout=20, check=False
    )
    assert done.returncode == 7
