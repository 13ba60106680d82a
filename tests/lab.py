"""Real programs as judges: what haproxy and keepalived say of a file; hatools as a user runs it.

keepalived looks its interfaces up even when it only tests a file, so it runs
in a network namespace of its own in which every interface that the file names
exists.  Nothing outside that namespace is touched, and it is gone at exit.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("HATOOLS_SHARED", ROOT.parent / "shared"))  # facts, vectors, corpus
REQUIRED = os.environ.get("HATOOLS_REAL") == "required"
PROGRAMS = ("haproxy", "keepalived", "ip")
_SECONDS = 60.0
AT_ONCE = 16  # programs that are run beside each other: they mostly wait for a resolver
# haproxy asks for every host that a file names; a resolver that is silent is given up sooner.
IMPATIENT = {**os.environ, "RES_OPTIONS": "timeout:1 attempts:1"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a real program said: its exit *status* and its *output*, both streams together."""

    status: int
    output: str

    @property
    def accepted(self) -> bool:
        return self.status == 0

    @property
    def lines(self) -> list[int]:
        """The lines of the file that it complained about (haproxy ``[file:12]``, keepalived
        ``(FILE: Line 12)``), in order, each once."""
        found = re.findall(r"\[[^\]\s]*:(\d+)\]|Line (\d+)\)", self.output)
        return list(dict.fromkeys(int(one or other) for one, other in found))


def missing(*programs: str) -> str:
    """Return why the real *programs* (all of them by default) cannot be asked here, or ''."""
    for program in programs or PROGRAMS:
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if not programs or "ip" in programs or "keepalived" in programs:
        return _namespaces_missing()
    return ""


@cache
def _namespaces_missing() -> str:
    if os.geteuid() != 0:
        return "network namespaces need root"
    name = f"hatools-try-{os.getpid()}"
    made = _run(["ip", "netns", "add", name])
    if not made.accepted:
        return f"no network namespace can be made here: {made.output.strip()}"
    _run(["ip", "netns", "del", name])
    return ""


def _run(
    command: list[str], stdin: str | None = None, env: dict[str, str] | None = None
) -> Verdict:
    done = subprocess.run(
        command,
        env=env,
        stdin=subprocess.DEVNULL if stdin is None else None,
        input=None if stdin is None else stdin.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_SECONDS,
        check=False,
    )
    return Verdict(done.returncode, done.stdout.decode("utf-8", "replace"))


class Namespace:
    """A network namespace; `close` it, and it is gone with all that is in it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._interfaces = {"lo"}
        made = _run(["ip", "netns", "add", name])
        if not made.accepted:
            raise OSError(made.output)
        _run(["ip", "-n", name, "link", "set", "lo", "up"])

    def add_interfaces(self, names: Iterable[str]) -> None:
        """Make an Ethernet interface for each of *names* that is not there yet."""
        for name in dict.fromkeys(names):
            if name in self._interfaces:
                continue
            peer = f"peer{len(self._interfaces)}"
            self._interfaces.add(name)
            _run(["ip", "-n", self.name, "link", "add", name, "type", "veth", "peer", "name", peer])
            _run(["ip", "-n", self.name, "link", "set", name, "up"])

    def run(self, *command: str | Path) -> Verdict:
        """Return what *command* said in here."""
        return _run(["ip", "netns", "exec", self.name, *map(str, command)])

    def close(self) -> None:
        _run(["ip", "netns", "del", self.name])


@cache
def namespace() -> Namespace:
    """Return the namespace that this process's tests share; it is gone at exit."""
    made = Namespace(f"hatools-{os.getpid()}")
    atexit.register(made.close)
    return made


_INTERFACE_WORDS = re.compile(
    r"(?:^|\s)(?:interface|dev|lvs_sync_daemon|lvs_sync_daemon_interface|vrrp_garp_interface"
    r"|default_interface|mcast_interface|use_vmac_addr|bind_if|track_src_ip_dev)"
    r"[ \t]+\"?([\w.:@-]{1,15})\"?"
)
_TRACKED = re.compile(r"track_interface\s*\{([^}]*)\}")


def interfaces_named(text: str) -> list[str]:
    """Return the interfaces that a keepalived.conf speaks of, in order."""
    text = re.sub(r"[#!][^\n]*", "", text)
    found = _INTERFACE_WORDS.findall(text)
    for block in _TRACKED.findall(text):
        found += [line.split()[0] for line in block.splitlines() if line.split()]
    return list(dict.fromkeys(name for name in found if re.fullmatch(r"[\w.-]{1,15}", name)))


def keepalived_check(path: Path, *more: str) -> Verdict:
    """Return what ``keepalived -t`` says of *path*; *more* are further options."""
    space = namespace()
    space.add_interfaces(interfaces_named(path.read_text("utf-8", "surrogateescape")))
    return space.run("keepalived", "-t", "-f", path, *more)


def haproxy_check(path: Path, *more: str) -> Verdict:
    """Return what ``haproxy -c`` says of *path*: 0 sound, 1 errors, 2 nothing to listen on."""
    return _run([*haproxy(), "-c", "-f", str(path), *more], env=IMPATIENT)


@cache
def haproxy() -> tuple[str, ...]:
    """Return the command haproxy, where possible away from any resolver that it would wait for."""
    if missing("haproxy", "ip", "nsenter"):
        return ("haproxy",)
    return ("nsenter", f"--net=/run/netns/{namespace().name}", "haproxy")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of hatools gave."""

    status: int
    stdout: str
    stderr: str


def hatools(
    *arguments: str | Path,
    stdin: bytes = b"",
    cwd: Path = ROOT,
    beside: Path | None = None,
    timeout: float = _SECONDS,
    columns: int = 100,
) -> Ran:
    """Run hatools in a process of its own, as a user would; *beside* holds more distributions."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": str(columns)}
    environment.pop("PYTHONPATH", None)
    if beside is not None:
        environment["PYTHONPATH"] = str(beside)
    done = subprocess.run(
        [sys.executable, "-m", "hatools", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment,
        timeout=timeout,
        check=False,
    )
    return Ran(
        done.returncode,
        done.stdout.decode("utf-8", "surrogateescape"),
        done.stderr.decode("utf-8", "surrogateescape"),
    )


class Pacemaker:
    """Measures how late this machine is with the simplest: *worst*, in seconds.

    It wakes who sleeps, and takes a byte for a file: where the disk is busy even
    that can wait for seconds, and so do programs that log.  What keeps time with a
    real program can only be judged while the machine does.
    """

    STEP = 0.01
    _measuring: ClassVar[set[Pacemaker]] = set()

    def __init__(self) -> None:
        self.worst = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def _beat(self) -> None:
        with tempfile.TemporaryFile(buffering=0) as file:
            while not self._over.is_set():
                due = time.monotonic() + self.STEP
                time.sleep(self.STEP)
                file.write(b".")
                self.worst = max(self.worst, time.monotonic() - due)

    @classmethod
    def hear(cls, told: str) -> None:
        """Take in how late a kernel was that ran on this machine, as it says, in seconds."""
        for one in cls._measuring if told.strip() else ():
            one.worst = max(one.worst, float(told))

    def __enter__(self) -> Pacemaker:
        self._measuring.add(self)
        self._thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._measuring.discard(self)
        self._over.set()
        self._thread.join()
