"""What haproxy.cfg means: facts by fixture, every line accounted for, haproxy's own verdict.

``expected.txt`` of a case is what `show` says of its input; write it anew with
``HATOOLS_UPDATE=1`` and read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import lab
import pytest
from corpus import WHY_NOT, specimens
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.model import Check, Origin, RealServer
from hatools.plugin import Place, Reading
from hatools.text import Severity, Source
from hatools_haproxy.codec import HaproxyCodec
from hatools_haproxy.numbers import read_size, read_time

CASES = sorted((lab.ROOT / "fixtures" / "haproxy_reader").iterdir())
CODEC = HaproxyCodec()
VERSION = "2.6"  # the version that is installed as a judge


def reading(text: str, version: str = VERSION) -> Reading:
    document = CODEC.parse(Source("input.cfg", text))
    return CODEC.read(CODEC.expand(document, Place(version)))


def objects(found: Reading) -> Iterator[object]:
    topology = found.topology
    for service in topology.services:
        yield service
        yield from service.listeners
        yield from service.rules
    for pool in topology.pools:
        yield pool
        yield from pool.servers
    yield from topology.sections


def claims(found: Reading) -> dict[int, list[str]]:
    """Return, for each claimed statement, the fields that it said."""
    claimed: dict[int, list[str]] = {}
    for item in objects(found):
        origin = item.origin  # type: ignore[attr-defined]
        assert isinstance(origin, Origin)
        for name in origin.fields:
            for index in origin.statements(name):
                claimed.setdefault(index, []).append(f"{type(item).__name__}.{name}")
    return claimed


def facts(item: object) -> str:
    """Say the fields of a record that are not the record's own defaults."""
    said = []
    if hasattr(item, "_field_defaults"):
        defaults = {name: item._field_defaults.get(name, MISSING) for name in item._fields}  # type: ignore[attr-defined]
    else:
        defaults = {each.name: each.default for each in fields(item)}  # type: ignore[arg-type]
    for name, default in defaults.items():
        value = getattr(item, name)
        if name in ("origin", "servers", "listeners", "rules", "checks", "parse"):
            continue
        if value != default and value not in ((), [], None, ""):
            said.append(f"{name}={value!r}")
    return f"{type(item).__name__}({', '.join(said)})"


def show(found: Reading) -> str:
    lines = []
    for item in objects(found):
        indent = "" if type(item).__name__ in ("Service", "Pool", "Section") else "  "
        lines.append(indent + facts(item))
        if isinstance(item, RealServer):
            lines += [f"    {facts(check)}" for check in item.checks]
    claimed = claims(found)
    lines.append("-- claims")
    for index, statement in enumerate(found.expansion.statements):
        fate = found.fates.get(index)
        what = " ".join(statement.words)
        by = ", ".join(dict.fromkeys(claimed.get(index, [])))
        lines.append(f"{what!r}: {by or (fate and f'{fate.outcome.value}: {fate.reason}')}")
    lines.append("-- remarks")
    lines += [str(each) for each in found.diagnostics]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_facts(case: Path) -> None:
    said = show(reading((case / "input.cfg").read_text("utf-8")))
    expected = case / "expected.txt"
    if os.environ.get("HATOOLS_UPDATE"):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")


def accounted(found: Reading) -> None:
    claimed = claims(found)
    for index in range(len(found.expansion.statements)):
        assert (index in claimed) != (index in found.fates), found.expansion.span(index)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_statement_is_claimed_or_has_a_fate(case: Path) -> None:
    for version in ("1.8", VERSION, ""):
        accounted(reading((case / "input.cfg").read_text("utf-8"), version))


WORDS = sorted(
    {
        word
        for case in CASES
        for word in (case / "input.cfg").read_text("utf-8").split()
    }
    | {"from", "no", "${X}", '"', "0", "-1", ":", "[", "]:", "@", "[::1", "if", "{", "}", "="}
)  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), max_size=12))
@settings(max_examples=300, deadline=None)
def test_no_input_raises_and_nothing_disappears(lines: list[list[str]]) -> None:
    heads = ("defaults", "backend b", "frontend f", "listen l", "global")
    text = "".join(
        f"{heads[number % 5]}\n    {' '.join(words)}\n" for number, words in enumerate(lines)
    )
    accounted(reading(text))


