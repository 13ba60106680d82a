"""The text layer: sources keep their bytes, edits keep everything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatools.text import Document, Edit, Expansion, Hop, Source, Statement, apply_edits, near
from hatools.text.document import BRACE, CLOSE, OPEN


@given(st.binary())
def test_a_source_gives_its_bytes_back(data: bytes) -> None:
    source = Source.from_bytes("x", data)
    assert source.to_bytes() == data
    assert "\n".join(source.lines) == source.text.removesuffix("\n")


@given(st.text(alphabet="ab\n\r"), st.data())
def test_an_offset_and_a_line_agree(text: str, data: st.DataObject) -> None:
    source = Source("x", text)
    for number, line in enumerate(source.lines, 1):
        start = source.offset(number)
        assert text[start : start + len(line)] == line


@given(st.text(alphabet="abc\n", min_size=1), st.data())
def test_edits_change_only_what_they_name(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    edited = apply_edits(Source("x", text), [Edit(start, end, "NEW", "x"), Edit(0, 0, "no", "y")])
    assert edited.text == text[:start] + "NEW" + text[end:]


def test_of_two_overlapping_edits_the_earlier_wins() -> None:
    edits = [Edit(2, 5, "B"), Edit(0, 3, "A")]
    assert apply_edits(Source("x", "012345"), edits).text == "A345"


def test_lines_are_deleted_whole() -> None:
    source = Source("x", "one\ntwo\nthree")
    assert apply_edits(source, [Edit.delete_lines(source, 2, 2)]).text == "one\nthree"
    assert apply_edits(source, [Edit.delete_lines(source, 2, 3)]).text == "one\n"


def nested() -> tuple[Document, Expansion]:
    """``a { b { c } } d`` as a parser sees it."""
    statements = [
        Statement(("a",), 0, 1, OPEN),
        Statement(("b",), 2, 3, OPEN),
        Statement(("c",), 4, 5, comment="why"),
        Statement((), kind=CLOSE),
        Statement((), kind=CLOSE),
        Statement(("d",), 0, 1),
    ]
    document = Document(
        Source("x", "# top\n# more\na {\n b {\n c # why\n }\n}\nd\n"),
        statements,
        [2, 3, 4, 5, 6, 7],
        remarks={0: "top", 1: "more"},
    )
    return document, Expansion([document], statements)


def test_children_are_one_level() -> None:
    _, expansion = nested()
    assert list(expansion.children(-1)) == [0, 5]
    assert list(expansion.children(0)) == [1]
    assert list(expansion.children(1)) == [2]
    assert list(expansion.children(5)) == []


def test_an_unclosed_block_ends_with_the_text() -> None:
    statements = [Statement(("a",), kind=OPEN), Statement(("b",)), Statement((), kind=BRACE)]
    expansion = Expansion([Document(Source("x", ""), statements, [0, 1, 2])], statements)
    assert expansion.ends == {0: 3, 2: 3}
    assert list(expansion.children(0)) == [1]


def test_comments_above_and_behind_are_found() -> None:
    document, expansion = nested()
    assert expansion.comments(0) == (("top", "more"), "")
    assert expansion.comments(2) == ((), "why")
    assert document.counted() == [0, 1, 2, 5]


def test_a_hop_leads_back_to_its_file() -> None:
    document, _ = nested()
    twice = [document.statements[5], document.statements[5]]
    expansion = Expansion([document], twice, [Hop(0, 5), Hop(0, 5)])
    assert str(expansion.span(1)) == "x:8:1"


@pytest.mark.parametrize(("word", "meant"), [("maxcoon", "maxconn"), ("zzz", "")])
def test_a_near_miss_is_named(word: str, meant: str) -> None:
    assert near(word, ["maxconn", "mode"]) == meant
