"""Looks at the lines that are more than plain words and fits them into a document."""

from __future__ import annotations

import re
from itertools import compress

from hatools.text import Diagnostic, Source, Statement
from hatools.text.document import BRACE, PLAIN
from hatools_keepalived.faults import Finding, diagnostic
from hatools_keepalived.meant import intended
from hatools_keepalived.notes import (
    CONDITION,
    DEFINITION,
    INCLUDE,
    SEQUENCE,
    VARIABLE,
    Note,
    Unit,
)
from hatools_keepalived.syntax import LINE_BYTES, Item, KeepalivedDocument, Line, Remark
from hatools_keepalived.words import (
    RAW_SCRIPT_KEYWORDS,
    SCRIPT_KEYWORDS,
    Bare,
    decomment,
    pieces,
    shell_words,
    tokens,
)

_DEFINITION = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)=[ \t]*(.*)", re.DOTALL)
_USE = re.compile(r"\$\{?[A-Za-z_]")
_INCLUDE = re.compile(r"include[rmwba]?\s")
_CONFLICTS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


def look(line: str) -> Item:
    """Return what one line says, whatever is in it."""
    if "\0" in line:
        return _unread(line, "TX004", (), "there is a NUL byte in it")
    if len(line) * 4 > LINE_BYTES:
        size = len(line.encode("utf-8", "replace"))
        if size > LINE_BYTES:
            return _overlong(line, size)
    return _look(decomment(line))


def _look(bare: Bare) -> Item:
    """Return what a line says once its comment is off."""
    remark = None if bare.comment is None else bare.comment.strip()
    if not bare.text:
        return None if remark is None else Remark(remark)
    if bare.text.startswith(_CONFLICTS):
        return _unread(bare.text, "TX010", (), "it is the marker of a merge conflict", bare.offset)
    statements, findings, unit = statements_of(bare)
    if statements and remark:
        statements[-1].comment = remark
    if len(statements) == 1 and not findings and statements[0].note is None:
        return statements[0]
    continues = unit is not None and unit.kind == DEFINITION and unit.text.endswith("\\")
    return Line(tuple(statements), tuple(findings), unit, continues=continues)


def _unread(line: str, code: str, details: tuple[object, ...], why: str, offset: int = 0) -> Line:
    """Return a line that keepalived does not read, or not as a setting."""
    body = line.strip()
    start = offset + line.find(body)
    end = start + len(body)
    words = tuple(body[:80].replace("\0", " ").split()) or ("NUL",)
    statement = Statement(words, start, end, PLAIN, 1, Note(ignored=why, meant=()))
    return Line((statement,), (Finding(code, start, end, details),))


def _overlong(line: str, size: int) -> Line:
    """Return a line of *size* bytes: each stretch of the most bytes counts as a line of its own.

    So keepalived 2.2 has it (tried): a comment ends with its stretch, a word is cut in two.
    """
    raw = line.encode("utf-8", "surrogateescape" if _escapable(line) else "replace")
    statements: list[Statement] = []
    unit = None
    findings = [Finding("KA023", 0, len(line), (size, LINE_BYTES))]
    done = 0
    for start in range(0, len(raw), LINE_BYTES):
        stretch = raw[start : start + LINE_BYTES].decode("utf-8", "surrogateescape")
        bare = decomment(stretch)
        if bare.text:
            offset = min(done + bare.offset, len(line) - 1)
            more, found, own = statements_of(bare._replace(offset=offset))
            for each in more:  # a letter cut in two makes the stretches longer than the line
                each.start, each.end = min(each.start, len(line)), min(each.end, len(line))
            statements += more
            findings += [each for each in found if each.end <= len(line)]
            unit = own or unit
        done += len(stretch)
    return Line(tuple(statements), tuple(findings), unit, None if statements else line.strip())


def _escapable(line: str) -> bool:
    """Tell whether the surrogates in *line* all stand for bytes."""
    return not any("\ud800" <= char < "\udc80" or "\udcff" < char <= "\udfff" for char in line)


