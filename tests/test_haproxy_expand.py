"""haproxy.cfg as it counts in one place: fixtures, laws, and the real program's opinion."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import SHARED

from hatools.plugin import Place, Settings
from hatools.text import Document, Expansion, Source
from hatools_haproxy.codec import HaproxyCodec
from hatools_haproxy.expand import expand
from hatools_haproxy.predicates import parse_predicate
from hatools_haproxy.syntax import needs, parse

CASES = sorted(Path(__file__).parent.parent.joinpath("fixtures/haproxy_expand").iterdir())
CORPUS = SHARED / "corpus" / "dev" / "haproxy"


def show(expansion: Expansion) -> str:
    """Say an expansion line by line: what counts, what was left out and why, what was remarked."""
    lines = []
    for index, statement in enumerate(expansion.statements):
        missing = f"  needs {' '.join(needs(statement))}" if needs(statement) else ""
        lines.append(f"{expansion.span(index).line}: {' | '.join(statement.words)}{missing}")
    document = expansion.documents[0]
    for (_, number), (outcome, reason) in expansion.skipped.items():
        what = f"{document.span(number).line}: {document.text_of(number)}"
        lines.append(f"skipped {outcome}{': ' + reason if reason else ''}: {what}")
    for found in [*document.diagnostics, *expansion.diagnostics]:
        lines.append(f"{found.severity.value}: {found}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    place = json.loads((case / "place.json").read_text())
    text = (case / "input.haproxy").read_text()
    expansion = expand(
        parse(Source("haproxy.cfg", text)),
        Place(place.get("version", ""), Settings(place.get("settings", ()))),
    )
    expected = case / "expected.txt"
    assert show(expansion) == expected.read_text()
    accounted(expansion)


def accounted(expansion: Expansion) -> None:
    """Every statement is either in the expansion, once, or skipped."""
    document = expansion.documents[0]
    standing = [expansion.hop(index).number for index in range(len(expansion.statements))]
    skipped = [number for _, number in expansion.skipped]
    assert sorted(standing + skipped) == document.counted()


def test_a_plain_file_is_its_own_expansion() -> None:
    document = parse(Source("x", "listen a\n  bind :80\n  acl x path_reg a$\n"))
    expansion = expand(document, Place())
    assert expansion.hops is None
    assert expansion.statements is document.statements


def test_the_environment_of_this_machine_is_never_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIP", "203.0.113.7")
    expansion = expand(parse(Source("x", 'listen a\n bind "${VIP}:80"\n')), Place())
    assert expansion.statements[1].words == ("bind", "${VIP}:80")
    assert needs(expansion.statements[1]) == ("VIP",)


def test_long_words_make_no_long_messages() -> None:
    long = "x" * 100_000
    text = f'.alert {long}\n.if {long}(\n.endif\nlisten "${{{long}}}"\n'
    expansion = expand(parse(Source("x", text)), Place())
    assert len(expansion.diagnostics) == 3
    assert max(len(str(found)) for found in expansion.diagnostics) < 500


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ['.if "$A"', ".if streq(a,", ".if !feature(X)||(", ".elif 1", ".else", ".endif",
             "global", 'setenv A "$B c"', "resetenv", 'listen "$A"', " bind ${A}:80",
             '.notice "${A[*]}"',
             "unsetenv A", ' x "${A-b c}" "$.LINE"', "[s]", "# c", "", ".if defined(A)"]
        )
        | st.text(max_size=30)
    )
)  # fmt: skip
def test_any_text_expands_and_is_accounted_for(lines: list[str]) -> None:
    text = "\n".join(lines)
    document = parse(Source("x", text))
    accounted(expand(document, Place()))
    accounted(expand(document, Place("2.0", Settings(["env@A=1 2", "env@B="]))))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="01()!&|, \"'\\abdefinst_$x", max_size=40) | st.text(max_size=20))
def test_any_condition_is_read_or_refused(text: str) -> None:
    parsed = parse_predicate(text)
    assert (parsed.tree is None) <= bool(parsed.error)


def test_deep_nesting_is_refused() -> None:
    assert "deep" in parse_predicate("(" * 5000).error
    parse_predicate("!" * 3000 + "1")


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not on this machine")
def test_corpus() -> None:
    codec = HaproxyCodec()
    files = sorted(CORPUS.iterdir())
    assert files
    for path in files:
        data = path.read_bytes()
        document: Document = codec.parse(Source.from_bytes(str(path), data))
        assert document.source.to_bytes() == data
        accounted(codec.expand(document, Place()))


CONDITIONS = [
    "1", "0", "-1", "00", "", "0 || 1 && 0", "!(0||1)", "! ! 1", "!!1", "( 1 && ( 0 || 1 ) )",
    'streq("a b", "a b")', "streq(a, a)", "streq('a b',a b)", "strneq(a,b)", "defined", "defined()",
    "defined(HATOOLS_NOT_THERE)", "version_atleast(2.6)", "version_atleast(2.6.12)",
    "version_before(2.6)", "version_atleast(2.7)", "version_atleast(2.4)&&version_before(3.0)",
    "streq('\"a,b\"','\"a,b\"')", "streq('\"a)\"','\"a)\"')",
]  # fmt: skip


@pytest.mark.real("haproxy")
def test_haproxy_decides_alike(tmp_path: Path) -> None:
    """One file with all conditions: haproxy complains of exactly the lines that we keep."""
    lines = ["global"]
    for number, condition in enumerate(CONDITIONS):
        lines += [f".if {condition}", f"  no-such-word-{number}", ".endif"]
    path = tmp_path / "haproxy.cfg"
    path.write_text("\n".join(lines) + "\n")
    run = subprocess.run(["haproxy", "-c", "-f", path], capture_output=True, text=True, check=False)
    theirs = {n for n in range(len(CONDITIONS)) if f"'no-such-word-{n}'" in run.stderr}
    expansion = expand(parse(Source("x", path.read_text())), Place("2.6"))
    ours = {int(s.words[0].rpartition("-")[2]) for s in expansion.statements[1:]}
    assert ours == theirs
