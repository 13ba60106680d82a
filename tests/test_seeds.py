"""Configurations as people publish them: bytes kept, faults named, what is sound converted."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import lab
import pytest

from hatools.convert import Conversion, Request, convert
from hatools.model import Outcome
from hatools.plugin import Settings
from hatools.plugin_host import Host, codec
from hatools.text import Severity, Source

SEEDS = sorted((lab.ROOT / "fixtures" / "seeds").iterdir())
FORMATS = Host().formats()
OTHER = {"keepalived": "haproxy", "haproxy": "keepalived"}


def seed_input(seed: Path) -> Path:
    return next(seed.glob("input.*"))


def seed_format(seed: Path) -> str:
    return {".conf": "keepalived", ".cfg": "haproxy"}[seed_input(seed).suffix]


def source(seed: Path) -> Source:
    path = seed_input(seed)
    return Source.from_bytes(path.name, path.read_bytes())


@cache
def expected(seed: Path) -> dict[str, Any]:
    return tomllib.loads((seed / "expected.toml").read_text("utf-8"))


@cache
def conversion(seed: Path) -> Conversion:
    """Return *seed* said in the other language, through the use case that the command uses."""
    name = seed_format(seed)
    settings = Settings(expected(seed).get("set", []))
    request = Request(source(seed), OTHER[name], name, settings=settings)
    return convert(request, FORMATS, codec)


each_seed = pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)


@each_seed
def test_lossless(seed: Path) -> None:
    document = codec(FORMATS[seed_format(seed)]).parse(source(seed))
    assert document.source.to_bytes() == seed_input(seed).read_bytes()


@each_seed
def test_its_faults_are_named(seed: Path) -> None:
    found = [
        f"{remark.span.line if remark.span else 0} {remark.code} {remark.severity.value}"
        for remark in conversion(seed).diagnostics
    ]
    assert sorted(found) == sorted(expected(seed)["diagnostics"])


@each_seed
def test_every_fault_has_a_place_and_an_advice(seed: Path) -> None:
    for remark in conversion(seed).diagnostics:
        if remark.severity is Severity.ERROR:
            assert remark.span, remark
            assert remark.help, remark


@each_seed
def test_every_statement_is_accounted_for(seed: Path) -> None:
    entries = list(conversion(seed).account.entries())
    document = conversion(seed).reading.expansion.documents[0]
    places = [entry.source.line for entry in entries if entry.source]
    assert places == [document.rows[index] + 1 for index in document.counted()]
    for entry in entries:
        assert entry.outcome is Outcome.KEPT or entry.reason, entry


@each_seed
def test_what_is_sound_arrives(seed: Path) -> None:
    files = {file.name: file.text for file in conversion(seed).files}
    wanted = expected(seed).get("files", {})
    assert set(files) == set(wanted)
    for name, snippets in wanted.items():
        lines = [" ".join(line.split()) for line in files[name].splitlines()]
        for snippet in snippets:
            assert any(line.startswith(snippet) for line in lines), f"{snippet}\n{files[name]}"


@each_seed
def test_what_is_dropped_is_known(seed: Path) -> None:
    dropped = [
        entry.source.line
        for entry in conversion(seed).account.entries()
        if entry.source and entry.outcome is Outcome.DROPPED
    ]
    assert dropped == expected(seed)["dropped"]


@pytest.mark.real("keepalived", "haproxy")
@pytest.mark.parametrize(
    "seed",
    [seed for seed in SEEDS if not seed.name.startswith("fragment-")],
    ids=lambda seed: seed.name,
)
def test_we_find_what_the_program_finds(seed: Path) -> None:
    """Each line that the real program complains about has a remark of ours, or a reason not to."""
    check = lab.keepalived_check if seed_format(seed) == "keepalived" else lab.haproxy_check
    ours = {remark.span.line for remark in conversion(seed).diagnostics if remark.span}
    excused = {int(line) for line in expected(seed).get("only_the_program", {})}
    assert set(check(seed_input(seed)).lines) - ours <= excused


@pytest.mark.real("keepalived", "haproxy")
@each_seed
def test_the_other_program_accepts_it(seed: Path, tmp_path: Path) -> None:
    for file in conversion(seed).files:
        path = tmp_path / file.name
        path.write_text(file.text, "utf-8", "surrogateescape")
        check = lab.haproxy_check if path.suffix == ".cfg" else lab.keepalived_check
        verdict = check(path)
        said = set(verdict.output.splitlines()) - set(
            expected(seed).get("said_of_the_source_too", [])
        )
        assert verdict.accepted or not said, f"{verdict.output}\n{file.text}"
