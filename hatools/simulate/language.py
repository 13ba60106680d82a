"""Reads the scenario language: textX takes the text apart by ``scenario.tx``, this makes records.

Registered with textX as ``hatools-scenario``, so that its own tools know it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from textx import LanguageDesc, TextXSyntaxError, get_location, metamodel_from_file  # type: ignore[import-untyped]

from hatools.errors import HatoolsError
from hatools.simulate.scenario import (
    Expectation,
    Happening,
    Lasting,
    Load,
    NodeFiles,
    Scenario,
    Where,
)

GRAMMAR = Path(__file__).with_name("scenario.tx")
SUFFIX = ".scenario"
AFTERWARDS = 30.0  # seconds that a scenario goes on after the last thing that happens
SHORTEST = 10.0
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
SERVER = {
    "stops answering": "silent",
    "answers again": "answers",
    "answers": "answers",
    "answers wrongly": "fails",
    "refuses connections": "refuses",
    "refuses": "refuses",
    "changes its page": "changed",
    "is drained": "drain",
    "is in maintenance": "maintenance",
    "is ready": "ready",
}
INTERFACE = {
    "goes down": "link down",
    "comes up": "link up",
    "hears nothing": "hears nothing",
    "hears again": "hears again",
}
DAEMON = {"stops": "stop", "starts": "start", "restarts": "restart", "is killed": "kill"}
WORDS = {  # what a reader is told instead of a rule's name
    "Duration": "a time such as 10s, 300ms or 2m",
    "Target": "an address and port such as 192.0.2.150:80",
    "Address": "an address such as 192.0.2.150",
    "Server": "a server such as 192.0.2.40:80",
    "Name": "a name",
    "STRING": "a text in quotes",
    "INT": "a whole number",
    "FLOAT": "a number",
    "STRICTFLOAT": "a number",
    "Key": "KEY=VALUE",
    "EOF": "the end",
}


class ScenarioFault(HatoolsError):
    """A scenario that cannot be understood; the message begins with path, line and column."""


@cache
def metamodel() -> Any:
    """Return the grammar, ready for textX."""
    return metamodel_from_file(str(GRAMMAR), autokwd=True)


hatools_scenario = LanguageDesc(
    "hatools-scenario",
    pattern=f"*{SUFFIX}",
    description="what happens to a cluster, and what is expected of it",
    metamodel=metamodel,
)


def read_scenario(path: str, text: str) -> Scenario:
    """Return the scenario that *text* is; raises `ScenarioFault` with the place of the fault."""
    try:
        model = metamodel().model_from_str(text)
    except TextXSyntaxError as error:
        raise _fault(path, text, error) from None
    if isinstance(model, str):  # textX makes nothing of nothing
        advice = "name nodes, say what happens and what is expected"
        raise ScenarioFault(f"{path}: there is nothing in it", advice)
    reading = _Reading(path, text)
    for statement in model.statements:
        reading.take(statement)
    return reading.scenario(model.title or Path(path).stem)


def _fault(path: str, text: str, error: TextXSyntaxError) -> ScenarioFault:
    lines = text.split("\n")
    line = lines[error.line - 1] if error.line <= len(lines) else ""
    found = line[error.col - 1 :].split("#")[0].split(" ")[0].strip() or "the end of the line"
    wanted = dict.fromkeys(_word(rule) for rule in error.expected_rules or ())
    wanted.pop("", None)
    said = list(wanted)
    advice = ""
    if said:
        advice = "expected " + (said[0] if len(said) == 1 else "one of: " + ", ".join(said))
    where = f"{path}:{error.line}:{error.col}"
    caret = f"\n    {line}\n    {' ' * (error.col - 1)}^"
    return ScenarioFault(f"{where}: {found} is not understood here{caret}", advice)


def _word(rule: Any) -> str:
    name = getattr(rule, "rule_name", "") or ""
    if name in WORDS:
        return WORDS[name]
    if name == "Comment":
        return ""
    match = getattr(rule, "to_match", "")
    return match if re.fullmatch(r"[\w/ %>-]+", match) else name


def seconds(text: str | None) -> float:
    """Return the seconds that ``1m30s`` says; nothing says 0."""
    return sum(
        float(number) * UNITS[unit]
        for number, unit in re.findall(r"([0-9.]+)(ms|min|s|m|h)", text or "")
    )


def _target(text: str) -> tuple[str, int]:
    address, _, port = text.rpartition(":")
    return address.strip("[]"), int(port)


def _server(text: str) -> tuple[str, int | None]:
    """Return a server's address and port; without a port the whole host is meant."""
    if text.count(":") == 1 or text.startswith("["):
        address, colon, port = text.rpartition(":")
        if colon and port.isdigit():
            return address.strip("[]"), int(port)
    return text.strip("[]"), None


