"""What logs and tables say of outages: every case of fixtures/outages, and the laws."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import ROOT

from hatools.errors import HatoolsError
from hatools.plugin import history as kept
from hatools_availability import logs, past, rows
from hatools_availability.figures import figures, periods
from hatools_availability.mastership import Role, presence
from hatools_availability.measuring import Chosen, Sources, gathered, moment_of, report
from hatools_availability.outages import (
    ASSUMED,
    DOWN,
    ONGOING,
    PLANNED,
    UNKNOWN,
    UP,
    Tally,
    apart,
    course,
    merged,
    told,
    without,
)

CASES = sorted(path.parent for path in (ROOT / "fixtures/outages").glob("*/case.json"))


def shown(case: Path) -> dict[str, Any]:
    """Return what is found in a case: each object's outages, and what was counted."""
    asked = json.loads((case / "case.json").read_text())
    zone = ZoneInfo(asked["zone"]) if "zone" in asked else UTC
    files = sorted(
        str(path) for path in case.iterdir() if path.name not in ("case.json", "expected.json")
    )
    tables = [path for path in files if path.endswith(".csv")]
    sources = Sources(logs=[path for path in files if path not in tables], tables=tables)
    now = datetime.fromisoformat(asked["now"]).timestamp()
    found = gathered(sources, Chosen(), now, zone)

    def at(time: float) -> str:
        return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds")[:-6]

    return {
        "since": at(found.since),
        "until": at(found.until),
        "objects": {
            f"{one.kind} {one.name}".strip(): {
                "failures": one.total.failures,
                "repairs": one.total.repairs,
                "watched": round(one.total.watched, 3),
                "down": round(one.total.down, 3),
                "planned": round(one.total.planned, 3),
                "outages": [
                    [at(outage.began), at(outage.ended), outage.reason]
                    for outage in one.course.outages
                ],
            }
            for one in found.objects
        },
        "found": {name: count for name, count in found.tally.figures().items() if count},
    }


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_outages_of(case: Path) -> None:
    assert shown(case) == json.loads((case / "expected.json").read_text())


# Laws ---------------------------------------------------------------------------------------------

LONG = 240  # seconds of a made-up course
STATES = (UP, DOWN, PLANNED, UNKNOWN, ASSUMED, ONGOING)
plain = st.dictionaries(st.integers(1, LONG), st.sampled_from((UP, DOWN, PLANNED, UNKNOWN)))
any_state = st.dictionaries(st.integers(1, LONG), st.sampled_from(STATES))


def second_by_second(changes: dict[int, int], until: int) -> tuple[int, int, int, int]:
    """Return seconds watched, down and planned, and failures, by looking at every second."""
    state, watched, down, planned, failures, broken = UNKNOWN, 0, 0, 0, 0, False
    for second in range(until + 1):
        new = changes.get(second, state)
        if new == DOWN != state:
            failures += not broken
        if new in (UP, DOWN):
            broken = new == DOWN
        state = new
        if second < until:
            watched += state in (UP, DOWN)
            down += state == DOWN
            planned += state == PLANNED
    return watched, down, planned, failures


@given(plain, st.integers(0, LONG + 10))
def test_outages_are_those_of_a_look_at_every_second(changes: dict[int, int], until: int) -> None:
    found = course([(float(at), state, "") for at, state in changes.items()], until, Tally())
    total = figures(found, 0.0, float(until))
    watched, down, planned, failures = second_by_second(changes, until)
    assert (total.watched, total.down, total.planned) == (watched, down, planned)
    assert total.failures == failures


@given(any_state, st.randoms(use_true_random=False), st.integers(0, LONG + 10))
def test_shuffling_and_doubling_changes_changes_nothing(
    changes: dict[int, int], chance: random.Random, until: int
) -> None:
    rows = [(float(at), state, "") for at, state in sorted(changes.items())]
    mixed = rows + [row for row in rows if chance.random() < 0.3]
    chance.shuffle(mixed)
    tally = Tally()
    assert course(mixed, until, tally) == course(list(rows), until, Tally())
    assert tally.events == len(mixed)


