"""Brings a keepalived.conf to a version: keywords that it removed or advises against go.

The keyword tables say what is removed, deprecated and written instead; a word
is replaced where it stands.  What comes out of a definition, and what needs
more than another word, is left as it is and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from hatools.model import Fate, Outcome
from hatools.plugin import Modernised
from hatools.text import Diagnostic, Edit, Expansion, Severity
from hatools.text.document import OPEN
from hatools_keepalived.keywords import Keyword, lookup, word

_LEFT, _DISCOURAGED = "KA190", "KA191"
Place = tuple[int, int]

_GONE = {
    "plugin_dir": "keepalived has no plugins",
    "nat_mask": "the kernel has no use for it",
    "hashed": "it has no effect",
}
"""Keywords that are taken out, and why nothing is lost with them."""
_NOW = {"global_tracking": "sync_group_tracking_weight"}
"""Successors where the tables tell people more than one word."""
_ADVICE = {"or": "write each gateway as nexthop via ADDRESS"}


class _Old(NamedTuple):
    """A word that is out of date: its record, the path of its block, whether it leads the line."""

    at: int
    record: Keyword
    path: tuple[str, ...]
    leads: bool


def modernise(expansion: Expansion, version: str) -> Modernised:
    """Return the edits that bring *expansion*, read at *version*, to that version.

    A statement that is not rewritten has no fate here: it stays, byte for byte.
    """
    edits: dict[Edit, None] = {}
    fates: dict[Place, Fate] = {}
    diagnostics: dict[Diagnostic, None] = {}
    for old in _outdated(expansion, version):
        hop = expansion.hop(old.at)
        answer = _rewritten(expansion, old, version)
        if isinstance(answer, str):
            diagnostics[_remark(expansion, old, version, answer)] = None
            fates.setdefault(hop[:2], Fate(Outcome.KEPT, f"left as it is: {answer}"))
        else:
            edit, fate = answer
            edits[edit] = None
            fates[hop[:2]] = fate
    return Modernised(list(edits), fates, list(diagnostics))


def _outdated(expansion: Expansion, version: str) -> Iterator[_Old]:
    """Yield every word that *version* does not know any more or advises against."""
    stack: list[tuple[int, tuple[str, ...]]] = [(-1, ())]
    while stack:
        block, path = stack.pop()
        for index in expansion.children(block):
            statement = expansion.statements[index]
            first = statement.words[0]
            if statement.kind == OPEN:
                stack.append((index, (*path, first)))
            record = lookup(path, first)
            if record is not None:
                if _is_old(record, version):
                    yield _Old(index, record, path, True)
                continue
            for text in dict.fromkeys(statement.words):
                record = word(path, text)
                if record is not None and _is_old(record, version):
                    yield _Old(index, record, path, False)


def _is_old(record: Keyword, version: str) -> bool:
    """Tell whether *version* has dropped what *record* is, or advises against it."""
    return record.deprecated_in(version) or _is_gone(record, version)


def _is_gone(record: Keyword, version: str) -> bool:
    return bool(record.removed) and not record.known_in(version)


def _rewritten(expansion: Expansion, old: _Old, version: str) -> tuple[Edit, Fate] | str:
    """Return the edit for a word and the fate of its statement, or why there is none."""
    hop, name = expansion.hop(old.at), old.record.name
    document = expansion.documents[hop.document]
    found = _place(expansion, old)
    if found is None:
        return "the word comes out of a definition or stands there twice"
    if name in _GONE and old.leads:
        return _taken_out(expansion, old)
    now = _NOW.get(name) or old.record.replaced_by or old.record.alias
    known = (lookup if old.leads else word)(old.path, now)
    literal = not old.leads and "/" in now  # a value, such as the prefix ::/0
    if not literal and (known is None or _is_old(known, version) or not known.known_in(version)):
        return f"what stands for it is {now or 'nothing'}"
    if name in _ADVICE:
        return _ADVICE[name]
    start, end = found
    edit = Edit(start, end, now, document.source.path)
    return edit, Fate(Outcome.KEPT, f"{name} is written as {now}")


def _place(expansion: Expansion, old: _Old) -> tuple[int, int] | None:
    """Return the offsets of the word in its file; None unless it stands there just once."""
    hop = expansion.hop(old.at)
    document = expansion.documents[hop.document]
    statement = document.statements[hop.number]
    if old.record.name not in statement.words:
        return None
    text = document.text_of(hop.number)
    pattern = rf"(?<![^\s{{}}]){re.escape(old.record.name)}(?![^\s{{}}])"
    matches = list(re.finditer(pattern, text))
    if len(matches) > 1 and old.leads:
        matches = [match for match in matches if not text[: match.start()].strip()]
    if len(matches) != 1:
        return None
    base = document.source.offset(document.rows[hop.number] + 1) + statement.start
    return base + matches[0].start(), base + matches[0].end()


def _taken_out(expansion: Expansion, old: _Old) -> tuple[Edit, Fate] | str:
    """Return the edit that takes a statement out: with its line, where it has one to itself."""
    hop = expansion.hop(old.at)
    document = expansion.documents[hop.document]
    statement, row = document.statements[hop.number], document.rows[hop.number]
    source, line = document.source, document.source.lines[row]
    if statement.height != 1 or statement.kind == OPEN:
        return "it goes on over several lines"
    fate = Fate(Outcome.DROPPED, _GONE[old.record.name])
    behind = line[statement.end :].strip()
    if not line[: statement.start].strip() and not behind:
        return Edit.delete_lines(source, row + 1, row + 1), fate
    base = source.offset(row + 1)
    stop = statement.end + len(line[statement.end :]) - len(line[statement.end :].lstrip())
    return Edit(base + statement.start, base + stop, "", source.path), fate


def _remark(expansion: Expansion, old: _Old, version: str, why: str) -> Diagnostic:
    removed = _is_gone(old.record, version)
    instead = old.record.replaced_by
    return Diagnostic(
        _LEFT if removed else _DISCOURAGED,
        Severity.ERROR if removed else Severity.WARNING,
        f"'{old.record.name}' cannot be rewritten for keepalived {version or 'of today'}"
        f" by itself: {why}",
        expansion.span(old.at),
        f"write {instead} instead" if instead else "take it out",
    )
