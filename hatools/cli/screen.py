"""A terminal's screen that is redrawn where it changes, and left as it was found."""

from __future__ import annotations

import sys
from shutil import get_terminal_size

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l\x1b[2J", "\x1b[?25h\x1b[?1049l"  # other screen, no cursor


class Screen:
    """The lines that are on the terminal now."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._size = self.size()
        self._write(ENTER)

    def size(self) -> tuple[int, int]:
        """Return the terminal's columns and rows, which may have changed."""
        found = get_terminal_size((80, 24))
        return found.columns, found.lines

    def show(self, lines: list[str]) -> None:
        """Show *lines*; only those that differ from what is there are written."""
        before = self._lines
        out = ""
        if self.size() != self._size:  # what is there was wrapped or cut
            self._size, before, out = self.size(), [], "\x1b[2J"
        lines = lines[: self._size[1]]
        for row, line in enumerate(lines):
            if row >= len(before) or before[row] != line:
                out += f"\x1b[{row + 1};1H{line}\x1b[K"
        if len(lines) < len(before):
            out += f"\x1b[{len(lines) + 1};1H\x1b[J"
        self._lines = lines
        if out:
            self._write(out)

    def close(self) -> None:
        """Give the terminal back."""
        self._write(LEAVE)

    @staticmethod
    def _write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
