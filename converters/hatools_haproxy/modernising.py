"""Brings a haproxy.cfg to a version: lines that it removed or advises against are rewritten.

A line is looked up in the keyword tables; what they call removed or deprecated
is given to the rewrite of its name, else takes the successor that the tables
name where that takes the same arguments.  What nobody can rewrite without
knowing more is left as it is and reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model import Fate, Outcome
from hatools.plugin import Modernised
from hatools.text import Diagnostic, Edit, Expansion, Severity
from hatools_haproxy.keywords import Keyword, lookup, standing, values
from hatools_haproxy.lexer import lex
from hatools_haproxy.modernising_cases import Answer, Case, Change, Left, Part, refused
from hatools_haproxy.modernising_http import RULES
from hatools_haproxy.modernising_settings import SETTINGS, UNLISTED
from hatools_haproxy.syntax import is_head

REWRITES = {**SETTINGS, **RULES}
_LEFT = "HP190"
_DISCOURAGED = "HP191"


def modernise(expansion: Expansion, version: str) -> Modernised:
    """Return the edits that bring *expansion*, read at *version*, to that version.

    A statement that is not rewritten has no fate here: it stays, byte for byte.
    """
    edits: list[Edit] = []
    fates: dict[tuple[int, int], Fate] = {}
    diagnostics: list[Diagnostic] = []
    for case in _cases(expansion, version or expansion.version):
        place = case.hop.document, case.hop.number
        if place in fates:
            continue
        answer = _answer(case)
        if isinstance(answer, Change):
            edits += _edits(case, answer)
            fates[place] = answer.fate
        elif isinstance(answer, Left):
            fates[place] = Fate(Outcome.KEPT, f"left as it is: {answer.reason}")
            diagnostics.append(_remark(case, answer))
    return Modernised(edits, fates, diagnostics)


def rewrites(expansion: Expansion, version: str) -> Iterator[tuple[Case, Change, list[Edit]]]:
    """Yield each statement that is said otherwise in *version*, and the edits that say it so."""
    seen: set[tuple[int, int]] = set()
    for case in _cases(expansion, version):
        place = case.hop.document, case.hop.number
        answer = _answer(case) if place not in seen else None
        if isinstance(answer, Change):
            seen.add(place)
            yield case, answer, _edits(case, answer)


def _cases(expansion: Expansion, version: str) -> Iterator[Case]:
    """Yield every statement that the tables or the rewrites have something to say of."""
    part = Part("", -1)
    modes: dict[str, str] = {}  # of the defaults sections, by name; "" is the last one's
    for index, end in _parts(expansion):
        statements = expansion.statements
        words = statements[index].words if index >= 0 else ("",)
        part = Part(words[0], index, [item.words for item in statements[index + 1 : end]])
        part.mode = _mode(part, words, modes)
        for at in range(max(index, 0), end):
            said = statements[at].words
            keyword = None if at == index else _keyword(part.kind, said)
            status = standing(keyword, version) if keyword is not None else None
            if status is not None and status.kind in ("removed", "deprecated"):
                yield Case(expansion, at, part, version, keyword, status)
            elif said[0] in UNLISTED or " ".join(said[:2]) in UNLISTED:
                yield Case(expansion, at, part, version, None, None)


def _parts(expansion: Expansion) -> Iterator[tuple[int, int]]:
    """Yield each section: the index of its head (-1 before the first) and where it ends."""
    start = -1
    for index, statement in enumerate(expansion.statements):
        if is_head(statement):
            if index:
                yield start, index
            start = index
    if expansion.statements:
        yield start, len(expansion.statements)


def _mode(part: Part, head: tuple[str, ...], modes: dict[str, str]) -> str:
    """Return the mode that counts in a section; note that of a ``defaults`` in *modes*."""
    origin = ""
    if "from" in head[1:-1]:
        origin = head[head.index("from", 1) + 1]
    mode = modes.get(origin, "tcp") if part.kind != "defaults" or origin else "tcp"
    for words in part.lines:
        if words[0] == "mode" and len(words) > 1:
            mode = words[1]
    if part.kind == "defaults":
        modes[""] = mode
        if len(head) > 1:
            modes[head[1]] = mode
    return mode


def _keyword(kind: str, words: tuple[str, ...]) -> Keyword | None:
    """Return what the tables know of the line *words* in a section of *kind*."""
    if words[0] == "server":
        return None  # most lines of a large file; no version lacks it
    if words[0] == "mode" and len(words) > 1:
        return values("mode").get(words[1])
    found = lookup(kind, words)
    return found.keyword if found is not None else None


def _answer(case: Case) -> Answer:
    """Return what becomes of one statement; None where nothing does."""
    said = case.expansion.statements[case.index].words
    if case.keyword is None:
        return (UNLISTED.get(said[0]) or UNLISTED[" ".join(said[:2])])(case)
    if case.keyword.context == "program":
        return None  # the head says it for all of them
    if case.words[: case.behind] != said[: case.behind]:
        return Left("its keyword comes out of a variable", refused(case).advice)
    rewrite = REWRITES.get(case.keyword.keyword)
    if rewrite is not None:
        return rewrite(case)
    return _successor(case) or refused(case)


def _successor(case: Case) -> Change | None:
    """Return the line with the keyword that the tables name as its successor."""
    assert case.keyword is not None
    now = case.keyword.instead
    if now and case.ruleset:
        now = f"{case.ruleset} {now}"
    if now and case.known(now):
        return case.renamed(now, Fate(Outcome.KEPT, f"written as '{now}'"))
    return None


def _edits(case: Case, change: Change) -> list[Edit]:
    """Return the edits of a change: in the words of the line alone, or the whole line gone."""
    source, row, raw = case.document.source, case.row, case.raw
    base = source.offset(row + 1)
    start, end = base + case.tokens[0].start, base + case.tokens[-1].end
    if change.text is None:
        comment = lex(raw).comment
        if comment < 0:
            return [Edit.delete_lines(source, row + 1, row + 1)]
        return [Edit(start, base + comment, "", source.path)]
    edits = [Edit(start, end, change.text, source.path)]
    if change.below:
        line_end = "\r\n" if raw.endswith("\r") else "\n"
        at = base + len(raw.rstrip("\r"))
        more = "".join(f"{line_end}{case.indent}{line}" for line in change.below)
        edits.append(Edit(at, at, more, source.path))
    return edits


def _remark(case: Case, left: Left) -> Diagnostic:
    removed = left.fatal or (case.status is not None and case.status.kind == "removed")
    said = f"'{case.shown}' cannot be rewritten for haproxy {case.version} by itself"
    return Diagnostic(
        _LEFT if removed else _DISCOURAGED,
        Severity.ERROR if removed else Severity.WARNING,
        f"{said}: {left.reason}",
        case.expansion.span(case.index),
        left.advice,
    )
