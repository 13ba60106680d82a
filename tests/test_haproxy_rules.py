"""The rules on haproxy.cfg find what haproxy itself warns of, and stand any input."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from corpus import Specimen, specimens
from hypothesis import given
from hypothesis import strategies as st
from lab import ROOT, haproxy_check, missing

from hatools.plugin import Place, Settings
from hatools.plugin.behaviour import Subject, Told
from hatools.text import Diagnostic, Source
from hatools_haproxy.codec import HaproxyCodec
from hatools_haproxy.rules import RULES

CODEC = HaproxyCodec()
LINES = sorted(
    {
        line
        for path in (ROOT / "fixtures" / "rules").glob("HP*/*.cfg")
        for line in path.read_text("utf-8").splitlines()
    }
)
# What haproxy 2.6 warns of, and the rules that say it.
WARNINGS = {
    "missing timeouts": "HP310",
    "rule placed after": "HP305",
    "requires? HTTP mode|needs 'mode http'|HTTP mode is disabled": "HP331 HP332 HP326",
    "rules without 'option": "HP334",
}


def found(text: str, version: str = "2.6") -> Iterator[Diagnostic]:
    """Yield what all rules find in *text*."""
    source = Source("haproxy.cfg", text)
    reading = CODEC.read(CODEC.expand(CODEC.parse(source), Place(version, Settings())))
    subject = Subject({"node": (Told("haproxy", reading),)})
    for rule in RULES:
        yield from rule.check(subject)


@pytest.mark.real("haproxy")
@pytest.mark.skipif(bool(missing("haproxy")), reason=missing("haproxy"))
@pytest.mark.parametrize("specimen", specimens("haproxy")[::6], ids=lambda each: each.id)
def test_what_haproxy_warns_of_is_found(specimen: Specimen) -> None:
    said = haproxy_check(specimen.path).output
    text = specimen.path.read_bytes().decode("utf-8", "surrogateescape")
    codes = {each.code for each in found(text)}
    for words, names in WARNINGS.items():
        if re.search(words, said):
            assert codes & set(names.split()), words


@given(
    st.lists(st.tuples(st.sampled_from(LINES), st.integers(1, 9)), max_size=40),
    st.sampled_from(["", "2.2", "2.6", "3.3"]),
)
def test_no_input_raises(lines: list[tuple[str, int]], version: str) -> None:
    """Lines of all cases in any order, and cut short."""
    text = "\n".join(" ".join(line.split(" ")[: 4 + count]) for line, count in lines)
    for each in found(text, version):
        assert each.span is not None
