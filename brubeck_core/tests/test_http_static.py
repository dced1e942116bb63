"""Files of a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from brubeck_core.errors import ConfigError, HTTPError
from brubeck_core.http.content_types import content_type_of
from brubeck_core.http.static import CHUNK, StaticAnswer, StaticFiles

LARGE = bytes(range(256)) * 1024  # four pieces


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    root = tmp_path / "public"
    (root / "docs" / "empty").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".well-known").mkdir()
    for name, content in {
        "index.html": b"<h1>home</h1>",
        "docs/index.html": b"<h1>docs</h1>",
        "a.txt": b"0123456789",
        "empty.txt": b"",
        "large.bin": LARGE,
        "two words é.txt": b"x",
        "%2e%2e": b"literal",
        ".git/config": b"hidden",
        ".env": b"hidden",
        ".well-known/security.txt": b"Contact",
        "aux.css": b"device",
    }.items():
        (root / name).write_bytes(content)
    os.symlink(root / "a.txt", root / "inside.txt")
    os.symlink(tmp_path / "secret.txt", root / "outside.txt")
    os.symlink(tmp_path, root / "up")
    os.symlink(root / "loop", root / "loop")
    os.mkfifo(root / "pipe")
    os.utime(root / "a.txt", (784111777, 784111777))
    return root


@pytest.fixture
def files(root: Path) -> StaticFiles:
    return StaticFiles(root)


def content(answer: StaticAnswer) -> bytes:
    body = answer.body
    if isinstance(body, bytes):
        return body
    pieces = list(body)
    assert all(len(piece) <= CHUNK for piece in pieces)
    return b"".join(pieces)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", b"<h1>home</h1>"),
        ("/", b"<h1>home</h1>"),
        ("index.html", b"<h1>home</h1>"),
        ("docs/", b"<h1>docs</h1>"),
        ("a.txt", b"0123456789"),
        ("/a.txt", b"0123456789"),
        ("empty.txt", b""),
        ("large.bin", LARGE),
        ("two words é.txt", b"x"),
        ("%2e%2e", b"literal"),
        ("inside.txt", b"0123456789"),
        (".well-known/security.txt", b"Contact"),
    ],
)
def test_file(files: StaticFiles, path: str, expected: bytes) -> None:
    answer = files.open(path)
    assert (answer.status, content(answer), answer.length) == (200, expected, len(expected))


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "nothing/",
        "a.txt/",
        "a.txt/b",
        "docs/empty/",
        "..",
        "../secret.txt",
        "docs/../a.txt",
        "docs/../../secret.txt",
        "./a.txt",
        "docs/..",
        "..\\secret.txt",
        "docs\\index.html",
        "//a.txt",
        "//etc/passwd",
        "/etc/passwd",
        "//evil.example/..",
        "docs//index.html",
        "docs//",
        "up/secret.txt",
        "up/",
        "outside.txt",
        "loop",
        "pipe",
        "a.txt\0",
        "a.txt\0.html",
        "\0",
        "a\n",
        ".git/config",
        ".env",
        "CON",
        "con.txt",
        "aux.css",
        "docs/NUL",
        "COM1",
        "LPT\u00b9.txt",
        "a.txt.",
        "a.txt ",
        "a.txt::$DATA",
        "C:",
        "C:/a.txt",
        "x" * 300,
        "x/" * 5000,
        "x" * 1_000_000,
        "\ud800",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_not_found(files: StaticFiles, path: str, method: str) -> None:
    with pytest.raises(HTTPError) as caught:
        files.open(path, method=method)
    assert caught.value.status == 404


def test_unreadable_file_is_not_found(files: StaticFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "no", path)

    monkeypatch.setattr("brubeck_core.http.static.FileIO", refuse)
    with pytest.raises(HTTPError) as caught:
        files.open("a.txt")
    assert caught.value.status == 404


def test_trouble_of_the_server_is_no_404(
    files: StaticFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(path: str) -> None:
        raise OSError(24, "Too many open files", path)

    monkeypatch.setattr("brubeck_core.http.static.FileIO", exhausted)
    with pytest.raises(OSError, match="Too many"):
        files.open("a.txt")


@pytest.mark.parametrize(
    ("path", "location"),
    [("docs", "./docs/"), ("/docs", "./docs/"), ("docs/empty", "./empty/")],
)
def test_folder_without_slash(files: StaticFiles, path: str, location: str) -> None:
    answer = files.open(path)
    assert (answer.status, answer.headers) == (308, [("Location", location)])


def test_redirect_never_leads_to_another_host(root: Path, files: StaticFiles) -> None:
    (root / "evil.example").mkdir()
    (root / "a@b").mkdir()
    assert files.open("evil.example").headers == [("Location", "./evil.example/")]
    assert files.open("a@b").headers == [("Location", "./a%40b/")]
    for path in ("//evil.example", "///evil.example", "/\\evil.example", "//evil.example/.."):
        with pytest.raises(HTTPError):
            files.open(path)


def test_other_index(root: Path) -> None:
    assert content(StaticFiles(root, index="a.txt").open("")) == b"0123456789"
    with pytest.raises(HTTPError):
        StaticFiles(root, index=None).open("docs/")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "get", ""])
def test_other_methods(files: StaticFiles, method: str) -> None:
    with pytest.raises(HTTPError) as caught:
        files.open("a.txt", method=method)
    assert (caught.value.status, caught.value.headers) == (405, {"Allow": "GET, HEAD"})


def test_headers(files: StaticFiles) -> None:
    assert files.open("a.txt").headers == [
        ("Cache-Control", "public, max-age=3600"),
        ("ETag", f'"{784111777 * 10**9:x}-a"'),
        ("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("X-Content-Type-Options", "nosniff"),
        ("Accept-Ranges", "bytes"),
    ]


def test_no_max_age(root: Path) -> None:
    headers = dict(StaticFiles(root, max_age=0).open("a.txt").headers)
    assert headers["Cache-Control"] == "no-cache"


def test_head(files: StaticFiles) -> None:
    head, get = files.open("large.bin", method="HEAD"), files.open("large.bin")
    assert (head.status, head.headers, head.length) == (200, get.headers, get.length)
    assert head.body == b""
    content(get)


def test_etag_changes_with_the_file(root: Path, files: StaticFiles) -> None:
    before = dict(files.open("a.txt").headers)["ETag"]
    os.utime(root / "a.txt", ns=(0, 784111777 * 10**9 + 1))
    touched = dict(files.open("a.txt").headers)["ETag"]
    (root / "a.txt").write_bytes(b"01234567890")
    os.utime(root / "a.txt", ns=(0, 784111777 * 10**9))
    longer = dict(files.open("a.txt").headers)["ETag"]
    assert len({before, touched, longer}) == 3


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_not_modified(files: StaticFiles, method: str) -> None:
    etag = dict(files.open("a.txt").headers)["ETag"]
    answer = files.open("a.txt", method=method, if_none_match=etag, range="bytes=0-1")
    assert (answer.status, answer.body, answer.length) == (304, b"", None)
    assert [name for name, _ in answer.headers] == ["Cache-Control", "ETag", "Last-Modified"]
    date = "Sun, 06 Nov 1994 08:49:37 GMT"
    assert files.open("a.txt", method=method, if_modified_since=date).status == 304
    assert files.open("a.txt", if_none_match='"x"', if_modified_since=date).status == 200


def test_range(files: StaticFiles) -> None:
    answer = files.open("a.txt", range="bytes=2-4")
    assert (answer.status, answer.body, answer.length) == (206, b"234", 3)
    assert dict(answer.headers)["Content-Range"] == "bytes 2-4/10"


def test_range_of_a_large_file(files: StaticFiles) -> None:
    answer = files.open("large.bin", range="bytes=100-200099")
    assert content(answer) == LARGE[100:200100]
    assert answer.length == 200_000


@pytest.mark.parametrize(
    "headers",
    [
        {"range": "bytes=0-1,3-4"},
        {"range": "bytes=" + ",".join(["0-0"] * 10_000)},
        {"range": "lines=1-2"},
        {"range": "bytes=0-1", "if_range": '"another"'},
        {"range": "bytes=0-1", "if_range": "Sun, 06 Nov 1994 08:49:38 GMT"},
        {"range": "bytes=0-1", "method": "HEAD"},
    ],
)
def test_whole_file_after_all(files: StaticFiles, headers: dict[str, str]) -> None:
    answer = files.open("a.txt", **headers)
    assert (answer.status, answer.length) == (200, 10)


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=5-2", "bytes=-0", f"bytes={'9' * 9999}-"])
def test_range_beyond_the_file(files: StaticFiles, header: str) -> None:
    with pytest.raises(HTTPError) as caught:
        files.open("a.txt", range=header)
    assert caught.value.status == 416
    assert caught.value.headers == {"Content-Range": "bytes */10"}


def test_files_are_closed(files: StaticFiles) -> None:
    """A file left open would be a ResourceWarning, and those are errors here."""
    body = files.open("large.bin").body
    assert isinstance(body, Iterator)
    next(body)
    body.close()  # type: ignore[attr-defined]
    assert next(body, None) is None
    files.open("large.bin", method="HEAD")
    with pytest.raises(HTTPError):
        files.open("large.bin", range="bytes=999999999-")


def test_a_file_that_shrinks_ends_early(root: Path, files: StaticFiles) -> None:
    answer = files.open("large.bin")
    os.truncate(root / "large.bin", 1000)
    assert len(content(answer)) == 1000
    assert answer.length == len(LARGE)


@pytest.mark.parametrize("folder", ["nothing", "secret.txt"])
def test_root_has_to_be_a_folder(tmp_path: Path, folder: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    with pytest.raises(ConfigError, match=folder):
        StaticFiles(tmp_path / folder)


def test_root_may_be_a_link(root: Path, tmp_path: Path) -> None:
    os.symlink(root, tmp_path / "link")
    assert content(StaticFiles(tmp_path / "link").open("a.txt")) == b"0123456789"


def test_a_neighbour_that_begins_alike_is_outside(root: Path, tmp_path: Path) -> None:
    (tmp_path / "public-not").mkdir()
    (tmp_path / "public-not" / "a.txt").write_text("secret")
    os.symlink(tmp_path / "public-not", root / "sibling")
    with pytest.raises(HTTPError):
        StaticFiles(root).open("sibling/a.txt")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.HTML", "text/html; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.svg", "image/svg+xml"),
        ("a.png", "image/png"),
        ("a.wasm", "application/wasm"),
        ("a.woff2", "font/woff2"),
        ("a.tar.gz", "application/gzip"),
        ("a.bz2", "application/octet-stream"),
        ("a.no-such-type", "application/octet-stream"),
        ("README", "application/octet-stream"),
        ("x/data:text/html,a", "application/octet-stream"),
    ],
)
def test_content_type(name: str, expected: str) -> None:
    assert content_type_of(name) == expected


def test_content_type_of_a_lesser_known_ending() -> None:
    assert content_type_of("a.wav").startswith("audio/")
