"""A fake Mongrel2, so that an application's tests need no server; see `FakeMongrel2`."""

from brubeck_testkit.mongrel2.answers import Answer
from brubeck_testkit.mongrel2.client import FakeClient
from brubeck_testkit.mongrel2.messages import http_headers, pack, unpack_reply
from brubeck_testkit.mongrel2.server import FakeMongrel2

__all__ = ["Answer", "FakeClient", "FakeMongrel2", "http_headers", "pack", "unpack_reply"]