def statements_of(bare: Bare) -> tuple[list[Statement], list[Finding], Unit | None]:
    """Return the statements of a line without comment, what is wrong, and its unit."""
    text = bare.text
    start = 0 if _special(text) or _USE.search(text) else -1
    cut = pieces(text)
    if start < 0:
        start = next((at for _, at, _ in cut if at and _special(text[at:])), -1)
    findings: list[Finding] = []
    statements: list[Statement] = []
    unit: Unit | None = None
    if start >= 0:
        unit = unit_of(text[start:])
        inner = len(text) - len(unit.text)  # where the text behind the condition begins
        if unit.kind not in (CONDITION, VARIABLE) or not unit.text:
            cut = [piece for piece in cut if piece[2] <= start]
            cut.append((PLAIN, start, len(text)))
        elif inner > start:
            cut = [piece for piece in cut if piece[2] <= start] + [
                (kind, begin + inner, end + inner) for kind, begin, end in pieces(unit.text)
            ]
    for kind, begin, end in cut:
        mine = unit if unit is not None and begin >= start else None
        statement = _statement(bare, kind, begin, end, mine, findings)
        if mine is not None and mine.condition and begin >= inner and statement.note is not None:
            first = not any(isinstance(s.note, Note) and s.note.unit is unit for s in statements)
            if first:
                statement.start = bare.column(start)
        statements.append(statement)
    return statements, findings, unit


def statements_in(text: str) -> tuple[list[Statement], list[Finding]]:
    """Return the statements of a *text* that needs no more work, and what is wrong with it."""
    bare = Bare(text)
    findings: list[Finding] = []
    return [
        _statement(bare, kind, begin, end, None, findings) for kind, begin, end in pieces(text)
    ], findings


def next_unit(text: str) -> int:
    """Return where, behind a brace, *text* needs work of its own; -1 where nowhere."""
    for _, at, _ in pieces(text):
        if at and (_special(text[at:]) or _DEFINITION.match(text, at)):
            return at
    return -1


def _special(text: str) -> bool:
    """Tell whether keepalived's text language has work in *text*, variables aside."""
    return text[0] == "@" or text.startswith(("~SEQ", "~LST")) or _INCLUDE.match(text) is not None


def unit_of(text: str) -> Unit:
    """Return the unit that *text* is, its condition taken off."""
    condition = None
    if text[0] == "@":
        head, _, rest = text.partition(" ")
        if "\t" in head:
            head, _, rest = text.partition("\t")
        negated = head.startswith("@^")
        condition = (head[2 if negated else 1 :], negated)
        text = rest.strip(" \t")
    unit = Unit(CONDITION, text, condition)
    if match := _DEFINITION.fullmatch(text):
        unit.kind = DEFINITION
        unit.name, unit.values = match[1], (first_value(match[2]),)
    elif text.startswith(("~SEQ", "~LST")):
        unit.kind = SEQUENCE
    elif _INCLUDE.match(text):
        unit.kind = INCLUDE
    elif _USE.search(text):
        unit.kind = VARIABLE
    return unit


def first_value(value: str) -> str:
    """Return a definition's line without the backslash that continues it."""
    return value[:-1].rstrip(" \t") if value.endswith("\\") else value


def _statement(
    bare: Bare, kind: int, begin: int, end: int, unit: Unit | None, findings: list[Finding]
) -> Statement:
    """Return the statement at ``bare.text[begin:end]``, adding to *findings*."""
    body = bare.text[begin:end]
    start, stop = bare.column(begin), bare.column(end - 1) + 1
    note = Note(unit) if unit is not None else None
    if not unit and body in ("{", "}"):
        return Statement((), start, stop, kind, 1, note)
    if kind > 1:
        return Statement((), start, stop, kind, 1, note)
    found, opened = tokens(body)
    words = tuple(token.text for token in found)
    script = words and (words[0] in SCRIPT_KEYWORDS or words[0] in RAW_SCRIPT_KEYWORDS)
    if script and (unit is None or unit.kind == CONDITION):
        shell = shell_words(body, keep_backslashes=words[0] in RAW_SCRIPT_KEYWORDS)
        words, opened = (words, max(opened, 0)) if shell is None else (shell, -1)
    if opened >= 0:
        findings.append(Finding("KA022", start + opened, stop))
    if unit is not None and unit.condition and not unit.text:
        findings.append(Finding("KA009", start, stop))
    if not words:
        why = "a quote in it is never closed"
        return Statement((body,), start, stop, kind, 1, Note(unit, (), why))
    if body.endswith("\\") and end == len(bare.text) and (unit is None or unit.kind != DEFINITION):
        findings.append(Finding("KA010", stop - 1, stop))
    meant = None
    if unit is None or unit.kind in (CONDITION, VARIABLE):
        meant = intended(body, found, words, start, findings)
    if meant is not None:
        note = note or Note()
        note.meant = meant
    return Statement(words, start, stop, kind, 1, note)


