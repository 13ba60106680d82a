"""How keepalived.conf is spelled: words, quotes, braces, what is wrong, and the keyword table."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import SHARED

from hatools.text import Document, Source
from hatools.text.document import BRACE, CLOSE, OPEN, PLAIN
from hatools_keepalived import keywords
from hatools_keepalived.notes import Note
from hatools_keepalived.plugin import recognise
from hatools_keepalived.syntax import parse
from hatools_keepalived.words import RAW_SCRIPT_KEYWORDS, SCRIPT_KEYWORDS, shell_words

FACTS = SHARED / "facts" / "keywords" / "keepalived.jsonl"
MARK = {PLAIN: "", OPEN: " {", CLOSE: "}", BRACE: "{"}


def parsed(text: str) -> Document:
    return parse(Source("k.conf", text))


def shown(text: str) -> list[str]:
    """Return the statements, words joined by ``|``, braces as they are."""
    return ["|".join(s.words) + MARK[s.kind] for s in parsed(text).statements]


def codes(text: str) -> list[str]:
    return [remark.code for remark in parsed(text).diagnostics]


SPELLINGS = [
    ("weight 1", ["weight|1"]),
    ("  weight\t1 \r\n", ["weight|1"]),
    ("weight 1#one", ["weight|1"]),
    ("weight 1 ! one", ["weight|1"]),
    ("# only\n!too\n\n", []),
    (r"router_id a\#b\!c d", ["router_id|a#b!c|d"]),
    ('router_id "a # b" c', ["router_id|a # b|c"]),
    ("router_id 'a # b'", ["router_id|'a"]),
    ('router_id a"b"c', ["router_id|a|b|c"]),
    ("lb_algo rr \\", ["lb_algo|rr\\"]),
    ("a { b }", ["a {", "b", "}"]),
    ("x{", ["x {"]),
    ("} }", ["}", "}"]),
    ("x\n{\n}", ["x", "{", "}"]),
    ('x "{" }', ["x|{", "}"]),
    ("virtual_server 192.0.2.10 80 { //VIP", ["virtual_server|192.0.2.10|80 {", "//VIP"]),
    (r"""script "/bin/a 'b'" c\ d 'e "f"'g""", ["script|/bin/a 'b'|c d|e \"f\"g"]),
    (r"""notify_up "/bin/x \x41\t\101\cA" """, ["notify_up|/bin/x A\tA\x01"]),
    (r'regex "a\.b"', [r"regex|a\.b"]),
    ("@lb1 state MASTER", ["state|MASTER"]),
    ("@^lb1 a { b }", ["a {", "b", "}"]),
    ("$A=1 2 \\\n # no\n 3 \\\n4 # end\nx", ["$A=1|2\\", "x"]),
    ("a ${B} {", ["a|${B} {"]),
    ("a {{ B }}", ["a|{{|B|}}"]),
    ("include a b.conf", ["include|a|b.conf"]),
    ("\u00a0\u00a0interface eth0", ["\u00a0\u00a0interface|eth0"]),
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_spelling(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


FAULTS = [
    ('x "open', ["KA022"]),
    ("router_id 'a # b'", []),
    ("script 'a # b'", ["KA022"]),
    ("a // b", ["TX007"]),
    ("path //b", []),
    ("; a", ["TX011"]),
    ("a\u00a0b", ["TX002"]),
    ("a b # \u00a0 \uff0c", []),
    ('a "\uff0c"', []),
    ("a\uff0cb", ["TX003"]),
    ("\ufeffglobal_defs {", ["TX001"]),
    ("a\0b", ["TX004"]),
    ("p {{ a }}\nq {{ b }}\n{% if x %}", ["TX005"]),
    ("password <STRING>", ["TX009"]),
    ("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x", ["TX010"] * 3),
    ("x" * 1023, []),
    ("x" * 1024, ["KA023"]),
    ("lb_algo rr \\", ["KA010"]),
    ("@lb1", ["KA009"]),
]


@pytest.mark.parametrize(("text", "expected"), FAULTS)
def test_faults(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


MEANT = [
    ("lb_algo rr // round robin", ("lb_algo", "rr")),
    ("//VIP", ()),
    ("\u00a0\u00a0interface eth0", ("interface", "eth0")),
    ("\u3000", ()),
    ("weight\u00a01 // one", ("weight", "1")),
    ("auth_type\uff1aPASS", ("auth_type:PASS",)),
]


@pytest.mark.parametrize(("text", "expected"), MEANT)
def test_what_was_meant(text: str, expected: tuple[str, ...]) -> None:
    note = parsed(text).statements[0].note
    assert isinstance(note, Note)
    assert note.meant == expected


def test_comments_and_places() -> None:
    document = parsed("# above\nvrrp_script x { # behind\n  weight 1\n} # end\n")
    assert document.remarks == {0: "above"}
    assert [statement.comment for statement in document.statements] == ["behind", "", "end"]
    assert document.above(0) == ("above",)
    assert document.text_of(0) == "vrrp_script x"
    assert str(document.span(1)) == "k.conf:3:3"


def test_equal_lines_share_a_statement() -> None:
    first, second = parsed("  weight 1 # a\n  weight 1 # a\n").statements
    assert first is second


def test_a_definition_of_several_lines_is_one_statement() -> None:
    document = parsed("$A=1 \\\n  2 \\\n3\n")
    assert document.span(0) == ("k.conf", 1, 1, 3, 2)
    assert document.text_of(0) == "$A=1 \\\n  2 \\\n3"


def test_a_long_line_counts_as_several() -> None:
    document = parsed("lb_algo rr # " + "c" * 1010 + "dd {" + " " * 1018 + "x }\n")
    assert [statement.words for statement in document.statements] == [
        ("lb_algo", "rr"), ("dd",), ("x",), ()
    ]  # fmt: skip
    assert document.text_of(2) == "x"


def test_a_long_line_leaves_its_tail() -> None:
    document = parsed("a" * 1023 + "weight 1\n")
    assert document.statements[-1].words == ("weight", "1")
    assert document.source.lines[0][document.statements[-1].start :] == "weight 1"


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab \t{}\"'\\#!@$~/=\r\n\0\u00a0\ufeff"), max_size=80))
def test_any_text_parses_inside_its_lines(text: str) -> None:
    document = parsed(text)
    assert document.text == text
    for index, statement in enumerate(document.statements):
        span = document.span(index)
        assert 1 <= span.line <= span.end_line <= len(document.source.lines)
        assert 1 <= span.column <= len(document.source.line(span.line)) + 1
        assert 1 <= span.end_column <= len(document.source.line(span.end_line)) + 1
        assert bool(statement.words) == (statement.kind < CLOSE)
        document.text_of(index)
    assert document.rows == sorted(document.rows)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_come_back(data: bytes) -> None:
    assert parse(Source.from_bytes("k.conf", data)).source.to_bytes() == data


@given(st.text(max_size=30))
def test_shell_words_never_raise(text: str) -> None:
    words = shell_words(text)
    assert words is None or all(isinstance(word, str) for word in words)


RECOGNISED = [
    ("/etc/keepalived/keepalived.conf", "vrrp_instance VI_1 {\n}\n", 95),
    ("pair.txt", "@lb1 vrrp_instance VI_1\n{\n}\n", 95),
    ("x", "virtual_server 192.0.2.10 80{\n", 95),
    ("haproxy.cfg", "global\n  daemon\nlisten x\n  bind :80\n", 0),
    ("nginx.conf", "http {\n  server {\n  }\n}\n", 0),
    ("rules", "-A -t 192.0.2.10:80 -s wlc\n", 0),
    ("x.sh", "#!/bin/sh\necho vrrp_instance x {\n", 0),
    ("keepalived.conf", "\x7fELF\0", 0),
]


@pytest.mark.parametrize(("path", "head", "expected"), RECOGNISED)
def test_recognise(path: str, head: str, expected: int) -> None:
    assert recognise(path, head) == expected


def test_keywords_are_found_by_block() -> None:
    tcp = ("virtual_server", "real_server", "TCP_CHECK")
    record = keywords.lookup(tcp, "connect_timeout")
    assert record is not None
    assert record.arguments[0].type == "seconds"
    assert record.carries == "read"
    assert keywords.lookup(tcp, "nb_get_retry") is None
    assert keywords.blocks_known(tcp)
    assert not keywords.blocks_known((*tcp, "x"))
    assert keywords.takes_lines(("vrrp_instance", "virtual_ipaddress"))
    assert not keywords.takes_lines(("vrrp_instance",))
    old = keywords.lookup(("virtual_server",), "nat_mask")
    assert old is not None
    assert not old.known_in("2.0")
    assert keywords.is_script_keyword(("virtual_server",), "quorum_up")


def test_every_keyword_read_is_in_the_table() -> None:
    for path, names in keywords._READ.items():
        block = keywords.block(tuple(path.split("/")) if path else ())
        assert set(names.split()) <= set(block), path


@pytest.mark.skipif(not FACTS.exists(), reason="the collected facts are not on this machine")
def test_the_table_says_what_was_collected() -> None:
    facts = [json.loads(line) for line in FACTS.read_text().splitlines()]
    root = {"root": "", "parser": "<parser>"}
    ours = {("/".join(path), record.name): record for path, record in keywords.rows()}
    assert len(ours) == len(facts)
    for fact in facts:
        record = ours[root.get(fact["block"], fact["block"]), fact["keyword"]]
        assert record.since.replace(">", "after ") == fact["since"].replace("≤", "")
        assert record.opens == fact["opens_block"]
        assert [item.name for item in record.arguments] == [a["name"] for a in fact["args"]]
        assert [item.type for item in record.arguments] == [a["type"] for a in fact["args"]]
        for item, arg in zip(record.arguments, fact["args"], strict=True):
            assert (item.least, item.most) == (arg.get("min"), arg.get("max"))
            assert item.values == tuple(map(str, arg.get("values") or ()))
        assert record.default == ("" if fact["default"] is None else str(fact["default"]))
        scripts = SCRIPT_KEYWORDS | RAW_SCRIPT_KEYWORDS
        if record.kind == "keyword" and {"script", "quoted"} & {a.type for a in record.arguments}:
            assert record.name in scripts
