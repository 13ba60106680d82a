"""Reads the statements of a block by a table: keyword, field of the model, converter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from hatools.model import Fate, Origin, Outcome, Topology
from hatools.plugin import Reading
from hatools.text import Expansion, Span, near
from hatools.text.document import CLOSE, OPEN
from hatools_keepalived import remarks, vendors, vocabulary
from hatools_keepalived.mending import mend
from hatools_keepalived.scope import Scope
from hatools_keepalived.values import IGNORED, MISSING, Converter, Words, boolean, is_placeholder

Special = Callable[["BlockReader", Scope, int, Words, str], None]
Table = Mapping[str, tuple[str, Converter] | Special]

BLANK = Fate(
    Outcome.DROPPED,
    "nothing but a comment or blanks to its author; keepalived, which has no such comments,"
    " ignores the line too",
)
_AGAIN = Fate(Outcome.DROPPED, "said again further down, where the last one counts")

_SUGGESTION = "did you mean "
_AFFIRMED = frozenset(("on", "true", "yes"))
_ELSEWHERE = {"vrrp_sync_group": "the names of instances stand in group { … }"}
_COUNTED = ("no value", "one value", "two values", "three values", "fewer values")


class BlockReader:
    """Walks the statements of an expansion and gathers what they say.

    Whatever it meets ends up in a `Scope`: claimed by a field, or with a fate.
    """

    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.statements = expansion.statements
        self.ends = expansion.ends
        self.reading = Reading(Topology(), expansion)
        self.topology = self.reading.topology
        self.version = expansion.version
        self.whole = not any(one.code in remarks.NOT_READ for one in expansion.diagnostics)

    # -- walking -----------------------------------------------------------

    def children(self, scope: Scope, index: int | None = None) -> Iterator[tuple[int, Words]]:
        """Yield the statements in the block at *index* (the scope's own): place and words."""
        for child in self.expansion.children(scope.at if index is None else index):
            words = self.words(scope, child)
            if words:
                yield child, words
            else:
                self.drop_inside(scope, child, BLANK)

    def words(self, scope: Scope, index: int) -> Words:
        """Return the words of a statement as their author meant them; none where it says nothing.

        A fate is given to a statement that keepalived reads otherwise.
        """
        statement = self.statements[index]
        note = statement.note
        if note is None:
            return statement.words
        ignored = getattr(note, "ignored", "")
        if ignored:
            scope.settle(index, Fate(Outcome.DROPPED, f"keepalived ignores the line: {ignored}"))
            return ()
        assumed = getattr(note, "assumed", "")
        if assumed:
            scope.settle(index, Fate(Outcome.APPROXIMATED, assumed))
        meant: Words | None = getattr(note, "meant", None)
        if meant is None:
            return statement.words
        if not meant:
            scope.settle(index, BLANK)
        elif meant[0] != statement.words[0]:
            scope.settle(index, _misread(statement.words[0], meant[0]))
        return tuple(meant)

    def opens(self, index: int) -> bool:
        """Tell whether the statement at *index* opens a block."""
        return self.statements[index].kind == OPEN

    # -- fates -------------------------------------------------------------

    def drop_inside(self, scope: Scope, index: int, fate: Fate) -> None:
        """Give *fate* to all that stands in the block at *index*, if it is one."""
        statements = self.statements
        for inner in range(index + 1, self.ends.get(index, index)):
            if statements[inner].kind < CLOSE:
                scope.settle(inner, fate)

    def drop(self, scope: Scope, index: int, reason: str) -> None:
        """Drop the statement at *index* with all that stands in it."""
        fate = Fate(Outcome.DROPPED, reason)
        scope.settle(index, fate)
        self.drop_inside(scope, index, fate)

    def refuse(self, scope: Scope, index: int, words: Words, complaint: str) -> None:
        """Drop a statement whose value the program cannot read."""
        keyword = words[0]
        code, advice = remarks.BAD_VALUE, ""
        if complaint == MISSING:
            said, code = f"{keyword} has no value: keepalived stops reading here", remarks.NO_VALUE
            advice = "give it a value, or take the line out"
        else:
            said = f"{keyword}: {complaint}: keepalived ignores the line"
        scope.remark(index, code, said, advice)
        self.drop(scope, index, said)

    def refuse_placeholder(
        self, scope: Scope, index: int, words: Words, row: tuple[str, Converter] | Special | None
    ) -> None:
        """Drop a statement whose value was never filled in."""
        literal = row is None or (isinstance(row, tuple) and row[1](words[1:])[0] is not IGNORED)
        does = "would take it as it stands, so it is left out" if literal else "ignores the line"
        value = " ".join(words[1:])
        said = f"{words[0]}: '{value}' is a placeholder, not a value: keepalived {does}"
        scope.remark(index, remarks.PLACEHOLDER, said, "put a value in its place")
        self.drop(scope, index, said)

    def unknown(self, scope: Scope, index: int, words: Words, path: str) -> None:
        """Drop a statement whose keyword keepalived does not know in the block *path*."""
        keyword = words[0]
        gone = vocabulary.removed(path, keyword)
        said, code, advice = f"unknown keyword '{keyword}'", remarks.UNKNOWN, _meant(keyword, path)
        why = f"not understood: {said}"
        if gone:
            why += f" (removed in keepalived {gone})"
            said, code = f"{keyword} was removed in keepalived {gone}", remarks.REMOVED
        elif added := vendors.keyword(keyword):
            said, why = added, f"{added}: keepalived itself does not know it"
            advice = "keepalived itself ignores it"
        if self.opens(index):
            code = remarks.UNKNOWN_BLOCK
            said += ": keepalived does not skip the block, and " + (
                "the brace that closes it closes the block around it"
                if path
                else "takes the lines in it for top-level statements"
            )
        instead = None
        if code == remarks.REMOVED and not vocabulary.successor(path, keyword):
            instead = ""
        elif code == remarks.UNKNOWN and advice.startswith(_SUGGESTION):
            instead = advice.removeprefix(_SUGGESTION).rstrip("?")
        scope.remark(index, code, said, advice, instead, sure=not instead)
        scope.settle(index, Fate(Outcome.DROPPED, why))
        within = Fate(Outcome.DROPPED, f"not understood: it stands in the unknown '{keyword}'")
        self.drop_inside(scope, index, within)

    # -- reading -----------------------------------------------------------

    def read_block(self, scope: Scope, path: str, table: Table, index: int | None = None) -> None:
        """Read the block at *index* (the scope's own) by *table*; *path* names its kind."""
        for child, words in self.children(scope, index):
            self.read_row(scope, path, table, child, words)

    def read_row(self, scope: Scope, path: str, table: Table, index: int, words: Words) -> None:
        """Read one statement by *table*; one that is not in it is kept as it is, if known."""
        keyword = words[0]
        row = table.get(keyword)
        if row is None and not vocabulary.known(path, keyword):
            self.unknown(scope, index, words, path)
            return
        self.age(scope, index, path, keyword)
        if vocabulary.first_counts(path, keyword) and self._stands(scope, keyword, row):
            said = f"{keyword} stands above already, and keepalived keeps that one"
            scope.remark(index, remarks.DUPLICATE, said)
            self.drop(scope, index, said)
            return
        if len(words) > 1 and keyword != "regex" and is_placeholder(words[1:]):
            self.refuse_placeholder(scope, index, words, row)
        elif row is None:
            complaint = "" if self.opens(index) else vocabulary.complaint(path, words)
            if complaint:
                self.refuse(scope, index, words, complaint)
                return
            self.keep_whole(scope, index, words, f"{path}/{keyword}")
            self.surplus(scope, index, words, path)
        elif not isinstance(row, tuple):
            if len(words) > 1 and not self.opens(index) and vocabulary.is_block(path, keyword):
                said = f"the '{{' of {keyword} is missing: keepalived takes what follows, up to"
                scope.remark(
                    index, remarks.INCOMPLETE, f"{said} the next '}}', for its content", "add it"
                )
            row(self, scope, index, words, path)
            self.surplus(scope, index, words, path)
        else:
            field, convert = row
            value, complaint = convert(words[1:])
            if value is IGNORED:
                self.refuse(scope, index, words, complaint)
                return
            if complaint:
                scope.remark(index, remarks.RESET, f"{keyword}: {complaint}")
                if words[1] in vendors.VALUES:
                    scope.settle(index, Fate(Outcome.APPROXIMATED, complaint))
            if convert is boolean and len(words) < len(self.statements[index].words):
                scope.settle(index, _misread(self.statements[index].words[1], keyword))
            self.say(scope, field, value, index)
            self.surplus(scope, index, words, path)

    @staticmethod
    def _stands(scope: Scope, keyword: str, row: tuple[str, Converter] | Special | None) -> bool:
        """Tell whether *keyword* was said in this block before."""
        if isinstance(row, tuple) and row[0] in scope.values:
            return True
        return any(words[0] == keyword for words in scope.own)

    def surplus(
        self, scope: Scope, index: int, words: Words, path: str, most: int | None = None
    ) -> None:
        """Drop the words that keepalived does not read, beyond *most* (the table's number)."""
        if most is None:
            most = vocabulary.most_words(path, words[0])
        if most is None or len(words) <= most + 1:
            return
        rest = words[most + 1 :]
        if not most and rest[0] in _AFFIRMED:
            return
        if _secret(words) or vocabulary.is_secret(path, words[0]):
            said = f"{words[0]} takes {_COUNTED[min(most, 4)]}: what stands behind is ignored"
        elif vocabulary.known(path, rest[0]) or rest[0] == "}":
            said = f"keepalived takes one statement per line: '{' '.join(rest)}' is ignored"
        else:
            said = f"'{' '.join(rest)}' is ignored: {words[0]} takes {_COUNTED[min(most, 4)]}"
        scope.remark(index, remarks.SURPLUS, said, "write it on a line of its own, or take it out")
        scope.settle(index, Fate(Outcome.DROPPED, said))

    def say(self, scope: Scope, field: str, value: object, index: int) -> None:
        """Set *field*; where it was said before, the earlier statement has no effect."""
        for offset in scope.claims.pop(field, ()):
            scope.settle(scope.at + offset, _AGAIN)
        scope.values[field] = value
        scope.claim(field, index)

    def keep_whole(self, scope: Scope, index: int, words: Words, path: str) -> None:
        """Keep a statement as it is; a block, at *path*, as head, statements, and ``}``."""
        if not self.opens(index):
            scope.keep(words, index)
            return
        scope.keep((*words, "{"), index)
        for child, inner in self.children(scope, index):
            self.keep_inside(scope, child, inner, path)
        scope.own.append(("}",))

    def keep_inside(self, scope: Scope, index: int, words: Words, path: str) -> None:
        """Keep a statement of the block *path* as it is, unless keepalived skips such a line."""
        if path.endswith(("routes", "rules")) and not self.opens(index):
            from hatools_keepalived.route_lines import fault

            found = fault(path, words)
            if found is not None:
                scope.remark(index, found.code, found.message, found.advice)
                if found.skipped:
                    self.drop(scope, index, found.message)
                    return
        self.keep_whole(scope, index, words, f"{path}/{words[0]}")

    def age(self, scope: Scope, index: int, path: str, keyword: str) -> None:
        """Remark on a keyword that this version of keepalived does not have yet, or is leaving."""
        found = vocabulary.age(path, keyword, self.version)
        if found is not None:
            code, said, advice, instead = found
            scope.remark(index, code, said, advice, instead)

    # -- finishing ---------------------------------------------------------

    def finish(self, scope: Scope) -> Origin:
        """Hand in the fates and remarks of *scope*, and return where it stands."""
        at = scope.at
        for offset, fate in scope.fates:
            self.reading.fates[at + offset] = fate
        for remark in scope.remarks:
            if remark.code == remarks.UNDEFINED and not self.whole:
                continue  # it may be defined in a file that was not read
            index = at + remark.offset
            span = self.expansion.span(index)
            if remark.code == remarks.INCOMPLETE:
                span = self._whole(index, span)
            self.reading.diagnostics.append(remark.at(span, mend(self.expansion, index, remark)))
        return Origin(self.expansion, at, scope.claims)

    def _whole(self, index: int, span: Span) -> Span:
        """Return *span*, that of statement *index*, up to the brace that closes its block."""
        end = self.ends.get(index)
        if end is None or end >= len(self.statements):
            return span
        last = self.expansion.span(end)
        if last.path != span.path or last.line < span.line:
            return span
        return span._replace(end_line=last.end_line, end_column=last.end_column)


def _secret(words: Words) -> bool:
    """Tell whether a secret is among *words*, which no message may quote."""
    from hatools_keepalived.masking import mask

    text = " ".join(words)
    return mask(text) != text


def _misread(word: str, meant: str) -> Fate:
    return Fate(
        Outcome.APPROXIMATED,
        f"keepalived reads '{_visible(word)}', which it does not know, and ignores the line;"
        f" taken for '{meant}'",
    )


def _visible(word: str) -> str:
    """Return *word* with its odd blanks made visible."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in word)


def _meant(keyword: str, path: str) -> str:
    """Return advice for an unknown keyword."""
    successor = vocabulary.successor(path, keyword)
    if successor:
        return f"write {successor}"
    close = near(keyword, vocabulary.words_of(path))
    if close:
        return f"{_SUGGESTION}{close}?"
    return _ELSEWHERE.get(path, "take it out: keepalived ignores it")
