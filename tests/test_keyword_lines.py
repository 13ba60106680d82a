"""Single haproxy lines, and whole files, are judged as haproxy 2.6 judges them.

The lines are another parser's test cases, sound and unsound.  Where haproxy refuses one only
for files, hosts or users that are not here, that parser's opinion counts, and the newest version.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from corpus import CORPUS, WHY_NOT, Specimen, specimens
from haproxy_lines import ELSEWHERE, SURROUNDINGS, Asked, ours, real
from lab import AT_ONCE, haproxy, haproxy_check

from hatools.plugin import Place, Settings
from hatools.text import Severity, Source
from hatools_haproxy import keywords
from hatools_haproxy.expand import expand
from hatools_haproxy.reader import read
from hatools_haproxy.syntax import parse

LINES = CORPUS / "dev" / "keyword-lines" / "haproxy-lines.jsonl"
here = pytest.mark.skipif(not LINES.exists(), reason=WHY_NOT)

# What we judge otherwise, and why.
KNOWN_DIFFERENCES = {
    "no option use-small-buffers": "an option of a later version, with a prefix of that version",
    "option max-reqs 1024": "haproxy 2.6 fails without saying why",
    "peer name 127.0.0.1:8080 shard 1": "the options of a peer are not looked at",
    "server addr ::1": "an IPv6 address without a port, which haproxy takes for a port 1",
    "timeout": "haproxy does not look behind timeout in a ring",
}
LEAST = 0.95


def sections_of(row: dict[str, object], known: dict[object, set[str]]) -> list[str]:
    """Return the sections that a line is for: said, or of the same list, or by its first word."""
    said = row["section"] or sorted(known.get(row["path"], ()))
    if not said:
        first = str(row["line"]).split()[:1]
        said = [
            section
            for section in SURROUNDINGS
            if first and any(head.split()[:1] == first for head in keywords.known_words(section))
        ] or ["backend", "frontend", "global"]
    found = [section for section in said if section in SURROUNDINGS]  # type: ignore[attr-defined]
    return [*found, *(["named defaults"] if "defaults" in found else [])]


@here
@pytest.mark.real("haproxy")
def test_lines_are_judged_as_haproxy_judges_them(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in LINES.read_text("utf-8").splitlines()]
    known: dict[object, set[str]] = defaultdict(set)
    for row in rows:
        known[row["path"]].update(row["section"] or ())
    asked = [
        (row, Asked(section, row["line"])) for row in rows for section in sections_of(row, known)
    ]
    verdicts = real([each for _, each in asked], tmp_path)
    wrong: dict[str, str] = {}
    for row, each in asked:
        verdict = verdicts[each]
        if verdict.elsewhere:
            right = ours(each, "").accepted == row["valid"]
        else:
            right = ours(each).accepted == verdict.accepted
        if not right:
            wrong[each.line] = f"{each.section}: {verdict.words} | {ours(each).words}"
    assert len(wrong) <= (1 - LEAST) * len(rows), wrong
    assert set(wrong) <= set(KNOWN_DIFFERENCES), {
        line: words for line, words in wrong.items() if line not in KNOWN_DIFFERENCES
    }


@cache
def _verdicts() -> dict[Path, Future[str]]:
    """Begin to ask haproxy about every file of the corpus, several at once."""
    haproxy()  # found out once, not by all of them at once
    pool = ThreadPoolExecutor(AT_ONCE)
    asked = {
        each.path: pool.submit(lambda path: haproxy_check(path).output, each.path)
        for each in specimens("haproxy")
    }
    pool.shutdown(wait=False)
    return asked


def verdict_of(path: Path) -> str:
    """Return what haproxy says of a file, asked once."""
    return _verdicts()[path].result()


@cache
def errors_of(path: Path) -> dict[int, str]:
    """Return what hatools holds for an error in *path*, by line."""
    document = parse(Source.from_bytes(path.name, path.read_bytes()))
    expansion = expand(document, Place("2.6", Settings()))
    found = [*document.diagnostics, *expansion.diagnostics, *read(expansion).diagnostics]
    return {
        each.span.line if each.span else 0: str(each)
        for each in found
        if each.severity is Severity.ERROR
    }


def refusals(output: str) -> list[str]:
    """Return the alerts of haproxy that are about the configuration and nothing outside it."""
    return [
        row
        for row in output.splitlines()
        if "[ALERT]" in row
        and not ELSEWHERE.search(row)
        and not re.search(r"Error\(s\) found|Fatal errors found", row)
    ]


@here
@pytest.mark.real("haproxy")
@pytest.mark.parametrize("specimen", specimens("haproxy"), ids=lambda each: each.id)
def test_no_error_in_a_file_that_haproxy_accepts(specimen: Specimen) -> None:
    if not refusals(verdict_of(specimen.path)):
        assert not errors_of(specimen.path)


@here
@pytest.mark.real("haproxy")
def test_files_that_haproxy_refuses_have_errors_at_the_same_lines() -> None:
    refused = told = alerts = same = 0
    for specimen in specimens("haproxy"):
        rows = refusals(verdict_of(specimen.path))
        if not rows:
            continue
        errors = errors_of(specimen.path)
        # every line below a broken heading is refused; the heading is told once
        own = [row for row in rows if "'listen' or 'defaults' expected" not in row]
        lines = {int(at) for row in own for at in re.findall(r"\[[^\]\s]*:(\d+)\]", row)}
        refused, told = refused + 1, told + bool(errors)
        alerts, same = alerts + len(lines), same + len(lines & set(errors))
    assert told >= 0.95 * refused, (told, refused)
    assert same >= 0.85 * alerts, (same, alerts)
