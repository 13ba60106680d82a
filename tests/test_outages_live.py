"""Logs of real programs give the outages that were really there, to the second."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ipvs_kernel
import pytest
from haproxy_live import LiveHaproxy
from lab import ROOT
from recordings import steadily
from vrrp_live import record
from vrrp_scenarios import BACK, CHECK, FAILS, PASSES, START, TAKEN, TRACKS, Scenario, script
from vrrp_scenarios import pair as nodes
from vrrp_scenarios import router as instance

from hatools_availability import logs, past
from hatools_availability.outages import Outage, Tally

A_SECOND = 1.0
PATIENCE = 30.0  # seconds that a server may take to change on a slow machine

pytestmark = pytest.mark.xdist_group("live")


def outages(lines: list[str], node: str = "", silence: float = 3.609) -> dict[str, list[Outage]]:
    """Return the outages that *lines* tell, by kind and name."""
    tally = Tally()
    heard = logs.read([lambda: logs.Log(lines, time.time() + 3600, node)], tally, UTC)
    found = past.from_heard(heard, (None, None), tally, silence)
    return {f"{one.kind} {one.name}": list(one.course.outages) for one in found.things}


def near(found: list[Outage], truth: list[tuple[float, float]], most: float = A_SECOND) -> None:
    """Hold that outages began and ended when they really did."""
    shown = [(one.began, one.ended) for one in found]
    assert len(shown) == len(truth), (shown, truth)
    for ours, real in zip(shown, truth, strict=True):
        assert ours == pytest.approx(real, abs=most), (shown, truth)


def folder(parent: Path, number: int) -> Path:
    """Return a new folder for one attempt."""
    found = parent / str(number)
    found.mkdir()
    return found


# haproxy ------------------------------------------------------------------------------------------


class Ear:
    """A socket that haproxy logs to."""

    def __init__(self, path: Path) -> None:
        self.lines: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(0.1)
        self._going = True
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while self._going:
            try:
                self.lines.append(self._socket.recv(65536).decode().rstrip("\n"))
            except TimeoutError:
                continue

    def close(self) -> None:
        self._going = False
        self._thread.join()
        self._socket.close()


class Course:
    """What is done to the servers of ``web``, and between which moments haproxy noticed."""

    def __init__(self, live: LiveHaproxy) -> None:
        self.live = live

    def until(self, server: str, wanted: Callable[[str], bool]) -> tuple[float, float]:
        """Wait until a server's status is *wanted*; return when it was not yet, and when it was."""
        before = time.time()
        end = before + PATIENCE
        while time.time() < end:
            asked = time.time()
            if wanted(self.live.health("web", server)[0]):
                return before, time.time()
            before = asked
            time.sleep(0.01)
        raise AssertionError(f"{server} does not change: {self.live.health('web', server)}")

    def refuse(self, server: str) -> tuple[float, float]:
        path = self._path(server)
        self.live.listeners["web"].pop(server).close()
        path.unlink()
        return self.until(server, lambda status: status.startswith("DOWN") and "/" not in status)

    def answer(self, server: str) -> tuple[float, float]:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self._path(server)))
        listener.listen(64)
        self.live.listeners["web"][server] = listener
        return self.until(server, lambda status: status == "UP")

    def _path(self, server: str) -> Path:
        return self.live.folder / f"web.{server[1:]}"


@contextmanager
def listening(*paths: Path) -> Iterator[list[Ear]]:
    ears = [Ear(path) for path in paths]
    try:
        yield ears
    finally:
        for ear in ears:
            ear.close()


def said(ear: Ear, words: str) -> None:
    """Wait until haproxy has logged *words*."""
    end = time.time() + PATIENCE
    while not any(words in line for line in ear.lines):
        assert time.time() < end, ear.lines
        time.sleep(0.01)


@pytest.mark.real("haproxy")
def test_servers_of_haproxy(tmp_path: Path) -> None:
    steadily(lambda number: follow_haproxy(folder(tmp_path, number)))


