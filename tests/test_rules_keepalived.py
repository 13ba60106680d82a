"""What keepalived refuses in real files is an error of ours, at the line it names."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

import lab
import pytest
from corpus import CORPUS, WHY_NOT, specimens

from hatools.lint.run import Findings, lint
from hatools.plugin import Rule, Settings
from hatools.plugin_host import Host, codec
from hatools.reading.grouping import NodeText, meanings
from hatools.text import Severity

over_the_corpus = pytest.mark.skipif(not CORPUS.exists(), reason=WHY_NOT)

HOST = Host()
FORM = HOST.formats()["keepalived"]
RULES = [
    record
    for _, (_, record) in sorted(HOST.named("hatools_rules").items())
    if hasattr(record, "check") and record.looks_at != "cluster"
]
MACHINE = re.compile(  # what only the machine knows: scripts, users, interfaces, files
    r"Disabling track script|SECURITY VIOLATION|not found/accessible|[Uu]nable to |doesn't exist$"
    r"|Non-existent interface|Error setting|default user|Unsafe permissions"
    r"|Config files missing|Invalid smtp server|not executable|track script \S+ not found"
    r"|deprecated - please use|routes is deprecated|against a vrrp is deprecated"
)
SILENT = {"KA316", "KA338"}  # errors by what follows: keepalived says nothing of them
CASES = lab.ROOT / "fixtures" / "rules"
OWN = [rule for rule in RULES if rule.code.startswith("KA3")]
LEAST = 0.98  # of the files it refuses


class Judged(NamedTuple):
    """A file (for one config-id), what keepalived complains of, and what lint finds."""

    name: str
    status: int
    complaints: tuple[str, ...]
    findings: Findings

    @property
    def lines(self) -> set[int]:
        """The lines that keepalived names."""
        return {int(line) for each in self.complaints for line in re.findall(r"Line (\d+)\)", each)}

    @property
    def ours(self) -> set[int]:
        """The lines on which lint finds an error."""
        spans = [each.span for each in self.findings.remaining
                 if each.severity is Severity.ERROR and each.span]  # fmt: skip
        return {line for span in spans for line in range(span.line, span.end_line + 1)}

    @property
    def agreed(self) -> bool:
        """Tell whether an error of ours stands on a line it names, or anywhere if it names none."""
        return bool(self.lines & self.ours if self.lines else self.ours)


@cache
def judged(folder: Path) -> tuple[Judged, ...]:
    found = []
    for specimen in specimens("keepalived"):
        path = folder / "keepalived.conf"
        shutil.copyfile(specimen.path, path)  # a file may name folders that keepalived makes
        for node in meanings([NodeText("", ((str(path), FORM),))], codec, Settings()):
            verdict = lab.keepalived_check(path, *(["-i", node.name] if node.name else []))
            said = dict.fromkeys(verdict.output.splitlines())
            complaints = tuple(each for each in said if each and not MACHINE.search(each))
            findings = lint([node], RULES)
            assert not findings.problems
            found.append(Judged(specimen.id, verdict.status, complaints, findings))
    return tuple(found)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Judged, ...]:
    return judged(tmp_path_factory.mktemp("corpus"))


@over_the_corpus
@pytest.mark.real("keepalived", "ip")
def test_what_keepalived_refuses_is_an_error(verdicts: tuple[Judged, ...]) -> None:
    refused = [each for each in verdicts if each.status not in (0, 6) and each.complaints]
    missed = [(each.name, each.complaints) for each in refused if not each.agreed]
    assert len(refused) > 20
    assert len(missed) <= (1 - LEAST) * len(refused), missed


@over_the_corpus
@pytest.mark.real("keepalived", "ip")
def test_what_keepalived_takes_without_a_word_has_no_error_of_spelling(
    verdicts: tuple[Judged, ...],
) -> None:
    """Rules may find that failover fails; the reader must not refuse what keepalived takes."""
    taken = [each for each in verdicts if each.status == 0 and not each.complaints]
    wrong = [str(found) for each in taken for found in each.findings.remaining
             if found.severity is Severity.ERROR]  # fmt: skip
    assert len(taken) > 10
    assert wrong == []


def complaints(path: Path, folder: Path) -> list[str]:
    """Return what keepalived says of a case, but for what only the machine knows."""
    text = path.read_text("utf-8").replace("user keepalived_script", "user root")
    copy = folder / "keepalived.conf"
    copy.write_text(text.replace("/usr/libexec/check_web", "/bin/true"), "utf-8")
    verdict = lab.keepalived_check(copy)
    return [each for each in verdict.output.splitlines() if each and not MACHINE.search(each)]


@pytest.mark.real("keepalived", "ip")
@pytest.mark.parametrize("rule", OWN, ids=lambda rule: rule.code)
def test_what_is_an_error_of_a_rule_is_refused(rule: Rule, tmp_path: Path) -> None:
    """Good cases are taken; bad ones of errors are refused, of warnings and the rest taken."""
    assert complaints(CASES / rule.code / "good.conf", tmp_path) == []
    refused = bool(complaints(CASES / rule.code / "bad.conf", tmp_path))
    assert refused == (rule.severity is Severity.ERROR and rule.code not in SILENT)