@given(any_state, st.integers(0, LONG + 10))
def test_a_course_is_in_order_and_outages_are_watched(changes: dict[int, int], until: int) -> None:
    found = course([(float(at), state, "") for at, state in changes.items()], until, Tally())
    for intervals in (found.watched, found.planned, found.outages):
        ends = [time for one in intervals for time in one[:2]]
        assert ends == sorted(ends)
        assert all(0 <= time <= until for time in ends)
    for one in found.outages:
        assert any(a <= one.began and one.ended <= b for a, b in found.watched)


@given(any_state, st.lists(st.integers(0, LONG), max_size=6))
def test_periods_add_up(changes: dict[int, int], cuts: list[int]) -> None:
    found = course([(float(at), state, "") for at, state in changes.items()], LONG, Tally())
    whole = figures(found, 0.0, float(LONG))
    edges = [0.0, *map(float, sorted(set(cuts) - {0, LONG})), float(LONG)]
    parts = [figures(found, a, b) for a, b in pairwise(edges)]
    assert sum(one.watched for one in parts) == pytest.approx(whole.watched)
    assert sum(one.down for one in parts) == pytest.approx(whole.down)
    assert sum(one.failures for one in parts) == whole.failures


intervals = st.lists(
    st.tuples(st.integers(0, LONG), st.integers(0, 60)).map(lambda one: (one[0], sum(one))),
    max_size=12,
)


def seconds_of(found: Any) -> set[int]:
    return {second for began, ended in found for second in range(int(began), int(ended))}


@given(intervals, intervals)
def test_intervals_are_sets_of_seconds(first: list[Any], second: list[Any]) -> None:
    one, other = merged(first), merged(second)
    assert seconds_of(one) == seconds_of(first)
    assert seconds_of(without(one, other)) == seconds_of(first) - seconds_of(second)


@given(intervals, intervals, st.randoms(use_true_random=False))
def test_a_table_of_outages_is_a_set_of_seconds(
    down: list[Any], planned: list[Any], chance: random.Random
) -> None:
    rows = [(float(a), float(b), "") for a, b in down]
    chance.shuffle(rows)
    tally = Tally()
    found = told(rows, [(0.0, float(LONG))], float(LONG), tally)
    seen = seconds_of(down) & set(range(LONG))
    assert sum(one.ended - one.began for one in found.outages) == len(seen)
    kept = apart(found, merged((float(a), float(b)) for a, b in planned))
    assert sum(one.ended - one.began for one in kept.outages) == len(seen - seconds_of(planned))
    whole = sum(ended - began for began, ended in kept.watched)
    assert whole == len(set(range(LONG)) - seconds_of(planned))


def keepalived_log(changes: dict[int, int]) -> list[str]:
    """Return the log, as keepalived -l writes it, in which a server comes and goes."""
    lines = ["Sat Nov 21 20:00:00 2026: Starting Keepalived v2.2.7 (01/16,2022)"]
    for at, state in sorted(changes.items()):
        time = f"Sat Nov 21 20:{at // 60:02}:{at % 60:02} 2026"
        what, way = ("Adding", "to") if state == UP else ("Removing", "from")
        lines.append(f"{time}: {what} service [192.0.2.40]:tcp:80 {way} VS [192.0.2.1]:tcp:80")
    return lines


@given(
    st.dictionaries(st.integers(1, LONG), st.sampled_from((UP, DOWN)), min_size=1),
    st.randoms(use_true_random=False),
)
def test_shuffling_and_doubling_lines_changes_nothing(
    changes: dict[int, int], chance: random.Random
) -> None:
    lines = keepalived_log(changes)
    mixed = lines + [line for line in lines if chance.random() < 0.3]
    chance.shuffle(mixed)

    def outages(of: list[str]) -> list[past.Thing]:
        heard = logs.read([lambda: logs.Log(of, 1.8e9, "lb1")], Tally(), UTC)
        return past.from_heard(heard, (None, None), Tally()).things

    assert outages(mixed) == outages(lines)


words = st.text(max_size=60) | st.sampled_from(
    [
        line
        for case in CASES
        for path in case.glob("*log*")
        for line in path.read_text().splitlines()
    ]
)


