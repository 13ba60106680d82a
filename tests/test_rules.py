"""Every kind of finding: a page, a case with the mistake, one without, and what mends it.

A case is ``fixtures/rules/CODE``: ``bad.*`` has the mistake, ``good.*`` has not, ``fixed.*`` is
what ``--fix`` makes of the bad one.  Each may be a file, or a folder of nodes.  A line with
``expect: 12`` in ``bad.*`` names the lines that are found; ``version: haproxy=2.6`` the program's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path

import pytest
from lab import ROOT

from hatools.cli.convert import versions_of
from hatools.lint.fixes import fix
from hatools.lint.pages import OWN, Page, page, pages
from hatools.lint.run import Findings, lint
from hatools.plugin import Place, Remark, Rule, Settings
from hatools.plugin_host import Host, codec
from hatools.reading.files import TreeFiles, load
from hatools.reading.grouping import NodeMeaning, NodeText, group, meanings
from hatools.reading.meaning import read
from hatools.text import Diagnostic, Source

CASES = ROOT / "fixtures" / "rules"
HOST = Host()
FORMATS = HOST.formats()
BROUGHT = HOST.named("hatools_rules")
RECORDS: Mapping[str, Rule | Remark] = {
    **OWN, **{name: record for name, (_, record) in sorted(BROUGHT.items())}
}  # fmt: skip
RULES = [record for record in RECORDS.values() if not isinstance(record, Remark)]
SCHEDULERS = HOST.records("hatools_schedulers")
# What no rule or reader of one text finds: it is said when a text is written, or of what was asked.
ELSEWHERE = ("writing", "modernising", "command line", "folders", "reports")
CODE = re.compile(r"""["']((?:KA|HP|LV|IV|BD|XN|TX|HT)\d{3})["']""")

every = pytest.mark.parametrize("code", list(RECORDS))
cases = pytest.mark.parametrize("code", sorted(path.name for path in CASES.iterdir()))
mended = pytest.mark.parametrize(
    "code", sorted(path.parent.name for path in CASES.glob("*/fixed*"))
)


def inputs(code: str, kind: str) -> list[Path]:
    """Return the cases of *code* that begin with *kind*: ``bad.conf``, ``bad-group.conf``, …"""
    return sorted((CASES / code).glob(f"{kind}*"))


def told(path: Path, word: str) -> list[str]:
    """Return what the files of a case say behind ``word:``, such as ``expect: 12``."""
    files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
    texts = (each.read_bytes().decode("utf-8", "replace") for each in files)
    return [
        each
        for text in texts
        for found in re.findall(rf"\b{word}: *([^\n]+)", text)
        for each in found.split()
    ]


def nodes(path: Path, code: str) -> list[NodeMeaning]:
    """Return what a case means; the rule's own format is taken where it has but one."""
    forms = RECORDS[code].formats
    versions = versions_of(tuple(told(path, "version")))
    if path.is_file() and len(forms) == 1:
        grouped = [NodeText("node", ((str(path), FORMATS[forms[0]]),))]
    else:
        grouped = group([str(path)], FORMATS, codec)
    return meanings(grouped, codec, Settings(), versions)


@cache
def found(path: Path, code: str) -> Findings:
    return lint(nodes(path, code), RULES, schedulers=SCHEDULERS)


def of(findings: Findings, code: str) -> list[Diagnostic]:
    return [each for each in findings.remaining if each.code == code]


@every
def test_it_has_a_page(code: str) -> None:
    text: Page = page(RECORDS[code], "hatools")
    assert re.fullmatch(r"[A-Z]{2}\d{3}", code)
    assert text.title, "the first line says what is wrong"
    assert len(text.title) <= 100, text.title
    assert len(text.text.split()) >= 8, f"the page says why, and what to write instead: {text.text}"


@pytest.mark.parametrize(
    "code", [code for code in sorted(RECORDS) if RECORDS[code].looks_at not in ELSEWHERE]
)
def test_it_has_a_bad_and_a_good_case(code: str) -> None:
    assert inputs(code, "bad"), f"no {CASES / code}/bad.*"
    assert inputs(code, "good"), f"no {CASES / code}/good.*"


def test_every_code_in_the_source_has_a_page() -> None:
    sources = [path for folder in ("hatools", "converters", "plugins", "exporters")
               for path in (ROOT / folder).rglob("*.py")]  # fmt: skip
    used = {code: path for path in sources for code in CODE.findall(path.read_text("utf-8"))}
    known = pages(BROUGHT)
    assert {code: str(path) for code, path in used.items() if code not in known} == {}


def test_no_case_is_of_nothing() -> None:
    assert {path.name for path in CASES.iterdir()} - set(RECORDS) == set()
    assert not HOST.problems


@cases
def test_the_bad_case_has_it(code: str) -> None:
    for path in inputs(code, "bad"):
        findings = found(path, code)
        assert not findings.problems
        hits = of(findings, code)
        assert hits, f"{path.name}: only {[str(each) for each in findings.remaining]}"
        places = [
            (str(file), int(line))
            for file in files_of(path)
            for line in told(file, "expect")
            if line.isdecimal()
        ]
        if places:
            assert (
                sorted({(each.span.path, each.span.line) for each in hits if each.span}) == places
            )
        for each in hits:
            assert each.severity is RECORDS[code].severity, each


@cases
def test_the_good_case_has_it_not(code: str) -> None:
    for path in inputs(code, "good"):
        findings = found(path, code)
        assert not findings.problems
        assert [str(each) for each in of(findings, code)] == []


@mended
def test_its_fix(code: str) -> None:
    """--fix makes the fixed case of the bad one; a second time changes nothing."""
    for path in inputs(code, "fixed"):
        bad = path.with_name(path.name.replace("fixed", "bad", 1))
        after = dict(fixed(bad, code))
        assert after == {below(each, path): each.read_bytes() for each in files_of(path)}
        assert of(found(path, code), code) == []


def below(file: Path, case: Path) -> str:
    """Return the name of a case's file, without what tells the bad case from the fixed one."""
    return str(file.relative_to(case)) if file != case else ""


def files_of(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())


def fixed(path: Path, code: str) -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of a case's files when the fixes of *code* have been made."""
    first = nodes(path, code)
    sources = {str(each): load(str(each)) for each in files_of(path)}
    once = fix(sources, of(found(path, code), code), partial(again, first, code), unsafe=True)
    texts = {**sources, **once.sources}
    twice = fix(texts, again(first, code, texts), partial(again, first, code), unsafe=True)
    assert not twice.sources, "fixing twice changes more"
    for name, source in texts.items():
        yield below(Path(name), path), source.to_bytes()


def again(first: list[NodeMeaning], code: str, sources: Mapping[str, Source]) -> list[Diagnostic]:
    """Lint the *sources* anew, as the files of the same nodes."""
    fresh = []
    for node in first:
        readings = []
        for form, reading in node.readings:
            path = reading.expansion.documents[0].source.path
            place = Place(reading.expansion.version, Settings(), TreeFiles(str(Path(path).parent)))
            readings.append((form, read(codec(form), sources[path], place)))
        fresh.append(NodeMeaning(node.name, tuple(readings)))
    return of(lint(fresh, RULES, schedulers=SCHEDULERS), code)


def test_findings_have_a_place_that_exists() -> None:
    for code in RECORDS:
        for path in inputs(code, "bad"):
            findings = found(path, code)
            for each in findings.remaining:
                if each.span:
                    lines = findings.sources[each.span.path].lines
                    assert 1 <= each.span.line <= max(1, len(lines)), each
