"""JSON and its published schemas agree, whatever is converted or listed."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from lab import ROOT, hatools

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
SOURCES = sorted((ROOT / "fixtures" / "seeds").glob("*/input.*"))


LISTS = json.loads((ROOT / "docs" / "lists.schema.json").read_text("utf-8"))
RULES = "-A -t 192.0.2.1:80 -s wlc\n-a -t 192.0.2.1:80 -r 192.0.2.2:80 -i -w 1\n"
BOND = "nmcli con add type bond con-name b ifname b mode 1\nnmcli con up b\n"
WAYS = [
    (RULES, "ipvsadm", ("keepalived", "haproxy", "ipvsadm")),
    (BOND, "nmcli", ("keyfile", "ifcfg", "nmcli")),
    ("global\n    nbproc 2\n", "haproxy", ("haproxy --target-version 2.6",)),
]


@pytest.mark.parametrize("schema", [SCHEMA, LISTS], ids=["report", "lists"])
def test_the_schema_is_one(schema: dict[str, object]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("listed", ["formats", "plugins", "schedulers"])
def test_lists_fit_the_schema(listed: str) -> None:
    shape = json.loads(hatools(listed, "--output", "json").stdout)
    jsonschema.validate(shape, LISTS)
    assert shape[listed]


@pytest.mark.parametrize(
    ("text", "origin", "target"),
    [(text, origin, target) for text, origin, targets in WAYS for target in targets],
    ids=lambda value: value if len(value) < 40 else "",
)
def test_reports_of_every_direction_fit_the_schema(text: str, origin: str, target: str) -> None:
    ran = hatools(
        "convert", "-", "--from", origin, "--to", *target.split(), "--report", "json",
        stdin=text.encode(),
    )  # fmt: skip
    assert ran.status == 0
    report = json.loads(ran.stderr)
    jsonschema.validate(report, SCHEMA)
    assert len(report["entries"]) >= len(text.splitlines())


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
