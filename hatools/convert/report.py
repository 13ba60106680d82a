"""The report of a conversion, for a person and for a machine (docs/report.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hatools.convert.accounting import weakest
from hatools.convert.conversion import Conversion
from hatools.model import Fate, Outcome
from hatools.plugin.contracts import Writing
from hatools.text import Diagnostic, Severity

FORMAT_VERSION = 1
SHOWN = (Outcome.DROPPED, Outcome.APPROXIMATED, Outcome.MOVED)
MOST_PLACES = 3
MOST_KEYWORDS = 6
WIDEST_KEYWORD = 40


def as_json(conversion: Conversion, problems: Sequence[str] = ()) -> dict[str, object]:
    """Return the report as plain data (schema: docs/report.schema.json).

    *problems* are the plugins that were left out; they become diagnostics.
    """
    left_out = [Diagnostic("HT002", Severity.WARNING, problem) for problem in problems]
    writing, reading = conversion.writing, conversion.reading
    things, written = _written(conversion)
    return {
        "format_version": FORMAT_VERSION,
        "source": {
            "path": conversion.path,
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
            things: {
                "written": written,
                "left_out": [{"name": name, "reason": why} for name, why in writing.lost],
            },
        },
    }


def lines(conversion: Conversion) -> Iterator[tuple[str, str]]:
    """Yield the report for a person, line by line, each with the kind of line it is.

    Statements that fared alike for the same reason share a line.
    """
    writing = conversion.writing
    name = writing.main.name if writing.main else "nothing"
    source = f"{conversion.path} ({conversion.source.name})"
    yield "title", f"{source} -> {name} ({conversion.target.name})"
    for service, reason in writing.lost:
        yield "dropped", f"  left out      {service}: {reason}"
    groups = grouped(conversion)
    one_file = len(conversion.reading.expansion.documents) == 1
    for outcome in SHOWN:
        for group in groups:
            if group.outcome is outcome:
                yield outcome.value, group.told(one_file)
    for text in _assumed(writing, name):
        yield "assumed", f"  assumed       {text}"
    counts = conversion.account.summary()
    total = sum(counts.values()) - counts["assumed"]
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    yield "summary", f"{total} statements: {told or 'none'}"
    things, written = _written(conversion)
    yield "summary", f"{things}: {written} written, {len(writing.lost)} left out"


def _assumed(writing: Writing, name: str) -> Iterator[str]:
    """Yield what was assumed: each fact once, with the lines of the file *name* that say it."""
    places: dict[tuple[str, str], list[int]] = {}
    for added in writing.assumptions:
        places.setdefault((added.fact, added.reason), []).append(added.line)
    for (fact, reason), numbers in places.items():
        said = sorted(filter(None, numbers))
        where = ", ".join(str(number) for number in said[:MOST_PLACES])
        more = f" and {len(said) - MOST_PLACES} more" if len(said) > MOST_PLACES else ""
        times = f" ({len(numbers)}x)" if len(numbers) > 1 else ""
        yield f"{fact}{times}: {reason}" + (f"  [{name}:{where}{more}]" if said else "")


def _written(conversion: Conversion) -> tuple[str, int]:
    """Return what a conversion is about, services or bonds, and how many were written."""
    intended = conversion.writing.intended
    things = "bonds" if conversion.target.kind == "link" else "services"
    number = len(intended.bonds if things == "bonds" else intended.services)
    return things, number if conversion.writing.main else 0


@dataclass(slots=True, eq=False)
class Group:
    """Statements that fared alike for one reason: how many of each keyword, the first places.

    *keywords* maps a keyword to how often it occurs, *firsts* to the start of
    its first statement, which is shown where there is just the one.
    """

    outcome: Outcome
    reason: str
    keywords: dict[str, int]
    firsts: dict[str, str]
    places: list[str]

    def told(self, one_file: bool) -> str:
        """Return the group as one line of the report; places are lines of *one_file*."""
        names = [
            f"{word} ({count}x)" if count > 1 else self.firsts[word]
            for word, count in self.keywords.items()
        ]
        shown = ", ".join(names[:MOST_KEYWORDS])
        if len(names) > MOST_KEYWORDS:
            shown += f" and {len(names) - MOST_KEYWORDS} other keywords"
        total = sum(self.keywords.values())
        where = ", ".join(self.places)
        if one_file:
            where = f"line {where}" if total == 1 else f"lines {where}"
        if total > len(self.places):
            where += f" and {total - len(self.places)} more"
        return f"  {self.outcome.value:<13} {shown}: {self.reason}  [{where}]"


def grouped(conversion: Conversion) -> list[Group]:
    """Return what was not kept, by outcome and reason, in the order of the source."""
    documents = conversion.reading.expansion.documents
    mask = conversion.account.mask
    groups: dict[Fate, Group] = {}
    # By identity of the word and the statement: a large file repeats few of either.
    seen: dict[tuple[int, int], tuple[Group, str]] = {}
    for at, number, word in conversion.account.losses():
        document = documents[at]
        statement = document.statements[number]
        key = (id(word), id(statement))
        if key not in seen:
            fate = word if isinstance(word, Fate) else weakest(word)
            group = groups.setdefault(fate, Group(fate.outcome, fate.reason, {}, {}, []))
            words = statement.words
            first = words[0] if words else document.text_of(number)
            keyword = _one_line(first)[:WIDEST_KEYWORD]
            if keyword not in group.keywords:
                start = (_one_line(" ".join(words[:2])) or keyword)[: 4 * WIDEST_KEYWORD]
                group.firsts[keyword] = mask(start)[:WIDEST_KEYWORD]
                group.keywords[keyword] = 0
            seen[key] = group, keyword
        group, keyword = seen[key]
        group.keywords[keyword] += 1
        if len(group.places) < MOST_PLACES:
            line = str(document.rows[number] + 1)
            group.places.append(line if len(documents) == 1 else f"{document.source.path}:{line}")
    return list(groups.values())


def _one_line(text: str) -> str:
    """Return *text* without line breaks: a quoted word of a script may hold some."""
    return " ".join(text.split()) if "\n" in text else text
