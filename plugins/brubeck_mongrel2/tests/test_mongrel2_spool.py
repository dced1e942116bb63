"""Uploads in files: what is taken for one, and what a client cannot make us open."""

import os
import time

import pytest
from brubeck_core.errors import ConfigError, HTTPError
from brubeck_mongrel2.protocol.message import parse
from brubeck_mongrel2.spool import DONE, ORPHANED, START, Spool
from brubeck_testkit.mongrel2 import http_headers, pack

NAME = "up.a1B2c3"


@pytest.fixture
def stored(tmp_path):
    """The folder of uploads, with one finished in it, of 10 bytes."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    (folder / NAME).write_bytes(b"0123456789")
    return folder


def message(body=b"", **headers):
    given = {"content-length": "10", START: f"/tmp/{NAME}", DONE: f"/tmp/{NAME}"}
    given |= {name.replace("__", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in given.items() if value is not None}
    return parse(pack(http_headers("PUT", "/x", kept), body))


@pytest.mark.parametrize(
    ("name", "made", "expected"),
    [
        ("an upload", message(), True),
        ("a chunked one", message(content__length=None, transfer__encoding="chunked"), True),
        ("the first message of one", message(**{DONE: None}), True),
        ("no upload", message(**{START: None}), False),
        ("a body that is there", message(b"0123456789"), False),
        ("nothing announced", message(content__length=None), False),
        ("an empty body", message(content__length="0"), False),
        ("a negative length", message(content__length="-5"), False),
        ("two lengths", message(content__length=["10", "10"]), False),
        ("both", message(transfer__encoding="chunked"), False),
        ("another coding", message(content__length=None, transfer__encoding="Chunked"), False),
    ],
)
def test_is_stored(stored, name, made, expected):
    assert Spool(str(stored)).is_stored(made) is expected


def test_a_body_is_taken_and_its_file_is_gone(stored):
    body = Spool(str(stored)).take(message())
    assert list(stored.iterdir()) == []
    assert (body.read(4), body.read_all(10), body.read(1)) == (b"0123", b"456789", b"")
    assert body.complete
    body.close()


def test_the_first_message_takes_nothing(stored):
    spool = Spool(str(stored))
    assert spool.take(message(**{DONE: None})) is None
    assert spool.take(message(**{DONE: "/tmp/up.forged"})) is None
    assert (stored / NAME).exists()


def test_what_follows_a_body_is_left_out_and_the_connection_not_used_again(stored):
    body = Spool(str(stored)).take(message(content__length="6"))
    assert b"".join(body) == b"012345"
    assert not body.complete
    body.close()


def test_a_body_beyond_the_limit_is_refused(stored):
    body = Spool(str(stored)).take(message())
    with pytest.raises(HTTPError) as refused:
        body.read_all(9)
    assert refused.value.status == 413
    body.close()


def named(path):
    return message(**{START: path, DONE: path})


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("a file of the system", named("/etc/passwd")),
        ("a way out", named("../secret.txt")),
        ("a folder", named("/tmp/")),
        ("nothing", named("")),
        ("a hidden name", named("/tmp/.hidden12")),
        ("a name that is no template's", named("/tmp/up.a1B2c!")),
        ("a name of nothing", named("/tmp/up.zzzzzz")),
        ("a link", named("/tmp/up.linked")),
        ("a second name of a file", named("/tmp/up.double")),
        ("a folder of that name", named("/tmp/up.folder")),
        ("a shorter file", message(content__length="11")),
    ],
)
def test_what_is_no_upload_is_refused(stored, name, made):
    (stored.parent / "secret.txt").write_text("secret")
    (stored / "up.linked").symlink_to(stored.parent / "secret.txt")
    os.link(stored.parent / "secret.txt", stored / "up.double")
    (stored / "up.folder").mkdir()
    with pytest.raises(HTTPError) as refused:
        Spool(str(stored)).take(made)
    assert refused.value.status == 400
    assert (stored.parent / "secret.txt").exists()


def test_a_file_of_another_length_stays_whose_it_is(stored):
    """Its name may be guessed while its upload is still arriving."""
    with pytest.raises(HTTPError):
        Spool(str(stored)).take(message(content__length="11"))
    assert (stored / NAME).exists()


def test_a_body_is_taken_once(stored):
    spool = Spool(str(stored))
    spool.take(message()).close()
    with pytest.raises(HTTPError):
        spool.take(message())


def test_orphans_are_removed(stored):
    old = stored / "up.oldold"
    old.write_bytes(b"x")
    past = time.time() - ORPHANED - 60
    os.utime(old, (past, past))
    (stored / "README").write_text("not an upload")
    os.utime(stored / "README", (past, past))
    assert Spool(str(stored)).remove_orphans() == 1
    assert sorted(path.name for path in stored.iterdir()) == ["README", NAME]


def test_several_workers_may_remove_orphans_at_once(stored, monkeypatch):
    past = time.time() - ORPHANED - 60
    for name in ("up.first1", "up.second"):
        (stored / name).write_bytes(b"x")
        os.utime(stored / name, (past, past))
    spool, unlink = Spool(str(stored)), os.unlink

    def unlink_both(path):
        monkeypatch.undo()
        assert spool.remove_orphans() == 2
        unlink(path)

    monkeypatch.setattr(os, "unlink", unlink_both)
    assert spool.remove_orphans() == 0
    assert [path.name for path in stored.iterdir()] == [NAME]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="no folder"):
        Spool(str(tmp_path / "none"))


# -- through a connection -----------------------------------------------------------------------


def receive(application, request):
    return {"body": request.body.decode(), "headers": sorted(request.headers)}


def upload(client, **marks):
    given = {START: f"/chroot/tmp/{NAME}", "content-length": "10"} | marks
    client.send(http_headers("PUT", "/x", given), b"", path="/x")


def test_a_handler_reads_a_stored_upload(fake, stored):
    client = fake([("^/", receive)], upload_dir=str(stored)).connect()
    upload(client)
    upload(client, **{DONE: f"/chroot/tmp/{NAME}"})
    seen = client.read_answer().json()
    assert seen["body"] == "0123456789"
    assert not [name for name in seen["headers"] if "upload" in name]
    assert list(stored.iterdir()) == []
    assert not client.closed


def test_without_a_folder_such_an_upload_is_refused(fake):
    client = fake([("^/", receive)]).connect()
    upload(client)
    assert client.read_answer().status == 400
    client.wait_closed()


def test_a_forged_upload_is_refused(fake, stored):
    client = fake([("^/", receive)], upload_dir=str(stored)).connect()
    upload(client, **{START: "/etc/passwd", DONE: "/etc/passwd"})
    assert client.read_answer().status == 400
    client.wait_closed()


def test_the_headers_of_an_upload_on_a_small_request_mean_nothing(fake, stored):
    client = fake([("^/", receive)], upload_dir=str(stored)).connect()
    headers = {"X-Mongrel2-Upload-Start": NAME, "X-Mongrel2-Upload-Done": NAME}
    assert client.request("PUT", "/x", headers, b"small").json()["body"] == "small"
    assert (stored / NAME).exists()
