"""The report of a conversion, for a person and for a machine (docs/report.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hatools.convert.accounting import weakest
from hatools.convert.conversion import Conversion
from hatools.model import Fate, Outcome
from hatools.text import Diagnostic, Severity

FORMAT_VERSION = 1
SHOWN = (Outcome.DROPPED, Outcome.APPROXIMATED, Outcome.MOVED)
MOST_PLACES = 3


def as_json(conversion: Conversion, problems: Sequence[str] = ()) -> dict[str, object]:
    """Return the report as plain data (schema: docs/report.schema.json).

    *problems* are the plugins that were left out; they become diagnostics.
    """
    left_out = [Diagnostic("HT002", Severity.WARNING, problem) for problem in problems]
    writing, reading = conversion.writing, conversion.reading
    written = len(writing.intended.services)
    return {
        "format_version": FORMAT_VERSION,
        "source": {
            "path": reading.expansion.documents[0].source.path,
            "format": conversion.source.name,
            "version": reading.expansion.version or None,
        },
        "target": {"format": conversion.target.name},
        "files": [
            {
                "name": file.name,
                "role": "companion" if number else "main",
                "purpose": file.purpose or None,
            }
            for number, file in enumerate(conversion.files)
        ],
        "entries": [entry.as_json() for entry in conversion.account.entries()],
        "diagnostics": [remark.as_json() for remark in [*left_out, *conversion.diagnostics]],
        "summary": {
            **conversion.account.summary(),
            "services": {
                "written": written if writing.main else 0,
                "left_out": [{"name": name, "reason": why} for name, why in writing.lost],
            },
        },
    }


def lines(conversion: Conversion) -> Iterator[tuple[str, str]]:
    """Yield the report for a person, line by line, each with the kind of line it is.

    Statements with the same keyword that fared alike share a line.
    """
    writing = conversion.writing
    source = conversion.reading.expansion.documents[0].source.path
    name = writing.main.name if writing.main else "nothing"
    yield "title", f"{source} ({conversion.source.name}) -> {name} ({conversion.target.name})"
    for service, reason in writing.lost:
        yield "dropped", f"  left out      {service}: {reason}"
    for outcome in SHOWN:
        for keyword, reason, places in _grouped(conversion, outcome):
            where = ", ".join(places[:MOST_PLACES])
            more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
            yield outcome.value, f"  {outcome.value:<13} {keyword}: {reason}  [{where}{more}]"
    for added in writing.assumptions:
        place = f"  [{name}:{added.line}]" if added.line else ""
        yield "assumed", f"  assumed       {added.fact}: {added.reason}{place}"
    counts = conversion.account.summary()
    total = sum(counts.values()) - counts["assumed"]
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    yield "summary", f"{total} statements: {told or 'none'}"
    services = len(writing.intended.services) if writing.main else 0
    yield "summary", f"services: {services} written, {len(writing.lost)} left out"


def _grouped(conversion: Conversion, outcome: Outcome) -> Iterator[tuple[str, str, list[str]]]:
    """Yield keyword, reason and places of the statements with *outcome*, in order."""
    documents = conversion.reading.expansion.documents
    groups: dict[tuple[str, str], list[str]] = {}
    for line in conversion.account.lines():
        word = line.word
        fate = word if isinstance(word, Fate) else weakest(word)
        if fate.outcome is not outcome:
            continue
        document = documents[line.document]
        words = document.statements[line.number].words
        keyword = words[0] if words else document.text_of(line.number)[:20]
        place = f"{document.source.path}:{document.rows[line.number] + 1}"
        groups.setdefault((keyword, fate.reason), []).append(place)
    for (keyword, reason), places in groups.items():
        yield keyword, reason, places
