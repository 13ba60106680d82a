"""What a keepalived.conf says in one place: cases as data, laws over any text, the corpus."""

from __future__ import annotations

import glob
import os
from pathlib import Path

import pytest
from corpus import CORPUS as CORPUS_FOLDER
from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.errors import HatoolsError, NeedsPlace, UnreadableInput
from hatools.plugin import Place, Settings
from hatools.text import Expansion, Source
from hatools.text.document import CLOSE, OPEN
from hatools_keepalived.expand import expand
from hatools_keepalived.syntax import parse

CASES = Path(__file__).parents[1] / "fixtures" / "keepalived_expand"
CORPUS = CORPUS_FOLDER / "dev"


class Folder:
    """The files of one case, by names relative to its folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, pattern: str, near: str) -> tuple[list[str], str]:
        base = self.root / Path(near).parent
        found = (os.path.relpath(path, self.root) for path in glob.glob(str(base / pattern)))
        return sorted(os.path.normpath(path) for path in found), ""

    def load(self, path: str) -> Source:
        try:
            return Source.from_bytes(path, (self.root / path).read_bytes())
        except OSError as problem:
            raise UnreadableInput(str(problem)) from None


def accounted(expansion: Expansion) -> None:
    """Every counted statement is in the expansion, or skipped with a reason, not both."""
    hops = [expansion.hop(i) for i in range(len(expansion.statements))]
    reached = {(hop.document, hop.number) for hop in hops}
    for number, document in enumerate(expansion.documents):
        for index in document.counted():
            assert ((number, index) in reached) != ((number, index) in expansion.skipped)
    assert {outcome for outcome, _ in expansion.skipped.values()} <= {"kept", "dropped"}
    assert all(reason for outcome, reason in expansion.skipped.values() if outcome == "dropped")


def shown(expansion: Expansion) -> str:
    """Return the expansion as the cases have it: file:line (via), words and brace."""
    lines = []
    for index, statement in enumerate(expansion.statements):
        span, hop = expansion.span(index), expansion.hop(index)
        via = "".join(f" < {place.path}:{place.line}" for place in reversed(hop.via))
        brace = {OPEN: " {", CLOSE: "}"}.get(statement.kind, "")
        lines.append(f"{span.path}:{span.line}{via} | {' '.join(statement.words)}{brace}")
    for (number, index), (outcome, reason) in sorted(expansion.skipped.items()):
        span = expansion.documents[number].span(index)
        lines.append(f"{span.path}:{span.line} {outcome} {reason}".rstrip())
    lines += [f"{remark.span} {remark.code} {remark.message}" for remark in expansion.diagnostics]
    return "\n".join(lines) + "\n"


def expanded(case: Path) -> Expansion:
    given = case / "settings"
    facts = given.read_text().split() if given.exists() else []
    version = next((fact[8:] for fact in facts if fact.startswith("version=")), "")
    place = Place(version, Settings(f for f in facts if not f.startswith("version=")), Folder(case))
    return expand(parse(place.files.load("input.conf")), place)


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_case(case: Path) -> None:
    expansion = expanded(case)
    accounted(expansion)
    text = shown(expansion)
    if os.environ.get("HATOOLS_ACCEPT"):
        (case / "expected").write_text(text)
    assert text == (case / "expected").read_text()


def test_nodes_are_asked_for() -> None:
    document = parse(Source("k.conf", "@lb1 state MASTER\n@^lb2 priority 3\n"))
    with pytest.raises(NeedsPlace) as caught:
        expand(document, Place())
    assert caught.value.choices == ("lb1", "lb2")
    assert "--set config_id=" in caught.value.advice


def test_what_depends_on_nothing_is_its_own_expansion() -> None:
    document = parse(Source("k.conf", "vrrp_script x {\n  interval 2 # often\n}\n"))
    expansion = expand(document, Place())
    assert expansion.hops is None
    assert expansion.statements is document.statements


WORDS = (
    "{ } \" ' # ! @a @^b ~SEQ(x,1,3) ~LST({a,b},{1,2}) $x= $x ${x} $ \\ // include x vrrp_instance"
    " weight 1 script {{ }} <A> \u00a0 \uff0c \ufeff ======= \0 \udcff $y=$y"
)
CONFIG = st.lists(
    st.sampled_from([*WORDS.split(" "), "${_ENV X}", "\n", "\n", "\r", "\t", "\\\n", "x" * 400]),
    max_size=40,
).map(" ".join)


@settings(max_examples=400, deadline=None)
@given(CONFIG)
def test_any_configuration_expands_and_is_accounted_for(text: str) -> None:
    document = parse(Source("k.conf", text))
    for facts in ([], ["config_id=a"], ["config_id=b", "env@X=1"]):
        try:
            accounted(expand(document, Place(settings=Settings(facts))))
        except HatoolsError:
            assert not facts


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_expand(data: bytes) -> None:
    document = parse(Source.from_bytes("k.conf", data))
    accounted(expand(document, Place(settings=Settings(["config_id=a"]))))


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not on this machine")
def test_the_corpus_expands() -> None:
    for path in [*(CORPUS / "keepalived").iterdir(), *(CORPUS / "templates").iterdir()]:
        document = parse(Source.from_bytes(str(path), path.read_bytes()))
        try:
            accounted(expand(document, Place()))
        except NeedsPlace as needs:
            for choice in needs.choices:
                accounted(expand(document, Place(settings=Settings([f"config_id={choice}"]))))


def test_a_sequence_that_never_ends_is_cut_off() -> None:
    expansion = expand(parse(Source("k.conf", "~SEQ(a, 1000) ~SEQ(b, 1000) alpha\n")), Place())
    assert [remark.code for remark in expansion.diagnostics] == ["KA004"]
    assert 1_000 < len(expansion.statements) <= 10_000
    accounted(expansion)
