"""A real SMTP server with STARTTLS and AUTH that can be told to refuse, to stall and to go away."""

from __future__ import annotations

import asyncio
import logging
import ssl
import subprocess
import threading
import time
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd's
USER, PASSWORD = "ops", "s3cret-pw"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return a key and a self-signed certificate for 127.0.0.1."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return key, cert


class Silent(asyncio.Protocol):
    """Takes a connection and says nothing."""

    transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport


class MailServer:
    """A server on 127.0.0.1 in a thread of its own; `box` has what it took, in order.

    *mood* is ``well``, ``refuses`` (451 to DATA), ``never`` (554 to DATA),
    ``stalls`` (does not answer DATA) or ``silent`` (does not greet).
    """

    def __init__(self, key: Path, cert: Path, *, secure: bool = True) -> None:
        self.box: list[tuple[list[str], Message]] = []
        self.mood = "well"
        self.unknown: set[str] = set()  # recipients who are refused for good
        self.waiting: set[str] = set()  # recipients who are refused for now
        self.logins = 0
        self.port = 0
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(cert, key)
        self._secure = secure
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._connections: set[Any] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.up()

    def up(self) -> None:
        self._do(self._listen())

    def down(self) -> None:
        self._do(self._leave())

    def close(self) -> None:
        self.down()
        self._do(self._finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait(self, count: int, seconds: float = 10.0) -> None:
        """Wait until *count* mails have come."""
        end = time.monotonic() + seconds
        while len(self.box) < count:
            assert time.monotonic() < end, f"{len(self.box)} mails came, not {count}"
            time.sleep(0.02)

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(
            self._protocol, "127.0.0.1", self.port, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _leave(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for one in self._connections:
            if one.transport is not None:
                one.transport.abort()
        self._connections.clear()
        await asyncio.sleep(0.05)

    async def _finish(self) -> None:
        """End what still hangs on a connection, so that no socket outlives the server."""
        tasks = {one for one in asyncio.all_tasks() if one is not asyncio.current_task()}
        for one in tasks:
            one.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=2)
        await asyncio.sleep(0.05)

    def _protocol(self) -> asyncio.BaseProtocol:
        if self.mood == "silent":
            silent = Silent()
            self._connections.add(silent)
            return silent
        options = (
            {"authenticator": self._authenticate, "auth_required": True} if self._secure else {}
        )
        made = SMTP(self, tls_context=self._context if self._secure else None, loop=self._loop,
                    require_starttls=self._secure, hostname="lab", **options)  # fmt: skip
        self._connections.add(made)
        return made

    def _authenticate(self, server: Any, session: Any, envelope: Any, how: str, data: Any) -> Any:
        fits = isinstance(data, LoginPassword) and (data.login, data.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        self.logins += fits
        return AuthResult(success=fits, handled=False)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.unknown:
            return "550 no such user"
        if address in self.waiting:
            return "450 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.mood == "refuses":
            return "451 try again"
        if self.mood == "never":
            return f"554 no, and your password is {PASSWORD}"
        if self.mood == "stalls":
            await asyncio.sleep(3600)
        self.box.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 taken"
