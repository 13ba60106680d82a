"""docs/availability.md: what its commands print, and its picture, as `hatools availability` gives them.

A command stands in a comment, `<!-- run: hatools availability … -->`, before the block
that shows it and what it prints; `| head -N` keeps the first lines. They run in
fixtures/availability/pair.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "availability.md"
PICTURE = ROOT / "docs" / "availability.svg"
FOLDER = ROOT / "fixtures" / "availability" / "pair"
BLOCK = re.compile(r"(<!-- run: (.*?) -->\n```console\n).*?^```$", re.M | re.S)


def output(command: str) -> str:
    """Return what *command* prints."""
    line, _, head = command.partition(" | head -")
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(line)], cwd=FOLDER, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    if done.returncode == 2:
        raise RuntimeError(f"{command}: {done.stderr}")
    return "\n".join(lines[: int(head)] if head else lines)


def beginning(path: str) -> str:
    """Return what README.md shows: what is said of *path* as far as costs go."""
    done = subprocess.run(
        [sys.executable, "-m", "hatools", "availability", path], cwd=ROOT, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    return "\n".join(done.stdout.splitlines()[:14]) + "\n"


def pages() -> dict[Path, str]:
    """Return the page and its picture."""
    text = BLOCK.sub(
        lambda found: f"{found[1]}$ {found[2].partition(' | ')[0]}\n{output(found[2])}\n```",
        PAGE.read_text("utf-8"),
    )
    return {PAGE: text, PICTURE: output("hatools availability lb1 lb2 --plot -") + "\n"}
