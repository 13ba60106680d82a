"""ACL conditions and sample expressions as trees."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import SHARED

from hatools.text import Source
from hatools_haproxy.conditions import parse_condition, parse_sample, parse_words, quote
from hatools_haproxy.syntax import parse, tokens

CORPUS = SHARED / "corpus" / "dev" / "haproxy"
A, B, C, D = (("acl", name) for name in "abcd")
CONDITIONS: list[tuple[str, Any]] = [
    ("a", A),
    ("a b or !c d", ("or", ("and", A, B), ("and", ("not", C), D))),
    ("a || b OR c", ("or", A, B, C)),
    ("!!a ! b", ("and", A, ("not", B))),
    ("{ src 192.0.2.0/24 }", ("anonymous", "src", "192.0.2.0/24")),
    ("!{ a b } c", ("and", ("not", ("anonymous", "a", "b")), C)),
    ("! { a } or b", ("or", ("not", ("anonymous", "a")), B)),
    ('{ hdr(host) -i "a b" c\\ d }', ("anonymous", "hdr(host)", "-i", "a b", "c d")),
    ("{ path -m reg '^/(a|b) c}' }", ("anonymous", "path", "-m", "reg", "^/(a|b) c}")),
    ("HTTP_1.1 a-b:c", ("and", ("acl", "HTTP_1.1"), ("acl", "a-b:c"))),
]
REFUSED = ["", "or", "a and b", "a && b", "{ a", "a }", "{ a } }", "{ }", '{ a "b }']
SAMPLES: list[tuple[str, Any]] = [
    ("src", ("sample", ("src",))),
    (
        "hdr(host),lower,map(/a b.map,d)",
        ("sample", ("hdr", "host"), ("lower",), ("map", "/a b.map", "d")),
    ),
    ('req.hdr("a,b",-1),field(1,:)', ("sample", ("req.hdr", "a,b", "-1"), ("field", "1", ":"))),
    ('str("a)b")', ("sample", ("str", "a)b"))),
    (r"regsub(\d\ ,x,g)", ("sample", ("regsub", r"\d ", "x", "g"))),
    ("fc_pp_tlv(0x21),length", ("sample", ("fc_pp_tlv", "0x21"), ("length",))),
]


@pytest.mark.parametrize(("text", "tree"), CONDITIONS)
def test_condition(text: str, tree: Any) -> None:
    parsed = parse_condition(text)
    assert (parsed.tree, parsed.error) == (tree, "")
    assert parse_words(tuple(token.text for token in tokens(text))).tree == tree


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    parsed = parse_condition(text)
    assert parsed.tree is None
    assert parsed.error
    assert 0 <= parsed.column <= len(text)


@pytest.mark.parametrize(("text", "tree"), SAMPLES)
def test_sample(text: str, tree: Any) -> None:
    assert parse_sample(text).tree == tree


@pytest.mark.parametrize("text", ["", "a b", "hdr(x", "a,,b", "hdr(x)y"])
def test_refused_sample(text: str) -> None:
    assert parse_sample(text).error


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.text(alphabet="ab!{}|or (),\"'\\ ", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parsed in (parse_condition(text), parse_sample(text), parse_words((text, text))):
        assert (parsed.tree is None) == bool(parsed.error)


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1))
def test_a_quoted_word_reads_back(word: str) -> None:
    written = quote(word)
    if "\n" not in written:
        assert [token.text for token in tokens(written)] == [word]


def test_plain_conditions_need_no_pyparsing() -> None:
    code = (
        "import sys; from hatools_haproxy.conditions import parse_condition as p; p('a or !b');"
        "from hatools_haproxy import expand, syntax, masking, keywords;"
        "assert 'pyparsing' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not on this machine")
def test_corpus() -> None:
    read = refused = 0
    for path in sorted(CORPUS.iterdir()):
        for statement in parse(Source.from_bytes(path.name, path.read_bytes())).statements:
            words = statement.words
            at = next((n for n, word in enumerate(words) if word in ("if", "unless")), 0)
            if at and words[0] in ("use_backend", "http-request", "tcp-request", "redirect"):
                parsed = parse_words(words[at + 1 :])
                read, refused = read + (not parsed.error), refused + bool(parsed.error)
    assert read > 100
    assert refused <= 0.03 * read
