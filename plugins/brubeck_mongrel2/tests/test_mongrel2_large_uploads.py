"""Large bodies behind the real server: how much memory they take."""

import re
from contextlib import closing
from pathlib import Path

import pytest

BACKENDS = ("gevent", "eventlet", "threads")
_FIFTY = 50 * 1024 * 1024


def most_memory(number):
    """Return the most memory that a process has ever had, in bytes."""
    status = Path(f"/proc/{number}/status").read_text()
    return int(re.search(r"VmHWM:\s+([0-9]+) kB", status)[1]) * 1024


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
@pytest.mark.parametrize("how", ["streamed", "stored"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_an_upload_of_fifty_megabytes_takes_little_memory(site, backend, how, chunked):
    if how == "streamed":
        running = site(backend, config={"stream_uploads": True})
    else:
        running = site(backend, config={"store_uploads": True}, upload_dir="1")
    (worker,) = running.workers(1)
    assert running.ask("/swallow", "PUT", b"x" * 2_000_000) == "2000000"
    before = most_memory(worker)
    parts = (b"x" * 65536 for _ in range(_FIFTY // 65536))
    headers = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(_FIFTY)}
    with closing(running.client(60)) as client:
        client.request("PUT", "/swallow", parts, headers, encode_chunked=chunked)
        assert client.getresponse().read().decode() == str(_FIFTY)
    assert most_memory(worker) - before < 16 * 1024 * 1024