def follow_haproxy(tmp_path: Path) -> None:
    places = tmp_path / "3164", tmp_path / "5424"
    more = f"    log {places[0]} local0\n    log {places[1]} format rfc5424 local0\n"
    check = "check inter 300ms fall 2 rise 2"
    with listening(*places) as ears:
        with LiveHaproxy(
            tmp_path, {"web": (("balance roundrobin",), (check, check))}, more
        ) as live:
            course = Course(live)
            first = course.refuse("s1")
            second = course.refuse("s2")
            none_left = second
            one_back = course.answer("s1")
            both_back = course.answer("s2")
            live.command("set server web/s1 state maint")
            course.until("s1", lambda status: status.startswith("MAINT"))
            live.command("set server web/s1 state ready")
            course.until("s1", lambda status: status == "UP")
            live.command("set server web/s2 state drain")
            drained = course.until("s2", lambda status: status.startswith("DRAIN"))
            course.live.listeners["web"].pop("s2").close()
            (tmp_path / "web.2").unlink()
            course.until("s2", lambda status: status.startswith("DOWN"))
            assert drained[1] > drained[0]
            said(ears[1], "remains in forced drain")
        lines = [list(ear.lines) for ear in ears]
    truth = {
        "server web/s1": [(first, one_back)],
        "server web/s2": [(second, both_back)],
        "quorum web": [(none_left, one_back)],
    }
    exact = outages(lines[1])
    assert exact.keys() == truth.keys()
    for name, spans in truth.items():
        assert len(exact[name]) == len(spans), (name, exact[name])
        for one, (began, ended) in zip(exact[name], spans, strict=True):
            slack = 0.05  # its clock's steps, and ours
            assert began[0] - slack <= one.began <= began[1] + slack, name
            assert ended[0] - slack <= one.ended <= ended[1] + slack, name
    short = outages([line.replace(" haproxy[", " lb1 haproxy[") for line in lines[0]])
    for name, found in exact.items():
        near(short[name], [(one.began, one.ended) for one in found])


# keepalived: virtual routers ---------------------------------------------------------------------


PAIR = Scenario(
    "stops, dies, faults",
    nodes(script("lb1", "fall 1", "rise 1") + instance(200, TRACKS), instance(150)),
    (
        *START,
        *("stop lb1", *TAKEN, "start lb1", *BACK),
        *("kill lb1", *TAKEN, "start lb1", *BACK),
        *(*FAILS, *PASSES),
    ),
    files={"check.sh": CHECK},
)
WAITS = 3 + (256 - 150) / 256  # lb2's Master_Down_Interval


@pytest.mark.real("keepalived", "ip", "nft")
def test_the_addresses_of_a_pair_of_keepaliveds(tmp_path: Path) -> None:
    steadily(lambda number: follow_a_pair(folder(tmp_path, number)))


def follow_a_pair(tmp_path: Path) -> None:
    seen = record([PAIR], tmp_path)[PAIR.name]
    assert not seen.missed, seen.missed
    lines = [
        f"{datetime.fromtimestamp(at, UTC).isoformat()} {node} Keepalived_vrrp[1]: {text}"
        for at, node, text in seen.log
    ]
    blows = [(at, step.split()) for at, step in seen.blows]
    truth = []
    for at, (verb, _, *_) in blows:
        if verb not in ("stop", "kill", "fails"):
            continue
        silent = [when for when, node, _, priority in seen.adverts
                  if node == "lb1" and when >= at and priority == 0]  # fmt: skip
        gone = at if verb == "kill" else min(silent)
        taken = min(when for when, node, *_ in seen.adverts if node == "lb2" and when > gone)
        truth.append((gone, taken))
    assert len(truth) == 3
    found = outages(lines, silence=WAITS)
    near(found["router VI_1"], truth)
    struck = {step[0]: at for at, step in blows if step[0] in ("fails", "passes")}
    (fault,) = found["role lb1/VI_1"]
    (failed,) = found["tracker lb1/script:chk"]
    assert struck["fails"] <= failed.began <= struck["fails"] + 2 + A_SECOND  # it runs each second
    assert struck["passes"] <= failed.ended <= struck["passes"] + 2 + A_SECOND
    assert fault.began == pytest.approx(failed.began, abs=A_SECOND)
    assert fault.ended == pytest.approx(failed.ended, abs=A_SECOND)
    assert not found["role lb2/VI_1"]


