"""A file brought to another version of its own program: cases, laws, and the program's word."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from corpus import CORPUS, WHY_NOT, Specimen, specimens
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import haproxy_check, hatools

from hatools.convert import Conversion, Request, convert
from hatools.convert.files import TreeFiles
from hatools.plugin import Settings
from hatools.plugin.contracts import NO_FILES, Files
from hatools.plugin_host import Host, codec
from hatools.text import Source

FORMATS = Host().formats()
CASES = Path(__file__).resolve().parent.parent / "fixtures" / "modernise"
NEWEST = {"haproxy": "3.3", "keepalived": "2.4"}
CODES = ("HP190", "HP191", "KA190", "KA191")
WRITE = os.environ.get("HATOOLS_UPDATE") == "1"


def modernised(
    text: str, form: str, version: str, path: str = "x", files: Files = NO_FILES
) -> Conversion:
    given_facts = Settings(("config_id=main",))
    versions: Mapping[str, str] = {form: version}
    request = Request(Source(path, text), form, form, {}, versions, given_facts, files)
    return convert(request, FORMATS, codec)


def ledger(conversion: Conversion) -> str:
    """Return what was rewritten, taken out or left, and what was remarked on that."""
    told = [
        f"{entry.source.line if entry.source else 0} {entry.outcome.value}: {entry.reason}\n"
        for entry in conversion.account.entries()
        if entry.reason
    ]
    told += [
        f"{remark.span.line if remark.span else 0} {remark.code}: {remark.message}; {remark.help}\n"
        for remark in conversion.diagnostics
        if remark.code in CODES
    ]
    return "".join(told)


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_case(case: Path) -> None:
    source = next(case.glob("input.*"))
    form = source.suffix[1:]
    version = (case / "version").read_text().strip()
    text = source.read_bytes().decode()
    conversion = modernised(text, form, version)
    new = conversion.files[0].text
    if WRITE:
        (case / f"expected.{form}").write_bytes(new.encode())
        (case / "expected.ledger").write_text(ledger(conversion))
    assert new == (case / f"expected.{form}").read_bytes().decode()
    assert ledger(conversion) == (case / "expected.ledger").read_text()
    assert modernised(new, form, version).files[0].text == new


def _old_lines() -> list[str]:
    lines = []
    for case in sorted(CASES.glob("*/input.haproxy")):
        lines += [line.strip() for line in case.read_bytes().decode().splitlines() if line.strip()]
    return sorted(
        {*lines, "listen a", "backend b", "mode tcp", "reqpass ^X", "compression offload"}
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(_old_lines()), max_size=12),
    st.sampled_from(["2.0", "2.2", "2.6", "3.3"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_twice_is_once(lines: list[str], version: str, end: str) -> None:
    once = modernised(end.join(lines), "haproxy", version).files[0].text
    assert modernised(once, "haproxy", version).files[0].text == once


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="\n\t \\\"'#${}:.^()*|abqreplisten", max_size=80))
def test_any_text_is_taken(text: str) -> None:
    for form, version in NEWEST.items():
        modernised(f"{text}\nlisten a :80\n reqrep {text}\n reqadd {text}", form, version)


def test_a_format_without_versions_is_not_modernised(tmp_path: Path) -> None:
    source = tmp_path / "rules"
    source.write_text("-A -t 192.0.2.10:80 -s rr\n")
    run = hatools("convert", str(source), "--from", "ipvsadm", "--to", "ipvsadm",
                  "--target-version", "1.31")  # fmt: skip
    assert run.status == 2


def test_an_included_file_is_written_beside_the_main_one(tmp_path: Path) -> None:
    main, part = tmp_path / "keepalived.conf", tmp_path / "web.conf"
    main.write_text("include web.conf\n")
    part.write_text("virtual_server 192.0.2.10 80 {\n    nat_mask 255.255.255.0\n}\n")
    out = tmp_path / "out"
    run = hatools("convert", str(main), "--to", "keepalived", "--target-version", "2.4",
                  "-o", f"{out}/")  # fmt: skip
    assert run.status == 0, run.stderr
    assert (out / "keepalived.conf").read_text() == main.read_text()
    assert (out / "web.conf").read_text() == "virtual_server 192.0.2.10 80 {\n}\n"


needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason=WHY_NOT)


@needs_corpus
@pytest.mark.parametrize("specimen", specimens(), ids=lambda specimen: specimen.id)
def test_corpus(specimen: Specimen) -> None:
    text = specimen.path.read_bytes().decode("utf-8", "surrogateescape")
    name, files = specimen.path.name, TreeFiles(str(specimen.path.parent))
    version = NEWEST[specimen.format]
    conversion = modernised(text, specimen.format, version, name, files)
    new = conversion.files[0].text
    documents = conversion.reading.expansion.documents
    touched = {
        documents[0].source.lines[documents[0].rows[line.number]]
        for line in conversion.account.losses()
        if line.document == 0
    }
    rest = iter(new.split("\n"))
    assert all(line in rest for line in text.split("\n") if line not in touched)
    assert modernised(new, specimen.format, version, name, files).files[0].text == new


REMOVED = (
    "not supported any", "doesn't exist anymore", "unknown keyword 'debug'", "use the 'bind'",
    "It supports numbers from 1 to 1",  # a process where there is one
)  # fmt: skip
FOLLOWS = "'listen' or 'defaults' expected"  # behind a heading that was refused


def _refusals(output: str) -> list[str]:
    """Return what haproxy refuses, line by line of the file, follow-ups left out."""
    said = [line for line in output.splitlines() if "ALERT" in line]
    said = [line for line in said if "rror(s) found" not in line and "Fatal errors" not in line]
    return [line.partition("] : ")[2] or line for line in said if FOLLOWS not in line]


def _of_removed(refusal: str) -> bool:
    return any(word in refusal for word in REMOVED)


@needs_corpus
@pytest.mark.real
@pytest.mark.parametrize("specimen", specimens("haproxy"), ids=lambda specimen: specimen.id)
def test_haproxy_takes_what_it_refused_for_removed_keywords(
    specimen: Specimen, tmp_path: Path
) -> None:
    """What was accepted stays so, and what was refused for removed keywords alone is accepted."""
    text = specimen.path.read_bytes().decode("utf-8", "surrogateescape")
    files = TreeFiles(str(specimen.path.parent))
    conversion = modernised(text, "haproxy", "2.6", specimen.path.name, files)
    written = conversion.files[0].text
    refused = specimen.verdict not in ("ok", "ok_with_warnings")
    if written == text and specimen.verdict != "error":
        return  # the manifest has haproxy's word on it, and it is not that of a fault
    before = _refusals(haproxy_check(specimen.path).output) if refused else []
    if written == text:  # haproxy's word on it stays what it is
        assert not any(map(_of_removed, before)), before
        return
    new = tmp_path / "haproxy.cfg"
    new.write_bytes(written.encode("utf-8", "surrogateescape"))
    verdict = haproxy_check(new)
    assert not any(map(_of_removed, _refusals(verdict.output))), verdict.output
    if all(map(_of_removed, before)):
        assert verdict.status in (0, 2), verdict.output
        assert not [remark for remark in conversion.diagnostics if remark.code == "HP190"]


@pytest.mark.real
@pytest.mark.parametrize(
    "case", sorted(CASES.glob("*/expected.haproxy")), ids=lambda p: p.parent.name
)
def test_haproxy_takes_the_cases(case: Path) -> None:
    """In each case nothing is refused for a removed keyword but what a remark names."""
    if (case.parent / "version").read_text().strip() != "2.6":
        return
    remarks = (case.parent / "expected.ledger").read_text()
    refusals = [line for line in _refusals(haproxy_check(case).output) if _of_removed(line)]
    assert len(refusals) <= remarks.count("HP190")
