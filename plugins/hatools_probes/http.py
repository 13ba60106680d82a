"""An HTTP check: one request, and what the answer must be (RFC 9112).

keepalived sends HTTP/1.0 with ``Host: IP:PORT`` where no virtual host is
named, and takes MD5 of the body for its digest, as ``genhash`` prints it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import md5

from hatools.model import Expect, HttpRequest
from hatools.plugin import Asked, Verdict

MOST = 8 * 1024 * 1024  # bytes of an answer that are looked at
LONGEST_HEAD = 64 * 1024
GOOD = Expect("status", "200-299")
STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})\b")


class Get:
    """One request and its answer."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        detail = asked.check.detail
        requests = detail if isinstance(detail, tuple) else ()
        request = requests[asked.number] if asked.number < len(requests) else None
        self.request = request if isinstance(request, HttpRequest) else HttpRequest()
        self._head: bytes | None = None
        self._buffer = b""
        self._status = 0
        self._left: int | None = None  # bytes of the body still to come, None until the end
        self._chunks: Chunks | None = None
        self._body = bytearray()

    def begin(self) -> bytes:
        """Return the request."""
        return _written(self.request, self.asked.address, self.asked.port)

    def received(self, data: bytes) -> Verdict | None:
        """Take in a part of the answer."""
        closed = not data
        if self._head is None:
            self._buffer += data
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                head, found, rest = self._buffer.partition(b"\n\n")
            if not found:
                if closed or len(self._buffer) > LONGEST_HEAD:
                    return Verdict(False, "no HTTP answer")
                return None
            verdict = self._read_head(head)
            if verdict is not None:
                return verdict
            data = rest
        return self._read_body(data, closed)

    def _read_head(self, head: bytes) -> Verdict | None:
        """Read status and headers; a verdict when they are no HTTP, or decide already."""
        self._head = head
        lines = head.replace(b"\r\n", b"\n").split(b"\n")
        first = STATUS.match(lines[0])
        if not first:
            return Verdict(False, "no HTTP answer")
        self._status = int(first[1])
        if not self._wants_body():
            return self._judge()
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(b":")
            if colon:
                headers[name.strip().lower()] = value.strip()
        if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
            self._chunks = Chunks()
        elif headers.get(b"content-length", b"").isdigit():
            self._left = int(headers[b"content-length"])
        if self.request.method == "HEAD" or self._status in (204, 304):
            self._left = 0
        return None

    def _wants_body(self) -> bool:
        return any(one.kind not in ("status", "header") for one in self._expects())

    def _read_body(self, data: bytes, closed: bool) -> Verdict | None:
        if self._chunks is not None:
            piece = self._chunks.take(data)
            if piece is None:
                return Verdict(False, "broken chunks", self._status)
            self._body += piece
            done = self._chunks.done
        else:
            self._body += data if self._left is None else data[: self._left - len(self._body)]
            done = self._left is not None and len(self._body) >= self._left
        if len(self._body) > MOST:
            return Verdict(False, f"the answer is longer than {MOST} bytes", self._status)
        if done:
            return self._judge()
        if closed:
            if self._left is not None or self._chunks is not None:
                return Verdict(False, "the answer was cut off", self._status)
            return self._judge()
        return None

    def _expects(self) -> tuple[Expect, ...]:
        return self.request.expects or (GOOD,)

    def _judge(self) -> Verdict:
        body = bytes(self._body)
        digest = md5(body, usedforsecurity=False).hexdigest() if self._wants_body() else ""
        for expect in self._expects():
            wrong = self._wrong(expect, body, digest)
            if bool(wrong) != expect.negate:
                why = wrong or f"{expect.kind} {expect.value} was not to be there"
                return Verdict(False, why, self._status, digest)
        return Verdict(True, f"HTTP {self._status}", self._status, digest)

    def _wrong(self, expect: Expect, body: bytes, digest: str) -> str:
        """Say what is wrong with the answer in the eyes of *expect*, nothing for nothing."""
        value = expect.value.encode("utf-8", "surrogateescape")
        if expect.kind == "status":
            return "" if in_ranges(self._status, expect.value) else f"HTTP {self._status}"
        if expect.kind == "digest":
            same = digest == expect.value.lower()
            return "" if same else f"digest {digest}, not {expect.value}"
        if expect.kind == "string":
            return "" if value in body else f"the text {expect.value!r} is not in the answer"
        if expect.kind == "binary":
            return "" if _unhex(expect.value) in body else "the bytes are not in the answer"
        if expect.kind == "regex":
            try:
                found = re.search(value, body, re.DOTALL)
            except re.error as error:
                return f"the pattern cannot be used: {error}"
            return "" if found else f"nothing in the answer fits {expect.value!r}"
        if expect.kind == "header":
            return "" if self._head and value.lower() in self._head.lower() else "no such header"
        return f"hatools cannot judge {expect.kind}"


class Chunks:
    """Takes a chunked body apart (RFC 9112 section 7.1)."""

    def __init__(self) -> None:
        self.done = False
        self._buffer = b""
        self._left = 0

    def take(self, data: bytes) -> bytes | None:
        """Return the content in *data*, None where it is no chunks."""
        self._buffer += data
        found = b""
        while self._buffer and not self.done:
            if self._left:
                piece, self._buffer = self._buffer[: self._left], self._buffer[self._left :]
                self._left -= len(piece)
                found += piece
                continue
            line, newline, rest = self._buffer.partition(b"\n")
            if not newline:
                return found if len(line) < 1024 else None
            self._buffer = rest
            size = line.split(b";")[0].strip()
            if not size:
                continue  # the end of the chunk before
            try:
                self._left = int(size, 16)
            except ValueError:
                return None
            self.done = self._left == 0
        return found


def in_ranges(number: int, ranges: str) -> bool:
    """Tell whether *number* is in ``200-299`` or ``200,204,300-302``."""
    for part in ranges.replace(" ", ",").split(","):
        low, dash, high = part.partition("-")
        if low.isdigit() and int(low) <= number <= int(high if dash and high.isdigit() else low):
            return True
    return False


@lru_cache(1 << 16)
def _written(request: HttpRequest, address: str, port: int) -> bytes:
    own = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    head = [
        f"{request.method} {request.path or '/'} HTTP/{_version(request.version)}",
        f"Host: {request.host or own}",
        "User-Agent: hatools",
        *(f"{name}: {value}" for name, value in request.headers),
        "Connection: close",
    ]
    body = request.body.encode("utf-8", "surrogateescape")
    if body:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode("latin-1", "replace") + body


def _version(version: str) -> str:
    return version if version in ("1.0", "1.1") else "1.1"


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return text.encode()