# keepalived: real servers ------------------------------------------------------------------------


def real_server(port: int, weight: int, *lines: str) -> str:
    check = "TCP_CHECK {\nconnect_timeout 1\nretry 0\ndelay_before_retry 1\nwarmup 0\n}"
    own = "\n".join((f"weight {weight}", *lines, check))
    return f"real_server 127.0.0.1 {port} {{\n{own}\n}}\n"


def service(*servers: str, own: str = "") -> str:
    head = "delay_loop 2\nlb_algo wrr\nlb_kind NAT\nprotocol TCP\n"
    return f"virtual_server 10.9.0.1 80 {{\n{head}{own}\n{''.join(servers)}}}\n"


STEPS = [["begun", 2.3], ["refuses", 8001], ["wait", 6], ["answers", 8001], ["wait", 5]]
SITES = {
    "a quorum that is lost": service(
        real_server(8001, 3), real_server(8002, 2), own="quorum 4\nhysteresis 1"
    ),
    "inhibit_on_failure": service(real_server(8001, 3, "inhibit_on_failure"), real_server(8002, 2)),
}
SERVER = "server 10.9.0.1:80/127.0.0.1:8001"


def table_truth(seen: list[list[Any]], port: str) -> list[tuple[float, float]]:
    """Return when the kernel's table lacked a server that it had, or had it with no weight."""
    spans, gone, there = [], 0.0, False
    for at, what, *rest in seen:
        if what != "table":
            continue
        now = bool(rest[0].get(port))
        if there and not now:
            gone = at
        if now and not there and gone:
            spans.append((gone, at))
        there = now
    return spans


@pytest.mark.real("linux.uml", "keepalived", "ip")
def test_real_servers_of_keepalived(tmp_path: Path) -> None:
    steadily(lambda number: follow_checkers(folder(tmp_path, number)))


def follow_checkers(tmp_path: Path) -> None:
    asked = [{"text": text, "ports": [8001, 8002], "steps": STEPS} for text in SITES.values()]
    (tmp_path / "scenarios.json").write_text(json.dumps(asked))
    guest = f"/usr/bin/python3 {ROOT}/tests/checker_guest.py scenarios.json recorded.json"
    status, output = ipvs_kernel.run(tmp_path, guest, 90.0)
    assert status == 0, output
    recorded = json.loads((tmp_path / "recorded.json").read_text())
    for name, seen in zip(SITES, recorded, strict=True):
        log = next(rest[0] for _, what, *rest in seen if what == "log").splitlines()
        found = outages(log, "lb1")
        truth = table_truth(seen, "8001")
        assert len(truth) == 1, (name, seen)
        # Two clocks: the log's in whole seconds, the recording's since the guest began.
        (one,) = found[SERVER]
        lasted = truth[0][1] - truth[0][0]
        assert one.ended - one.began == pytest.approx(lasted, abs=A_SECOND + 0.3), name
        started = next(at for at, what, *_ in seen if what == "start")
        began = min(time for time in _times(log))
        assert one.began - began == pytest.approx(truth[0][0] - started, abs=A_SECOND + 0.6), name
        assert not found["server 10.9.0.1:80/127.0.0.1:8002"], name
        assert one.reason == "TCP_CHECK failed"
        lost = found["quorum 10.9.0.1:80"]
        if "quorum" in name:
            assert [(a.began, a.ended) for a in lost] == [(one.began, one.ended)]
        else:
            assert not lost


def _times(log: list[str]) -> Iterator[float]:
    for line in log:
        stamp = line[:24]
        try:
            yield datetime.strptime(stamp, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
