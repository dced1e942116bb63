"""Forms with files."""

import io
import time
from contextlib import suppress
from typing import Any

import pytest
from brubeck_core.errors import HTTPError
from brubeck_core.http.limits import Limits
from brubeck_core.http.multipart import base_name, parse_multipart

TYPE = "multipart/form-data; boundary=XX"
LIMITS = Limits()


def part(disposition: str, content: bytes = b"x", *headers: str) -> bytes:
    lines = [f"Content-Disposition: form-data; {disposition}", *headers, "", ""]
    return b"--XX\r\n" + "\r\n".join(lines).encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--XX--\r\n"


def refused(body: bytes, content_type: str = TYPE, limits: Limits = LIMITS) -> int:
    with pytest.raises(HTTPError) as caught:
        parse_multipart(body, content_type, limits)
    assert caught.value.detail
    return caught.value.status


RECORDED = (
    b'--XX\r\nContent-Disposition: form-data; name="title"\r\n\r\nHello\r\n'
    b'--XX\r\nContent-Disposition: form-data; name="data"; filename="a.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nfile body\r\n"
    b'--XX\r\nContent-Disposition: form-data; name="data"; filename="b.bin"\r\n\r\n'
    b"\x01\x02\r\n--XX--"
)


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\nepilogue"])
@pytest.mark.parametrize("start", [b"", b"\r\n", b"preamble\r\n"])
@pytest.mark.parametrize("wrap", [bytes, io.BytesIO])
def test_fields_and_files(start: bytes, end: bytes, wrap: Any) -> None:
    fields, files = parse_multipart(wrap(start + RECORDED + end), TYPE, LIMITS)
    assert fields == {"title": ["Hello"]}
    assert files == {
        "data": [
            {
                "filename": "a.txt",
                "raw_filename": "a.txt",
                "body": b"file body",
                "content_type": "text/plain",
            },
            {
                "filename": "b.bin",
                "raw_filename": "b.bin",
                "body": b"\x01\x02",
                "content_type": "application/unknown",
            },
        ]
    }


@pytest.mark.parametrize(
    ("disposition", "content", "headers", "expected"),
    [
        pytest.param('name="a"', b"x", (), {"a": ["x"]}, id="plain"),
        pytest.param('name="a"', b"", (), {"a": [""]}, id="blank"),
        pytest.param("name=a", b"x", (), {"a": ["x"]}, id="token"),
        pytest.param('name=""', b"x", (), {"": ["x"]}, id="blank-name"),
        pytest.param('name="a%22b"', b"x", (), {'a"b': ["x"]}, id="quote-in-name"),
        pytest.param('name="café"', "é".encode(), (), {"café": ["é"]}, id="utf8"),
        pytest.param('name="filename"', b"x", (), {"filename": ["x"]}, id="named-filename"),
        pytest.param('name="a"; filename=""', b"", (), {"a": [""]}, id="no-file-chosen"),
        pytest.param('name="a"', b"--XX--", (), {"a": ["--XX--"]}, id="boundary-inside-a-line"),
        pytest.param('name="a"', b"1\r\n2", (), {"a": ["1\r\n2"]}, id="lines"),
        pytest.param(
            'name="a"', b"\xe9", ("Content-Type: text/plain; charset=ISO-8859-1",), {"a": ["é"]},
            id="latin-1",
        ),
        pytest.param(
            'name="a"', "é".encode(), ("content-type: text/plain; charset=UTF-8",), {"a": ["é"]},
            id="charset-utf8",
        ),
    ],
)  # fmt: skip
def test_text_fields(
    disposition: str, content: bytes, headers: tuple[str, ...], expected: dict[str, list[str]]
) -> None:
    body = form(part(disposition, content, *headers))
    assert parse_multipart(body, TYPE, LIMITS) == (expected, {})


def test_part_headers_in_any_case() -> None:
    body = b'--XX\r\nCONTENT-disposition: form-data; name="a"\r\n\r\nx\r\n--XX--'
    assert parse_multipart(body, TYPE, LIMITS)[0] == {"a": ["x"]}


def test_charset_of_the_whole_form() -> None:
    body = form(part('name="a"', b"\xe9"))
    assert parse_multipart(body, f"{TYPE}; charset=latin-1", LIMITS)[0] == {"a": ["é"]}


@pytest.mark.parametrize("content", [b"\r", b"\n", b"\r\n", b"\r\n--X", b"--XX", bytes(range(256))])
def test_content_of_files_stays_as_it_is(content: bytes) -> None:
    body = form(part('name="a"; filename="f"', content))
    assert parse_multipart(body, TYPE, LIMITS)[1]["a"][0]["body"] == content


