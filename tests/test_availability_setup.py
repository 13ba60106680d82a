"""`hatools availability` of setups: cases as data, and the numbers that must come out."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest
from lab import ROOT, hatools

CASES = sorted(path.parent for path in (ROOT / "fixtures" / "availability").glob("*/arguments"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case: Path) -> None:
    ran = hatools("availability", *shlex.split((case / "arguments").read_text()), cwd=case)
    said = f"exit status {ran.status}\n\n{ran.stderr}\n{ran.stdout}"
    expected = case / "expected.txt"
    if os.environ.get("HATOOLS_UPDATE"):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")
