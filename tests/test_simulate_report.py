"""What a simulation shows: timeline, data, picture, what-if, replications; the same every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import partial
from multiprocessing import active_children
from pathlib import Path

import jsonschema
import pytest
from lab import ROOT, hatools
from simulations import course, pair

from hatools.cli.simulate import prepared
from hatools.engine.what_if import outages, what_if
from hatools.plugin.drawing import breadth, fitted
from hatools.simulate import consequences, replications, report, timeline
from hatools.simulate.intervals import interval, quantile
from hatools.simulate.lanes import (
    Band,
    Group,
    Lane,
    gaps,
    notable,
    router_groups,
    server_groups,
    splits,
    takeovers,
)
from hatools.simulate.plot import plot
from hatools.simulate.result import Note, Result, Span, Traffic
from hatools.simulate.run import simulate
from hatools.simulate.scenario import DAEMONS, SERVER_STATES
from hatools.simulate.stack import portions
from hatools.simulate.words import said

GALLERY = sorted((ROOT / "fixtures" / "scenarios").glob("*/*.scenario"))
SCHEMA = json.loads((ROOT / "docs" / "simulate.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pair")


@pytest.fixture(scope="module")
def scenario(folder: Path) -> Path:
    return pair(folder)


@pytest.fixture(scope="module")
def result(scenario: Path) -> Result:
    return course(scenario)


def made(**facts: object) -> Result:
    """Return a result of nothing but *facts*."""
    empty = Result("made", 1, 100.0, ("a", "b"), (), (), (), (), (), (), {}, ())
    return empty._replace(**facts)  # type: ignore[arg-type]


# Lanes ----------------------------------------------------------------------------------------


def test_a_router_has_a_lane_for_each_node_and_names_its_addresses(result: Result) -> None:
    (group,) = router_groups(result)
    assert group.title == "VI_1: 192.0.2.150"
    assert [lane.label for lane in group.lanes] == ["lb1", "lb2"]
    assert [what for what, _, _ in group.lanes[1].bands] == [
        "BACKUP", "MASTER", "BACKUP", "MASTER", "BACKUP",
    ]  # fmt: skip


def test_routers_of_one_course_share_a_group_and_others_do_not() -> None:
    def role(name: str, node: str, what: str, start: float, end: float) -> Span:
        return Span(node, name, what, start, end)

    roles = (
        role("A", "a", "MASTER", 0, 100), role("A", "b", "BACKUP", 0, 100),
        role("B", "a", "MASTER", 0.001, 100), role("B", "b", "BACKUP", 0, 100),
        role("C", "b", "MASTER", 0, 100),
    )  # fmt: skip
    held = (Span("a", "192.0.2.1", "held", 0, 100), Span("b", "192.0.2.9", "held", 50, 60))
    groups = router_groups(made(roles=roles, addresses=held))
    assert [group.title for group in groups] == ["A, B: 192.0.2.1", "C", "192.0.2.9"]


@pytest.mark.parametrize(
    ("spans", "notes", "expected"),
    [
        ([("a", "up", 0, 100), ("b", "up", 0, 100)], [], [("in", 0, 100)]),
        (
            [
                ("a", "up", 0, 10),
                ("a", "down", 10, 100),
                ("b", "up", 0, 20),
                ("b", "down", 20, 100),
            ],
            [],
            [("in", 0, 10), ("some", 10, 20), ("out", 20, 100)],
        ),
        (
            [("a", "up", 0, 100), ("b", "up", 0, 40), ("b", "down", 40, 100)],
            [("crash", "a", 30), ("return", "a", 60)],
            [("in", 0, 40), ("out", 40, 60), ("some", 60, 100)],
        ),
        (
            [("a", "up", 0, 100)],
            [("stop", "a", 30), ("start", "a", 60)],
            [("in", 0, 30), ("in", 60, 100)],
        ),
    ],
)
def test_a_server_is_in_out_or_in_on_some_nodes(
    spans: list[tuple[str, str, float, float]],
    notes: list[tuple[str, str, float]],
    expected: list[Band],
) -> None:
    servers = tuple(Span(node, "p/s", what, start, end) for node, what, start, end in spans)
    done = tuple(Note(time, "", kind, node, {}) for kind, node, time in notes)
    (group,) = server_groups(made(servers=servers, notes=done))
    assert list(group.lanes[0].bands) == expected


def test_takeovers_gaps_and_splits_are_told(result: Result) -> None:
    first, second, third = takeovers(result)
    assert (first.node, first.cause) == ("lb2", "lb1 crashes")
    assert first.seconds == pytest.approx(first.gap)
    assert 2.6 < first.seconds < 3.7
    assert (second.node, second.gap) == ("lb1", 0.0)
    assert third.cause == "link lb1 - lb2 is cut"
    ((address, start, _),) = gaps(result)
    assert (address, start) == ("192.0.2.150", 60)
    ((addresses, _, end, nodes),) = splits(result)
    assert (addresses, nodes) == ("192.0.2.150", ("lb1", "lb2"))
    assert end == pytest.approx(150, 0.01)


# Words ----------------------------------------------------------------------------------------

HAPPENINGS = [
    *((kind, "lb1", {"node": "lb1", "value": ""}) for kind in DAEMONS),
    *(("server", "192.0.2.4", {"node": "", "value": way, "port": 80}) for way in SERVER_STATES),
    ("cut", "lb2", {"node": "lb1", "value": ""}),
    ("heal", "lb2", {"node": "lb1", "value": "one way"}),
    ("link", "eth0", {"node": "lb1", "value": "down"}),
    ("script", "check", {"node": "lb1", "value": "hangs"}),
    ("effect", "check", {"node": "lb1", "value": "stop"}),
    ("tracked", "process:nginx", {"node": "lb1", "value": "down"}),
    ("tracked", "file:load", {"node": "lb1", "value": "7"}),
    ("weight", "p/s", {"node": "", "value": "7"}),
    ("state", "p/s", {"node": "lb1", "value": "drain"}),
]


@pytest.mark.parametrize(("kind", "subject", "details"), HAPPENINGS)
def test_everything_that_can_happen_has_a_sentence(
    kind: str, subject: str, details: dict[str, object]
) -> None:
    sentence = said(Note(1.0, "", kind, subject, details))
    assert sentence
    assert "{" not in sentence
    assert "  " not in sentence
    assert subject.rpartition(":")[2] in sentence


# The timeline ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", [20, 60, 80, 200, 1000])
def test_the_drawing_keeps_to_its_width_and_encoding(
    result: Result, width: int, encoding: str
) -> None:
    lines = list(timeline.lines(result, width, encoding))
    for kind, line in lines:
        line.encode(encoding)
        if kind in ("axis", "mark", "role", "server", "share"):
            assert len(line) <= max(timeline.NARROWEST, min(width, timeline.WIDEST))
    words = "\n".join(line for _, line in lines)
    assert "lb1 crashes" in words
    assert "split brain" in words
    assert "FAILED" in words


def test_the_drawing_shows_who_was_master(result: Result) -> None:
    roles = [line for kind, line in timeline.lines(result, 100, "ascii") if kind == "role"]
    start = roles[0].index("# MASTER")
    scale = (100 - start) / result.length
    at = {time: start + int(time * scale) for time in (58, 70, 118, 130, 176)}
    assert [roles[0][at[time]] for time in at] == ["#", " ", "#", "#", "#"]
    assert [roles[1][at[time]] for time in (58, 176)] == ["-", "-"]


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([("a", 0, 20), ("a", 40, 100)], ["on no node from 20 s to 40 s"]),
        ([("a", 0, 20)], ["on no node from 20 s to the end"]),
        ([("a", 0, 20), ("b", 22, 100)], ["to b 2 s after a crashes; 2 s on no node"]),
        ([("a", 0, 100), ("b", 22, 60)], ["to b 2 s after a crashes; a had it, too"]),
    ],
)
def test_where_addresses_went_is_said(
    held: list[tuple[str, float, float]], expected: list[str]
) -> None:
    spans = tuple(Span(node, "192.0.2.1", "held", start, end) for node, start, end in held)
    crash = Note(20.0, "", "crash", "a", {})
    words = [line for _, line in timeline.lines(made(addresses=spans, notes=(crash,)))]
    told = words[words.index("Takeovers") + 1 :]
    assert told[: len(expected)] == [f"  192.0.2.1 {line}" for line in expected]


def test_an_empty_course_is_shown(tmp_path: Path) -> None:
    assert list(timeline.lines(made()))
    ET.fromstring(plot(made()))
    jsonschema.validate(report.as_json(made(length=0.0)), SCHEMA)
    ET.fromstring(plot(made(length=0.0)))


@pytest.mark.parametrize("end", [0.4, 7, 60, 299, 3600, 86400, 700000])
def test_ticks_are_round_and_few(end: float) -> None:
    found = timeline.ticks(end, 9)
    assert found[0] == 0
    assert found[-1] <= end + 1e-6
    assert 1 <= len(found) <= 11


# Data -----------------------------------------------------------------------------------------


def test_the_data_fit_the_schema(result: Result, scenario: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(report.as_json(result), SCHEMA)
    _, cluster = prepared((str(scenario),), (), (), (), ())
    shape = consequences.as_json(
        list(cluster.nodes), list(what_if(cluster)), list(outages(cluster))
    )
    jsonschema.validate(shape, SCHEMA)
    found = replications.together([replications.summary(result)])
    jsonschema.validate(replications.as_json(found), SCHEMA)


def test_the_parts_of_the_data_agree(result: Result) -> None:
    shape = json.loads(json.dumps(report.as_json(result)))
    (service,) = shape["services"]
    served, lost = sum(service["served"].values()), sum(service["lost"].values())
    assert served + lost == service["connections"]
    assert sum(sum(part["served"].values()) for part in service["course"]) == served
    assert sum(part["lost"] for part in service["course"]) == lost
    assert shape["summary"] == {"held": False, "expectations": 4, "failed": 1}


def test_what_if_says_who_takes_over_and_why_never(scenario: Path) -> None:
    _, cluster = prepared((str(scenario),), (), (), (), ())
    lines = list(consequences.lines(list(what_if(cluster)), list(outages(cluster)), 90))
    words = "\n".join(line for _, line in lines)
    assert "lb1 crashes" in words
    assert "lb1 and lb2 no longer hear each other" in words
    kinds = [kind for kind, _ in lines]
    assert "split" in kinds
    assert "moves" in kinds
    assert all(len(line) <= 90 for kind, line in lines if kind == "why")


# The picture ----------------------------------------------------------------------------------


def test_the_picture_is_xml_and_says_in_words_what_it_shows(result: Result) -> None:
    root = ET.fromstring(plot(result))
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"MASTER", "BACKUP", "split brain", "lost", "100 %", "time in seconds"} <= texts
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for element in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y = float(element.get("x", 0)), float(element.get("y", 0))
        assert 0 <= x <= width
        assert 0 <= y <= height


def test_names_in_the_picture_are_escaped() -> None:
    name = 'a <b> & "c" \x07 \udcff'
    ET.fromstring(plot(made(name=name)).encode())
    roles = (Span("a", name, "MASTER", 0, 100),)
    ET.fromstring(plot(made(roles=roles)).encode())


def test_many_servers_and_loads_are_drawn() -> None:
    names = [f"192.0.2.{number}:80" for number in range(40)]
    servers = tuple(
        span
        for at, name in enumerate(names)
        for span in (
            Span("a", f"p/{name}", "up", 0, at + 1),
            Span("a", f"p/{name}", "down", at + 1, 100),
        )
    )
    bins = tuple({**dict.fromkeys(names, 1), "": 2} for _ in range(240))
    traffic = Traffic(
        "192.0.2.1:80", 240 * 42, dict.fromkeys(names, 240), {"why": 480}, 0, bins, {}
    )
    found = made(servers=servers, traffic=(traffic,))
    texts = {e.text for e in ET.fromstring(plot(found)).iter("{http://www.w3.org/2000/svg}text")}
    assert "31 others" in texts
    words = "\n".join(line for _, line in timeline.lines(found, 100))
    assert "28 others" in words
    assert "16 more that changed" in words


def test_texts_are_cut_to_their_room() -> None:
    assert fitted("192.0.2.150:80", 12, 500) == "192.0.2.150:80"
    cut = fitted("192.0.2.150:80", 12, 50)
    assert cut.endswith("…")
    assert breadth(cut, 12) <= 50


@pytest.mark.parametrize("total", [1, 2, 59, 240, 10_000, 1_000_000])
def test_the_time_is_cut_into_parts_that_have_connections(total: int) -> None:
    assert 1 <= portions(total) <= 240


# Replications ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("freedom", "t"), [(1, 12.706), (2, 4.303), (5, 2.571), (30, 2.042), (999, 1.962)]
)
def test_students_t_is_the_printed_one(freedom: int, t: float) -> None:
    assert quantile(freedom) == pytest.approx(t, abs=0.0006)


def test_an_interval_holds_the_mean() -> None:
    one = interval([1.0, 2.0, 3.0])
    assert (one.size, one.mean, one.least, one.most) == (3, 2.0, 1.0, 3.0)
    assert one.low == pytest.approx(2 - 4.3027 / 3**0.5, abs=1e-4)
    assert interval([5.0]) == (1, 5.0, None, None, 5.0, 5.0)


def test_replications_do_not_depend_on_the_number_of_processes(scenario: Path) -> None:
    prepare = partial(prepared, (str(scenario),), (), (), (), ())
    heard: list[tuple[int, int]] = []
    alone = replications.replicate(prepare, range(1, 5), 1)
    beside = replications.replicate(prepare, range(1, 5), 2, lambda *done: heard.append(done))
    assert alone == beside
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [one.held for one in alone.expectations] == [4, 0, 4, 4]
    words = [line for _, line in replications.lines(alone)]
    assert any("held in 0 of 4" in line for line in words)
    jsonschema.validate(replications.as_json(alone), SCHEMA)


def test_an_interrupt_ends_the_processes(scenario: Path) -> None:
    prepare = partial(prepared, (str(scenario),), (), (), (), ())

    def interrupt(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replications.replicate(prepare, range(1, 40), 2, interrupt)


def test_a_process_that_is_ended_from_outside_is_told(scenario: Path) -> None:
    prepare = partial(prepared, (str(scenario),), (), (), (), ())

    def end_one(done: int, of: int) -> None:
        child = next(iter(active_children()), None)
        if child is not None:
            child.kill()

    with pytest.raises(replications.ProcessLost):
        replications.replicate(prepare, range(1, 40), 2, end_one)


def test_few_of_many_groups_are_drawn_the_busy_and_the_changed_first() -> None:
    groups = [Group(str(at), (Lane(f"s{at}", (("in", 0, 100),)),)) for at in range(50)]
    groups[40] = Group("40", (Lane("s40", (("in", 0, 50), ("out", 50, 100))),))
    groups[30] = Group("30", (Lane("x", (("in", 0, 100),), ("s30",)),))
    shown, others = notable(groups, 3, {"s30"})
    assert [group.title for group in shown] == ["0", "30", "40"]
    assert len(others) == 47


# The same every time --------------------------------------------------------------------------


def test_the_same_scenario_and_seed_give_the_same_bytes(scenario: Path, tmp_path: Path) -> None:
    made: list[list[bytes]] = []
    for number in ("0", "1"):
        plotted, traced = tmp_path / f"{number}.svg", tmp_path / f"{number}.jsonl"
        files = ["--plot", str(plotted), "--trace", str(traced), "--explain"]
        shown = []
        for form, more in (("text", files), ("json", [])):
            command = [sys.executable, "-m", "hatools", "simulate", str(scenario), "--seed", "7"]
            done = subprocess.run(
                [*command, "--report", form, *more], capture_output=True, check=False,
                env={**os.environ, "PYTHONHASHSEED": number, "COLUMNS": "100"},
            )  # fmt: skip
            assert done.returncode == 1, done.stderr
            shown.append(done.stdout)
        made.append([*shown, plotted.read_bytes(), traced.read_bytes()])
    assert made[0] == made[1]
    assert all(made[0])


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_to_be_watched_changes_nothing(path: Path) -> None:
    scenario, cluster = prepared((str(path),), (), (), (), ())
    told: list[dict[str, object]] = []
    watched = simulate(scenario, cluster, 3, told.append, explain=True)
    assert simulate(scenario, cluster, 3) == watched
    connections = [one for one in told if one["kind"] == "connection"]
    assert len(connections) == sum(traffic.total for traffic in watched.traffic)


def test_the_command_shows_it_all(scenario: Path) -> None:
    ran = hatools("simulate", scenario, "--report", "json")
    assert ran.status == 1
    jsonschema.validate(json.loads(ran.stdout), SCHEMA)
    assert hatools("simulate", scenario, "--what-if").status == 0
    assert hatools("simulate", scenario, "--what-if", "--plot", "x.svg").status == 2
    assert hatools("simulate", scenario, "--replications", 2, "--report", "json").status == 1


@pytest.mark.parametrize("option", ["--plot", "--trace"])
@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("peak.scenario", 2), ("lb1/keepalived.conf", 2), ("lb1", 2), ("nowhere/x", 2),
        ("new.out", 1), ("/dev/null", 1),
    ],
)  # fmt: skip
def test_nothing_that_was_read_is_written_over(
    scenario: Path, option: str, place: str, status: int
) -> None:
    before = {path: path.read_bytes() for path in scenario.parent.rglob("*.conf")}
    ran = hatools("simulate", scenario, option, scenario.parent / place)
    assert ran.status == status, ran.stderr
    assert "Traceback" not in ran.stderr
    assert {path: path.read_bytes() for path in before} == before
    assert scenario.read_text("utf-8").startswith("scenario")