@pytest.mark.parametrize(
    ("disposition", "filename", "raw"),
    [
        ('filename="a.txt"', "a.txt", "a.txt"),
        ('filename="../../etc/passwd"', "passwd", "../../etc/passwd"),
        ('filename="/etc/passwd"', "passwd", "/etc/passwd"),
        ('filename="C:\\dir\\x.txt"', "x.txt", "C:\\dir\\x.txt"),
        ('filename="C:x.txt"', "x.txt", "C:x.txt"),
        ('filename="\\\\host\\share\\x.txt"', "x.txt", None),
        ('filename="%2e%2e%2fx"', "%2e%2e%2fx", "%2e%2e%2fx"),
        ('filename=".."', "", ".."),
        ('filename="a/.."', "", "a/.."),
        ('filename="a\0b\x1b\x7f.txt"', "ab.txt", "a\0b\x1b\x7f.txt"),
        ('filename="cod\u202egpj.exe"', "codgpj.exe", "cod\u202egpj.exe"),
        ('filename="photo 1 é🎷.png"', "photo 1 é🎷.png", "photo 1 é🎷.png"),
        ('filename="say %22hi%22.txt"', 'say "hi".txt', 'say "hi".txt'),
        ('filename=".htaccess"', ".htaccess", ".htaccess"),
        ('filename="x.txt. . "', "x.txt", "x.txt. . "),
        ("filename*=UTF-8''caf%C3%A9.txt", "café.txt", "café.txt"),
        ("filename*=utf-8'en'..%2F..%2Fx", "x", "../../x"),
        ("filename=\"a.txt\"; filename*=utf-8''b.txt", "a.txt", "a.txt"),
    ],
)
def test_filename(disposition: str, filename: str, raw: str | None) -> None:
    body = form(part(f'name="a"; {disposition}'))
    (file,) = parse_multipart(body, TYPE, LIMITS)[1]["a"]
    assert file["filename"] == filename
    if raw is not None:
        assert file["raw_filename"] == raw


@pytest.mark.parametrize("path", ["", ".", "..", "/", "a/", "a\\", "..\\..", "C:", " . . ", "\0"])
def test_base_name_is_never_a_path(path: str) -> None:
    assert base_name(path) == ""


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Content-Type: image/png", "image/png"),
        ("Content-Type: text/html; charset=windows-1252", "text/html; charset=windows-1252"),
        ("Content-Type: ", "application/unknown"),
        ("Content-Type: a\0b", "application/unknown"),
        ("X-Other: 1", "application/unknown"),
    ],
)
def test_content_type_of_a_file(header: str, expected: str) -> None:
    body = form(part('name="a"; filename="f"', b"x", header))
    assert parse_multipart(body, TYPE, LIMITS)[1]["a"][0]["content_type"] == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"x" * 1000, id="no-boundary"),
        pytest.param(RECORDED.replace(b"--XX--", b""), id="no-closing-boundary"),
        pytest.param(RECORDED[:-1], id="cut-in-the-closing-boundary"),
        pytest.param(RECORDED[:60], id="cut-in-a-part"),
        pytest.param(RECORDED.replace(b"\r\n", b"\n"), id="bare-line-feeds"),
        pytest.param(form(b"--XX\r\n\r\nx\r\n"), id="no-headers"),
        pytest.param(form(b"--XX\r\nno colon\r\n\r\nx\r\n"), id="no-colon"),
        pytest.param(form(b"--XX\r\n: x\r\n\r\nx\r\n"), id="no-header-name"),
        pytest.param(form(part("")), id="no-name"),
        pytest.param(
            form(b'--XX\r\nContent-Disposition: attachment; name="a"\r\n\r\nx\r\n'), id="other-kind"
        ),
        pytest.param(form(part('name="a"', b"x", " folded")), id="folded-header"),
        pytest.param(form(part('name="a"', b"x", *["X: y"] * 20)), id="many-headers"),
        pytest.param(form(part('name="a"', b"x", "X: " + "y" * 1_000_000)), id="header-of-1-MB"),
        pytest.param(
            form(part('name="a"', b"x", *["X: " + "y" * 2000] * 6)), id="headers-of-12-KB"
        ),
        pytest.param(b'--XX\r\nContent-Disposition: form-data; name="a"\r\nx', id="no-blank-line"),
        pytest.param(form(part(f'name="a"; filename="{"x" * 10_000}"')), id="filename-of-10-KB"),
        pytest.param(form(part('name="a"', b"\xff")), id="text-not-utf8"),
        pytest.param(
            form(part('name="a"', b"\xe9", "Content-Type: text/plain; charset=us-ascii")),
            id="text-not-ascii",
        ),
        pytest.param(form(part('name="a"').replace(b'"a"', b'"\xff"')), id="name-not-utf8"),
        pytest.param(form(part("name=\"a\"; filename*=utf-8''%FF")), id="filename-not-utf8"),
        pytest.param(form(part('name="a"', b"x", "Content-Length: 5")), id="length-too-long"),
    ],
)
def test_malformed(body: bytes) -> None:
    assert refused(body) == 400


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        ('multipart/form-data; boundary=""', 400),
        (f"multipart/form-data; boundary={'X' * 71}", 400),
        ('multipart/form-data; boundary="X\r\nX"', 400),
        ('multipart/form-data; boundary="X\0X"', 400),
        ('multipart/form-data; boundary="XX "', 400),
        ("multipart/form-data; boundary=é", 400),
        ("multipart/form-data; boundary=XX" + "; a=b" * 100_000, 400),
        ("multipart/mixed; boundary=XX", 415),
        ("text/plain", 415),
        ("", 415),
        (f"{TYPE}; charset=rot13", 415),
        (f"{TYPE}; charset=utf-7", 415),
        (f"{TYPE}; charset=utf-16", 415),
    ],
)
def test_content_type(content_type: str, status: int) -> None:
    assert refused(RECORDED, content_type) == status


