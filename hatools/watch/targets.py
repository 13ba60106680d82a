"""Carries the engine's checks out: from `StartProbe` to a conversation, and back."""

from __future__ import annotations

import asyncio
import os
import pwd
import shlex
import signal
from collections.abc import Awaitable, Mapping
from typing import Any

from hatools.engine.machine import StartProbe
from hatools.model import Check, HttpRequest, ScriptRun
from hatools.plugin.behaviour import Asked, Probe, Verdict
from hatools.watch.prober import Prober

TLS = {"http": "https", "tcp": "tls-hello"}  # what a kind of check is called over TLS
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}
NO_FACTS: Mapping[str, str] = {}
LONGEST = 3600.0  # seconds that a check without any limit may take


class Targets:
    """Asks servers for the engine.

    *probes* is the registry.  Scripts are only run where *allow_scripts* says
    so, as *script_user* where this process may choose, without a shell.
    """

    def __init__(
        self,
        prober: Prober,
        probes: Mapping[str, Probe],
        *,
        allow_scripts: bool = False,
        script_user: str = "nobody",
    ) -> None:
        self._prober = prober
        self._probes = probes
        self._allow_scripts = allow_scripts
        self._script_user = script_user
        self._loop = asyncio.get_running_loop()
        self.asked = 0

    def ask(self, start: StartProbe) -> Awaitable[Mapping[str, Any]]:
        """Return what will be the details of ``probe answered``."""
        self.asked += 1
        check = start.check
        name = TLS.get(check.kind, check.kind) if check.tls else check.kind
        probe = self._probes.get(name)
        future: asyncio.Future[Mapping[str, Any]] = self._loop.create_future()
        if probe is None:
            self._loop.call_soon(future.set_result, _unasked(f"no probe for {name} is loaded"))
        elif probe.transport == "command":
            return self._script(probe, start)
        else:
            self._begin(probe, start, future, 0, self._loop.time())
        return future

    def _begin(
        self,
        probe: Probe,
        start: StartProbe,
        future: asyncio.Future[Mapping[str, Any]],
        number: int,
        began: float,
    ) -> None:
        """Ask question *number* of a check; the next one follows when it passes."""
        check = start.check
        connect, answer = limits(check)

        def done(verdict: Verdict) -> None:
            if future.done():
                return
            if verdict.passed and number + 1 < questions(check):
                self._begin(probe, start, future, number + 1, began)
            else:
                future.set_result(_details(verdict, self._loop.time() - began))

        asked = Asked(check, start.address, start.port, number)
        self._prober.ask(asked, probe, connect, answer, done)

    async def _script(self, probe: Probe, start: StartProbe) -> Mapping[str, Any]:
        detail = start.check.detail
        if not self._allow_scripts or not isinstance(detail, ScriptRun):
            return _unasked("scripts are not run (--allow-scripts)")
        began = self._loop.time()
        conversation = probe.converse(Asked(start.check, start.address, start.port))
        conversation.begin()
        status = await run_script(detail.command, limits(start.check)[1], self._script_user)
        verdict = conversation.received(status)
        assert isinstance(verdict, Verdict)
        return _details(verdict, self._loop.time() - began)


async def run_script(
    command: str, limit: float, user: str, facts: Mapping[str, str] = NO_FACTS
) -> bytes:
    """Return the exit status of *command* as text, nothing when it did not end within *limit*.

    It runs without a shell, as *user* where this process may choose, in a
    process group of its own, which is ended as a whole.  *facts* are put into
    its environment.
    """
    try:
        words = shlex.split(command)
        options = _as_user(user)
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env={**ENVIRONMENT, **facts},
            cwd="/",
            **options,
        )
    except (OSError, ValueError, KeyError):
        return b"127"
    try:
        async with asyncio.timeout(limit):
            status = await process.wait()
    except TimeoutError:
        status = None
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sign)
            except ProcessLookupError:
                break
            await asyncio.sleep(0.05)
    if status is None:
        await process.wait()
        return b""
    return str(status).encode()


def _as_user(user: str) -> dict[str, Any]:
    if os.geteuid() != 0 or not user:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


def limits(check: Check) -> tuple[float, float]:
    """Return the seconds for connecting and for the answer.

    A check of a proxy that names neither ends with its interval.
    """
    connect = check.connect_timeout if check.connect_timeout is not None else check.interval
    answer = check.timeout if check.timeout is not None else connect
    return min(connect, LONGEST), min(answer, LONGEST)


def questions(check: Check) -> int:
    """Return how many requests a check makes, one after the other."""
    detail = check.detail
    if isinstance(detail, tuple) and detail and isinstance(detail[0], HttpRequest):
        return len(detail)
    return 1


def _details(verdict: Verdict, latency: float) -> Mapping[str, Any]:
    return {
        "passed": verdict.passed,
        "reason": verdict.reason,
        "code": verdict.code,
        "digest": verdict.digest,
        "latency": latency,
    }


def _unasked(why: str) -> Mapping[str, Any]:
    """Return the answer for a check that cannot be made: what is not known is not a failure."""
    return {"passed": True, "reason": why, "code": None, "unknown": True}
