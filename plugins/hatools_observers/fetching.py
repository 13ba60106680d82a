"""Gets a page over HTTP, within bounds, from one who may lie."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from urllib.parse import urlsplit

HEAD = 16384  # bytes of an answer's head


async def fetch(url: str, largest: int, *, user: str = "", token: str = "") -> tuple[int, bytes]:
    """Return the status and body of ``GET`` *url*.

    *user* is ``NAME:PASSWORD``, *token* a bearer token.  Raises OSError,
    ValueError or EOFError; how long it takes is the caller's business.
    """
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if tls else 80)
    reader, writer = await asyncio.open_connection(host, port, ssl=tls or None, limit=HEAD)
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
        return int(words[1]), bytes(body)
    finally:
        writer.close()
