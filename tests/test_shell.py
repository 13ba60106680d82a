"""Scripts as a shell reads them: words, statements, what counts; and that nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

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


def test_a_list_of_words_may_go_on_over_lines() -> None:
    text = """local -r RS=(
    "10.0.0.1:80"  # the first, don't drain it
    # none
    10.0.0.2:80
)
MORE=(10.0.0.3:80
      10.0.0.4:80)
for each in "${RS[@]}" ${MORE[*]}; do ipvsadm $each; done
"""
    document = ipvsadm_syntax.parse(Source("x", text))
    assert commands(document) == [f"ipvsadm 10.0.0.{number}:80" for number in (1, 2, 3, 4)]
    assert [document.text_of(index)[-1] for index in (0, 1)] == [")", ")"]


@pytest.mark.parametrize("parse", [parse for parse, _ in SIDES])
def test_a_quoted_text_may_go_on_over_lines(parse: Callable[[Source], Document]) -> None:
    text = 'awk \'\n{ print $1 }\n\' x\necho "\n  it\'s a )\n" > y\nA="\n b\n"\n'
    document = parse(Source("x", text))
    assert [each.words[0] for each in document.statements] == ["awk", "echo", "A=\n b\n"]
    assert [each.height for each in document.statements] == [3, 3, 3]
    assert document.diagnostics == []


def test_a_forgotten_quote_ends_with_its_line() -> None:
    text = 'ipvsadm -A "1\nipvsadm -A "2"\nit\'s prose\nipvsadm -A 3\nipvsadm "4\n-> x\n"\n'
    document = ipvsadm_syntax.parse(Source("x", text))
    assert [each.span.line for each in document.diagnostics if each.span] == [1, 5]
    ends = [each.words[-1] for each in document.statements]
    assert ends == ["1", "2", "its prose", "3", "4", "x", ""]


def test_a_branch_is_named_with_set() -> None:
    text = "case $1 in\na*) ipvsadm -C;;\n*) ipvsadm -Z;;\nesac\n"
    document = ipvsadm_syntax.parse(Source("x", text))
    assert commands(document, "case=again") == ["ipvsadm -C"]
    assert commands(document, "case=stop") == ["ipvsadm -Z"]


def test_a_loop_is_told_to_be_left_out_where_it_matters() -> None:
    told = []
    for body in ("sleep 1", "ipvsadm -Ln", "ipvsadm -A $a", "ipvsadm-restore < $a", "f"):
        text = f"f() {{ ipvsadm -C; }}\nwhile true; do {body}; done\n"
        expansion = ipvsadm_expand.expand(ipvsadm_syntax.parse(Source("x", text)), Place())
        told.append(len(expansion.diagnostics))
    assert told == [0, 0, 1, 1, 1]


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
        counted = {(0, index) for index in document.counted()}
        assert counted <= reached
        assert set(expansion.skipped) <= counted
        assert all(expansion.span(i).line > 0 for i in range(len(expansion.statements)))


STUB = """#!/bin/sh
echo "ipvsadm $*" >> "$LOG"
[ "$1" != -R ] || sed "s/^ *//" >> "$LOG"
"""
AS_BASH = {
    "arguments": 'f() { local a=$1; ipvsadm x $a "$@" $#; g; }\ng() { ipvsadm $a $1 $2; }\n'
    'a=9; f 1 "2 3"; ipvsadm $a\n',
    "nested loops": "for a in 1 2; do for b in {3..4} x{5,6}; do ipvsadm $a$b; done; done\n",
    "sequence": "for a in $(seq 3); do ipvsadm $a; done; for a in `seq 2 3`\ndo ipvsadm $a\ndone\n",
    "conditions": 'M=a\nif [ $M = b ]; then ipvsadm 1; elif [ "$M" != c ]; then ipvsadm 2\n'
    "else ipvsadm 3; fi\nif [[ -z $M ]]; then ipvsadm 4; fi\n",
    "case": 'M=stop\ncase "$M" in start|up) ipvsadm 1 ;; st*) ipvsadm 2 ;; *) ipvsadm 3 ;; esac\n',
    "arrays": 'A=(1 2)\nA+=(3)\nfor a in "${A[@]}"; do ipvsadm $a; done\n',
    "quotes": "A='x y'\nipvsadm '$A' \"$A\" $A \\$A a\\ b \"c\\\"d\" 'e'\"f\"${A}g # h\n",
    "defaults": 'ipvsadm ${NOBODY:-d} "${NOBODY:-e f}"\nNOBODY=1\nipvsadm ${NOBODY:-d}\n',
    "here-documents": "A=1\nipvsadm -R <<E\n-A $A\nE\nipvsadm -R <<'E'\n-A $A\n\n-B\nE\n",
    "pipes": 'A=1\necho "-A $A" | ipvsadm -R\n'
    '{ echo -1; printf "%s %s\\n" -a b -c d; } | ipvsadm -R\n'
    "for a in 1 2; do echo -$a; done | ipvsadm -R\ncat <<E |\n-x $A\nE\nipvsadm -R\n",
    "files": "cat > file <<E\n-A 1\nE\necho -a 2 >> file\nipvsadm -R < file\n"
    "ipvsadm -R <<< '-z 1'\n"
    "echo -b > file; cat file | ipvsadm -R\n",
    "subshells": "(ipvsadm 1; ipvsadm 2)\n{ ipvsadm 3; }\nif true; then (ipvsadm 4); fi\n",
    "functions": "function f {\n    g; ipvsadm f\n}\ng()\n{\n    ipvsadm g; }\nf; g\n",
    "continued": "ipvsadm a \\\n    b\\\nc && \\\n  ipvsadm d\nipvsadm e; ipvsadm f & wait\n",
}  # fmt: skip


@pytest.mark.parametrize("name", AS_BASH)
def test_commands_are_those_that_bash_runs(name: str, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    stub, log = tmp_path / "ipvsadm", tmp_path / "log"
    stub.write_text(STUB)
    stub.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    environment = {"PATH": path, "LOG": str(log)}
    subprocess.run([bash, "-c", AS_BASH[name]], env=environment, cwd=tmp_path, check=True)
    document = ipvsadm_syntax.parse(Source("x", AS_BASH[name]))
    quiet = ("wait", "true", "E")
    told = [each for each in commands(document) if each and each not in quiet]
    told = [each for each in told if not each.startswith(("echo", "cat"))]
    assert told == [line for line in log.read_text().splitlines() if line]
