"""Compares records field by field, and says values in a few words."""

from __future__ import annotations

from typing import Any, NamedTuple

from hatools.diff.findings import HIDDEN, Findings, Places, Said
from hatools.diff.matching import pair
from hatools.model import Expect, HttpRequest
from hatools.model.compare import compared

SECONDS = frozenset(
    ("interval", "fast_interval", "down_interval", "connect_timeout", "timeout", "warmup",
     "advertisement_interval", "preempt_delay")
)  # fmt: skip
_CREDENTIALS = ("auth", "cookie", "key", "pass", "secret", "token")
NOTHING: tuple[Any, ...] = (None, "", (), [])


class Seen(NamedTuple):
    """A record as one side has it, and where its facts may have been written."""

    record: Any
    places: Places


def compare_fields(
    findings: Findings, where: tuple[str, ...], left: Seen, right: Seen, skip: frozenset[str]
) -> None:
    """Note each field of two records that differs, but for those in *skip*."""
    for name in compared(left.record):
        if name not in skip:
            mine, theirs = getattr(left.record, name), getattr(right.record, name)
            if mine != theirs:
                compare_values(findings, where, name, (mine, left.places), (theirs, right.places))


def compare_values(
    findings: Findings,
    where: tuple[str, ...],
    fact: str,
    left: tuple[Any, Places],
    right: tuple[Any, Places],
) -> None:
    """Note that *fact* differs: part by part where both sides have records of one kind."""
    (mine, my_places), (theirs, their_places) = left, right
    if mine == theirs:
        return
    names = compared(mine)
    if names and type(mine) is type(theirs):
        for name in names:
            parts = (getattr(mine, name), my_places), (getattr(theirs, name), their_places)
            compare_values(findings, where, f"{fact}.{name}", *parts)
        return
    if _rows(mine) and _rows(theirs) and len(mine) == len(theirs) and not _expects(mine[0]):
        for number, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            compare_values(
                findings, where, f"{fact}.{number}", (one, my_places), (other, their_places)
            )
        return
    if isinstance(mine, tuple) and isinstance(theirs, tuple) and all(map(_expects, mine + theirs)):
        _compare_expectations(findings, where, fact, left, right)
        return
    findings.add(
        where,
        fact,
        None if mine in NOTHING else said(findings.left, fact, mine, my_places),
        None if theirs in NOTHING else said(findings.right, fact, theirs, their_places),
    )


def _expects(value: Any) -> bool:
    return isinstance(value, Expect)


def _compare_expectations(
    findings: Findings,
    where: tuple[str, ...],
    fact: str,
    left: tuple[tuple[Expect, ...], Places],
    right: tuple[tuple[Expect, ...], Places],
) -> None:
    """Note what only one side wants of an answer, by its kind."""
    (mine, my_places), (theirs, their_places) = left, right
    pairs, gone, come = pair(mine, theirs, lambda each: each, lambda each: each.kind)
    for one, other in pairs:
        if one != other:
            name = f"{fact}.{one.kind}"
            told = said(findings.left, name, one, my_places)
            findings.add(where, name, told, said(findings.right, name, other, their_places))
    for one in gone:
        told = said(findings.left, f"{fact}.{one.kind}", one, my_places)
        findings.add(where, f"{fact}.{one.kind}", told, None)
    for one in come:
        told = said(findings.right, f"{fact}.{one.kind}", one, their_places)
        findings.add(where, f"{fact}.{one.kind}", None, told)


def derived(left: Seen, right: Seen) -> frozenset[str]:
    """Return the times that on neither side are more than the interval that they follow."""
    return frozenset(
        fact
        for fact in ("fast_interval", "down_interval", "timeout")
        if all(
            getattr(seen.record, fact, None) == seen.record.interval
            and not any(origin.written(prefix + fact) for origin, prefix in seen.places)
            for seen in (left, right)
        )
    )


def said(side: Any, fact: str, value: Any, places: Places) -> Said:
    """Return what *side* says of *fact*, a value of the model."""
    value = _guarded(value, fact)
    found: Said = side.say(fact, plain(value), shown(fact, value), places)
    return found


def _rows(value: Any) -> bool:
    """Tell whether *value* is a sequence of records."""
    return isinstance(value, list | tuple) and bool(value) and all(compared(x) for x in value)


def shown(fact: str, value: Any) -> str:
    """Return *value* of *fact* for a person."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.6g} s" if fact.rpartition(".")[2] in SECONDS else f"{value:.15g}"
    return " ".join(_words(value))


def _guarded(value: Any, fact: str = "") -> Any:
    """Return an HTTP request, or its headers, without the values that are credentials."""
    if isinstance(value, HttpRequest):
        return value._replace(headers=_guarded(value.headers, "headers"))
    if fact.rpartition(".")[2] == "headers" and isinstance(value, tuple):
        return tuple(
            (name, HIDDEN if any(sign in name.lower() for sign in _CREDENTIALS) else text)
            for name, text in value
        )
    return value


def _words(value: Any) -> list[str]:
    """Return a value as words: of a record, what is not empty."""
    value = _guarded(value)
    if value is None:
        return ["none"]
    names = compared(value)
    if names:
        parts = [(name, getattr(value, name)) for name in names]
        return [
            word
            for name, part in parts
            if part not in NOTHING and part is not False
            for word in ([name] if part is True else [shown(name, part)])
        ]
    if isinstance(value, list | tuple):
        return [word for part in value for word in _words(part)]
    if isinstance(value, float):
        return [f"{value:.6g}"]
    return [str(value)]


def plain(value: Any) -> object:
    """Return *value* as plain data for JSON."""
    value = _guarded(value)
    names = compared(value)
    if names:
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)
