"""Works through the conditions, definitions, sequences and includes of a keepalived.conf."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from hatools.errors import HatoolsError, NeedsPlace
from hatools.plugin import Place
from hatools.text import Diagnostic, Document, Expansion, Hop, Span, Statement
from hatools.text.document import CLOSE
from hatools_keepalived.blocks import join_braces
from hatools_keepalived.definitions import Definition, Definitions
from hatools_keepalived.faults import Finding, diagnostic
from hatools_keepalived.include import alternatives, complains, split_include
from hatools_keepalived.lines import next_unit, statements_in, unit_of
from hatools_keepalived.notes import CONDITION, DEFINITION, INCLUDE, SEQUENCE, Note, Unit
from hatools_keepalived.progress import Cursor, Feed, Origin
from hatools_keepalived.sequences import BadSequence, read_sequence
from hatools_keepalived.syntax import parse
from hatools_keepalived.words import SCRIPT_KEYWORDS, decomment

MOST_LINES = 10_000
"""So many lines may come out of sequences and definitions."""

_DEEPEST = 50
_KEPT = ("kept", "")
_ELSEWHERE = ("dropped", "not for this place")
_EMPTY = ("dropped", "nothing is left of it once it is expanded")
_QUIET = frozenset(("auth_pass", "key", "password")) | SCRIPT_KEYWORDS
"""Keywords in whose lines a ``$`` is often just a letter, or part of a secret."""


class Expander:
    """Works through a document and what it includes, in the order keepalived does.

    What is left of a line comes first, then lines of sequences and
    definitions, then the innermost file.
    """

    def __init__(self, document: Document, place: Place) -> None:
        self.place = place
        self.version = _numbers(place.version)
        self.config_id = place.settings.get("config_id")
        self.ids: dict[str, None] = {}
        self.documents = [document]
        self.paths = {document.source.path: 0}
        self.works = [_work(document)]
        self.files = [Cursor(0, document.source.path)]
        self.feeds: list[Feed] = []
        self.statements: list[Statement] = []
        self.hops: list[Hop] = []
        self.skipped: dict[tuple[int, int], tuple[str, str]] = {}
        self.diagnostics: dict[Diagnostic, None] = {}
        self.memo: dict[str, tuple[list[Statement], list[Finding]]] = {}
        self.origin = Origin(0, [], ())
        self.within: tuple[str, ...] = ()
        self.lines = 0
        self.definitions = Definitions(place.settings, self.report, self.known)

    def run(self) -> Expansion:
        """Return the expansion; raises `NeedsPlace`."""
        while self.feeds or self.files:
            if self.feeds:
                self._feed()
            else:
                self._file()
        if self.ids and self.config_id is None:
            ids = ", ".join(self.ids)
            raise NeedsPlace(
                f"{self.documents[0].source.path} says different things on different nodes ({ids})",
                f"say --set config_id=… with one of: {ids}",
                tuple(self.ids),
            )
        join_braces(self.statements, self.hops, self._span_of, self.diagnostics)
        self._account()
        return Expansion(
            self.documents,
            self.statements,
            self.hops,
            self.skipped,
            list(self.diagnostics),
            self.place.version,
        )

    def _account(self) -> None:
        """Settle every written statement that is not in the expansion."""
        reached = {(hop.document, hop.number) for hop in self.hops}
        skipped, self.skipped = self.skipped, {}
        for number, document in enumerate(self.documents):
            for index in document.counted():  # a brace behind a condition is none of them
                if (number, index) not in reached:
                    self.skipped[number, index] = skipped.get((number, index), _EMPTY)

    def report(self, code: str, *details: object) -> None:
        """Note a fault at the statement being worked on."""
        self.diagnostics[diagnostic(code, self._where(), *details)] = None

    def known(self, what: str, since: str) -> None:
        """Note that *what* came with version *since*, where the place's version is older."""
        if self.version and self.version < _numbers(since)[: len(self.version)]:
            self.report("KA008", what, since, self.place.version)

    def _where(self) -> Span | None:
        origin = self.origin
        if not origin.numbers:
            return None
        return self.documents[origin.document].span(origin.numbers[0])

    def _span_of(self, index: int) -> Span:
        hop = self.hops[index]
        return self.documents[hop.document].span(hop.number)

    def _file(self) -> None:
        """Take the innermost file up to its next unit, or to its end."""
        cursor = self.files[-1]
        document, work = self.documents[cursor.document], self.works[cursor.document]
        start = cursor.at
        place = bisect_left(work, start)
        stop = work[place] if place < len(work) else len(document.statements)
        self.statements += document.statements[start:stop]
        number, via = cursor.document, cursor.via
        self.hops += [Hop(number, index, via) for index in range(start, stop)]
        if stop == len(document.statements):
            self.files.pop()
            return
        note = document.statements[stop].note
        assert isinstance(note, Note)
        end = stop + 1
        if note.unit is not None:
            rows = document.rows
            while (
                end < len(rows)
                and rows[end] == rows[stop]
                and isinstance(other := document.statements[end].note, Note)
                and other.unit is note.unit
            ):
                end += 1
        cursor.at = end
        self.within = cursor.within
        self.origin = Origin(number, list(range(stop, end)), via)
        if note.unit is not None and not note.ignored:
            self._unit(note.unit, document)
        else:
            self._skip(("dropped", "keepalived does not read this line: " + note.ignored))

    def _skip(self, why: tuple[str, str]) -> None:
        """Leave out the statements being worked on."""
        for number in self.origin.numbers:
            self.skipped[self.origin.document, number] = why

    def _holds(self, condition: tuple[str, bool]) -> bool:
        """Tell whether *condition* holds here, noting its config-id."""
        self.ids[condition[0]] = None
        return (condition[0] == self.config_id) is not condition[1]

    def _unit(self, unit: Unit, document: Document) -> None:
        """Work on a unit as the file has it."""
        if unit.condition is not None:
            self.known("@" + unit.condition[0], "1.3.0")
            if not unit.text:
                return self._skip(("dropped", "nothing stands behind the condition"))
            if not self._holds(unit.condition):
                if unit.lines:
                    self.report("KA016", "$" + unit.name)
                    self._push((({}, line) for line in unit.lines), self.origin)
                return self._skip(_ELSEWHERE)
        if unit.kind == CONDITION:
            for number in self.origin.numbers:
                self.statements.append(document.statements[number])
                self.hops.append(Hop(self.origin.document, number, self.origin.via))
        elif unit.kind == DEFINITION:
            many = unit.text.endswith("\\")
            self.definitions.names[unit.name] = Definition(
                unit.values or ("",), self._where(), many and len(unit.values) > 1
            )
            self._skip(_KEPT)
        else:
            if unit.kind == INCLUDE and unit.condition is not None:
                self.report("KA015")
            self._line(unit.text)
        return None

    def _feed(self) -> None:
        """Take the next line of the last sequence or definition begun."""
        feed = self.feeds[-1]
        following = next(feed.lines, None)
        if following is None:
            self.feeds.pop()
            return
        self.lines += 1
        if self.lines > MOST_LINES:
            self.report("KA004", MOST_LINES)
            self.feeds.clear()
            return
        assignments, text = following
        for name, value in assignments.items():
            self.definitions.names[name] = Definition((value,))
        self.origin = feed.origin
        self._condition(text)

    def _push(self, lines: Iterator[tuple[dict[str, str], str]], origin: Origin) -> None:
        self.feeds.append(Feed(lines, origin))

    def _condition(self, text: str) -> None:
        """Work on *text*, which may begin with a condition."""
        text = text.strip(" \t")
        if text.startswith("@"):
            unit = unit_of(text)
            if not unit.text or unit.condition is None or not self._holds(unit.condition):
                for number in self.origin.numbers:
                    self.skipped.setdefault((self.origin.document, number), _ELSEWHERE)
                return
            text = unit.text
        if text:
            self._line(text)

    def _line(self, text: str) -> None:
        """Work on *text*, its condition decided: define, repeat, replace, include, or keep it."""
        for _ in range(_DEEPEST):
            unit = unit_of(text) if text[0] != "@" else Unit(CONDITION, text)
            if unit.kind == DEFINITION:
                self.definitions.names[unit.name] = Definition(unit.values, self._where())
                return self._skip(_KEPT)
            if unit.kind == SEQUENCE:
                return self._sequence(text)
            if "$" not in text:
                break
            quiet = "{{" in text or text.split(None, 1)[0] in _QUIET
            done = self.definitions.replace(text, self.within[-1], quiet=quiet)
            if done.rest and done.rest_from is not None:
                self._push(
                    (({}, line) for line in done.rest), self.origin.through(done.rest_from.span)
                )
            if not done.used:
                break
            self.origin = self.origin.through(*(used.span for used in done.used))
            text = decomment(done.text).text
            if text.startswith("@"):
                return self._condition(text)
            if not text:
                return None
        if text[0] != "@" and unit_of(text).kind == INCLUDE:
            return self._include(text)
        return self._keep(text)

    def _sequence(self, text: str) -> None:
        """Repeat the rest of a ``~SEQ`` or ``~LST`` line for each of its values."""
        head, closing, rest = text.partition(")")
        replaced = self.definitions.replace(head + closing, "", quiet=True).text
        try:
            name, repeated, assignments = read_sequence(replaced + rest)
        except BadSequence as wrong:
            self.report("KA003", text[:4], wrong)
            return self._skip(("dropped", f"keepalived cannot read it: {wrong}"))
        self.known(name, {"~LST": "2.1.0", "~SEQx": "2.1.0"}.get(name, "2.0.9"))
        self._push(((values, repeated) for values in assignments), self.origin)
        return None

    def _keep(self, text: str) -> None:
        """Put the statements of *text* into the expansion, up to what needs work of its own."""
        start = next_unit(text)
        here, later = (text, "") if start < 0 else (text[:start], text[start:])
        if here not in self.memo:
            self.memo[here] = statements_in(here)
        statements, findings = self.memo[here]
        origin = self.origin
        document = self.documents[origin.document]
        for finding in findings:
            self.report(
                finding.code, *finding.details, "this line"
            )  # a surplus detail is not printed
        worded = [n for n in origin.numbers if document.statements[n].kind < CLOSE]
        bare = [n for n in origin.numbers if document.statements[n].kind >= CLOSE]
        words = braces = 0
        for statement in statements:
            if statement.kind < CLOSE:
                number = (worded or bare)[min(words, len(worded or bare) - 1)]
                words += 1
            else:
                number = (bare or worded)[min(braces, len(bare or worded) - 1)]
                braces += 1
            note = statement.note
            if isinstance(note, Note) and note.ignored:
                self.skipped[origin.document, number] = ("dropped", note.ignored)
                continue
            self.statements.append(statement)
            self.hops.append(Hop(origin.document, number, origin.via))
        if later:
            self._condition(later)

    def _include(self, text: str) -> None:
        """Put the files that an include names in front of what follows."""
        letter, pattern = split_include(text)
        if letter:
            self.known("include" + letter, "2.2.0")
        found, refused = self.place.files.find(pattern, self.within[-1])
        if refused and not found:
            self.report("KA006", refused)
            return self._skip(("dropped", "not included: " + refused))
        if not found:
            self.report(
                "KA005" if complains(letter, pattern, self.statements) else "KA014", pattern
            )
            return self._skip(("dropped", "no file to include is found"))
        if refused:
            self.report("KA006", refused)
        if "{" in pattern and not refused:
            for each in alternatives(pattern):
                near = self.within[-1]
                if complains(letter, each, ()) and not self.place.files.find(each, near)[0]:
                    self.report("KA005", each)
        self._skip(_KEPT)
        via = (*self.origin.via, *((where,) if (where := self._where()) else ()))
        within = self.within
        cursors = []
        for path in found:
            if path in within or len(within) > _DEEPEST:
                self.report("KA007", path)
            elif (number := self._load(path)) is not None:
                cursors.append(Cursor(number, path, via, within))
        self.files += reversed(cursors)
        return None

    def _load(self, path: str) -> int | None:
        """Return the number of the document in file *path*, None where it cannot be read."""
        if path not in self.paths:
            try:
                source = self.place.files.load(path)
            except (HatoolsError, OSError) as problem:
                self.report("KA006", str(problem))
                return None
            document = parse(source)
            self.paths[path] = len(self.documents)
            self.documents.append(document)
            self.works.append(_work(document))
        return self.paths[path]


def _numbers(version: str) -> tuple[int, ...]:
    """Return ``2.0.15`` as (2, 0, 15); what is no number ends it."""
    found: list[int] = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        found.append(int(part))
    return tuple(found)


def _work(document: Document) -> list[int]:
    """Return the indexes of the statements that need work."""
    return [
        index
        for index, statement in enumerate(document.statements)
        if isinstance(note := statement.note, Note) and (note.unit is not None or note.ignored)
    ]
