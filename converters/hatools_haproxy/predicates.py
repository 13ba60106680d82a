"""The conditions of ``.if`` and ``.elif``: predicates joined by ``!``, ``&&``, ``||``, parentheses.

Read with pyparsing, which is imported with the first condition.  `&&` binds
tighter than `||`.  A missing term is false, a number is true unless it is 0,
and blanks inside a predicate's parentheses belong to its arguments.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from hatools_haproxy.lexer import unquote_argument

if TYPE_CHECKING:
    import pyparsing

PREDICATES: dict[str, tuple[int, str]] = {
    "defined": (1, "2.4"),
    "feature": (1, "2.4"),
    "streq": (2, "2.4"),
    "strneq": (2, "2.4"),
    "version_atleast": (1, "2.4"),
    "version_before": (1, "2.4"),
    "openssl_version_atleast": (1, "2.5"),
    "openssl_version_before": (1, "2.5"),
    "ssllib_name_startswith": (1, "2.5"),
    "enabled": (1, "2.7"),
    "strstr": (2, "2.8"),
    "awslc_api_atleast": (1, "3.1"),
    "awslc_api_before": (1, "3.1"),
    "fips_mode": (0, "3.3"),
}
"""Each predicate's number of arguments, and the first version that has it."""


class Predicate(NamedTuple):
    """What a condition says: *tree* of tuples, or the *error* at 0-based *column*.

    The tree: ``("or", …)``, ``("and", …)``, ``("not", x)``, ``("number", n)``,
    ``("call", name, argument, …)``.
    """

    tree: Any
    error: str = ""
    column: int = 0


@lru_cache(maxsize=512)
def parse_predicate(text: str) -> Predicate:
    """Return the tree of the condition *text*: what follows ``.if``, unquoted, blanks single."""
    if not text.strip():
        return Predicate(("number", 0))
    import pyparsing

    try:
        tree = _grammar().parse_string(text, parse_all=True)[0]
    except pyparsing.ParseBaseException as fault:
        return Predicate(None, "the condition cannot be read from here on", fault.loc)
    except RecursionError:
        return Predicate(None, "the condition is nested too deeply", 0)
    return Predicate(tree, *_fault(tree, text))


def _fault(tree: Any, text: str) -> tuple[str, int]:
    """Return what is wrong with a predicate in *tree*, and where; nothing wrong: an empty text."""
    kind, *rest = tree
    if kind == "call":
        name, *arguments = rest
        column = max(text.find(name), 0)
        if name not in PREDICATES:
            return f"{name} is no predicate", column
        wanted = PREDICATES[name][0]
        if arguments == [""]:
            arguments = []
        if len(arguments) > wanted or (len(arguments) < wanted and wanted > 1):
            return f"{name} takes {wanted} arguments, not {len(arguments)}", column
        return "", 0
    if kind == "number":
        return "", 0
    for part in rest:
        fault = _fault(part, text)
        if fault[0]:
            return fault
    return "", 0


@lru_cache(maxsize=1)
def _grammar() -> pyparsing.ParserElement:
    """Return the grammar of a condition."""
    import pyparsing as pp

    expression = pp.Forward()
    # a backslash protects blanks, quotes and itself; only quotes protect , and )
    text = r"""\\[ \\"']|"(?:\\[\\"]|[^"])*"|'[^']*'|[^"',)]"""
    argument = pp.Regex(f"(?:{text})*").leave_whitespace()
    argument.set_parse_action(lambda found: unquote_argument(found[0]))
    arguments = argument + pp.ZeroOrMore(pp.Literal(",").leave_whitespace().suppress() + argument)
    name = pp.Regex(r"[A-Za-z_][A-Za-z0-9_]*")
    opening = pp.Literal("(").leave_whitespace().suppress()
    closing = pp.Literal(")").leave_whitespace().suppress()
    call = name + pp.Optional(opening + arguments + closing)
    call.set_parse_action(lambda found: [("call", *found)])
    number = pp.Regex(r"[-+]?[0-9]+").set_parse_action(
        lambda found: [("number", _number(found[0]))]
    )
    group = pp.Suppress("(") + expression + pp.Suppress(")")
    term = pp.Forward()
    denial = (pp.Suppress("!") + term).set_parse_action(lambda found: [("not", found[0])])
    term <<= denial | group | number | call
    both = pp.DelimitedList(term, delim="&&").set_parse_action(lambda found: _join("and", found))
    expression <<= pp.DelimitedList(both, delim="||").set_parse_action(
        lambda found: _join("or", found)
    )
    return expression


def _join(kind: str, found: Any) -> list[Any]:
    parts = list(found)
    return parts if len(parts) == 1 else [(kind, *parts)]


def _number(text: str) -> int:
    """Return whether *text* is a number other than 0, as 1 or 0; its size does not matter."""
    return 1 if text.strip("+-0") else 0
