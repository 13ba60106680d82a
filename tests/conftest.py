"""What all tests share: tests that ask real programs run where they can, and say where they cannot.

With ``HATOOLS_REAL=required`` in the environment (as in ``.ci/run``) a test
marked ``real`` whose programs cannot be asked is a failure.

Tests of the group ``live`` keep time with real programs: while one of them
runs, the other workers of pytest-xdist wait.
"""

from __future__ import annotations

import fcntl
import os
import signal
import tempfile
from collections.abc import Generator
from pathlib import Path

import lab
import pytest


def pytest_configure() -> None:
    """Heed Ctrl-C, and have whoever is started heed it: a shell's background jobs ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip ``@pytest.mark.real("haproxy", …)`` where one of its programs cannot be asked."""
    marker = item.get_closest_marker("real")
    reason = lab.missing(*marker.args) if marker else ""
    if reason and lab.REQUIRED:
        pytest.fail(f"HATOOLS_REAL=required, but {reason}", pytrace=False)
    if reason:
        pytest.skip(reason)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a pytest-xdist that would spread a group: its tests share what they recorded."""
    grouped = getattr(config.option, "loadgroup", False)
    if grouped and any(keeps_time(one) and not one.nodeid.endswith("@live") for one in items):
        raise pytest.UsageError("this pytest-xdist keeps no groups with this pytest")


class Room:
    """What the workers of one run share: many are in it together, or one is in it alone.

    Who wants to be alone stands at the door, and nobody passes him there.
    """

    def __init__(self, name: str) -> None:
        folder = Path(tempfile.gettempdir())
        self._door = os.open(folder / f"{name}.door", os.O_RDWR | os.O_CREAT, 0o600)
        self._room = os.open(folder / f"{name}.room", os.O_RDWR | os.O_CREAT, 0o600)
        self.alone = False

    def enter(self, alone: bool) -> None:
        """Wait until there is room; who is in it alone already stays so."""
        if self.alone and alone:
            return
        fcntl.flock(self._door, fcntl.LOCK_EX)
        fcntl.flock(self._room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(self._door, fcntl.LOCK_UN)
        self.alone = alone

    def leave(self) -> None:
        fcntl.flock(self._room, fcntl.LOCK_UN)
        self.alone = False


def keeps_time(item: pytest.Item | None) -> bool:
    """Tell whether *item* is of the group ``live``."""
    marker = item.get_closest_marker("xdist_group") if item else None
    return marker is not None and marker.args == ("live",)


_ROOMS: dict[str, Room] = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Run a test that keeps time while no other worker runs any."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return (yield)
    if run not in _ROOMS:
        _ROOMS[run] = Room(f"hatools-{run}")
    room = _ROOMS[run]
    room.enter(alone=keeps_time(item))
    try:
        return (yield)
    finally:
        if not (room.alone and keeps_time(nextitem)):
            room.leave()