class _Reading:
    """Collects the statements of one scenario."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.nodes: list[NodeFiles] = []
        self.loads: list[Load] = []
        self.happenings: list[Happening] = []
        self.expectations: list[Expectation] = []
        self.versions: dict[str, str] = {}
        self.settings: dict[str, str] = {}
        self.length: float | None = None

    def take(self, statement: Any) -> None:
        """Take in one statement."""
        kind = type(statement).__name__
        taker: Callable[[Any], None] = getattr(self, f"_take_{kind.lower()}")
        taker(statement)

    def place(self, thing: Any) -> Where:
        return Where(self.path, get_location(thing)["line"])

    def _take_node(self, node: Any) -> None:
        name = _plain(node.name)
        if any(one.name == name for one in self.nodes):
            raise self._wrong(node, f"the node {name} is there already")
        self.nodes.append(NodeFiles(name, tuple(node.files), node.address or ""))

    def _take_version(self, version: Any) -> None:
        self.versions[_plain(version.program)] = version.number

    def _take_setting(self, setting: Any) -> None:
        self.settings[setting.key] = setting.value

    def _take_ends(self, ends: Any) -> None:
        self.length = seconds(ends.time)

    def _take_load(self, load: Any) -> None:
        address, port = _target(load.target)
        sources = tuple(load.sources)
        said = {type(option).__name__: option for option in load.options}
        self.loads.append(
            Load(
                load.clients or len(sources),
                load.rate,
                address,
                port,
                said["Over"].protocol if "Over" in said else "tcp",
                _lasting(load.lasting),
                "Evenly" in said,
                seconds(said["From"].time) if "From" in said else 0.0,
                seconds(said["Until"].time) if "Until" in said else None,
                sources,
                {fact.name: fact.value for fact in said["With"].facts} if "With" in said else {},
                self.place(load),
            )
        )

    def _take_effect(self, effect: Any) -> None:
        value = {"stops": "stop", "restarts": "restart"}[effect.effect]
        node, script = _plain(effect.node), _plain(effect.script)
        place = self.place(effect)
        self.happenings.append(Happening(0.0, "effect", node, script, value, place=place))

    def _take_happening(self, happening: Any) -> None:
        what, time = happening.what, seconds(happening.time)
        place = self.place(happening)
        for node, kind, subject, value, port in _HAPPENS[type(what).__name__](what):
            self.happenings.append(Happening(time, kind, node, subject, value, port, place))

    def _take_expectation(self, expectation: Any) -> None:
        what = expectation.what
        line = self.place(expectation).line
        text = self.lines[line - 1].split("#")[0].strip()
        wanted: Expectation = _EXPECTS[type(what).__name__](what)
        self.expectations.append(wanted._replace(text=text, place=self.place(expectation)))

    def _wrong(self, thing: Any, why: str) -> ScenarioFault:
        return ScenarioFault(f"{self.path}:{self.place(thing).line}: {why}")

    def scenario(self, title: str) -> Scenario:
        """Return what was collected; names of nodes are checked."""
        known = {node.name for node in self.nodes}
        if known:
            for happening in self.happenings:
                others = [happening.subject] if happening.kind in ("cut", "heal") else []
                for name in [happening.node, *others]:
                    if name and name not in known and not _address_like(name):
                        where = f"{happening.place.path}:{happening.place.line}"
                        nodes = ", ".join(sorted(known))
                        raise ScenarioFault(f"{where}: there is no node {name}", f"nodes: {nodes}")
        last = max((one.time for one in self.happenings), default=0.0)
        ends = (one.end for one in self.loads if one.end is not None)
        asked = (time for one in self.expectations for time in (one.after, one.before or 0.0))
        last = max(last, max(ends, default=0.0), max(asked, default=0.0))
        length = self.length if self.length is not None else max(last + AFTERWARDS, SHORTEST)
        return Scenario(
            title,
            tuple(self.nodes),
            tuple(self.loads),
            tuple(sorted(self.happenings, key=lambda one: one.time)),
            tuple(self.expectations),
            length,
            self.versions,
            self.settings,
        )


def _plain(name: str | None) -> str:
    return (name or "").strip('"')


def _address_like(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()


def _lasting(lasting: Any) -> Lasting:
    if lasting is None:
        return Lasting()
    if lasting.forever:
        return Lasting("forever")
    if lasting.exponential:
        return Lasting("exponential", seconds(lasting.seconds))
    if lasting.most:
        return Lasting("uniform", seconds(lasting.least), seconds(lasting.most))
    return Lasting("constant", seconds(lasting.seconds))


def _meant(table: dict[str, str], words: str) -> str:
    """Return what *words* stand for in *table*; textX joins the words of a phrase."""
    return {"".join(key.split()): value for key, value in table.items()}["".join(words.split())]


# What a statement says as (node, kind, subject, value, port).
Said = Iterator[tuple[str, str, str, str, int | None]]


def _server_happens(what: Any) -> Said:
    address, port = _server(what.target)
    state = _meant(SERVER, what.state)
    if state in ("drain", "maintenance", "ready"):
        yield "", "state", what.target, state, None
    else:
        yield "", "server", address, state, port


def _weight_changes(what: Any) -> Said:
    yield _plain(what.node), "weight", what.target, str(what.weight), None


def _node_happens(what: Any) -> Said:
    yield _plain(what.node), {"crashes": "crash", "returns": "return"}[what.state], "", "", None


def _daemon_happens(what: Any) -> Said:
    yield _plain(what.node), _meant(DAEMON, what.state), "", "", None


def _link_happens(what: Any) -> Said:
    kind = "heal" if what.state == "heals" else "cut"
    way = "one way" if what.direction == "->" else ""
    yield _plain(what.one), kind, _plain(what.other), way, None


def _interface_happens(what: Any) -> Said:
    kind, value = _meant(INTERFACE, what.state).split()
    yield _plain(what.node), kind, _plain(what.name), value, None


def _script_happens(what: Any) -> Said:
    yield _plain(what.node), "script", _plain(what.name), what.state, None


def _process_happens(what: Any) -> Said:
    state = "down" if what.state == "dies" else "up"
    yield _plain(what.node), "tracked", f"process:{_plain(what.name)}", state, None


def _file_happens(what: Any) -> Said:
    yield _plain(what.node), "tracked", f"file:{_plain(what.name)}", str(what.value), None


_HAPPENS: dict[str, Callable[[Any], Said]] = {
    "ServerHappens": _server_happens,
    "WeightChanges": _weight_changes,
    "NodeHappens": _node_happens,
    "DaemonHappens": _daemon_happens,
    "LinkHappens": _link_happens,
    "InterfaceHappens": _interface_happens,
    "ScriptHappens": _script_happens,
    "ProcessHappens": _process_happens,
    "FileHappens": _file_happens,
}


def _period(period: Any) -> dict[str, Any]:
    if period is None:
        return {}
    return {
        "after": seconds(period.after),
        "before": seconds(period.before) if period.before else None,
    }


def _within(what: Any) -> dict[str, Any]:
    return {
        "within": seconds(what.within) if what.within else None,
        "after": seconds(what.after),
    }


_EXPECTS: dict[str, Callable[[Any], Expectation]] = {
    "Moves": lambda w: Expectation("moves", w.address, _plain(w.node), **_within(w)),
    "Stays": lambda w: Expectation("stays", w.address, _plain(w.node), **_period(w.period)),
    "Availability": lambda w: Expectation("availability", w.target, number=w.percent / 100),
    "NoSplit": lambda w: Expectation("split", w.address or "", "no", **_period(w.period)),
    "Split": lambda w: Expectation("split", w.address or "", "", **_period(w.period)),
    "Role": lambda w: Expectation(
        "role", _plain(w.router), f"{_plain(w.node)} {w.role}", after=seconds(w.time)
    ),
    "BondUses": lambda w: Expectation(
        "bond", _plain(w.bond), f"{_plain(w.node)} {'+'.join(map(_plain, w.ports))}", **_within(w)
    ),
    "BondDown": lambda w: Expectation(
        "bond", _plain(w.bond), f"{_plain(w.node)} down", **_within(w)
    ),
    "ServerGoes": lambda w: Expectation("server", w.target, w.way, **_within(w)),
    "Share": lambda w: Expectation(
        "share", w.target, number=w.percent / 100, within=w.slack / 100 if w.slack else None
    ),
    "Sticks": lambda w: Expectation("sticks", w.target),
    "Lost": lambda w: Expectation("lost", w.target, number=w.number),
}
