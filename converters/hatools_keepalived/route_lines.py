"""Finds what is wrong in one line of a block of routes or routing rules."""

from __future__ import annotations

from typing import NamedTuple

from hatools_keepalived import keywords, remarks
from hatools_keepalived.keywords import Argument
from hatools_keepalived.values import Words, is_placeholder, parse_address, parse_whole

_OTHERS = frozenset(("encap", "nexthop", "as", "or"))
"""Words behind which another grammar begins, which is not looked into."""
_FAMILIES = frozenset(("inet", "inet6"))
"""Words that keepalived skips together with the word behind them."""
_TYPES = frozenset(
    ("unicast", "local", "broadcast", "multicast", "anycast", "throw", "unreachable", "prohibit",
     "blackhole", "nat", "xresolve")
)  # fmt: skip
_EVERYWHERE = frozenset(("default", "any", "all", "default6"))
_BEFORE = frozenset(("to", "default6"))
"""Words of a route that are its destination, or stand before it."""
_ACTIONS = frozenset(
    ("table", "lookup", "l3mdev", "goto", "nop", "blackhole", "prohibit", "unreachable")
)
_PREFERENCES = frozenset(("preference", "order", "priority"))


class Fault(NamedTuple):
    """What is wrong: its code, message and advice; *skipped*: keepalived leaves the line out."""

    code: str
    message: str
    advice: str = ""
    skipped: bool = True


def fault(path: str, words: Words) -> Fault | None:
    """Return the first thing wrong in a line of the block *path*, None where nothing is.

    Names of tables, scopes and protocols are not looked at: only the machine knows them.
    """
    route = path.endswith("routes")
    block = tuple(path.split("/"))
    said: set[str] = set()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in _OTHERS:
            return None
        option = keywords.word(block, word)
        if word in _FAMILIES:
            del rest[:1]
        elif word == "type" and not route:
            continue  # the action is the word behind it
        elif option is not None and not (route and word in _BEFORE):
            said.add(word)
            found = _arguments(word, option.arguments, rest)
            if found is not None:
                return found
        elif route:
            while word == "to" or word in _TYPES:
                if not rest:
                    return _cut(word)
                word = rest.pop(0)
            found = _address(word, prefix=True)
            if found is not None:
                return found
            said.add("to")
        else:
            return _skipped(f"'{word}' says nothing about a rule")
    return _whole_route(said) if route else _whole_rule(said)


def _arguments(option: str, arguments: tuple[Argument, ...], rest: list[str]) -> Fault | None:
    """Look at the *arguments* of an option, and take them from *rest*."""
    for argument in arguments:
        if argument.optional:
            if rest and rest[0] in argument.values:
                del rest[0]
            continue
        if not rest:
            return _cut(option)
        word = rest.pop(0)
        if argument.type == "address":
            found = _address(word, "prefix" in argument.more)
            if found is not None:
                return found
        elif argument.type == "int" and not _within(argument, word):
            return _skipped(
                f"{option}: '{word}' is no whole number"
                f" from {argument.least:.10g} to {argument.most:.10g}"
            )
    return None


def _within(argument: Argument, word: str) -> bool:
    if argument.least is None or argument.most is None or word.lower().startswith("0x"):
        return True
    value = parse_whole(word)
    return value is not None and argument.least <= value <= argument.most


def _address(word: str, prefix: bool) -> Fault | None:
    """Look at an address; a network where it may have a *prefix*."""
    if prefix and word in _EVERYWHERE:
        return None
    text, slash, length = word.partition("/") if prefix else (word, "", "")
    if parse_address(text) is None:
        kind = "a placeholder" if is_placeholder((word,)) else "no IP address"
        return _skipped(f"'{word}' is {kind}")
    whole = 128 if ":" in text else 32
    bits = parse_whole(length) if slash else whole
    if bits is None or not 0 <= bits <= whole:
        said = f"'{length}' is no prefix length: keepalived takes {whole}"
        return Fault(remarks.RESET, said, skipped=False)
    return None


def _whole_route(said: set[str]) -> Fault | None:
    return None if "to" in said else _skipped("the route leads to no destination")


def _whole_rule(said: set[str]) -> Fault | None:
    """Look at what a rule as a whole lacks."""
    if _ACTIONS.isdisjoint(said):
        return _skipped("the rule names no table and says nothing else to do")
    if _PREFERENCES.isdisjoint(said):
        message = "the rule has no preference: keepalived takes one from 16384 downwards"
        return Fault(remarks.RESET, message, "write preference N", skipped=False)
    return None


def _skipped(said: str) -> Fault:
    return Fault(remarks.SKIPPED_BLOCK, f"{said}: keepalived skips the line")


def _cut(option: str) -> Fault:
    """Return the fault of a line that ends where *option* wants a value."""
    message = f"{option} has no value: keepalived stops reading here"
    return Fault(remarks.NO_VALUE, message, "give it a value, or take the line out")
