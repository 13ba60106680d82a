"""The differences for a person, one a line, and for a machine (docs/diff.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hatools.diff.comparison import Comparison
from hatools.diff.findings import HIDDEN, ITSELF, Difference, Said, Side
from hatools.text import Diagnostic, Severity

FORMAT_VERSION = 1
WIDEST = 200  # characters of one value for a person
_MEMBER = "server "


def as_json(comparison: Comparison, problems: Sequence[str] = ()) -> dict[str, object]:
    """Return the answer as plain data (schema: docs/diff.schema.json)."""
    left_out = [Diagnostic("HT002", Severity.WARNING, problem) for problem in problems]
    remarks = [*left_out, *comparison.diagnostics[0], *comparison.diagnostics[1]]
    return {
        "format_version": FORMAT_VERSION,
        "left": _source(comparison.left),
        "right": _source(comparison.right),
        "differences": [
            {
                "object": " / ".join(found.object),
                "fact": found.fact,
                "kind": found.kind,
                "left": _said(found.left),
                "right": _said(found.right),
            }
            for found in comparison.differences
        ],
        "diagnostics": [remark.as_json() for remark in dict.fromkeys(remarks)],
        "summary": {
            "same": comparison.same,
            **_counts(comparison),
            "not_compared": {
                "left": comparison.left.skipped,
                "right": comparison.right.skipped,
            },
        },
    }


def _source(side: Side) -> dict[str, object]:
    version = side.reading.expansion.version or None
    return {"path": side.path, "format": side.form.name, "version": version}


def _said(said: Said | None) -> dict[str, object] | None:
    if said is None:
        return None
    span = said.span
    return {
        "value": said.value,
        "path": span.path if span else None,
        "line": span.line if span else None,
    }


def _counts(comparison: Comparison) -> dict[str, int]:
    kinds = [found.kind for found in comparison.differences]
    return {kind: kinds.count(kind) for kind in ("changed", "added", "removed")}


def lines(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Yield the differences, each with its kind; servers that differ alike share a line."""
    groups: dict[object, list[Difference]] = {}
    for found in comparison.differences:
        servers = tuple(_MEMBER if part.startswith(_MEMBER) else part for part in found.object)
        told = [None if said is None else said.text for said in (found.left, found.right)]
        alone = found.fact == ITSELF and found.object[-1].startswith(_MEMBER)
        key = (servers, found.fact, *told, found.object if alone else "")
        groups.setdefault(key, []).append(found)
    for group in groups.values():
        yield group[0].kind, _line(comparison, group)


def _line(comparison: Comparison, group: list[Difference]) -> str:
    found = group[0]
    more = f" and {len(group) - 1} more" if len(group) > 1 else ""
    where = " / ".join(part + more if part.startswith(_MEMBER) else part for part in found.object)
    left, right = found.left, found.right
    if found.fact == ITSELF:
        only = left or right
        assert only is not None
        side = comparison.left if left else comparison.right
        text = f": {only.text}" if only.text else ""
        return f"{where}: only in {_place(only, side)}{text}"
    fact = "" if found.fact in ("own", "order") else f"{_spoken(found.fact)} "
    if found.fact == "order":
        fact = "" if left and left.text.startswith("the order") else "order "
    if left and right and (left.text == right.text or HIDDEN in (left.text, right.text)):
        both = f"({_place(left, comparison.left)}, {_place(right, comparison.right)})"
        text = "" if left.text == HIDDEN or left.text != right.text else left.text
        return f"{where}: {fact}{text}".rstrip() + f" differs {both}"
    one = _told(left, comparison.left)
    return f"{where}: {fact}{one}, {_told(right, comparison.right)}"


def _spoken(fact: str) -> str:
    """Return the name of a fact as it is said: ``fast interval``."""
    return fact.replace("_", " ")


def _told(said: Said | None, side: Side) -> str:
    """Return a value and its place: ``3 (a.conf:12)``."""
    if said is None:
        return f"none ({side.path})"
    text = said.text if len(said.text) <= WIDEST else f"{said.text[:WIDEST]}…"
    return f"{text or 'none'} ({_place(said, side)})"


def _place(said: Said, side: Side) -> str:
    if said.span is None:
        return f"{side.path}, default"
    return f"{said.span.path}:{said.span.line}"


def summary(comparison: Comparison) -> list[str]:
    """Return what was found, in a line or a few."""
    left, right = comparison.left, comparison.right
    names = f"{left.path} ({left.form.name}) and {right.path} ({right.form.name})"
    count = len(comparison.differences)
    told = [f"{names} mean the same"] if not count else [
        f"{names}: {count} difference{'s' if count > 1 else ''}"
    ]  # fmt: skip
    for side in (left, right):
        if side.skipped:
            facts = "1 fact" if side.skipped == 1 else f"{side.skipped} facts"
            verb = "is" if side.skipped == 1 else "are"
            told.append(
                f"{facts} that only {side.path} has, in {side.form.name}'s own words, "
                f"{verb} not compared; --all shows them"
            )
    return told
