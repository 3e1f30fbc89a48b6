"""HTTP/1.1 messages: what is read, what is refused, what is passed on."""

import asyncio

import pytest

from simlab.live.messages import (
    MessageError,
    Request,
    Response,
    end_to_end,
    read_request,
    read_response,
    text,
)

CHUNKS = "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\nT: x\r\n\r\n"


def reader_of(raw: str, limit: int = 300) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=limit)
    reader.feed_data(raw.encode("latin-1"))
    reader.feed_eof()
    return reader


def request(raw: str, body: float = 10.0) -> Request | None:
    async def main() -> Request | None:
        return await read_request(reader_of(raw), body)

    return asyncio.run(main())


def response(raw: str, method: str = "GET", body: float = 10.0) -> Response:
    async def main() -> Response:
        return await read_response(reader_of(raw), body, method)

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("GET /a/b?c HTTP/1.1\r\nHost: x\r\n\r\n", Request("GET", "/a/b?c", (("Host", "x"),)), id="plain"),
        pytest.param("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", Request("POST", "/", (("Content-Length", "3"),), b"abc"), id="a length"),
        pytest.param(f"PUT /a HTTP/1.1\r\n{CHUNKS}", Request("PUT", "/a", (("Transfer-Encoding", "chunked"),), b"abcde"), id="chunks"),
        pytest.param("GET / HTTP/1.0\r\n\r\n", Request("GET", "/", keeps=False), id="an old client does not keep"),
        pytest.param("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n", Request("GET", "/", (("Connection", "Close"),), keeps=False), id="closes"),
    ],
)  # fmt: skip
def test_requests_are_read_whole(raw: str, expected: Request | None) -> None:
    assert request(raw) == expected


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param("hello\r\n\r\n", 400, id="no request line"),
        pytest.param("GET a HTTP/1.1\r\n\r\n", 400, id="no path"),
        pytest.param("GET / HTTP/2\r\n\r\n", 400, id="another version"),
        pytest.param("GET / HTTP/1.1\r\nA : b\r\n\r\n", 400, id="a space before the colon"),
        pytest.param("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", 400, id="a folded header"),
        pytest.param("GET / HTTP/1.1\r\nA: b\nX: c\r\n\r\n", 400, id="a bare line feed"),
        pytest.param("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, id="a length that is none"),
        pytest.param("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, id="two lengths"),
        pytest.param(f"GET / HTTP/1.1\r\nContent-Length: 5\r\n{CHUNKS}", 400, id="a length beside chunks"),
        pytest.param("GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400, id="a coding not known"),
        pytest.param("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400, id="a size that is none"),
        pytest.param("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400, id="a longer chunk than it says"),
        pytest.param("GET / HTTP/1.1\r\nContent-Length: 11\r\n\r\n", 413, id="too long a body"),
        pytest.param("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n5\r\n", 413, id="too many chunks"),
        pytest.param("GET / HTTP/1.1\r\nA: " + "b" * 400 + "\r\n\r\n", 431, id="too long a head"),
    ],
)  # fmt: skip
def test_what_is_no_request_or_too_large_is_refused(raw: str, status: int) -> None:
    with pytest.raises(MessageError) as refused:
        request(raw)
    assert refused.value.status == status


@pytest.mark.parametrize(
    "raw",
    [
        "GET / HT",
        "GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab",
        f"GET / HTTP/1.1\r\n{CHUNKS[:40]}",
    ],
    ids=["head", "body", "chunk"],
)
def test_a_connection_that_ends_in_the_middle_is_broken(raw: str) -> None:
    with pytest.raises(ConnectionResetError):
        request(raw)


@pytest.mark.parametrize(
    ("raw", "method", "expected"),
    [
        pytest.param("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabcd", "GET", (200, b"ab"), id="a length"),
        pytest.param("HTTP/1.1 200 OK\r\n\r\nabcd", "GET", (200, b"abcd"), id="to the end"),
        pytest.param(f"HTTP/1.1 404 No\r\n{CHUNKS}", "GET", (404, b"abcde"), id="chunks"),
        pytest.param("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n", "GET", (204, b""), id="after an interim one"),
        pytest.param("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "HEAD", (200, b""), id="to a HEAD"),
    ],
)  # fmt: skip
def test_responses_are_read_whole(raw: str, method: str, expected: tuple[int, bytes]) -> None:
    found = response(raw, method)
    assert (found.status, found.body) == expected


def test_a_response_that_is_none_is_refused() -> None:
    with pytest.raises(MessageError):
        response("SSH-2.0-x\r\n\r\n")
    with pytest.raises(MessageError):
        response("HTTP/1.1 200 OK\r\n\r\n" + "x" * 11)
    with pytest.raises(ConnectionResetError):
        response("")


def test_what_is_for_one_connection_only_is_not_passed_on() -> None:
    headers = (
        ("Connection", "close, X-Mine"),
        ("X-Mine", "1"),
        ("TE", "x"),
        ("Accept", "y"),
        ("Content-Length", "3"),
    )
    assert end_to_end(headers) == [("Accept", "y")]
    sent = Request("POST", "/a", (*headers, ("Host", "old")), b"abc").bytes("new:1").decode()
    assert (
        sent
        == "POST /a HTTP/1.1\r\nHost: new:1\r\nAccept: y\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"
    )


@pytest.mark.parametrize(
    ("target", "operation"), [("/get", "get"), ("/get/1?x", "get"), ("/?x=1", ""), ("*", "")]
)
def test_the_operation_is_the_first_part_of_the_path(target: str, operation: str) -> None:
    assert Request("GET", target).operation == operation


def test_responses_say_their_length_unless_they_have_none() -> None:
    assert (
        text(503, "open\n")
        .bytes(keep=True)
        .endswith(b"Connection: keep-alive\r\nContent-Length: 5\r\n\r\nopen\n")
    )
    assert text(200, "x").bytes(keep=False, head=True).endswith(b"Content-Length: 1\r\n\r\n")
    assert b"Content-Length" not in Response(204).bytes(keep=True)
