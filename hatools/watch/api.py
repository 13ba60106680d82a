"""The daemon's HTTP API: what `hatools status` and other watchers ask.

``GET /status`` gives the board, ``GET /events?since=N`` what happened after
event N, ``GET /health`` whether it lives.  It answers GET and nothing else, and
survives whatever is sent to it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[str, dict[str, list[str]]], tuple[int, Any]]
LONGEST = 8192  # bytes of a request
PATIENCE = 5.0  # seconds for a request to come
TITLES = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}


async def serve(address: str, port: int, answer: Answer) -> asyncio.Server:
    """Return a server that asks *answer* for (status, content) of a path and its query."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
            writer.write(_respond(head, answer))
            async with asyncio.timeout(PATIENCE):
                await writer.drain()
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass  # whoever asked is gone, or never meant to ask
        finally:
            writer.close()

    return await asyncio.start_server(handle, address, port, limit=LONGEST)


def _respond(head: bytes, answer: Answer) -> bytes:
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/"):
        return _message(400, {"error": "this is no HTTP request"})
    if words[0] != "GET":
        return _message(405, {"error": "only GET is answered"})
    try:
        parts = urlsplit(words[1])
        query = parse_qs(parts.query)
    except ValueError:
        return _message(400, {"error": "this is no path"})
    return _message(*answer(parts.path, query))


def _message(status: int, content: Any) -> bytes:
    body = json.dumps(content, ensure_ascii=True, default=str).encode("ascii")
    head = (
        f"HTTP/1.1 {status} {TITLES.get(status, 'Error')}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body
