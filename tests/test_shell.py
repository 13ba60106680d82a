"""Scripts as a shell reads them: words, statements, what counts; and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatools.plugin import Place, Settings
from hatools.text import Document, Source
from hatools.text.shell.compound import holds
from hatools.text.shell.line import prompt_end, split_line
from hatools.text.shell.loops import items_of
from hatools_ipvsadm import expand as ipvsadm_expand
from hatools_ipvsadm import syntax as ipvsadm_syntax
from hatools_ipvsadm.printing import printed
from hatools_nmcli import expand as nmcli_expand
from hatools_nmcli import syntax as nmcli_syntax

SIDES = [(ipvsadm_syntax.parse, ipvsadm_expand.expand), (nmcli_syntax.parse, nmcli_expand.expand)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a b  c", [("a", "b", "c")]),
        ("a 'b c' \"d e\"f g\\ h", [("a", "b c", "d ef", "g h")]),
        ("a; b && c || d | e & f", [("a",), ("b",), ("c",), ("d",), ("e",), ("f",)]),
        ("a # b", [("a",)]),
        ("a#b", [("a#b",)]),
        ("then a; else b", [("then",), ("a",), ("else",), ("b",)]),
        ("f() { a; }", [("f()", "{"), ("a",), ("}",)]),
        ("function f { a; }", [("function", "f", "{"), ("a",), ("}",)]),
        ("(a; b)", [("(",), ("a",), ("b",), (")",)]),
        ("case $1 in start|up) a ;; *) b ;; esac",
         [("case", "$1", "in"), ("start|up)",), ("a",), ("*)",), ("b",), ("esac",)]),
        ("A=(1 2)", [("A=(1", "2)")]),
        ("a $(b; c | d) `e; f`", [("a", "$(b; c | d)", "`e; f`")]),
        ("a <ADDRESS>:80 <YOUR NAME>", [("a", "<ADDRESS>:80", "<YOUR NAME>")]),
        ("((i++))", [("((i++))",)]),
        ('"then" a', [("then", "a")]),
    ],
)  # fmt: skip
def test_words(line: str, expected: list[tuple[str, ...]]) -> None:
    pieces, faults = split_line(line)
    assert [piece.words for piece in pieces] == expected
    assert faults == []
    assert all(0 <= piece.start < piece.end <= len(line) for piece in pieces)


def test_what_is_around_a_command() -> None:
    (first, second), _ = split_line("cat < a 2>&1 | tee b > c # d")
    assert first.redirects == (("<", "a"), (">&", "1"))
    assert (second.joint, second.redirects, second.comment) == ("|", ((">", "c"),), "d")
    (here,), _ = split_line("cat <<'EOF' > x")
    assert (here.mark, here.raw, here.redirects) == ("EOF", True, (("<<", "EOF"), (">", "x")))
    assert split_line("a 'b")[1][0].at == 2


def test_variables() -> None:
    known = {"A": "1", "B": "2 3", "L": "x y", "@": "p q"}
    (piece,), _ = split_line('$A ${B} "$B" ${C:-4} $D "${L[@]}" "$@" \'$A\'', 0, known)
    assert piece.words == ("1", "2", "3", "2 3", "4", "$D", "x", "y", "p", "q", "$A")
    assert piece.live


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("[root@lvs1 ~]# ipvsadm -L", "ipvsadm -L"),
        ("$ nmcli con", "nmcli con"),
        ("admin@lb:~$ sudo ipvsadm", "sudo ipvsadm"),
        ("ipvsadm -A", "ipvsadm -A"),
        ("[ -f x ]", "[ -f x ]"),
    ],
)
def test_prompts(line: str, command: str) -> None:
    assert line[prompt_end(line) :] == command


@pytest.mark.parametrize(
    ("words", "items"),
    [
        (["a", "b"], ["a", "b"]),
        (["{1..3}"], ["1", "2", "3"]),
        (["{03..01}"], ["03", "02", "01"]),
        (["10.0.{0,1}.{1..2}"], ["10.0.0.1", "10.0.0.2", "10.0.1.1", "10.0.1.2"]),
        (["$(seq 2)"], ["1", "2"]),
        (["$(seq 3 4)", "x"], ["3", "4", "x"]),
        (["$(seq 3 1)"], []),
        (["$(cat hosts)"], None),
        (["$HOSTS"], None),
        (["*.rules"], None),
        (["{1..9999}{1..9999}"], None),
        (["{1..999999}"], None),
    ],
)
def test_what_a_loop_runs_over(words: list[str], items: list[str] | None) -> None:
    assert items_of(words) == items


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("[ a = a ]", True),
        ("[[ a == b ]]", False),
        ("test a != b", True),
        ("[ a = $1 ]", None),
        ("[ -f /etc/x ]", None),
        ("grep x", None),
    ],
)
def test_conditions_that_the_words_decide(condition: str, expected: bool | None) -> None:
    assert holds(tuple(condition.split())) is expected
    assert holds(("[", "-n", "", "]")) is False


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (("echo", "-e", "a\\nb"), ["a", "b"]),
        (("echo", "-A", "-t"), ["-A -t"]),
        (("printf", "%s:%d\\n", "a", "1", "b", "2"), ["a:1", "b:2", ""]),
        (("printf", "100%%"), ["100%"]),
        (("printf", "%5s", "a"), None),
        (("/bin/printf",), []),
    ],
)
def test_what_is_printed(words: tuple[str, ...], lines: list[str] | None) -> None:
    assert printed(words) == lines


def commands(document: Document, *settings: str) -> list[str]:
    expansion = ipvsadm_expand.expand(document, Place(settings=Settings(settings)))
    return [" ".join(each.words) for each in expansion.statements]


def test_functions_are_followed_with_their_arguments() -> None:
    text = 'f() { ipvsadm $1 "$2"; g $2; ipvsadm $1; }\ng() { ipvsadm g $1 $#; }\nf a "b c"\n'
    document = ipvsadm_syntax.parse(Source("x", text))
    assert commands(document) == ["ipvsadm a b c", "ipvsadm g b 2", "ipvsadm a"]


def test_a_branch_is_named_with_set() -> None:
    text = "case $1 in\na*) ipvsadm -C;;\n*) ipvsadm -Z;;\nesac\n"
    document = ipvsadm_syntax.parse(Source("x", text))
    assert commands(document, "case=again") == ["ipvsadm -C"]
    assert commands(document, "case=stop") == ["ipvsadm -Z"]


def test_loops_without_end_or_measure_end() -> None:
    nested = "for a in {1..9999}; do " * 4 + "ipvsadm -L; " + "done; " * 4
    calls = "f() { f; f; }\nf\n"
    growing = "A=xx\n" + "A=$A$A$A$A\n" * 40
    for text in (nested, calls, growing):
        expansion = ipvsadm_expand.expand(ipvsadm_syntax.parse(Source("x", text)), Place())
        assert len(expansion.statements) <= 100_100
        assert expansion.diagnostics or text == growing


FRAGMENTS = st.sampled_from(
    (
        "if",
        "then",
        "else",
        "elif",
        "fi",
        "for",
        "in",
        "do",
        "done",
        "while",
        "case",
        "esac",
        "{",
        "}",
        "(",
        ")",
        "f()",
        "f",
        "function",
        "a)",
        "*)",
        "ipvsadm",
        "nmcli",
        "-R",
        "echo",
        "cat",
        "-A -t 192.0.2.1:80",
        "$A",
        "${A}",
        "$(b)",
        "`c`",
        '"x',
        'x"',
        "'y'",
        "\\",
        "#",
        "<<E",
        "E",
        ">",
        "<",
        "|",
        "&&",
        "||",
        "A=1",
        "B=(1",
        "2)",
        "{1..2}",
        "$1",
        '"$@"',
        "exit",
        "[",
        "[[",
        "test",
        "-z",
        "=",
        "\n",
        ";",
        ";;",
        "\t",
        "|a)",
        "<<<",
    )
)


@given(st.lists(FRAGMENTS, max_size=40), st.sampled_from([" ", "\n", "; ", ""]))
def test_every_statement_is_accounted_for(parts: list[str], glue: str) -> None:
    text = glue.join(parts)
    for parse, expand in SIDES:
        document = parse(Source("x", text))
        assert document.text == text
        for index in range(len(document.statements)):
            document.text_of(index)
        expansion = expand(document, Place())
        reached = {expansion.hop(i)[:2] for i in range(len(expansion.statements))}
        reached |= set(expansion.skipped)
        assert {(0, index) for index in document.counted()} <= reached
        assert all(expansion.span(i).line > 0 for i in range(len(expansion.statements)))
