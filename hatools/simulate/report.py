"""The course of a simulation for a machine (docs/simulation-report.md)."""

from __future__ import annotations

from collections.abc import Sequence

from hatools.simulate.lanes import gaps, takeovers
from hatools.simulate.result import Note, Result, Span, Traffic, overlaps
from hatools.simulate.words import said

FORMAT_VERSION = 1
PLACES = 6  # digits of a time after the point: microseconds
Shape = dict[str, object]


def as_json(result: Result, problems: Sequence[str] = ()) -> Shape:
    """Return *result* as plain data (schema: docs/simulate.schema.json).

    *problems* say what was left out, such as a plugin.
    """
    failed = sum(not verdict.held for verdict in result.verdicts)
    return {
        "format_version": FORMAT_VERSION,
        "kind": "simulation",
        "scenario": result.name,
        "seed": result.seed,
        "length": rounded(result.length),
        "nodes": list(result.nodes),
        "events": [_event(note) for note in result.notes],
        "roles": [
            {"node": one.node, "router": one.subject, "role": one.what, **_period(one),
             "reason": one.why}
            for one in result.roles
        ],
        "addresses": [
            {"node": one.node, "address": one.subject, **_period(one)} for one in result.addresses
        ],
        "split_brains": [
            {"address": address, "nodes": list(nodes), "start": rounded(start),
             "end": rounded(end)}
            for address, start, end, nodes in overlaps(result.addresses)
        ],
        "on_no_node": [
            {"address": address, "start": rounded(start), "end": rounded(end)}
            for address, start, end in gaps(result)
        ],
        "takeovers": [
            {"address": one.address, "node": one.node, "time": rounded(one.time),
             "cause": one.cause, "cause_time": rounded(one.cause_time),
             "seconds": rounded(one.seconds), "on_no_node": rounded(one.gap),
             "shared": list(one.shared)}
            for one in takeovers(result)
        ],
        "servers": [_server(one) for one in result.servers],
        "bonds": [
            {"node": one.node, "bond": one.subject, "active": one.what, **_period(one),
             "reason": one.why}
            for one in result.bonds
        ],
        "services": _services(result),
        "expectations": [
            {"text": one.text, "held": one.held, "found": one.found, "path": one.path or None,
             "line": one.line or None}
            for one in result.verdicts
        ],
        "problems": list(problems),
        "summary": {
            "held": result.held,
            "expectations": len(result.verdicts),
            "failed": failed,
        },
    }  # fmt: skip


def rounded(time: float) -> float:
    """Return *time* in seconds to the microsecond."""
    return round(float(time), PLACES)


def _period(span: Span) -> Shape:
    return {"start": rounded(span.start), "end": rounded(span.end)}


def _event(note: Note) -> Shape:
    return {
        "time": rounded(note.time),
        "node": note.node or None,
        "kind": note.kind,
        "subject": note.subject,
        "details": {key: _plain(value) for key, value in note.details.items()},
        "text": said(note) or None,
    }


def _plain(value: object) -> object:
    """Return *value* as JSON has it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value)


def _server(span: Span) -> Shape:
    pool, _, server = span.subject.rpartition("/")
    return {
        "node": span.node,
        "pool": pool,
        "server": server,
        "state": "in" if span.what == "up" else "out",
        **_period(span),
        "reason": span.why,
    }


def _services(result: Result) -> list[Shape]:
    """Return one entry for each load of clients, then the services that nobody asked for."""
    shapes = [_service(result, traffic) for traffic in result.traffic]
    asked = {traffic.service for traffic in result.traffic}
    for service in result.answering:
        if service not in asked:
            idle = Traffic(service, 0, {}, {}, 0, (), {})
            shapes.append(_service(result, idle))
    return shapes


def _service(result: Result, traffic: Traffic) -> Shape:
    """Return how the connections of one load were spread.

    Its ``course`` has the counts of each part of the time in which any came.
    """
    answering = result.answering.get(traffic.service)
    part = result.length / len(traffic.bins) if traffic.bins else 0.0
    availability = traffic.availability
    return {
        "service": traffic.service,
        "connections": traffic.total,
        "served": dict(sorted(traffic.served.items())),
        "lost": dict(sorted(traffic.lost.items())),
        "broken": traffic.broken,
        "waiting": traffic.waiting,
        "availability": None if availability is None else rounded(availability),
        "answering": None if answering is None else rounded(answering),
        "course": [
            {"start": rounded(number * part), "end": rounded((number + 1) * part),
             "served": {name: counts[name] for name in sorted(counts) if name},
             "lost": counts.get("", 0)}
            for number, counts in enumerate(traffic.bins)
            if counts
        ],
    }  # fmt: skip
