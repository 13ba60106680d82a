"""Hands letters to mail servers: the first that takes one has it."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Callable, Sequence
from typing import NamedTuple

import aiosmtplib

from hatools_email.settings import Server

SENT, LATER, REFUSED = "sent", "later", "refused"
AVOIDED = 60.0  # seconds for which a server that failed comes last
SPEED = 1000.0  # bytes a second that a server takes at least
ASIDE = 5.0  # seconds for a goodbye


class Outcome(NamedTuple):
    """What became of a letter: *to* are those who still wait for it."""

    state: str
    reason: str = ""
    to: tuple[str, ...] = ()


class Access(NamedTuple):
    """How we come into a server: *user* empty for no AUTH, *ca_file* empty for the system's."""

    helo: str
    timeout: float
    user: str = ""
    password: str = ""
    ca_file: str = ""


class Delivery:
    """Speaks to mail servers; remembers which of them failed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failed: dict[Server, float] = {}
        self._connection: aiosmtplib.SMTP | None = None
        self._connected: Server | None = None

    async def send(
        self,
        servers: Sequence[Server],
        access: Access,
        sender: str,
        to: tuple[str, ...],
        mail: bytes,
    ) -> Outcome:
        """Hand *mail* to the first of *servers* that takes it.

        It is refused when every server refused it for good; a server that
        cannot be used is none that refused.
        """
        reasons, refusals = [], 0
        now = self._clock()
        for server in sorted(servers, key=lambda one: self._failed.get(one, 0.0) > now):
            try:
                connection = await self._connect(server, access)
                async with asyncio.timeout(2 * access.timeout + len(mail) / SPEED):
                    outcome = await _hand_over(connection, sender, to, mail)
            except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
                self._failed[server] = self._clock() + AVOIDED
                await self.disconnect()
                reasons.append(f"{server.host}:{server.port}: {_why(error, access)}")
                continue
            self._failed.pop(server, None)
            if outcome.state == SENT:
                return outcome._replace(reason=_masked(outcome.reason, access))
            refusals += outcome.state == REFUSED
            reasons.append(f"{server.host}:{server.port}: {_masked(outcome.reason, access)}")
        state = REFUSED if servers and refusals == len(servers) else LATER
        return Outcome(state, "; ".join(reasons), to)

    async def _connect(self, server: Server, access: Access) -> aiosmtplib.SMTP:
        """Return a connection on which mail is taken."""
        before = self._connection
        if before is not None and self._connected == server and before.is_connected:
            return before
        await self.disconnect()
        connection = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=access.timeout,
            local_hostname=access.helo,
            use_tls=server.security == "tls" or (server.security == "auto" and server.port == 465),
            start_tls={"starttls": True, "auto": None}.get(server.security, False),
            tls_context=_context(server.security, access),
        )
        self._connection, self._connected = connection, server
        async with asyncio.timeout(3 * access.timeout):
            await connection.connect()
            if access.user:
                if connection.get_transport_info("sslcontext") is None:
                    raise OSError("it offers no TLS, and a password is never sent in the clear")
                await connection.login(access.user, access.password)
        return connection

    async def disconnect(self) -> None:
        """Say goodbye, as far as the server listens."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if connection.is_connected:
                async with asyncio.timeout(ASIDE):
                    await connection.quit()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            pass  # it is gone already
        finally:
            connection.close()


async def _hand_over(
    connection: aiosmtplib.SMTP, sender: str, to: tuple[str, ...], mail: bytes
) -> Outcome:
    """Return what the server said; raises what `Delivery.send` takes for its failure."""
    try:
        refused, said = await connection.sendmail(sender, list(to), mail)
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = {one.recipient: (one.code, one.message) for one in error.recipients}
        return _part(to, codes, nobody=True)
    except aiosmtplib.SMTPDataError as error:
        if error.code < 500:
            raise
        return Outcome(REFUSED, f"{error.code} {error.message}", to)
    if not refused:
        return Outcome(SENT, said)
    return _part(to, {one: (said[0], said[1]) for one, said in refused.items()}, nobody=False)


def _part(to: tuple[str, ...], codes: dict[str, tuple[int, str]], nobody: bool) -> Outcome:
    """Return the outcome where the server did not take all recipients."""
    waiting = tuple(one for one in to if one in codes and codes[one][0] < 500)
    reason = "; ".join(f"{one}: {code} {said}" for one, (code, said) in codes.items())
    if nobody:
        return Outcome(LATER if waiting else REFUSED, reason, to)
    return Outcome(SENT, reason, waiting)


def _context(security: str, access: Access) -> ssl.SSLContext:
    """Return how TLS is spoken: who gets a password, or must speak TLS, proves who he is."""
    context = ssl.create_default_context(cafile=access.ca_file or None)
    if security == "auto" and not access.user and not access.ca_file:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # better than the clear text it would be else
    return context


def _why(error: BaseException, access: Access) -> str:
    """Return *error* as a person reads it, without secrets."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _masked(f"{error.code} {error.message}", access)
    return _masked(str(error) or type(error).__name__, access)


def _masked(text: str, access: Access) -> str:
    """Return *text* on one line, without the password in any way that a server might say it."""
    text = " ".join(text.split())[:300]
    if not access.password:
        return text
    plain = f"\0{access.user}\0{access.password}".encode()
    shapes = [plain, access.password.encode(), access.user.encode()]
    for secret in [access.password, *(base64.b64encode(one).decode() for one in shapes)]:
        text = text.replace(secret, "********")
    return text
