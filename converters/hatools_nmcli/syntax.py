"""From text to statements: one for each command of a script or transcript.

Words are unquoted here, but variables stay as written until a place is known.
"""

from __future__ import annotations

from bisect import bisect_right

from hatools.text import Document, Source, Statement
from hatools.text.document import PLAIN
from hatools_nmcli.faults import QUOTE, fault
from hatools_nmcli.shell import BLANKS, Command, prompt_end, split_line

SAID, LIVE, DATA = 0, 1, 2  # Statement.note; a file name where the output goes into one


def parse(source: Source) -> Document:
    """Return the statements of *source*."""
    document = Document(source, [], [])
    row = 0
    while row < len(source.lines):
        row = _take(document, row)
    return document


def _take(document: Document, row: int) -> int:
    """Take the logical line that begins on *row*; return the row after it."""
    lines = document.source.lines
    text = lines[row].strip(BLANKS)
    if not text or text.startswith(("#", "```")):
        if text:
            document.remarks[row] = text.lstrip("#!").strip()
        return row + 1
    begin, pieces = row, [lines[row]]
    while _continues(pieces[-1]) and row + 1 < len(lines):
        row += 1
        pieces.append(lines[row])
    whole = "\n".join(pieces)
    start, stop = _command_in_a_list(whole) or (prompt_end(lines[begin]), len(whole))
    commands, unclosed = split_line(whole[:stop], start)
    starts = [0]
    for piece in pieces[:-1]:
        starts.append(starts[-1] + len(piece) + 1)
    if unclosed >= 0:
        down, column = _spot(starts, unclosed)
        span = document.source.span(begin + 1 + down, column, column + 1)
        said = f"this {whole[unclosed]} is not closed"
        document.diagnostics.append(fault(QUOTE, said, span, "close it on the same line"))
    if not commands:
        document.remarks[begin] = text
    for command in commands:
        _add(document, begin, starts, command)
    row += 1
    for mark in [command.end_mark for command in commands if command.end_mark]:
        row = _here(document, row, mark)
    return row


def _continues(line: str) -> bool:
    """Tell whether *line* ends with a backslash that is not escaped itself."""
    text = line.rstrip("\r")
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _command_in_a_list(line: str) -> tuple[int, int] | None:
    """Return where a command begins and ends that is quoted as an item of a YAML list."""
    text = line.strip(BLANKS)
    inner = text[1:].strip(BLANKS)
    if not text.startswith("- ") or inner[:1] not in ("'", '"') or "nmcli" not in inner:
        return None
    if len(inner) < 2 or inner[-1] != inner[0]:
        return None
    return line.index(inner) + 1, line.index(inner) + len(inner) - 1


def _spot(starts: list[int], at: int) -> tuple[int, int]:
    """Return row and column of offset *at* in a logical line whose rows begin at *starts*."""
    row = bisect_right(starts, at) - 1
    return row, at - starts[row]


def _add(document: Document, row: int, starts: list[int], command: Command) -> None:
    """Append the statement of *command*."""
    first, start = _spot(starts, command.start)
    last, end = _spot(starts, command.end)
    note: object = LIVE if command.live else SAID
    if command.into or command.end_mark:
        note = command.into or "-"
    document.statements.append(
        Statement(command.words, start, end, PLAIN, last - first + 1, note, command.comment)
    )
    document.rows.append(row + first)


def _here(document: Document, row: int, mark: str) -> int:
    """Take the lines of a here-document up to *mark*; return the row after it."""
    lines = document.source.lines
    while row < len(lines):
        text = lines[row].strip(BLANKS)
        if text:
            start = lines[row].index(text)
            statement = Statement((text,), start, start + len(text), PLAIN, 1, DATA)
            document.statements.append(statement)
            document.rows.append(row)
        row += 1
        if text == mark:
            break
    return row
