"""Carries the engine's checks out: from `StartProbe` to a conversation, and back."""

from __future__ import annotations

import asyncio
import os
import pwd
import shlex
import signal
from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Any

from hatools.engine.machine import StartProbe
from hatools.model import Check, Topology, Tracker
from hatools.plugin.behaviour import Asked, Probe, Verdict
from hatools.watch.attempt import Answer, Attempt
from hatools.watch.legs import Legs, files_of, legs_of
from hatools.watch.prober import Prober

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}
NO_FACTS: Mapping[str, str] = {}
LONGEST = 3600.0  # seconds that a check without any limit may take
PIECE = 128  # bytes of a file that count
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
        "legs",
        "limit",
        "name",
        "passed",
        "probe",
        "start",
        "unknown",
    )

    def __init__(self, start: StartProbe, legs: Legs, prober: Prober) -> None:
        self._prober = prober
        self.name = start.name
        self.start = start
        self.answered: Answered = _nobody  # whom to tell: another one may ask each time
        self.legs = () if isinstance(legs, str) else legs  # its connections, one after the other
        self.unknown = legs if isinstance(legs, str) else ""  # why it cannot be asked
        if self.legs:
            self.asked, self.probe = self.legs[0]
        self.connect, self.limit = limits(start.check)
        self.attempt: Attempt | None = None  # of the first question
        self.began = 0.0
        self.passed = self.failed = 0
        self.last: float | None = None  # when it answered last, by the loop's clock
        self.latency: float | None = None
        self.expires: float | None = None

    def ask(self, now: float) -> None:
        """Begin the check's first connection."""
        self.began = now
        self.asked, self.probe = self.legs[0]
        if self.attempt is not None and self.attempt.over:
            self._prober.again(self.attempt)
        else:
            self.attempt = self._prober.ask(
                self.asked, self.probe, self.connect, self.limit, self.told
            )

    def told(self, verdict: Answer) -> None:
        """Take the prober's answer; the next connection follows when it passes."""
        if not isinstance(verdict, Verdict):
            self.unknown = verdict
            self.answered(self.name, unasked(verdict))
            return
        number = self.asked.number + 1
        if verdict.passed and number < len(self.legs):
            self.asked, self.probe = self.legs[number]
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
        if verdict.more:
            details.update(verdict.more)
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
        self.files: Mapping[str, Tracker] = {}

    def ask(self, start: StartProbe, answered: Answered) -> None:
        """Begin a check; *answered* gets its name and the details of ``probe answered``, later."""
        target = self.known.get(start.name)
        if target is None or target.start is not start:
            target = self._target(start)
        target.answered = answered
        if not target.legs:
            self._loop.call_soon(target.told, target.unknown)
        elif target.probe.transport == "file":
            self._loop.call_soon(self._read, target)
        elif target.probe.transport != "command":
            target.ask(monotonic())
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

    def learn(self, topologies: Iterable[Topology]) -> None:
        """Know the files that checks name, instead of those known before."""
        self.files = files_of(topologies)

    def _target(self, start: StartProbe) -> Target:
        legs = legs_of(start, self._probes, self.files, self._allow_scripts)
        target = self.known[start.name] = Target(start, legs, self._prober)
        return target

    def _read(self, target: Target) -> None:
        """Let the check of a file have what is in it; a file that is not there is empty."""
        target.began = monotonic()
        try:
            number = os.open(target.asked.address, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            content = b""
        else:
            try:
                content = os.read(number, PIECE)
            except OSError:
                content = b""
            finally:
                os.close(number)
        conversation = target.probe.converse(target.asked)
        verdict = conversation.received(content)
        target.judged(verdict if isinstance(verdict, Verdict) else SILENT)

    async def _script(self, target: Target) -> None:
        conversation = target.probe.converse(target.asked)
        said = conversation.begin()
        target.began = monotonic()
        command = said.decode("utf-8", "surrogateescape") if isinstance(said, bytes) else ""
        facts = script_facts(target.asked) if target.start.proxy else NO_FACTS
        status = await run_script(command, target.limit, self._script_user, facts)
        verdict = conversation.received(status)
        target.judged(verdict if isinstance(verdict, Verdict) else SILENT)


def script_facts(asked: Asked) -> Mapping[str, str]:
    """Return what the environment of a proxy's script says of the server."""
    facts = {"HAPROXY_SERVER_ADDR": asked.address, "HAPROXY_SERVER_PORT": str(asked.port)}
    for words in asked.check.own:
        if words[:2] == ("external-check", "path") and len(words) > 2:
            facts["PATH"] = words[2]
    return facts


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
        if not words:
            return b"127"
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


def _nobody(name: str, details: Mapping[str, Any]) -> None:
    """Take an answer that nobody waits for."""


def unasked(why: str) -> Mapping[str, Any]:
    """Return the answer for a check that cannot be made: what is not known is not a failure."""
    return {"passed": True, "reason": why, "code": None, "unknown": True}
