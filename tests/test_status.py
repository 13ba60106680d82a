"""hatools status: in a real terminal it follows live, at 80 columns, through a restart."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import hatools
from test_watch_killed import Target, Watch

from hatools.cli.standings import Changes, lines


def status(*objects: dict[str, Any]) -> dict[str, Any]:
    return {"node": "lb1", "now": 100.0, "started": 40.0, "problem": "", "objects": list(objects)}


def server(name: str, up: bool, reason: str = "") -> dict[str, Any]:
    return {"kind": "server", "subject": name, "since": 95.0, "up": up, "reason": reason}


def test_the_table() -> None:
    found = lines(status(server("shop/b", False, "connection refused"), server("shop/a", True)), 80)
    assert [click.unstyle(one) for one in found] == [
        "lb1: watching for 1m",
        "server shop/a up            5s",
        "server shop/b down          5s  connection refused",
    ]


def test_availability_and_services_say_something() -> None:
    one = {"kind": "availability", "subject": "server shop/a", "since": 95.0, "ratio": 0.99999999,
           "failures": 1, "downtime": 90.0}  # fmt: skip
    two = {"kind": "service", "subject": "shop", "since": 95.0, "listeners": ["192.0.2.10:80"]}
    assert [click.unstyle(line) for line in lines(status(one, two), 80)][1:] == [
        "availability server shop/a 99.999 %      5s  1 outage, 1m down in all",
        "service shop                             5s  192.0.2.10:80",
    ]


def test_what_does_not_fit_is_what_is_well() -> None:
    many = [server(f"shop/{at:03}", at != 250) for at in range(300)]
    found = [click.unstyle(one) for one in lines(status(*many), 80, 23)]
    assert len(found) == 23
    assert "shop/250 down" in found[1]
    assert found[-1] == "… and 279 more"


VALUES = st.one_of(st.text(max_size=200), st.booleans(), st.none(), st.integers(), st.floats())
ODD = st.dictionaries(
    st.sampled_from(("kind", "subject", "since", "up", "role", "reason", "queued", "reached",
                     "ratio", "failures", "downtime", "listeners")),
    VALUES | st.sampled_from(["availability", "service", 10**400]),
)  # fmt: skip


@given(st.lists(ODD, max_size=30), st.integers(0, 200), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_no_answer_breaks_the_table(objects: list[Any], columns: int, rows: int) -> None:
    for line in lines(status(*objects), columns, rows):
        plain = click.unstyle(line)
        assert len(plain) < max(columns, 40)
        assert plain.isprintable()


def event(name: str, up: bool, reason: str = "") -> dict[str, Any]:
    details = {"up": up, "reason": reason}
    return {"kind": "server", "subject": name, "time": 97.0, "details": details}


def test_without_a_terminal_every_change_is_told() -> None:
    first = status(server("shop/a", True), server("shop/b", True))
    changes = Changes("x")
    assert len(changes.status(first)) == 2
    flap = [event("shop/b", False, "refused"), event("shop/b", True), event("shop/a", True)]
    assert [one[9:] for one in changes.events(flap)] == [
        "server shop/b down  refused",
        "server shop/b up",
    ]
    assert changes.status(first) == []
    assert "no watch" in changes.gone("refused")[0]
    assert changes.gone("refused") == []
    assert len(changes.status(first)) == 2


@given(st.lists(ODD | st.dictionaries(st.sampled_from(("kind", "time", "details")), VALUES | ODD)))
@settings(max_examples=100, deadline=None)
def test_no_event_breaks_the_lines(events: list[Any]) -> None:
    assert all(line.isprintable() for line in Changes("x").events(events))


def test_nobody_answers() -> None:
    ran = hatools("status", "127.0.0.1:1")
    assert ran.status == 2
    assert "no watch answers" in ran.stderr


class Terminal:
    """A real terminal: a session of tmux on a server of its own."""

    def __init__(self, folder: Path, columns: int, rows: int) -> None:
        self._tmux = ["tmux", "-L", f"hatools-{uuid.uuid4().hex[:8]}", "-f", "/dev/null"]
        self.run("new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(folder),
                 "env PS1='ready> ' bash --norc --noprofile")  # fmt: skip

    def run(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def type(self, text: str) -> None:
        self.run("send-keys", "-l", text)
        self.run("send-keys", "Enter")

    def screen(self) -> list[str]:
        return self.run("capture-pane", "-p").splitlines()

    def shows(self, *texts: str, seconds: float = 10.0) -> list[str]:
        end = time.monotonic() + seconds
        while True:
            found = self.screen()
            if all(any(text in line for line in found) for text in texts):
                return found
            assert time.monotonic() < end, "\n".join([f"{texts} are not in:", *found])
            time.sleep(0.1)

    def close(self) -> None:
        self.run("kill-server")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Watch, list[Target]]]:
    targets = [Target(), Target()]
    name = "a-backend-with-a-name-that-is-longer-than-any-terminal-of-eighty-columns-is-wide"
    (tmp_path / "haproxy.cfg").write_text(
        "defaults\n    default-server check inter 200ms rise 1 fall 1\n"
        f"backend shop\n    server web1 127.0.0.1:{targets[0].port}\n"
        f"backend {name}\n    server web2 127.0.0.1:{targets[1].port}\n"
    )
    (tmp_path / "hatools.toml").write_text(
        f'[watch]\nstate = "{tmp_path}/state"\n[plugin.prometheus]\nlisten = "127.0.0.1:0"\n'
    )
    watch = Watch(tmp_path)
    yield watch, targets
    watch.kill()
    watch.log.close()
    for one in targets:
        one.down()


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_following_in_a_terminal(tmp_path: Path, watched: tuple[Watch, list[Target]]) -> None:
    watch, targets = watched
    terminal = Terminal(tmp_path, 80, 24)
    try:
        terminal.type("echo before")
        terminal.type(f"{sys.executable} -m hatools status 127.0.0.1:{watch.port} --follow")
        seen = terminal.shows("server shop/web1", "lb1: watching for")
        assert not any("before" in line for line in seen)
        row = next(line for line in seen if "server shop/web1" in line)
        assert " up " in row
        long = [line for line in seen if line.startswith("server a-backend") and "…" in line]
        assert len(long) == 1
        assert long[0].split("…")[1].startswith("ghty") or "web2" in long[0]
        targets[0].down()
        found = terminal.shows("connection refused")
        assert any("server shop/web1" in line and " down " in line for line in found)
        terminal.run("resize-window", "-x", "60", "-y", "10")
        terminal.shows("server shop/web1", seconds=5)
        terminal.run("resize-window", "-x", "80", "-y", "24")
        watch.kill()
        terminal.shows("waiting for one")
        targets[0].up()
        watch.start()
        found = terminal.shows("server shop/web1", "quorum shop")
        assert not any("waiting" in line for line in found)
        terminal.run("send-keys", "C-c")
        found = terminal.shows("before", "ready>")
        assert not any("Traceback" in line or "Abort" in line for line in found)
        terminal.type("echo status $?")
        terminal.shows("status 0")
    finally:
        terminal.close()
