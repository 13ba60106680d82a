"""How haproxy.cfg is spelled: words, comments, columns, and what is wrong with a line."""

from __future__ import annotations

import gc
import json
import os
import random
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lab import SHARED

from hatools.plugin import Place, Settings
from hatools.text import Source, apply_edits
from hatools_haproxy import keywords
from hatools_haproxy.expand import expand
from hatools_haproxy.masking import mask
from hatools_haproxy.plugin import hatools_formats, recognise
from hatools_haproxy.syntax import is_directive, is_head, parse, tokens

WORDS = [
    ("  bind  192.0.2.1:80 \t# the VIP ", ("bind", "192.0.2.1:80"), "the VIP"),
    ("server s1 192.0.2.2:80#glued", ("server", "s1", "192.0.2.2:80"), "glued"),
    (r"a b\ c \# \" \' \\ \x41\n", ("a", "b c", "#", '"', "'", "\\", "A\n"), ""),
    (r"a 'b \ # $X' c", ("a", r"b \ # $X", "c"), ""),
    (r'a "b \" \$X # \x42" c', ("a", 'b " $X # B', "c"), ""),
    ("a b\"c d\"e'f g'", ("a", "bc def g"), ""),
    (r"a \d+ \. b$", ("a", r"\d+", r"\.", "b$"), ""),
    ('a ""', ("a", ""), ""),
    ('a "${X} $Y ${Z-b c}${W[*]}"', ("a", "${X} $Y ${Z-b c}${W[*]}"), ""),
    ("a b\r", ("a", "b"), ""),
    ("a\x0bb\x0cc\x1cd", ("a", "b", "c\x1cd"), ""),
    ("é ü # ö", ("é", "ü"), "ö"),
]
FAULTS = [
    ("listen 'a b", "HP001", 8),
    ('listen a "b', "HP001", 10),
    (r"listen \x4", "HP002", 8),
    ('listen "a$"', "HP003", 10),
    ('listen "a${x"', "HP003", 10),
    ('listen "a${x[2]}"', "HP003", 10),
    ("acl x " + "y " * 70, "HP004", 131),
    ("server s 192.0.2.1:80 \\", "HP005", 23),
    ("option httpchk GET / Host:\\", "HP005", 27),
    ('acl x "" y', "HP006", 7),
    (" [scope]", "HP007", 2),
    ("maxconn ${N}", "HP012", 9),
    ("\ufeffglobal", "TX001", 1),
    ("bind\u00a0:80", "TX002", 5),
    ("bind ：80", "TX003", 6),
    ("bind 192.0.2.1:80 –ssl", "TX003", 19),
    ("bind \0", "TX004", 6),
    ("server {{ name }}", "TX005", 8),
    ("{% for x in y %}", "TX005", 1),
    ("  // a comment", "TX007", 3),
    ("; a comment", "TX007", 1),
    ("bind :80 // why", "TX007", 10),
    ("server <NAME> 192.0.2.1:80", "TX009", 8),
    ("<<<<<<< HEAD", "TX010", 1),
    ("virtual_server 192.0.2.1 80 {", "TX008", 29),
]


@pytest.mark.parametrize(("line", "words", "comment"), WORDS)
def test_words(line: str, words: tuple[str, ...], comment: str) -> None:
    document = parse(Source("x", line + "\n"))
    assert not document.diagnostics
    (statement,) = document.statements
    assert (statement.words, statement.comment) == (words, comment)
    assert tuple(token.text for token in tokens(line)) == words


@pytest.mark.parametrize(("line", "code", "column"), FAULTS)
def test_a_fault_has_its_place_and_the_rest_is_read(line: str, code: str, column: int) -> None:
    document = parse(Source("x", f"global\n{line}\nlisten a # b\n"))
    (found,) = document.diagnostics
    assert (found.code, found.span.line, found.span.column) == (code, 2, column)
    assert found.message
    assert document.statements[0].words == ("global",)
    assert document.statements[-1].words == ("listen", "a")


def test_missing_last_newline_is_mended_by_an_edit() -> None:
    document = parse(Source("x", "global\n daemon"))
    (found,) = document.diagnostics
    assert found.code == "TX006"
    assert apply_edits(document.source, found.fix).text == "global\n daemon\n"


