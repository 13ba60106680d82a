"""From text to statements: command lines as a shell sees them, saved rules, listings.

A line may hold several commands (``;``, ``&&``, ``|``): each is a statement.
Words are unquoted here, but variables stay as written until a place is known.
"""

from __future__ import annotations

from bisect import bisect_right

from hatools.text import Document, Source, Statement
from hatools.text.document import BRACE, CLOSE, PLAIN
from hatools_ipvsadm.faults import DASH, QUOTE, fault
from hatools_ipvsadm.shell import BLANKS, Piece, prompt_end, split_line

PLAIN_LINE, LIVE, LISTING, FLOW, DATA, MARK = 0, 1, 2, 3, 4, 5  # Statement.note
_SPECIAL = "'\"\\$`#;&|<>(){}\u00a0\u3000"
_LISTINGS = ("-> ", "TCP ", "UDP ", "SCTP ", "FWM ", "IP Virtual Server", "Prot ", "pro expire",
             "Pro FromIP", "IPVS connection", "Timeout (", "master sync", "backup sync",
             "TCP\t", "UDP\t", "->\t")  # fmt: skip
_FLOW = frozenset(
    ("if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac",
     "in", "function")
)  # fmt: skip


def parse(source: Source) -> Document:
    """Return the statements of *source*, one for each command and each line of a listing."""
    document = Document(source, [], [])
    lines = source.lines
    text = source.text
    special = [sign for sign in _SPECIAL if sign in text]
    plain_text = text.isascii()
    row, count = 0, len(lines)
    statements, rows = document.statements, document.rows
    while row < count:
        line = lines[row]
        if (plain_text or line.isascii()) and not _holds(line, special):
            words = tuple(line.split())
            if words:
                start = len(line) - len(line.lstrip())
                note = LISTING if line.startswith(_LISTINGS, start) else PLAIN_LINE
                if note == PLAIN_LINE and words[0] in _FLOW:
                    note = FLOW
                statements.append(Statement(words, start, len(line.rstrip()), PLAIN, 1, note))
                rows.append(row)
            row += 1
        else:
            row = _careful(document, row)
    return document


def _holds(line: str, signs: list[str]) -> bool:
    """Tell whether one of *signs* is in *line*."""
    for sign in signs:  # noqa: SIM110 - a generator would cost as much as the search
        if sign in line:
            return True
    return False


def _careful(document: Document, row: int) -> int:
    """Take the logical line that begins on *row*; return the row after it."""
    lines = document.source.lines
    line = lines[row]
    stripped = line.strip(BLANKS)
    if not stripped:
        return row + 1
    if stripped.startswith("#"):
        document.remarks[row] = stripped.lstrip("#!").strip()
        return row + 1
    start = len(line) - len(line.lstrip(BLANKS))
    if line.startswith(_LISTINGS, start):
        words = tuple(line.split())
        document.statements.append(Statement(words, start, len(line.rstrip()), PLAIN, 1, LISTING))
        document.rows.append(row)
        return row + 1
    begin, prompt = row, prompt_end(line)
    pieces = [line]
    while pieces[-1].rstrip("\r").endswith("\\") and row + 1 < len(lines):
        if _even(pieces[-1].rstrip("\r")):
            break
        row += 1
        pieces.append(lines[row])
    whole = "\n".join(pieces)
    if prompt >= len(line.rstrip()):
        _add(document, begin, [0], Piece((stripped,), start, len(line.rstrip())))
        return row + 1
    parts, faults = split_line(whole, prompt)
    starts = [0]
    for piece in pieces[:-1]:
        starts.append(starts[-1] + len(piece) + 1)
    for message, at in faults:
        down, column = _spot(starts, at)
        span = document.source.span(begin + 1 + down, column, column + 1)
        code, _, said = message.partition(" ")
        document.diagnostics.append(fault(code, said, span, _ADVICE[code]))
    _comment(document, begin, whole, parts)
    ends = [part.end_mark for part in parts if part.end_mark]
    for part in parts:
        _add(document, begin, starts, part)
    row += 1
    for mark in ends:
        row = _here(document, row, mark)
    return row


_ADVICE = {
    QUOTE: "close it on the same line",
    DASH: "type it anew with plain spaces",
}


def _even(line: str) -> bool:
    """Tell whether *line* ends with an even number of backslashes."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 0


def _spot(starts: list[int], at: int) -> tuple[int, int]:
    """Return row and column of offset *at* in a logical line whose rows begin at *starts*."""
    row = bisect_right(starts, at) - 1
    return row, at - starts[row]


def _comment(document: Document, row: int, whole: str, parts: list[Piece]) -> None:
    """Keep a line that holds nothing but a comment behind a prompt as a remark."""
    if not parts and "#" in whole:
        document.remarks[row] = whole.partition("#")[2].strip()


def _add(document: Document, row: int, starts: list[int], part: Piece) -> None:
    """Append the statement of *part*."""
    first, start = _spot(starts, part.start)
    last, end = _spot(starts, part.end)
    height = last - first + 1
    words, kind = part.words, PLAIN
    note: object = LIVE if part.live else PLAIN_LINE
    if words in (("{",), ("}",)):
        kind = BRACE if words == ("{",) else CLOSE
        words, note = (), FLOW
    elif words and (words[0] in _FLOW or words[0].endswith((")", "()")) or "()" in words[:2]):
        note = FLOW
    elif part.redirects:
        note = (LIVE if part.live else PLAIN_LINE, part.redirects)
    document.statements.append(Statement(words, start, end, kind, height, note, part.after))
    document.rows.append(row + first)


def _here(document: Document, row: int, mark: str) -> int:
    """Take the lines of a here-document up to *mark*; return the row after it."""
    lines = document.source.lines
    while row < len(lines):
        text = lines[row].strip()
        if text:
            start = lines[row].index(text)
            note = MARK if text == mark else DATA
            words = (text,) if text == mark else tuple(text.split())
            document.statements.append(Statement(words, start, start + len(text), PLAIN, 1, note))
            document.rows.append(row)
        row += 1
        if text == mark:
            break
    return row
