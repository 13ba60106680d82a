"""Gets a page over HTTP, within bounds, from one who may lie."""

from __future__ import annotations

import asyncio
import re
import ssl
from base64 import b64encode
from urllib.parse import urlsplit

HEAD = 16384  # bytes of an answer's head
LONGEST = 256  # bytes of a line that tells a chunk's size
SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}")
CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", re.IGNORECASE)


async def fetch(
    url: str,
    largest: int,
    *,
    user: str = "",
    token: str = "",
    tls: ssl.SSLContext | None = None,
    address: str = "",
) -> tuple[int, bytes]:
    """Return the status and body of ``GET`` *url*.

    *user* is ``NAME:PASSWORD``, *token* a bearer token.  https goes by *tls*,
    else by what the system trusts.  *address* is where the host is, if that is
    known.  Raises OSError, ValueError or EOFError; how long it takes is the
    caller's business.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(
        address or host,
        port,
        ssl=(tls or True) if secure else None,
        server_hostname=host if secure else None,
        limit=HEAD,
    )
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"GET {path} HTTP/1.0", f"Host: {parts.netloc}", "Connection: close"]
        if user:
            lines.append(f"Authorization: Basic {b64encode(user.encode()).decode()}")
        if token:
            lines.append(f"Authorization: Bearer {token}")
        writer.write("\r\n".join([*lines, "", ""]).encode("utf-8"))
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            raise ValueError("the head of its answer is too long") from None
        words = head.split(b"\r\n", 1)[0].split()
        if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
            raise ValueError("it does not speak HTTP")
        body = bytearray()
        while piece := await reader.read(1 << 16):
            body += piece
            if len(body) > largest:
                raise ValueError(f"its answer has more than {largest} bytes")
        chunked = CHUNKED.search(head) is not None
        return int(words[1]), _joined(bytes(body)) if chunked else bytes(body)
    finally:
        writer.close()


def _joined(body: bytes) -> bytes:
    """Return what comes in chunks (RFC 9112, 7.1); raises ValueError.

    haproxy sends its statistics so, whatever version of HTTP it is asked in.
    """
    found, at = bytearray(), 0
    while True:
        end = body.find(b"\r\n", at, at + LONGEST)
        size = body[at:end].split(b";")[0].strip() if end >= 0 else b""
        if not SIZE.fullmatch(size):
            raise ValueError("its answer is broken: a chunk without a size")
        at, length = end + 2, int(size, 16)
        if not length:
            return bytes(found)
        if len(body) < at + length + 2:
            raise ValueError("its answer is cut off")
        found += body[at : at + length]
        at += length + 2
