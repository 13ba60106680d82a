"""Carries the engine's checks out: from `StartProbe` to a conversation, and back."""

from __future__ import annotations

import asyncio
import os
import pwd
import shlex
import signal
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from hatools.engine.machine import StartProbe
from hatools.model import Check, HttpRequest, ScriptRun
from hatools.plugin.behaviour import Asked, Probe, Verdict
from hatools.watch.prober import Answer, Attempt, Prober

TLS = {"http": "https", "tcp": "tls-hello"}  # what a kind of check is called over TLS
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}
NO_FACTS: Mapping[str, str] = {}
LONGEST = 3600.0  # seconds that a check without any limit may take
SILENT = Verdict(False, "the script says nothing")
Answered = Callable[[str, Mapping[str, Any]], None]


class Target:
    """One check of one server: what is asked, and how its last answers were."""

    __slots__ = (
        "_prober",
        "answered",
        "asked",
        "attempt",
        "began",
        "connect",
        "expires",
        "failed",
        "last",
        "latency",
        "limit",
        "name",
        "passed",
        "probe",
        "questions",
        "start",
        "unknown",
    )

    def __init__(self, start: StartProbe, probe: Probe | None, prober: Prober) -> None:
        self._prober = prober
        self.name = start.name
        self.start = start
        self.probe = probe
        self.answered: Answered = _nobody  # whom to tell: another one may ask each time
        self.asked = Asked(start.check, start.address, start.port)
        self.questions = questions(start.check)
        self.connect, self.limit = limits(start.check)
        self.attempt: Attempt | None = None  # of the first question
        self.began = 0.0
        self.passed = self.failed = 0
        self.last: float | None = None  # when it answered last, by the loop's clock
        self.latency: float | None = None
        self.expires: float | None = None
        self.unknown = ""  # why it could not be asked

    def ask(self, now: float) -> None:
        """Begin the check's first question."""
        assert self.probe is not None
        self.began = now
        if self.questions > 1:
            self.asked = self.asked._replace(number=0)
        if self.attempt is not None and self.attempt.over:
            self._prober.again(self.attempt)
        else:
            self.attempt = self._prober.ask(
                self.asked, self.probe, self.connect, self.limit, self.told
            )

    def told(self, verdict: Answer) -> None:
        """Take the prober's answer; the next question follows when it passes."""
        if not isinstance(verdict, Verdict):
            self.unknown = verdict
            self.answered(self.name, unasked(verdict))
            return
        if verdict.passed and self.asked.number + 1 < self.questions:
            self.asked = self.asked._replace(number=self.asked.number + 1)
            assert self.probe is not None
            self._prober.ask(self.asked, self.probe, self.connect, self.limit, self.told)
            return
        self.judged(verdict)

    def judged(self, verdict: Verdict) -> None:
        """Note what came of the check, and pass it on."""
        self.unknown = ""
        self.last = now = monotonic()
        self.latency = now - self.began
        if verdict.passed:
            self.passed += 1
        else:
            self.failed += 1
        if verdict.expires is not None:
            self.expires = verdict.expires
        details = {"passed": verdict.passed, "reason": verdict.reason, "code": verdict.code}
        self.answered(self.name, details)


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
        self._scripts: set[asyncio.Task[None]] = set()
        self.known: dict[str, Target] = {}

    def ask(self, start: StartProbe, answered: Answered) -> None:
        """Begin a check; *answered* gets its name and the details of ``probe answered``, later."""
        target = self.known.get(start.name)
        if target is None or target.start is not start:
            target = self._target(start)
        target.answered = answered
        probe = target.probe
        if probe is None:
            why = f"no probe for {start.check.kind} is loaded"
            self._loop.call_soon(target.told, why)
        elif probe.transport != "command":
            target.ask(monotonic())
        elif not self._allow_scripts:
            self._loop.call_soon(target.told, "scripts are not run (--allow-scripts)")
        else:
            task = self._loop.create_task(self._script(target))
            self._scripts.add(task)
            task.add_done_callback(self._scripts.discard)

    async def once(self, start: StartProbe) -> Mapping[str, Any]:
        """Return the details of the answer to one check."""
        future: asyncio.Future[Mapping[str, Any]] = self._loop.create_future()

        def answered(name: str, details: Mapping[str, Any]) -> None:
            if not future.done():
                future.set_result(details)

        self.ask(start, answered)
        return await future

    def under_way(self) -> int:
        """Return how many checks wait for an answer."""
        return len(self._prober) + len(self._scripts)

    def forget(self) -> None:
        """Drop what is known of all checks: the configuration changed."""
        self.known = {}

    def close(self) -> None:
        """End the scripts that are running."""
        for task in self._scripts:
            task.cancel()

    def _target(self, start: StartProbe) -> Target:
        check = start.check
        name = TLS.get(check.kind, check.kind) if check.tls else check.kind
        target = Target(start, self._probes.get(name), self._prober)
        self.known[start.name] = target
        return target

    async def _script(self, target: Target) -> None:
        detail = target.start.check.detail
        assert target.probe is not None
        conversation = target.probe.converse(target.asked)
        conversation.begin()
        target.began = monotonic()
        command = detail.command if isinstance(detail, ScriptRun) else ""
        status = await run_script(command, target.limit, self._script_user)
        verdict = conversation.received(status)
        target.judged(verdict if isinstance(verdict, Verdict) else SILENT)


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


def _nobody(name: str, details: Mapping[str, Any]) -> None:
    """Take an answer that nobody waits for."""


def unasked(why: str) -> Mapping[str, Any]:
    """Return the answer for a check that cannot be made: what is not known is not a failure."""
    return {"passed": True, "reason": why, "code": None, "unknown": True}
