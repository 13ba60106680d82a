"""The laws over the corpus and over anything: lossless, no exception, accounted, re-read."""

from __future__ import annotations

import pytest
from corpus import WHY_NOT, Specimen, specimens
from hypothesis import given, settings
from hypothesis import strategies as st
from ipvsadm_cases import CODEC, FIXTURES, read, write

from hatools.convert.accounting import Account
from hatools.model import Outcome
from hatools.text import Source

SPECIMENS = specimens("ipvsadm")
FORGOTTEN = ("not understood", "the target's writer has no word on it")
WORDS = sorted(
    {
        word
        for path in FIXTURES.glob("*/input.*")
        for word in path.read_text("utf-8", "surrogateescape").split()
    }
    | {"'", '"', "`", "$(", "${", "|", ";", "&&", "<<EOF", "EOF", "\\\n", "\r\n", "case", "in"}
    | {"esac", "*)", "for", "do", "done", "if", "then", "fi", "f()", "{", "}", "\0", "²", "\udc80"}
)


def obey(text: str) -> None:
    """Check every law for *text*."""
    reading = read(text)
    document = reading.expansion.documents[0]
    for index in range(len(document.statements)):
        document.span(index)
        document.text_of(index)
    writing = write(reading.topology)
    entries = list(Account(reading, writing, None, CODEC.mask).entries())
    written = [entry for entry in entries if entry.outcome is not Outcome.ASSUMED]
    assert len(written) == len(document.counted())
    for entry in written:
        assert entry.reason not in FORGOTTEN
        assert entry.reason or entry.outcome is Outcome.KEPT
        assert all(part.reason not in FORGOTTEN for part in entry.parts)


@pytest.mark.skipif(not SPECIMENS, reason=WHY_NOT)
@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.id)
def test_corpus(specimen: Specimen) -> None:
    source = Source.from_bytes(specimen.path.name, specimen.path.read_bytes())
    assert source.to_bytes() == specimen.path.read_bytes()
    obey(source.text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40), st.data())
def test_any_words(words: list[str], data: st.DataObject) -> None:
    gaps = data.draw(
        st.lists(st.sampled_from([" ", "\n", "", "\t"]), min_size=len(words), max_size=len(words))
    )
    obey("".join(word + gap for word, gap in zip(words, gaps, strict=True)))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    source = Source.from_bytes("x", data)
    assert CODEC.parse(source).source.to_bytes() == data
    obey(source.text)


def test_a_line_of_a_megabyte() -> None:
    for text in ("x" * 1_000_000, "a;" * 20_000, "ipvsadm -A " + "$x " * 20_000, '"' * 99_999):
        obey(text)


def test_saved_rules_survive_word_for_word() -> None:
    text = (FIXTURES / "saved-rules" / "input.rules").read_text()
    main = write(read(text).topology).main
    assert main is not None
    assert main.text == text.replace(" --tun-type ipip", "")