def test_odd_spaces_are_mended_by_an_edit_and_read_as_spaces() -> None:
    document = parse(Source("x", "\ufefflisten a\n\u00a0\u00a0bind\u00a0:80\n"))
    assert [s.words for s in document.statements] == [("listen", "a"), ("bind", ":80")]
    assert is_head(document.statements[0])
    edits = [edit for found in document.diagnostics for edit in found.fix]
    assert apply_edits(document.source, edits).text == "listen a\n  bind :80\n"


def test_heads_directives_comments() -> None:
    text = "# one\n#  two\n\n  global\n.if 1\n  maxconn 1 # x\n.endif\n"
    document = parse(Source("x", text))
    assert [is_head(s) for s in document.statements] == [True, False, False, False]
    assert [is_directive(s) for s in document.statements] == [False, True, False, True]
    assert document.remarks == {0: "one", 1: " two"}
    assert document.rows == [3, 4, 5, 6]
    assert document.text_of(2) == "maxconn 1"


def test_lines_alike_share_a_statement_and_wrong_ones_are_all_reported() -> None:
    document = parse(Source("x", " server a b\n" * 3 + " server 'a\n" * 3))
    assert len({id(s) for s in document.statements[:3]}) == 1
    assert [found.span.line for found in document.diagnostics] == [4, 5, 6]


def test_a_line_of_ten_megabytes() -> None:
    plain, quoted = "a " * 5_000_000, "'" + "a " * 5_000_000 + "' \\"
    document = parse(Source("x", f"global\n{plain}\n{quoted}\n"))
    assert {found.code for found in document.diagnostics} == {"HP004", "HP005"}


def test_collecting_garbage_goes_on_afterwards() -> None:
    assert gc.isenabled()
    parse(Source("x", "global\n"))
    assert gc.isenabled()


TEXT = st.text() | st.lists(
    st.sampled_from(list(" \t\r\n\"'\\#$x{}.[a-"))
    | st.sampled_from(["${", "global", ".if", "\\x4"])
).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXT)
@example("\x85\n\x1c\n\u2028a\n[\n")
def test_any_text_is_read_with_true_places(text: str) -> None:
    source = Source("x", text)
    document = parse(source)
    for index, statement in enumerate(document.statements):
        line = source.lines[document.rows[index]]
        assert 0 <= statement.start < statement.end <= len(line)
        assert statement.words
    for found in document.diagnostics:
        span = found.span
        assert 1 <= span.line <= max(len(source.lines), 1)
        assert 1 <= span.column <= span.end_column <= len(source.line(span.line)) + 2
    for token in tokens(text.replace("\n", " ")):
        assert token.start < token.end
    mask(text)
    recognise("x", text)


@settings(max_examples=100, deadline=None)
@given(st.binary())
def test_any_bytes_are_kept(data: bytes) -> None:
    assert parse(Source.from_bytes("x", data)).source.to_bytes() == data


@settings(max_examples=200, deadline=None)
@given(TEXT.map(lambda text: text.replace("\n", " ")))
def test_the_quick_way_and_the_exact_way_agree(line: str) -> None:
    exact = tokens(line)
    statements = parse(Source("x", line + "\n")).statements
    if statements and not statements[0].words[0].startswith("["):
        (statement,) = statements
        assert statement.words == tuple(token.text for token in exact)
        assert (statement.start, statement.end) == (exact[0].start, exact[-1].end)


PIECES = ["a", "\\ ", "\\\\", "\\#", '\\"', "\\'", "\\n", "\\q", "\\x41", '"', '"', "'", "'", "$",
          "${X}", "$X", "${Y-d e}", "${X[*]}", "#", "\\$", " ", "é", "(", ")", "{",
          "}", ","]  # fmt: skip


