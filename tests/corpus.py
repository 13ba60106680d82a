"""Finds the corpus of real configurations, which is not part of the project."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from lab import SHARED

CORPUS = Path(os.environ.get("HATOOLS_CORPUS", SHARED / "corpus"))
WHY_NOT = f"no corpus of real configurations at {CORPUS} (set HATOOLS_CORPUS)"


@dataclass(frozen=True, slots=True)
class Specimen:
    """A real file: its path, its format, and the verdict of its own program."""

    path: Path
    format: str
    verdict: str

    @property
    def id(self) -> str:
        """The name under which a test of it is known."""
        return f"{self.format}:{self.path.parent.name}/{self.path.name}"


def specimens(*formats: str) -> list[Specimen]:
    """Return the corpus files of *formats* (both services formats by default), pairs included."""
    manifest = CORPUS / "dev" / "manifest.jsonl"
    if not manifest.exists():
        return []
    wanted = formats or ("keepalived", "haproxy")
    found = []
    for line in manifest.read_text().splitlines():
        row = json.loads(line)
        name = row["file"].rpartition("/")[2]
        kind = row["kind"]
        if kind in ("pairs", "templates"):
            kind = "haproxy" if "haproxy.cfg" in name else "keepalived"
        path = CORPUS / row["file"]
        if kind in wanted and path.is_file():
            found.append(Specimen(path, kind, row.get("real_tool_class") or ""))
    return found