@given(st.text(alphabet=st.sampled_from("0123456789usmhdkg.-+ "), max_size=12))
def test_numbers_never_raise(text: str) -> None:
    read_time(text)
    read_size(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5", 0.005), ("5s", 5.0), ("1500ms", 1.5), ("2m", 120.0), ("1h", 3600.0), ("1d", 86400.0),
     ("100us", 0.0001), ("5sec", 5.0), ("5S", None), ("1.5s", None), ("", None), ("s", None),
     ("30d", None), ("-1", None)],
)  # fmt: skip
def test_times(text: str, seconds: float | None) -> None:
    assert read_time(text)[0] == (seconds if seconds is None else pytest.approx(seconds))


def test_the_default_balance_follows_the_version() -> None:
    text = "backend b\n    server a 192.0.2.1:80\n"
    assert reading(text, "3.2").topology.pools[0].scheduler.name == "roundrobin"
    assert reading(text, "").topology.pools[0].scheduler.name == "random"
    assert not reading(text).topology.pools[0].origin.written("scheduler")


def test_servers_that_look_alike_share_what_is_behind_their_address() -> None:
    lines = "".join(f"    server s{n} 192.0.2.{n}:80 check weight 3\n" for n in range(1, 9))
    first, *others = reading(f"backend b\n{lines}backend c\n{lines}").topology.pools[0].servers
    for other in others:
        assert other.checks is first.checks
        assert other.origin.fields is first.origin.fields


def test_a_condition_is_parsed_when_it_is_asked_for() -> None:
    found = reading(
        "frontend f\n    acl x src ::1\n    use_backend b if x !y { path /z }\nbackend b\n"
    )
    condition = found.topology.services[0].rules[0].condition
    assert condition is not None
    assert condition.text == "x !y { path /z }"
    assert condition.tree == (
        "and", ("acl", "x"), ("not", ("acl", "y")), ("anonymous", "path", "/z")
    )  # fmt: skip


def test_a_tracking_check_has_nothing_else() -> None:
    found = reading(
        "backend b\n    server s 192.0.2.1:80 track o/t\n    server t 192.0.2.2:80 track s\n"
    )
    checks = [server.checks for server in found.topology.pools[0].servers]
    assert checks == [(Check(tracks="o/t"),), (Check(tracks="b/s"),)]


CORPUS = specimens("haproxy")


@pytest.mark.skipif(not CORPUS, reason=WHY_NOT)
@pytest.mark.parametrize("specimen", CORPUS, ids=lambda specimen: specimen.id)
def test_real_files_are_accounted_for(specimen) -> None:  # type: ignore[no-untyped-def]
    source = Source.from_bytes(specimen.path.name, specimen.path.read_bytes())
    found = CODEC.read(CODEC.expand(CODEC.parse(source), Place(VERSION)))
    accounted(found)
    if specimen.verdict.startswith("ok"):
        wrong = [each for each in found.diagnostics if each.severity is Severity.ERROR]
        assert not wrong


# What haproxy says of the machine that it runs on, or because of an earlier fault.
OUTSIDE = ("resolve", "unable to stat", "file descriptor", "invalid address", "expected.")


@pytest.mark.real("haproxy")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_haproxy_finds_fault_where_we_do(case: Path) -> None:
    verdict = lab._run(["haproxy", "-dr", "-c", "-f", str(case / "input.cfg")])
    lines = set()
    for line in verdict.output.splitlines():
        if "ALERT" in line and ".cfg:" in line and not any(word in line for word in OUTSIDE):
            lines.add(int(line.partition(".cfg:")[2].partition("]")[0]))
    found = reading((case / "input.cfg").read_text("utf-8"))
    ours = {each.span.line for each in found.diagnostics if each.span is not None}
    ours |= {found.expansion.span(index).line for index in found.fates}
    assert lines <= ours
