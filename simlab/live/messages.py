"""Messages of HTTP/1.1, read whole and within limits; nothing is guessed.

    request, response    a start line, headers and a body that is all there
    body's length        Content-Length, chunks, or (of a response) the end of the connection

What could be read in two ways is refused: two lengths, a length beside chunks, folded headers.
Nothing of simlab is imported here: the app has it, too, and is to start quickly.
Reference: RFC 9112; hop-by-hop headers: RFC 9110, section 7.6.1.

Longer than most: one format, read and written side by side.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]

HOP_BY_HOP: Final = (
    "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    "expect", "content-length",
)  # fmt: skip
END: Final = b"\r\n\r\n"
LINE: Final = b"\r\n"
TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
STARTS: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (/[!-~]*|\*) HTTP/1\.([01])")
ANSWERS: Final = re.compile(r"HTTP/1\.[01] ([1-5][0-9][0-9])( .*)?")
BODILESS: Final = (204, 304)
REASONS: Final = {
    200: "OK", 400: "Bad Request", 404: "Not Found", 413: "Content Too Large",
    429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip


class MessageError(ValueError):
    """What came is no message that can be read, or breaks a limit; `status` says so."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Request:
    """A request; `target` begins with a slash."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    keeps: bool = True  # Whether its sender may use the connection again.

    @property
    def operation(self) -> str:
        """Return the first part of its path, without the query; may be empty."""
        return self.target.partition("?")[0].split("/")[1] if self.target != "*" else ""

    def bytes(self, host: str) -> bytes:
        """Return it as it is sent to `host`, on a connection of its own."""
        kept = [(name, value) for name, value in self.headers if name.lower() != "host"]
        head = [("Host", host), *end_to_end(kept), ("Connection", "close")]
        if self.body or self.method in ("POST", "PUT", "PATCH"):
            head.append(("Content-Length", str(len(self.body))))
        return _bytes(f"{self.method} {self.target} HTTP/1.1", head, self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """A response."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first header called `name` (in small letters), or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)

    def bytes(self, *, keep: bool, head: bool = False) -> bytes:
        """Return it as it is sent; `head`: to a HEAD, without its body."""
        words = REASONS.get(self.status, "Status")
        lines = [*end_to_end(self.headers), ("Connection", "keep-alive" if keep else "close")]
        if self.status not in BODILESS:
            lines.append(("Content-Length", str(len(self.body))))
        return _bytes(f"HTTP/1.1 {self.status} {words}", lines, b"" if head else self.body)


def text(status: int, words: str, headers: Headers = ()) -> Response:
    """Return a response that says `words` in plain text."""
    plain = ("Content-Type", "text/plain; charset=utf-8")
    return Response(status, (plain, *headers), words.encode())


def end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the headers that are for the other end, not for the next connection."""
    headers = list(headers)
    named = {
        word.strip().lower()
        for key, value in headers
        if key.lower() == "connection"
        for word in value.split(",")
    }
    return [one for one in headers if one[0].lower() not in (*HOP_BY_HOP, *named)]


async def read_request(reader: asyncio.StreamReader, body: float) -> Request | None:
    """Return the next request, None where the connection ended before one began.

    Its head is at most as long as the reader's own limit, its body `body` bytes.

    Raises:
        MessageError: It cannot be read; the connection is of no use any more.
        ConnectionError: The connection broke, or ended in the middle.
    """
    lines = await _head(reader)
    if lines is None:
        return None
    found = STARTS.fullmatch(lines[0])
    if found is None:
        raise MessageError(400, "the request line is none")
    headers = _headers(lines[1:])
    length = _length(headers)
    content = await _body(reader, 0 if length is None else length, body)
    words = ",".join(value for key, value in headers if key.lower() == "connection").lower()
    keeps = found[3] == "1" and "close" not in words
    return Request(found[1], found[2], headers, content, keeps)


async def read_response(reader: asyncio.StreamReader, body: float, method: str) -> Response:
    """Return the response to a request with `method`; raises as `read_request` does."""
    status = 100
    while status < 200:  # Interim ones are not for us.
        lines = await _head(reader)
        if lines is None:
            raise ConnectionResetError("no response came")
        found = ANSWERS.fullmatch(lines[0])
        if found is None:
            raise MessageError(502, "the status line is none")
        status, headers = int(found[1]), _headers(lines[1:])
    if method == "HEAD" or status in BODILESS:
        return Response(status, headers)
    return Response(status, headers, await _body(reader, _length(headers), body))


CHUNKED: Final = -1


def _length(headers: Headers) -> int | None:
    """Return how long the body is; CHUNKED, or None where no header says."""
    coded = [value.lower() for key, value in headers if key.lower() == "transfer-encoding"]
    sized = [value for key, value in headers if key.lower() == "content-length"]
    if coded:
        if sized or coded != ["chunked"]:
            raise MessageError(400, "the body's length can be read in two ways")
        return CHUNKED
    if not sized:
        return None
    if len(set(sized)) > 1 or not re.fullmatch(r"[0-9]{1,15}", sized[0]):
        raise MessageError(400, "Content-Length is no length")
    return int(sized[0])


async def _head(reader: asyncio.StreamReader) -> list[str] | None:
    try:
        raw = await reader.readuntil(END)
    except asyncio.LimitOverrunError:
        raise MessageError(431, "the head is longer than allowed") from None
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise ConnectionResetError("the connection ended in the middle of a head") from None
    return raw.removesuffix(END).decode("latin-1").split("\r\n")


def _headers(lines: Sequence[str]) -> Headers:
    found = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not TOKEN.fullmatch(name) or "\n" in value or "\r" in value:
            raise MessageError(400, "a header is none")
        found.append((name, value.strip(" \t")))
    return tuple(found)


async def _body(reader: asyncio.StreamReader, length: int | None, most: float) -> bytes:
    """Return a body of `length` bytes, in chunks, or (None) up to the connection's end."""
    try:
        if length == CHUNKED:
            return await _chunks(reader, most)
        if length is None:
            found = bytearray()
            while piece := await reader.read(65536):
                found += piece
                _allow(len(found), most)
            return bytes(found)
        _allow(length, most)
        return await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        raise ConnectionResetError("the connection ended in the middle of a body") from None


async def _chunks(reader: asyncio.StreamReader, most: float) -> bytes:
    found = bytearray()
    while True:
        word = (await _line(reader)).partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9a-fA-F]{1,12}", word):
            raise MessageError(400, "a chunk's size is none")
        size = int(word, 16)
        if size == 0:
            while await _line(reader):
                pass  # Trailers are not forwarded.
            return bytes(found)
        _allow(len(found) + size, most)
        found += await reader.readexactly(size)
        if await reader.readexactly(2) != LINE:
            raise MessageError(400, "a chunk is longer than it says")


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return (await reader.readuntil(LINE)).removesuffix(LINE)
    except asyncio.LimitOverrunError:
        raise MessageError(400, "a chunk's line is longer than allowed") from None


def _allow(length: float, most: float) -> None:
    if length > most:
        raise MessageError(413, "the body is longer than allowed")


def _bytes(start: str, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"{start}\r\n{lines}\r\n".encode("latin-1") + body