@pytest.mark.parametrize("boundary", ['"XX"', "XX;charset=utf-8", 'XX; charset="UTF-8"'])
def test_other_ways_to_write_the_content_type(boundary: str) -> None:
    content_type = f"Multipart/Form-Data;boundary={boundary}"
    assert parse_multipart(RECORDED, content_type, LIMITS)[0] == {"title": ["Hello"]}


def test_longest_boundary() -> None:
    boundary = "'()+_,-./:=? " * 5 + "12345"
    assert len(boundary) == 70
    body = RECORDED.replace(b"XX", boundary.encode())
    content_type = f'multipart/form-data; boundary="{boundary}"'
    assert parse_multipart(body, content_type, LIMITS)[0] == {"title": ["Hello"]}


@pytest.mark.parametrize("charset", ["rot13", "utf-7", "undefined", "idna", "zip", "windows-1252"])
def test_no_codec_is_looked_up(charset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codecs.lookup", pytest.fail)
    body = form(part('name="a"', b"x", f"Content-Type: text/plain; charset={charset}"))
    assert refused(body) == 415


@pytest.mark.parametrize(
    ("limits", "body", "status"),
    [
        pytest.param(Limits(max_form_fields=2), form(part('name="a"') * 2), None, id="fields"),
        pytest.param(Limits(max_form_fields=2), form(part('name="a"') * 3), 413, id="more-fields"),
        pytest.param(
            Limits(max_form_files=2), form(part('name="a"; filename="f"') * 2), None, id="files"
        ),
        pytest.param(
            Limits(max_form_files=2), form(part('name="a"; filename="f"') * 3), 413, id="more-files"
        ),
        pytest.param(
            Limits(max_field_size=3), form(part('name="a"', b"xxx")), None, id="field-size"
        ),
        pytest.param(
            Limits(max_field_size=3), form(part('name="a"', b"xxxx")), 413, id="larger-field"
        ),
        pytest.param(
            Limits(max_field_size=3), form(part('name="a"; filename="f"', b"xxxx")), None,
            id="files-have-no-field-size",
        ),
        pytest.param(LIMITS, form(part('name="a"') * 10_000), 413, id="10,000-parts"),
    ],
)  # fmt: skip
def test_limits(limits: Limits, body: bytes, status: int | None) -> None:
    if status is None:
        parse_multipart(body, TYPE, limits)
    else:
        assert refused(body, TYPE, limits) == status


def test_a_stream_is_read_no_further_than_the_limit() -> None:
    stream = io.BytesIO(RECORDED + b"\r\n" * 1_000_000)
    with pytest.raises(HTTPError) as caught:
        parse_multipart(stream, TYPE, Limits(max_body=100_000))
    assert caught.value.status == 413
    assert stream.tell() < 200_000


@pytest.mark.parametrize("fill", [b"\r", b"\n", b"\r\n", b"\r\n--X", b"--XX", b"a"])
@pytest.mark.parametrize("place", ["preamble", "content", "epilogue", "header"])
def test_hostile_bodies_take_linear_time(place: str, fill: bytes) -> None:
    flood = fill * (4_000_000 // len(fill))
    body = {
        "preamble": flood + b"\r\n" + RECORDED,
        "content": form(part('name="a"; filename="f"', flood)),
        "epilogue": RECORDED + flood,
        "header": b"--XX\r\n" + flood + RECORDED,
    }[place]
    start = time.process_time()
    with suppress(HTTPError):
        parse_multipart(body, TYPE, LIMITS)
    assert time.process_time() - start < 2  # some ten milliseconds


@pytest.mark.parametrize(
    "evil",
    [
        ';a="' * 2000,
        ';a="\\' * 1600,
        ';a="\\"' * 1300,
        "; " * 4000,
        '"' * 8000,
        "; filename*=" * 600,
        "; filename*=utf-8'" * 400,
        " " * 8000,
        ";filename" + " " * 7900,
    ],
)
def test_hostile_parameters_take_linear_time(evil: str) -> None:
    start = time.process_time()
    for content_type, body in (
        (f"multipart/form-data{evil}; boundary=XX", RECORDED),
        (TYPE, form(part(f'name="filename"{evil}'))),
        (TYPE, form(part('name="a"', b"x", f"Content-Type: charset{evil}"))),
    ):
        with suppress(HTTPError):
            parse_multipart(body, content_type, LIMITS)
    assert time.process_time() - start < 1  # a few milliseconds