@given(st.lists(words, max_size=12))
def test_any_lines_can_be_read(lines: list[str]) -> None:
    heard = logs.read([lambda: logs.Log(lines, 1.8e9)], Tally(), UTC)
    found = past.from_heard(heard, (None, None), Tally())
    list(heard.events())
    for thing in found.things:
        figures(thing.course, found.since, found.until).bounds(0.9)


@given(st.text(max_size=200) | st.text(alphabet='time,obj;\n12-:Tudw"', max_size=80))
def test_any_table_can_be_read_or_is_refused(text: str) -> None:
    for head in ("", "time,object,state\n", "object,began,ended\n"):
        with suppress(HatoolsError):
            rows.read((head + text).splitlines(keepends=True), "x.csv", Tally(), UTC)


@given(
    st.lists(st.sampled_from(["up", "down", "maintenance"]), min_size=1, max_size=9),
    st.integers(0, 20),
    st.one_of(st.none(), st.integers(-5, 5)),
)
def test_a_table_read_by_columns_is_the_table_read_row_by_row(
    states: list[str], longer: int, earlier: int | None
) -> None:
    """Rows in order go the short way, those out of order the long one."""
    said = [f"{at},web,{state}\n" for at, state in enumerate(states)]
    span = None if earlier is None else float(earlier), float(len(states) + longer)
    courses = [
        past.from_table(
            "x.csv", lambda _, r=r: ["time,object,state\n", *r], NOW, span, Tally(), UTC
        )
        for r in (said, said[::-1])
    ]
    assert courses[0] == courses[1]


@pytest.mark.parametrize(
    "row",
    ["web,2026-11-01,1e300", "web,2026-11-01,nan", "web,2026-11-01,-5", "web,0001-01-01,5",
     "web,9999-12-31T23:00:00,9999y", "web,-90000000000,5", "web,1e18,5"],
)  # fmt: skip
def test_times_that_no_calendar_has_are_left_out_and_counted(row: str) -> None:
    tally = Tally()
    lines = ["object,began,duration\n", f"{row}\n", "web,2026-11-04,60\n"]
    table = rows.read(lines, "x.csv", tally, UTC)
    assert tally.not_understood == 1
    assert len(table.outages["", "web"]) == 1


@pytest.mark.parametrize("time", ["nan", "inf", "-inf", "1e17", "-1e10"])
def test_a_change_at_a_time_that_is_none_is_left_out_and_counted(time: str) -> None:
    tally = Tally()
    lines = ["time,object,state\n", "5,web,down\n", f"{time},web,up\n", "7,web,up\n"]
    table = rows.read(lines, "x.csv", tally, UTC)
    assert tally.not_understood == 1
    assert table.changes["", "web"].changes() == [(5.0, DOWN, ""), (7.0, UP, "")]


def test_a_file_that_is_no_table_is_refused_at_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "bin").write_bytes(b"\x7fELF\r\x00\r\n\x00,\xff\r\n" * 9)
    with pytest.raises(HatoolsError):
        gathered(Sources(tables=[str(tmp_path / "bin")]), Chosen(), NOW, UTC)
    with pytest.raises(HatoolsError, match="line 1: "):
        rows.read(["\x7fELF\r\x00\r\n"], "bin", Tally(), UTC)


def test_nobody_measures_from_before_there_were_logs() -> None:
    with pytest.raises(HatoolsError, match="before anything was logged"):
        moment_of("99999y", "--since", NOW, UTC)


# One by one --------------------------------------------------------------------------------------


def test_a_gap_between_masters_shorter_than_a_handover_is_none() -> None:
    roles = [Role(0.0, "lb1", "MASTER"), Role(50.0, "lb1", "BACKUP"), Role(50.01, "lb2", "MASTER")]
    assert presence(roles, Tally()) == [(0.0, UP, "")]


def test_a_master_that_only_lost_its_link_is_not_dead() -> None:
    roles = [
        Role(0.0, "lb1", "MASTER"),
        Role(50.0, "lb2", "MASTER"),
        Role(60.0, "lb2", "BACKUP"),
        Role(70.0, "lb1", "BACKUP"),
        Role(71.0, "lb2", "MASTER"),
    ]
    tally = Tally()
    assert presence(roles, tally)[1:] == [(70.0, DOWN, "lb1: BACKUP"), (71.0, UP, "")]
    assert tally.silent_masters == 0


