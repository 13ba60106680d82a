"""When rules apply: their conditions as alternatives of things that must all hold."""

from __future__ import annotations

from hatools_haproxy.rules.configuration import Part

Words = tuple[str, ...]
Suite = frozenset[str]
_VARYING = ("rand", "sc_inc", "sc0_inc", "sc1_inc", "sc2_inc", "date", "cpu_", "lua.", "uuid")


def condition(words: Words) -> tuple[str, Words]:
    """Return ``if`` or ``unless`` (nothing where there is none) and the words behind it."""
    for at, word in enumerate(words):
        if at and word in ("if", "unless"):
            return word, words[at + 1 :]
    return "", ()


def suites(words: Words) -> frozenset[Suite]:
    """Return the alternatives of a condition; terms of one alternative must all hold.

    A denied term begins with ``!``; what stands in braces is one term.
    """
    found: list[set[str]] = [set()]
    at, end = 0, len(words)
    while at < end:
        word = words[at]
        at += 1
        if word in ("or", "||", "OR"):
            found.append(set())
            continue
        name = word.lstrip("!")
        denied = (len(word) - len(name)) % 2
        if not name and at < end:  # a ! of its own
            name, at = words[at], at + 1
        if name == "{":
            close = words.index("}", at) if "}" in words[at:] else end
            name = "{ " + " ".join(words[at:close]) + " }"
            at = close + 1
        found[-1].add("!" * denied + name)
    return frozenset(map(frozenset, found))


def holds_when(words: Words) -> frozenset[Suite] | None:
    """Return when the rule *words* applies; an empty suite is always, None is not known."""
    how, terms = condition(words)
    if not how:
        return frozenset((frozenset(),))
    found = suites(terms)
    if how == "unless":
        if all(len(suite) == 1 for suite in found):
            found = frozenset((frozenset(_denied(term) for suite in found for term in suite),))
        elif len(found) == 1:
            found = frozenset(frozenset((_denied(term),)) for suite in found for term in suite)
        else:
            return None
    return frozenset(
        frozenset(term for term in suite if term not in ("TRUE", "!FALSE"))
        for suite in found
        if not suite & {"FALSE", "!TRUE"}
    )


def always(words: Words) -> bool:
    """Tell whether the rule *words* applies whatever comes."""
    held = holds_when(words)
    return held is not None and frozenset() in held


def covered(later: frozenset[Suite], earlier: frozenset[Suite]) -> bool:
    """Tell whether *earlier* holds wherever *later* does."""
    return all(any(one <= suite for one in earlier) for suite in later)


def varying(part: Part) -> frozenset[str]:
    """Return the names of the ACLs of *part* that may answer differently each time."""
    return frozenset(
        line.words[1]
        for line in part.own("acl")
        if len(line.words) > 2 and line.words[2].startswith(_VARYING)
    )


def steady(suites_: frozenset[Suite], names: frozenset[str]) -> bool:
    """Tell whether conditions answer the same each time; *names* are the ACLs that do not."""
    for suite in suites_:
        for term in suite:
            bare = term.lstrip("!")
            if bare in names or any(word in bare for word in _VARYING if bare[0] == "{"):
                return False
    return True


def _denied(term: str) -> str:
    return term[1:] if term.startswith("!") else f"!{term}"
