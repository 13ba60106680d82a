"""What a piece of work costs: processor time, elapsed time, memory."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

Command = tuple[str | Path, ...]
PEAK = """\
import os, sys
done = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(done[2].ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(done[1]))
"""


class Cost(NamedTuple):
    """What one round cost: *main* is what is compared, *wall* the milliseconds that passed.

    *main* is processor time in milliseconds, user and system together, which
    other work on the machine disturbs least, or memory in MiB.
    """

    main: float
    wall: float


Work = Callable[[], Cost]


def inside(work: Callable[[], object]) -> Work:
    """Return *work* of this process to be measured, the garbage collector off."""

    def measured() -> Cost:
        gc.collect()
        gc.disable()
        wall, begin = time.perf_counter(), time.process_time()
        work()
        spent, passed = time.process_time() - begin, time.perf_counter() - wall
        gc.enable()
        return Cost(spent * 1000, passed * 1000)

    return measured


def process(folder: Path, *command: str | Path) -> Work:
    """Return the running of *command* to be measured; a refusal ends the benchmark.

    Python finds its byte code ready, as an installed program does, whatever the
    environment says: it is kept in *folder* from the first round on.
    """

    def measured() -> Cost:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.perf_counter()
        _run(folder, command, subprocess.DEVNULL)
        passed = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Cost(spent * 1000, passed * 1000)

    return measured


def memory(folder: Path, *command: str | Path) -> Work:
    """Return the most memory that *command* holds at a time, to be measured.

    A small process starts it: what the parent of a process holds counts as the child's, too.
    """
    starter = (sys.executable, "-I", "-S", "-c", PEAK, *command)

    def measured() -> Cost:
        begin = time.perf_counter()
        peak = _run(folder, starter, subprocess.PIPE)
        return Cost(int(peak.split()[-1]) / 1024, (time.perf_counter() - begin) * 1000)

    return measured


def _run(folder: Path, command: Command, output: int) -> str:
    """Run *command* and return its output, if that is a pipe."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "pycache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [str(part) for part in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stderr}")
    return done.stdout or ""