@pytest.mark.real("haproxy")
def test_haproxy_reads_the_same_words(tmp_path: Path) -> None:
    """Haproxy names the first word of each line that it does not know, or the line's fault."""
    draw = random.Random(7)
    for _ in range(8):
        lines = ["z" + "".join(draw.choices(PIECES, k=draw.randint(1, 7))) for _ in range(40)]
        path = tmp_path / "haproxy.cfg"
        path.write_text("global\n" + "".join(line + "\n" for line in lines))
        run = subprocess.run(
            ["haproxy", "-c", "-f", path],
            capture_output=True, check=False, env={"X": "1 2", "PATH": os.environ["PATH"]},
        )  # fmt: skip
        said = run.stderr.decode("utf-8", "surrogateescape")
        known = re.findall(r":(\d+)\] : unknown keyword '((?:.|\n)*?)' in 'global'", said)
        faults = re.findall(r":(\d+)\]: (?:unmatched|forbidden|truncated)", said)
        document = parse(Source("haproxy.cfg", path.read_text()))
        wrong = {
            found.span.line for found in document.diagnostics
            if found.code in ("HP001", "HP002", "HP003")
        }  # fmt: skip
        assert wrong == set(map(int, faults))
        expansion = expand(document, Place("2.6", Settings(["env@X=1 2"])))
        words = {
            expansion.span(index).line: statement.words[0]
            for index, statement in enumerate(expansion.statements)
        }
        assert {number: words[number] for number in words if number not in wrong | {1}} == {
            int(number): word for number, word in known
        }


RECOGNISED = [
    ("haproxy.cfg", "global\n", 90),
    ("x", "frontend web\n bind :80\n", 95),
    ("x", "global\n daemon\n maxconn 5\n", 80),
    ("/etc/haproxy/lb.cfg", "", 70),
    ("keepalived.conf", "global_defs {\n}\nvrrp_instance A {\n interface eth0\n}\n", 0),
    ("run.sh", "#!/bin/sh\nlisten a\n bind :80\n", 0),
    ("save", "-A -t 192.0.2.1:80 -s rr\n-a -t 192.0.2.1:80 -r 192.0.2.2:80 -g\n", 0),
    ("x.ini", "[global]\nmaxconn = 5\n[defaults]\nmode = x\n", 0),
    ("nginx.conf", "http {\n upstream backend {\n server 192.0.2.1;\n }\n}\n", 0),
    ("haproxy.cfg", "\x7fELF\0\0global\n", 0),
]


@pytest.mark.parametrize(("path", "head", "score"), RECOGNISED)
def test_recognise(path: str, head: str, score: int) -> None:
    assert recognise(path, head) == score


def test_the_format_says_what_it_is() -> None:
    (found,) = hatools_formats()
    assert (found.name, found.file_name, found.versions[-1]) == ("haproxy", "haproxy.cfg", "3.3")


MASKED = [
    ("  stats auth admin:pw ", "  stats auth admin:******** "),
    ('stats auth "admin:p w"', "stats auth ********"),
    ("user bob password $6$x groups g", "user bob password ******** groups g"),
    ("# user bob insecure-password x", "# user bob insecure-password ********"),
    ("server s 192.0.2.1:80 tcp-md5sig x check", "server s 192.0.2.1:80 tcp-md5sig ******** check"),
    ("setenv DB_PASSWORD x", "setenv DB_PASSWORD ********"),
    ("http-check send hdr Authorization 'Basic x'", "http-check send hdr Authorization ********"),
    ("deny if { hdr(X-Token) -m str x } b", "deny if { hdr(X-Token) -m str ******** } b"),
    ("tcp-check send AUTH\\ x\\r\\n", "tcp-check send ********"),
    ("redirect location http://u:x@example.com/", "redirect location http://u:********@example.com/"),
    ("http-request auth realm Keys", "http-request auth realm Keys"),
    ("bind :443 ssl crt /etc/ssl/key.pem", "bind :443 ssl crt /etc/ssl/key.pem"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "masked"), MASKED)
def test_secrets_are_masked(line: str, masked: str) -> None:
    assert mask(line) == masked


# The removal map: section, line, the version that refuses it, the replacement.
REMOVED = [
    ("listen", "appsession x", "1.6", "cookie"),
    ("listen", "clitimeout 1", "2.1", "timeout client"),
    ("listen", "contimeout 1", "2.1", "timeout connect"),
    ("listen", "block if x", "2.1", "http-request deny"),
    ("listen", "redispatch", "2.1", "option redispatch"),
    ("frontend", "reqirep a b", "2.1", "replace-header"),
    ("backend", "rspadd x", "2.1", "http-response add-header"),
    ("listen", "option http-tunnel", "2.5", ""),
    ("listen", "option forceclose", "2.5", "option httpclose"),
    ("frontend", "monitor-net 192.0.2.0/24", "2.3", "monitor-uri"),
    ("global", "debug", "2.3", "-d"),
    ("global", "nbproc 4", "2.5", "nbthread"),
    ("frontend", "grace 1", "2.5", "global"),
    ("listen", "option http_proxy", "2.5", "do-resolve"),
    ("global", "tune.chksize 1", "2.5", "tune.bufsize"),
    ("frontend", "bind-process 1", "2.7", "thread"),
]