def test_months_weeks_and_days_are_the_calendars() -> None:
    zone = ZoneInfo("Europe/Berlin")
    since = datetime(2026, 10, 24, 12, tzinfo=zone).timestamp()
    until = datetime(2026, 11, 2, tzinfo=zone).timestamp()
    assert [name for name, _, _ in periods(since, until, "month", zone)] == ["2026-10", "2026-11"]
    weeks = [name for name, _, _ in periods(since, until, "week", zone)]
    assert weeks == ["2026-W43", "2026-W44"]
    days = list(periods(since, until, "day", zone))
    assert len(days) == 9
    assert days[1] == ("2026-10-25", days[0][2], days[0][2] + 25 * 3600)  # summer time ends


# The command -------------------------------------------------------------------------------------


class Shell:
    """A workspace that keeps what is said."""

    problems = ()

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.written: dict[str, str] = {}

    def say(self, text: str, kind: str = "") -> None:
        self.lines.append(text)

    def answer(self, lines: Any, colours: Any) -> None:
        self.lines += [text for _, text in lines]

    def write(self, path: str, text: str) -> None:
        self.written[path] = text


NOW = datetime(2026, 11, 21, 22, tzinfo=UTC).timestamp()


def reported(case: str, output: str = "text", per: str = "", **wanted: float) -> tuple[int, Shell]:
    shell = Shell()
    path = next((ROOT / "fixtures/outages" / case).glob("*.log"))
    asked = SimpleNamespace(**{"at_least": None, "objective": None, **wanted})
    sources, chosen = Sources(logs=[str(path)]), Chosen(per=per)
    status = report(shell, sources, chosen, output, "x.svg", asked, NOW, UTC)  # type: ignore[arg-type]
    return status, shell


def test_the_report_for_people() -> None:
    status, shell = reported("haproxy_servers_fail_and_return", per="day", at_least=0.9999)
    text = "\n".join(shell.lines)
    assert status == 1
    assert "web did not reach 99.99" in text
    assert "2026-11-21 20:10:30" in text
    assert ElementTree.fromstring(shell.written["x.svg"]).tag.endswith("svg")


@pytest.mark.parametrize("case", ["haproxy_servers_fail_and_return", "log_begins_within_an_outage"])
def test_the_report_for_machines(case: str) -> None:
    _, shell = reported(case, "json", "month")
    shape = json.loads("\n".join(shell.lines))
    schema = json.loads((ROOT / "docs/outages.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(shape)


def test_the_history_is_read_as_it_measures_itself(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / kept.FILE)
    base.executescript(kept.SCHEMA)
    base.execute(f"PRAGMA user_version = {kept.VERSION}")
    base.execute("INSERT INTO sessions VALUES (1, 'lb1', 0, 1000)")
    base.execute("INSERT INTO objects VALUES (1, 'server', 'web/s1')")
    base.execute("INSERT INTO spans VALUES (1, 10, NULL, 1)")
    base.executemany(
        "INSERT INTO outages VALUES (1, ?, ?, ?, 'refused')",
        [(100, 150, 0), (300, 420, 0), (900, None, 0)],
    )
    base.execute("INSERT INTO maintenance VALUES (1, 400, 500, 'update')")
    base.commit()
    theirs = kept.measure(base, "server", "web/s1", 0, 1000)
    base.close()
    found = gathered(Sources(str(tmp_path)), Chosen(), 2000.0, UTC)
    (one,) = found.objects
    total = one.total
    assert (total.watched, total.down, total.failures) == (
        theirs.watched,
        theirs.down,
        theirs.failures,
    )
    assert total.repairs == 1  # of the second one nobody saw the end: maintenance began before
    assert total.open


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (Sources(logs=["missing.log"]), "cannot be read"),
        (Sources(tables=["missing.csv"]), "cannot be read"),
        (Sources(history="missing"), "no such file"),
    ],
)
def test_what_is_not_there_is_said(sources: Sources, said: str) -> None:
    with pytest.raises(HatoolsError, match=said):
        gathered(sources, Chosen(), NOW, UTC)