def gather(
    source: Source, found: list[Item], remarks: dict[int, str], braces: bool
) -> KeepalivedDocument:
    """Return the document whose lines are *found*, some of them `Line`s."""
    statements: list[Statement] = []
    rows: list[int] = []
    diagnostics: list[Diagnostic] = []
    templates: list[tuple[int, Finding]] = []
    simple = not braces
    done = 0

    def take(end: int) -> None:
        ordinary = found[done:end]
        statements.extend(filter(None, ordinary))  # type: ignore[arg-type]
        rows.extend(compress(range(done, end), ordinary))

    for row in [row for row, item in enumerate(found) if type(item) is Line]:
        if row < done:
            continue  # inside a definition that began above
        line = found[row]
        assert isinstance(line, Line)
        take(row)
        done = row + 1
        here = line.statements
        if line.continues and line.unit is not None:
            unit, last, end = _continued(source.lines, row, line.unit)
            head = here[-1]
            here = (*here[:-1], Statement(head.words, head.start, end, PLAIN, last - row + 1,
                                          Note(unit), head.comment))  # fmt: skip
            for inside in range(row + 1, last + 1):
                remarks.pop(inside, None)
            done = last + 1
        statements.extend(here)
        rows.extend([row] * len(here))
        if line.remark is not None:
            remarks[row] = line.remark
        simple = simple and line.unit is None and not any(map(_works, here))
        for finding in line.findings:
            if finding[0] == "TX005":
                templates.append((row, Finding(*finding)))
            else:
                code = "TX001" if row == 0 and finding[3] == ("U+FEFF",) else finding[0]
                span = source.span(row + 1, finding[1], finding[2])
                diagnostics.append(diagnostic(code, span, *finding[3]))
    take(len(found))
    if templates:
        row, first = templates[0]
        lines = len({row for row, _ in templates})
        count = "this line" if lines == 1 else f"{lines} lines"
        span = source.span(row + 1, first.start, first.end)
        diagnostics.insert(0, diagnostic("TX005", span, *first.details, count))
    return KeepalivedDocument(source, statements, rows, diagnostics, remarks, simple)


def _works(statement: Statement) -> bool:
    """Tell whether *statement* needs expanding."""
    note = statement.note
    return statement.kind == BRACE or (isinstance(note, Note) and bool(note.ignored))


def _continued(lines: list[str], row: int, start: Unit) -> tuple[Unit, int, int]:
    """Return the whole definition that begins on *row*, its last row, its end column there."""
    unit = Unit(start.kind, start.text, start.condition)
    unit.name = start.name
    values = [*start.values]
    more: list[str] = []
    last, end = row, len(lines[row].rstrip("\r"))
    for at in range(row + 1, len(lines)):
        if not lines[at].rstrip("\r"):
            break  # an empty line ends it; one with a comment or blanks does not
        bare = decomment(lines[at])
        if not bare.text:
            continue
        last, end = at, len(lines[at].rstrip("\r"))
        more.append(bare.text)
        value = first_value(bare.text)
        if value or value == bare.text:
            values.append(value)
        if value == bare.text:
            break
    unit.lines = tuple(more)
    unit.values = tuple(values)
    return unit, last, end
