"""Adds up a reader's and a writer's word into one entry for every statement.

A statement's fate is what the writer said of the facts it was read into; the
weakest counts, and where they differ the parts are listed.  Statements that
an expansion repeats are accounted for once, in the file where they stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hatools.model import KEPT, Entry, Fate, Outcome, Part, Record, Verdict
from hatools.model.origin import Origin
from hatools.plugin.contracts import Departure, Reading, Writing
from hatools.text.document import CLOSE

FORGOTTEN = Fate(Outcome.DROPPED, "the target's writer has no word on it")
NOT_UNDERSTOOD = Fate(Outcome.DROPPED, "not understood")

LONGEST_FACT = 4_000  # characters; no program reads a longer statement as it stands

Facts = tuple[tuple[str, Fate], ...]  # field name and fate, for a statement that said several
Word = Fate | Facts


def fate_of(verdict: Verdict, field: str) -> Fate:
    """Return the fate of *field*: its own, the nearest shorter dotted name's, or ``*``'s."""
    name = field
    while name:
        if name in verdict:
            return verdict[name]
        name = name.rpartition(".")[0]
    if not field and "" in verdict:
        return verdict[""]
    return verdict.get("*", FORGOTTEN)


def weakest(words: Facts) -> Fate:
    """Return the fate that counts when one statement said several things."""
    return max((fate for _, fate in words), key=lambda fate: fate.weakness)


def _joined(one: Word, other: Word) -> Word:
    """Return one word for both; equal fates need no parts."""
    left = one if not isinstance(one, Fate) else (("", one),)
    right = other if not isinstance(other, Fate) else (("", other),)
    facts = dict.fromkeys(left + right)
    return next(iter(facts))[1] if len({fate for _, fate in facts}) == 1 else tuple(facts)


def _plan(origin: Origin, verdict: Verdict) -> list[tuple[int, Word]]:
    """Return what a record says of each statement of an object, as offsets from the object."""
    by_offset: dict[int, Word] = {}
    for field, offsets in origin.fields.items():
        fate = fate_of(verdict, field)
        for offset in offsets:
            word: Word = ((field, fate),)
            by_offset[offset] = _joined(by_offset[offset], word) if offset in by_offset else word
    return [
        (offset, word if isinstance(word, Fate) else word[0][1] if len(word) == 1 else word)
        for offset, word in by_offset.items()
    ]


class Line(NamedTuple):
    """A statement of a file with its fate: file and number of the statement, the word on it."""

    document: int
    number: int
    word: Word


class Account:
    """What became of every statement of a conversion.

    Cheap for a large file: words are kept by statement, entries are only
    built when `entries` is asked for.
    """

    def __init__(
        self,
        reading: Reading,
        writing: Writing,
        departure: Departure | None = None,
        mask: Callable[[str], str] = str,
    ) -> None:
        self.reading = reading
        self.writing = writing
        self.mask = mask
        self._words = self._add_up(writing.records)
        if departure is not None:
            self._depart(departure)
        self._kept = 0
        self._others: list[Line] = []
        self._settle()

    def _add_up(self, records: list[Record]) -> list[list[Word | None]]:
        """Return, for each document, the word on each statement (None on braces)."""
        expansion = self.reading.expansion
        said = self._said(records)
        if expansion.hops is None:
            words = [said]
        else:
            words = [[None] * len(document.statements) for document in expansion.documents]
            times = Counter([(hop.document, hop.number) for hop in expansion.hops])
            for index, hop in enumerate(expansion.hops):
                word, row = said[index], words[hop.document]
                if word is not None and times[hop.document, hop.number] > 1:
                    row[hop.number] = self._with(row[hop.number], word, index)
                elif word is not None:
                    row[hop.number] = word
        for (file, number), (outcome, reason) in expansion.skipped.items():
            if words[file][number] is None:
                words[file][number] = Fate(Outcome(outcome), reason) if reason else KEPT
        return words

    def _with(self, old: Word | None, word: Word, index: int) -> Word:
        """Return the word on a written statement with that on expanded statement *index* added.

        What a definition stands for is several statements: each part names its own.
        """
        statement = self.reading.expansion.statements[index]
        text = self.mask(" ".join(statement.words))
        facts = ((text, word),) if isinstance(word, Fate) else tuple(
            (f"{text}: {name}" if name else text, fate) for name, fate in word
        )  # fmt: skip
        return facts if old is None else tuple(dict.fromkeys((*old, *facts)))

    def _said(self, records: list[Record]) -> list[Word | None]:
        """Return the word on each expanded statement."""
        expansion = self.reading.expansion
        said: list[Word | None] = [None] * len(expansion.statements)
        plans: dict[tuple[int, int], list[tuple[int, Word]]] = {}
        torn: set[int] = set()  # statements on which objects have different words
        for record in records:
            origin = record.origin
            if origin.expansion is not expansion:
                continue
            key = (id(origin.fields), id(record.verdict))
            plan = plans.get(key)
            if plan is None:
                plan = plans[key] = _plan(origin, record.verdict)
            at = origin.at
            for offset, word in plan:
                old = said[at + offset]
                if old is None or old is word:
                    said[at + offset] = word
                else:
                    torn.add(at + offset)
        if torn:
            self._mend(said, torn, records)
        for index, fate in self.reading.fates.items():
            old = said[index]
            said[index] = fate if old is None else _joined(old, fate)
        return said

    def _mend(self, said: list[Word | None], torn: set[int], records: list[Record]) -> None:
        """Join what several objects say of the statements *torn*, each fact by its name."""
        facts: dict[int, dict[tuple[str, Fate], None]] = {index: {} for index in torn}
        for record in records:
            origin = record.origin
            if origin.expansion is not self.reading.expansion:
                continue
            for field, offsets in origin.fields.items():
                for offset in offsets:
                    if origin.at + offset in facts:
                        fate = fate_of(record.verdict, field)
                        facts[origin.at + offset][field, fate] = None
        for index, found in facts.items():
            if len({fate for _, fate in found}) == 1:
                said[index] = next(iter(found))[1]
            else:
                said[index] = tuple(found)

    def _settle(self) -> None:
        """Give what nobody spoke of its fate; part what was kept whole from the rest."""
        add = self._others.append
        for file, (document, row) in enumerate(
            zip(self.reading.expansion.documents, self._words, strict=True)
        ):
            statements, braces = document.statements, 0
            before = len(self._others)
            for number, word in enumerate(row):
                if word is KEPT:
                    continue
                if word is None:
                    if statements[number].kind >= CLOSE:
                        braces += 1
                        continue
                    word = NOT_UNDERSTOOD
                elif not isinstance(word, Fate) and len({fate for _, fate in word}) == 1:
                    word = word[0][1]
                row[number] = word
                if word == KEPT:
                    row[number] = KEPT
                    continue
                add(Line(file, number, word))
            self._kept += len(row) - braces - (len(self._others) - before)

    def _depart(self, departure: Departure) -> None:
        """Turn what stays in the source's own language into ``moved``."""
        files = [file.name for file in departure.files]
        one_each = len(files) == len(self._words)  # as a rule each file read leaves one behind
        moved: dict[tuple[str, str], Fate] = {}
        for document, number in departure.stays:
            word = self._words[document][number] or NOT_UNDERSTOOD
            fate = word if isinstance(word, Fate) else weakest(word)
            if fate.outcome is Outcome.DROPPED:
                name = files[document] if one_each else ", ".join(files)
                key = (fate.reason, name)
                if key not in moved:
                    reason = f"{fate.reason}: it stays in {name}" if fate.reason else name
                    moved[key] = Fate(Outcome.MOVED, reason)
                self._words[document][number] = moved[key]

    def lines(self) -> Iterator[Line]:
        """Yield every counted statement in the order of the files."""
        for document, row in enumerate(self._words):
            for number, word in enumerate(row):
                if word is not None:
                    yield Line(document, number, word)

    def losses(self) -> list[Line]:
        """Return the statements that were not kept whole, in the order of the files."""
        return self._others

    def summary(self) -> dict[str, int]:
        """Return how many statements had each outcome, and how many things were assumed."""
        counts = dict.fromkeys((outcome.value for outcome in Outcome), 0)
        counts[Outcome.KEPT.value] = self._kept
        words = {id(line.word): line.word for line in self._others}
        for key, count in Counter([id(line.word) for line in self._others]).items():
            word = words[key]
            fate = word if isinstance(word, Fate) else weakest(word)
            counts[fate.outcome.value] += count
        counts[Outcome.ASSUMED.value] += len(self.writing.assumptions)
        return counts

    def entries(self) -> Iterator[Entry]:
        """Yield the ledger: one entry for each statement, then what was assumed."""
        targets = self._targets()
        documents = self.reading.expansion.documents
        for line in self.lines():
            document = documents[line.document]
            fate = line.word if isinstance(line.word, Fate) else weakest(line.word)
            parts = () if isinstance(line.word, Fate) else _parts(line.word)
            yield Entry(
                self._fact(document.text_of(line.number)),
                fate.outcome,
                fate.reason,
                document.span(line.number),
                targets.get((line.document, line.number), ())
                if fate.outcome in (Outcome.KEPT, Outcome.APPROXIMATED)
                else (),
                parts,
            )
        main = self.writing.main
        for added in self.writing.assumptions:
            place = ((main.name, added.line),) if main and added.line else ()
            yield Entry(added.fact, Outcome.ASSUMED, added.reason, None, place)

    def _fact(self, text: str) -> str:
        """Return a statement as it is told: secrets masked, what is endless cut short."""
        if len(text) > LONGEST_FACT:
            return self.mask(text[:LONGEST_FACT]) + " …"
        return self.mask(text)

    def _targets(self) -> dict[tuple[int, int], tuple[tuple[str, int], ...]]:
        """Return the places where each statement's facts were written."""
        expansion, main = self.reading.expansion, self.writing.main
        places: dict[tuple[int, int], dict[tuple[str, int], None]] = {}
        for record in self.writing.records:
            if record.line and main and record.origin.expansion is expansion:
                place = (record.path or main.name, record.line)
                for field in record.origin.fields:
                    for index in record.origin.statements(field):
                        hop = expansion.hop(index)
                        places.setdefault((hop.document, hop.number), {})[place] = None
        return {key: tuple(value) for key, value in places.items()}


def _parts(facts: Facts) -> tuple[Part, ...]:
    """Return the parts of a statement whose facts fared differently."""
    return tuple(Part(name or "itself", fate.outcome, fate.reason) for name, fate in facts)
