"""The computed availability for a machine (schema: docs/availability.schema.json)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from hatools_availability.answers import components, minutes, minutes_of_365
from hatools_availability.columns import Line
from hatools_availability.parts import Cause, Front, Pool, Server
from hatools_availability.tables import Told, Wanted

FORMAT_VERSION = 1
Shape = dict[str, object]


def as_json(
    nodes: Mapping[str, Sequence[str]],
    told: Sequence[Told],
    wanted: Wanted,
    assumptions: Sequence[Line],
    remarks: Sequence[str],
    problems: Sequence[str],
) -> Shape:
    """Return everything as plain data; times are seconds, shares 0 to 1, a year 365.25 days."""
    missed = [
        one.name
        for one in told
        if wanted.at_least is not None and one.answer.availability < wanted.at_least
    ]
    return {
        "format_version": FORMAT_VERSION,
        "kind": "computed",
        "nodes": [{"name": name, "files": list(files)} for name, files in nodes.items()],
        "services": [_service(one) for one in told],
        "assumptions": [{"source": source, "text": text} for source, text in assumptions],
        "remarks": list(remarks),
        "problems": list(problems),
        "summary": {
            "services": len(told),
            "at_least": wanted.at_least,
            "objective": wanted.objective,
            "missed": missed,
            "held": not missed,
        },
    }


def _service(one: Told) -> Shape:
    answer, setup = one.answer, one.answer.setup
    low, high = one.span or (None, None)
    return {
        "name": one.name,
        "availability": answer.availability,
        "unavailability": answer.lost,
        "low": low,
        "high": high,
        "simulated": None if one.agreement is None else {
            "mean": one.agreement.simulated.mean,
            "low": one.agreement.simulated.low,
            "high": one.agreement.simulated.high,
            "computed": one.agreement.computed,
            "agrees": one.agreement.agrees,
        },
        "minutes_a_year": answer.minutes,
        "minutes_in_365_days": minutes_of_365(answer.lost),
        "nines": answer.nines if answer.lost else None,
        "outage": {
            "share": answer.outage,
            "mean_time_between": _finite(answer.mean_up),
            "mean_length": answer.mean_down,
        },
        "costs": [
            {"cause": cost.cause, "component": cost.component, "kind": cost.kind,
             "lost": cost.lost, "minutes_a_year": minutes(cost.lost)}
            for cost in answer.costs
        ],
        "components": [
            {"component": share.component, "lost": share.lost,
             "minutes_a_year": minutes(share.lost)}
            for share in components(answer.costs)
        ],
        "changes": [
            {"kind": change.kind, "change": change.said, "gained": change.gained,
             "minutes_a_year": minutes(change.gained), "availability": 1.0 - change.lost}
            for change in one.changes
        ],
        "front": None if setup.front is None else _front(setup.front),
        "pool": None if setup.pool is None else _pool(setup.pool),
    }  # fmt: skip


def _front(front: Front) -> Shape:
    return {
        "name": front.name,
        "common_cause": front.common_cause,
        "coverage": front.coverage,
        "manual_recovery": front.manual,
        "interruption": front.interruption,
        "crews": front.crews,
        "members": [
            {"node": member.node, "returns": member.returns,
             "causes": [_cause(cause) for cause in member.causes]}
            for member in front.members
        ],
    }  # fmt: skip


def _cause(cause: Cause) -> Shape:
    return {
        "label": cause.label,
        "component": cause.component,
        "mttf": _finite(cause.times.mttf),
        "mttr": cause.times.mttr,
        "takeover": cause.takeover if cause.covered else None,
        "covered": cause.covered,
        "never": cause.never or None,
        "ports": [
            {"name": name, "mttf": _finite(times.mttf), "mttr": times.mttr}
            for name, times in cause.ports
        ],
    }


def _pool(pool: Pool) -> Shape:
    return {
        "name": pool.name,
        "needed": pool.needed,
        "sorry": pool.sorry,
        "all_backups": pool.all_backups,
        "servers": [_server(server) for server in pool.servers],
        "backups": [_server(server) for server in pool.backups],
    }


def _server(server: Server) -> Shape:
    return {
        "label": server.label,
        "weight": server.weight,
        "mttf": _finite(server.times.mttf),
        "mttr": server.times.mttr,
        "detection": server.detection,
        "back": server.back,
    }


def _finite(value: float) -> float | None:
    """Return *value*, None for endless: JSON has no infinity."""
    return None if math.isinf(value) else value
