"""An answer over HTTP/1 as it comes in: its status, its headers, as much of its body as counts."""

from __future__ import annotations

import re

STATUS = re.compile(rb"HTTP/\d\.\d (\d{3})(?: ([^\r\n]*))?")
TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
NAME = re.compile(TOKEN)
PLAIN = re.compile(rb"(?:" + TOKEN + rb":[^\r\n]*\r?(?:\n|\Z))*")  # headers without any trick
FRAMING = re.compile(rb"^(content-length|transfer-encoding):([^\r\n]*)", re.I | re.M)
END = re.compile(rb"\r?\n\r?\n")
LONGEST_HEAD = 15360  # haproxy's buffer without what it keeps for rewriting
BODYLESS = (204, 304)


class Answer:
    """What came so far.

    *status* is 0 until the headers are there; to haproxy an interim 100 is one,
    too.  *whole*: nothing is to come any more; *broken*: this is no HTTP, or it
    ended too soon.  *body* has no more than *most* bytes.

    Few checks look at headers: of plain ones only those that say where the body
    ends are taken apart before somebody asks.
    """

    def __init__(self, method: str, most: int) -> None:
        self.status = 0
        self.status_text = b""
        self._headers: list[tuple[bytes, bytes]] | None = None
        self._plain = b""
        self.body = b""
        self.whole = self.broken = False
        self._most = most
        self._head = method == "HEAD"
        self._buffer = b""
        self._left: int | None = None  # bytes of the body to come; None: until the end
        self._chunks: Chunks | None = None

    def take(self, data: bytes) -> None:
        """Take in *data*; nothing: the other side closed."""
        closed = not data
        if not self.status:
            self._buffer += data
            data = b""
            found = END.search(self._buffer)
            if found is None:
                self.broken = closed or len(self._buffer) > LONGEST_HEAD
                return
            head, self._buffer = self._buffer[: found.start()], self._buffer[found.end() :]
            self._read_head(head)
        if not self.broken:
            data, self._buffer = self._buffer + data, b""
            self._read_body(data, closed)

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the headers: names in lower case, and values."""
        if self._headers is None:
            self._headers = []
            for line in self._plain.split(b"\n") if self._plain else ():
                name, _, value = line.partition(b":")
                self._headers.append((name.lower(), value.strip()))
        return self._headers

    def _read_head(self, head: bytes) -> None:
        first, _, rest = head.partition(b"\n")
        found = STATUS.fullmatch(first.rstrip(b"\r"))
        if not found:
            self.broken = True
            return
        self.status, self.status_text = int(found[1]), found[1]
        if PLAIN.fullmatch(rest):
            self._plain = rest
            self._frame([(name.lower(), value.strip()) for name, value in FRAMING.findall(rest)])
            return
        self._headers = []
        for line in rest.split(b"\n"):
            name, colon, value = line.rstrip(b"\r").partition(b":")
            if line[:1] in (b" ", b"\t") and self._headers:  # a folded line
                last, begun = self._headers[-1]
                self._headers[-1] = (last, begun + b" " + line.strip())
            elif colon and NAME.fullmatch(name):
                self._headers.append((name.lower(), value.strip()))
            else:
                self.broken = True
                return
        self._frame(self._headers)

    def _frame(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Find out from *headers* where the body ends."""
        encoding: bytes | None = None
        lengths: set[bytes] = set()
        for name, value in headers:
            if name == b"content-length":
                lengths.add(value)
            elif name == b"transfer-encoding" and encoding is None:
                encoding = value
        if self._head or self.status in BODYLESS:
            self._left = 0
        elif encoding is not None and encoding.lower().endswith(b"chunked"):
            self._chunks = Chunks()
        elif lengths:
            self.broken = len(lengths) > 1 or not all(one.isdigit() for one in lengths)
            self._left = 0 if self.broken else int(next(iter(lengths))[:18])

    def _read_body(self, data: bytes, closed: bool) -> None:
        if self._chunks is not None:
            piece = self._chunks.take(data)
            self.broken = piece is None or (closed and not self._chunks.done)
            self.whole = self._chunks.done or closed
            data = piece or b""
        elif self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
            self.whole = not self._left or closed
            self.broken = closed and bool(self._left)
        else:
            self.whole = closed
        self.body += data[: self._most - len(self.body)]
        self.whole = self.whole or len(self.body) >= self._most


class Chunks:
    """Takes a chunked body apart (RFC 9112 section 7.1)."""

    def __init__(self) -> None:
        self.done = False
        self._buffer = b""
        self._left = 0

    def take(self, data: bytes) -> bytes | None:
        """Return the content in *data*, None where it is no chunks."""
        self._buffer += data
        found: list[bytes] = []
        while self._buffer and not self.done:
            if self._left:
                piece, self._buffer = self._buffer[: self._left], self._buffer[self._left :]
                self._left -= len(piece)
                found.append(piece)
                continue
            line, newline, rest = self._buffer.partition(b"\n")
            if not newline:
                return b"".join(found) if len(line) < 1024 else None
            self._buffer = rest
            size = line.split(b";")[0].strip()
            if not size:
                continue  # the end of the chunk before
            try:
                self._left = int(size, 16)
            except ValueError:
                return None
            if self._left < 0:
                return None
            self.done = self._left == 0
        return b"".join(found)
