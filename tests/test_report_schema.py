"""The JSON report and its published schema agree, whatever is converted."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from lab import ROOT, hatools

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
SOURCES = sorted((ROOT / "fixtures" / "seeds").glob("*/input.*"))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("source", SOURCES[::4], ids=lambda path: path.parent.name)
def test_reports_fit_the_schema(source: Path, tmp_path: Path) -> None:
    formats = ("keepalived", "haproxy")
    origin, target = formats if source.suffix == ".conf" else formats[::-1]
    report = tmp_path / "report.json"
    ran = hatools(
        "convert", source, "--from", origin, "--to", target, "--set", "vip=192.0.2.10",
        "--report", "json", "--report-file", report,
    )  # fmt: skip
    assert ran.status in (0, 2), ran.stderr
    jsonschema.validate(json.loads(report.read_text()), SCHEMA)


def test_the_example_in_the_docs_fits() -> None:
    page = (ROOT / "docs" / "report.md").read_text("utf-8")
    entry = json.loads(page.split("```json\n")[1].split("```")[0])
    jsonschema.validate(entry, {**SCHEMA["$defs"]["entry"], "$defs": SCHEMA["$defs"]})
