"""What shows, over a whole text, that it is not a haproxy.cfg yet, or not one at all."""

from __future__ import annotations

import re

from hatools.text import Diagnostic, Edit, Source
from hatools_haproxy.codes import remark

_SIGNS = ("{{", "{%", "{\n", "{\r")
_STRANGERS = {
    "TX004": ("holds a NUL character, which haproxy refuses", "is this a text file?"),
    "TX005": (
        "holds template text that haproxy does not know",
        "fill the template in first and give hatools the result",
    ),
    "TX007": ("has a // comment, which haproxy does not know", "begin the comment with #"),
    "TX008": (
        "has braces around a block, which haproxy.cfg does not",
        "is this another program's file? name its format with --from",
    ),
    "TX009": ("has a placeholder where a value belongs", "put the value there"),
    "TX010": ("is a mark of a merge that was not finished", "choose a side and take the marks out"),
}
_PLACEHOLDER = re.compile(r"(?:^|[\s:/])(<[A-Z][A-Z0-9_ -]*>)")


def strangers(source: Source, odd_rows: list[int]) -> list[Diagnostic]:
    """Report, once for each kind, what another language or an unfinished edit has left.

    *odd_rows* are the lines that begin with a brace.
    """
    text = source.text
    diagnostics: list[Diagnostic] = []
    if (
        odd_rows
        or "\0" in text
        or "<" in text
        or " // " in text
        or ("{" in text and any(sign in text for sign in _SIGNS))
    ):
        places: dict[str, list[tuple[int, int]]] = {code: [] for code in _STRANGERS}
        places["TX008"] = [(row, 0) for row in odd_rows]
        for row, line in enumerate(source.lines):
            _look(row, line, places)
        for code, (message, advice) in _STRANGERS.items():
            rows = sorted(places[code])
            if rows:
                row, at = rows[0]
                more = f", as {len(rows) - 1} more lines" if len(rows) > 1 else ""
                span = source.span(row + 1, at, at + 1)
                diagnostics.append(remark(code, message + more, span, advice))
    if text and text[-1] != "\n":
        diagnostics.append(_unended(source))
    return diagnostics


def _look(row: int, line: str, places: dict[str, list[tuple[int, int]]]) -> None:
    """Note in *places* where *line* holds what does not belong."""
    if "\0" in line:
        places["TX004"].append((row, line.index("\0")))
    code = line.partition("#")[0]
    if "{{" in code or "{%" in code:
        places["TX005"].append((row, line.index("{{" if "{{" in code else "{%")))
    elif line.rstrip().endswith("{") and "#" not in line:
        places["TX008"].append((row, len(line.rstrip()) - 1))
    if "<" in line:
        found = _PLACEHOLDER.search(code)
        if found:
            places["TX009"].append((row, found.start(1)))
    if line.startswith(("<<<<<<<", ">>>>>>>", "=======")):
        places["TX010"].append((row, 0))
    bare = line.lstrip()
    if " // " in bare and "#" not in line and '"' not in line and not bare.startswith("//"):
        places["TX007"].append((row, line.rindex(bare) + bare.index(" // ") + 1))


def _unended(source: Source) -> Diagnostic:
    """Report a last line without newline: haproxy takes the file for truncated."""
    end, width = len(source.text), len(source.lines[-1])
    return remark(
        "TX006",
        "no newline at the end: haproxy refuses the file as truncated",
        source.span(len(source.lines), width, width),
        "end it with one",
        (Edit(end, end, "\n", source.path),),
    )