@pytest.mark.parametrize(("section", "line", "version", "instead"), REMOVED)
def test_removed_keywords(section: str, line: str, version: str, instead: str) -> None:
    status = keywords.status(section, line.split(), "3.3")
    assert (status.kind, status.version) == ("removed", version)
    assert instead in status.instead


def test_standing_by_version() -> None:
    def kind(section: str, line: str, version: str) -> str:
        return keywords.status(section, line.split(), version).kind

    assert kind("frontend", "http-request set-tos 1", "2.9") == "known"
    assert kind("frontend", "http-request set-tos 1", "3.0") == "deprecated"
    assert kind("frontend", "http-request set-fc-tos 1", "2.9") == "too-new"
    assert kind("listen", "dispatch 192.0.2.1:80", "3.3") == "deprecated"
    assert kind("listen", "maxcoon 5", "3.3") == "unknown"
    assert kind("listen", "http-request notreal", "3.3") == "unknown"
    assert keywords.standing(keywords.sections()["program"], "3.3").kind == "removed"
    process = keywords.server_option("process", "bind")
    assert process
    assert keywords.standing(process, "2.7").kind == "removed"


def test_lookup_of_heads() -> None:
    def head(section: str, line: str) -> tuple[str, int, str]:
        found = keywords.lookup(section, line.split())
        assert found, line
        return found.keyword.keyword, found.length, found.prefix

    assert head("backend", "no option httpchk") == ("option httpchk", 3, "no")
    assert head("frontend", "http-request set-var(txn.x) src") == ("set-var", 2, "")
    assert head("frontend", "tcp-request content track-sc2 src") == ("track-sc2", 3, "")
    assert head("frontend", "http-request lua.mine") == ("allow", 2, "")
    assert head("frontend", "stats uri /x") == ("stats uri", 2, "")
    assert head("global", "no log") == ("log", 2, "no")


def test_options_of_a_server_and_a_bind() -> None:
    line = "check inter 2s source 192.0.2.1 interface eth0 weight 3"
    line += " set-proxy-v2-tlv-fmt(0x20) %[src] x"
    assert keywords.split_options("server", line.split()) == [
        ("check",), ("inter", "2s"), ("source", "192.0.2.1", "interface", "eth0"), ("weight", "3"),
        ("set-proxy-v2-tlv-fmt(0x20)", "%[src]"), ("x",),
    ]  # fmt: skip
    assert keywords.split_options("bind", ["ssl", "crt"]) == [("ssl",), ("crt",)]


LINES = SHARED / "corpus/dev/keyword-lines/haproxy-lines.jsonl"


@pytest.mark.skipif(not LINES.exists(), reason="the corpus of keyword lines is not here")
def test_keywords_of_valid_lines_are_known() -> None:
    counts: Counter[bool] = Counter()
    for row in map(json.loads, LINES.read_text().splitlines()):
        if row["valid"] and row["section"]:
            words = [token.text for token in tokens(row["line"])]
            counts[any(keywords.lookup(section, words) for section in row["section"])] += 1
    assert counts[True] >= 0.98 * counts.total(), counts


@pytest.mark.skipif(not (SHARED / "facts/keywords").exists(), reason="the facts are not here")
def test_the_tables_hold_every_fact() -> None:
    for row in map(json.loads, (SHARED / "facts/keywords/haproxy.jsonl").read_text().splitlines()):
        if row["sections"] == ["spoe-file"]:
            continue
        of, word = row["context"], row["keyword"]
        if of in ("bind", "server"):
            assert keywords.arities(of)[word] == int(bool(row["args"]) or word == "usesrc")
        elif not of.startswith(("value:", "crt-", "service", "section")):
            lead = of.removeprefix("action:") + " " if of.startswith(("action:", "filter")) else ""
            found = keywords.lookup(row["sections"][0], (lead + word).split())
            assert found, (of, word)
            assert found.keyword.removed == (row["removed_in"] or "")
    for row in map(
        json.loads, (SHARED / "facts/keywords/haproxy-samples.jsonl").read_text().splitlines()
    ):
        assert keywords.sample(row["name"], row["kind"])
