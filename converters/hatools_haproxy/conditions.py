"""What follows ``if`` and ``unless``, and sample expressions, as trees.

Terms written one after the other must all hold, which binds tighter than
``or`` and ``||``; ``!`` denies a single term.  A condition of plain ACL names
is only split; what has braces or quotes, and every sample expression, is read
with pyparsing, which is imported with the first of them.  Results are
remembered by text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from hatools_haproxy.lexer import BLANKS, SPACES_OF_OTHERS, lex, unquote_argument

if TYPE_CHECKING:
    import pyparsing

Tree = tuple[Any, ...]
_JOINING = ("and", "&&")
_TO_QUOTE = BLANKS + SPACES_OF_OTHERS + "\"'\\#$"
_BLANKS = r"[ \t\n\v\f\r]"


class Parsed(NamedTuple):
    """A *tree*, or None and the *error* at 0-based *column* of the text."""

    tree: Tree | None
    error: str = ""
    column: int = 0


def quote(word: str) -> str:
    """Return *word* spelled so that it reads back as one word of a line."""
    if word and not any(char in _TO_QUOTE for char in word):
        return word
    if "'" not in word and not any(char in "\n\r" for char in word):
        return f"'{word}'"
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'


def parse_words(words: tuple[str, ...]) -> Parsed:
    """Return the tree of a condition given as the words of its line, unquoted."""
    return parse_condition(" ".join(map(quote, words)))


@lru_cache(maxsize=4096)
def parse_condition(text: str) -> Parsed:
    """Return the tree of the condition *text*, as written behind ``if`` or ``unless``.

    The tree is that of `hatools.model.Condition`: ``("or", …)``, ``("and", …)``,
    ``("not", x)``, ``("acl", name)``, ``("anonymous", word, …)``.
    """
    if not text.strip():
        return Parsed(None, "a condition is missing here")
    if not any(char in text for char in "{}\"'\\#"):
        return _plain(text)
    import pyparsing

    try:
        found = _condition().parse_string(text, parse_all=True)
    except pyparsing.ParseBaseException as fault:
        return Parsed(None, _reason(text, fault.loc), fault.loc)
    return _suites(list(found), text)


def _plain(text: str) -> Parsed:
    """Read a condition of nothing but names, ``!`` and ``or``."""
    terms: list[Any] = []
    for word in text.split():
        if word == "||" or word.lower() == "or":
            terms.append("or")
            continue
        name = word.lstrip("!")
        if len(word) - len(name):
            terms.append(len(word) - len(name))
        if name:
            terms.append(("acl", name))
    return _suites(terms, text)


def _suites(terms: list[Any], text: str) -> Parsed:
    """Join terms, numbers of ``!`` and ``"or"`` into a tree."""
    suites: list[list[Tree]] = [[]]
    denied = False
    for term in terms:
        if term == "or":
            suites.append([])
            denied = False
        elif isinstance(term, int):
            denied ^= bool(term % 2)
        else:
            if term == ("anonymous",):
                return Parsed(None, "there is nothing between { and }", text.find("{"))
            if term[0] == "acl" and term[1] in _JOINING:
                return Parsed(
                    None,
                    f"there is no {term[1]}: terms one after the other must all hold",
                    max(text.find(term[1]), 0),
                )
            suites[-1].append(("not", term) if denied else term)
            denied = False
    parts = [suite[0] if len(suite) == 1 else ("and", *suite) for suite in suites if suite]
    if not parts:
        return Parsed(None, "a condition is missing here")
    return Parsed(parts[0] if len(parts) == 1 else ("or", *parts))


def _reason(text: str, at: int) -> str:
    if text[at : at + 1] in ("'", '"'):
        return "the quote opened here is not closed"
    if at >= len(text.rstrip()) or "}" not in text[at:]:
        return "the { has no } that stands alone as a word"
    return "the condition cannot be read from here on"


@lru_cache(maxsize=1)
def _condition() -> pyparsing.ParserElement:
    """Return the grammar of a condition: a list of terms, numbers of ``!``, and ``"or"``."""
    import pyparsing as pp

    piece = r"""[^ \t\n\v\f\r"'\\]|"(?:[^"\\]|\\.)*"|'[^']*'|\\."""
    end = rf"(?={_BLANKS}|$)"
    word = pp.Regex(rf"(?:{piece})+{end}")
    inner = pp.Regex(rf"(?!\}}{end})(?:{piece})+{end}")
    inner.set_parse_action(lambda found: _unquote(found[0]))
    anonymous = pp.Regex(rf"\{{{end}").suppress() + inner[...] + pp.Regex(rf"\}}{end}").suppress()
    anonymous.set_parse_action(lambda found: [("anonymous", *found)])
    either = pp.Regex(rf"(?:\|\||[oO][rR]){end}").set_parse_action(lambda: ["or"])
    denial = pp.Regex(r"!+").set_parse_action(lambda found: [len(found[0])])
    name = ~pp.Regex(rf"[{{}}]{end}") + word
    name.set_parse_action(lambda found: [("acl", _unquote(found[0]))])
    terms: pp.ParserElement = (denial | either | anonymous | name)[1, ...]
    return terms


def _unquote(text: str) -> str:
    """Return one written word without its quotes and escapes."""
    if not any(char in text for char in "\"'\\"):
        return text
    tokens = lex(text).tokens
    return tokens[0].text if tokens else ""


@lru_cache(maxsize=4096)
def parse_sample(text: str) -> Parsed:
    """Return the tree of a sample expression: ``hdr(host),lower`` and its like, one word.

    The tree is ``("sample", (fetch, argument, …), (converter, argument, …), …)``.
    """
    import pyparsing

    try:
        found = _sample().parse_string(text, parse_all=True)
    except pyparsing.ParseBaseException as fault:
        return Parsed(None, "the sample expression cannot be read from here on", fault.loc)
    return Parsed(("sample", *found))


@lru_cache(maxsize=1)
def _sample() -> pyparsing.ParserElement:
    """Return the grammar of a sample expression; blanks in parentheses are significant."""
    import pyparsing as pp

    name = pp.Regex(r"[A-Za-z0-9_.-]+").leave_whitespace()
    text = r"""\\[ \\"']|"(?:\\[\\"]|[^"])*"|'[^']*'|[^"',)]"""
    argument = pp.Regex(f"(?:{text})*").leave_whitespace()
    argument.set_parse_action(lambda found: unquote_argument(found[0]))
    comma = pp.Literal(",").leave_whitespace().suppress()
    opening = pp.Literal("(").leave_whitespace().suppress()
    closing = pp.Literal(")").leave_whitespace().suppress()
    call = name + pp.Optional(opening + argument + (comma + argument)[...] + closing)
    call.set_parse_action(lambda found: [tuple(found)])
    calls: pp.ParserElement = call + (comma + call)[...]
    return calls
