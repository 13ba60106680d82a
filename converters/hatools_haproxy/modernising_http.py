"""Rewrites of the rules on headers and request lines that left with haproxy 2.1.

Before, ``block`` came first, then ``http-request``, then what matched by a
regular expression, then ``reqadd``; now they all count in the order written.
A regular expression over a whole header, or over the request line, becomes one
over the value or the path only where it cannot match anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from hatools.model import Fate, Outcome
from hatools_haproxy.modernising_cases import Answer, Case, Change, Left, refused, spelled
from hatools_haproxy.modernising_patterns import (
    HEADER,
    condition,
    status_change,
    terms_of,
    unwrapped,
    with_verbs,
)

_SETS = {"req": "http-request", "rsp": "http-response"}
_FIRST, _RULE, _FILTER, _ADD = range(4)
_DELETED = re.compile(r"\^([A-Za-z0-9_-]+)(:?)(?: ?\.\*)?\$?")
_BEGINNING = re.compile(r"\^([A-Za-z0-9_-]+)(?:\.\*:?(?: ?\.\*)?)?\$?")
_METHOD = re.compile(
    r"\^\((?:\[\^ :?\][*+]|\\S[*+]|\\w\+)\)(?: |\\s|\[ \])(\(?/.*|\(\.\*\)\$?)", re.DOTALL
)
_REMAINDER = re.compile(r"\((/?)(?:\.\*|\[\^ \]\*|\.\+|\[\^ \]\+)\)\$?")
_TAIL = re.compile(r" \((?:\.\*|HTTP/[^()]*)\)\$?$")
_NAMES = re.compile(r"\^?((?:[A-Za-z0-9_-]|\([A-Za-z0-9_|-]+\))+):(?: ?\.\*)?\$?")
_WORD = re.compile(r"(?:\.\*)?([A-Za-z0-9_-]{3,})(?:\.\*|:)?(?: ?\.\*)?\$?")
_GROUP = re.compile(r"\\([0-9])")


def _phase(words: tuple[str, ...], which: str) -> int | None:
    """Return when a line came among the rules on requests (or responses: *which*), if it did."""
    first = words[0]
    if first == "block" and which == "req":
        return _FIRST
    if first == _SETS[which]:
        return _RULE
    if first.startswith(which):
        return _ADD if first.endswith("add") else _FILTER
    return None


def _fate(case: Case, now: str) -> Fate:
    """Return the fate of a rule that is now written as *now*: by whether it keeps its turn."""
    which = "rsp" if case.words[0].startswith("rsp") else "req"
    mine = _phase(case.words, which)
    assert mine is not None
    at = case.index - case.part.head - 1
    before = [_phase(words, which) for words in case.part.lines[:at]]
    behind = [_phase(words, which) for words in case.part.lines[at + 1 :]]
    early = any(phase is not None and phase < mine for phase in behind)
    late = any(phase is not None and phase > mine for phase in before)
    if early or late:
        turn = "before rules that came first" if early else "after rules that came later"
        return Fate(Outcome.APPROXIMATED, f"written as '{now}', which counts {turn}")
    return Fate(Outcome.KEPT, f"written as '{now}'")


def _block(case: Case) -> Answer:
    now = "http-request deny"
    return case.renamed(now, _fate(case, now))


def _condition(case: Case, number: int) -> str | None:
    """Return the condition from word *number* on as written; None where it is none."""
    if number < len(case.words) and case.words[number] not in ("if", "unless"):
        return None
    return case.rest(number)


def _add(case: Case) -> Answer:
    """``reqadd "Name: value"`` is a header to add."""
    now = f"{_SETS[case.words[0][:3]]} add-header"
    text = case.words[1] if len(case.words) > 1 else ""
    name, colon, value = text.partition(":")
    condition = _condition(case, 2)
    plain = name.replace("-", "").replace("_", "").isalnum() and name.isascii()
    if condition is None or case.late or not (colon and plain and value.strip()):
        return refused(case)
    if any(character < " " for character in value):
        return Left("it adds several headers", f"write a line {now} NAME VALUE for each")
    line = f"{now} {name} {spelled(value.strip().replace('%', '%%'))}{condition}"
    return Change(line, _fate(case, now))


def _delete(case: Case) -> Answer:
    """``reqdel ^Name:`` deletes a header, ``reqdel ^Name`` all whose names begin so."""
    now = f"{_SETS[case.words[0][:3]]} del-header"
    condition = _condition(case, 2)
    if len(case.words) < 2 or condition is None or case.late:
        return refused(case)
    found = _DELETED.fullmatch(case.words[1])
    if found is not None and found[2]:
        return Change(f"{now} {found[1]}{condition}", _fate(case, now))
    found = _BEGINNING.fullmatch(case.words[1])
    if found is not None and case.known("http-request return"):  # -m came with it, in 2.2
        return Change(f"{now} {found[1]} -m beg{condition}", _fate(case, now))
    found = _NAMES.fullmatch(case.words[1])
    if found is not None and case.known("http-request return"):
        return Change(f"{now} {spelled(f'(?i)^{found[1]}$')} -m reg{condition}", _fate(case, now))
    found = _WORD.fullmatch(case.words[1])
    if found is not None and case.known("http-request return"):
        why = f"{_fate(case, now).reason}; a header that has the word in its value stays"
        fate = Fate(Outcome.APPROXIMATED, why)
        return Change(f"{now} {spelled(f'(?i){found[1]}')} -m reg{condition}", fate)
    return _unclear(now)


def _unclear(now: str) -> Left:
    return Left(
        "its regular expression may match several headers, or the first line",
        f"write {now} for the header, or the path, that it means",
    )


def _narrowed(case: Case, number: int, terms: tuple[str, ...]) -> str | None:
    given = condition(case, number, terms)
    return None if given is None else f" {given}"


def _status(case: Case, old: str, new: str, reason: str) -> Answer:
    """Say a new status where the status line was replaced."""
    given = _narrowed(case, 3, (f"{{ status {old} }}",))
    now = "http-response set-status"
    if given is None or not case.known(now):
        return refused(case)
    told = f" reason {spelled(reason)}" if reason else ""
    why = f"{_fate(case, now).reason}; the reason behind the status is the new one's"
    return Change(f"{now} {new}{told}{given}", Fate(Outcome.APPROXIMATED, why))


def _decide(case: Case) -> Answer:
    """Say ``reqdeny REGEX`` and its kin as a rule whose condition is the expression."""
    which, name = case.words[0][:3], case.words[0]
    target = 3 if name.endswith("setbe") else 2
    if len(case.words) < target or case.late or not _compiles(case.words[1]):
        return refused(case)
    verb = name[3:].removeprefix("i")
    now = f"use_backend {spelled(case.words[2])}" if verb == "setbe" else f"{_SETS[which]} {verb}"
    terms = terms_of(case.words[1], name[3] == "i", which)
    given = condition(case, target, terms.any_of)
    if terms.fetch and not case.fetches(terms.fetch):
        return Left(f"haproxy {case.version} has no {terms.fetch}", "ask for a later version")
    if given is None or not case.known(now.partition(" ")[0] if verb == "setbe" else now):
        return refused(case)
    fate = _fate(case, now)
    loosely = [fate.reason, *filter(None, [terms.loosely])]
    if verb == "allow":
        loosely.append("no rule of http-request behind it counts for what it lets pass")
    if len(loosely) > 1:
        fate = Fate(Outcome.APPROXIMATED, "; ".join(loosely))
    return Change(f"{now} {given}", fate)


class _Replacement(NamedTuple):
    """What is replaced (``replace-path``, ``replace-header Host``), where, and by what."""

    action: str
    regex: str
    text: str


def _replace(case: Case) -> Answer:
    """``reqrep SEARCH TEXT`` replaces a header's value, or the path."""
    ruleset = _SETS[case.words[0][:3]]
    condition = _condition(case, 3)
    if len(case.words) < 3 or condition is None or case.late:
        return refused(case)
    search, text = unwrapped(*case.words[1:3])
    if ruleset == "http-response" and (status := status_change(search, text)) is not None:
        return _status(case, *status)
    verbs = with_verbs(search, text) if ruleset == "http-request" else None
    if verbs is not None:
        search, text = verbs.search, verbs.text
        named = " ".join(verbs.methods)
        given = _narrowed(case, 3, (f"{{ method {named} }}",))
        if given is None:
            return refused(case)
        condition = given
    made = _in_header(search, text)
    if made is None and ruleset == "http-request":
        made = _in_path(search, text)
    if made is None or "\\" in _GROUP.sub("", made.text) or not _compiles(made.regex):
        instead = (
            "replace-path or replace-header" if ruleset == "http-request" else "replace-header"
        )
        return _unclear(f"{ruleset} {instead}")
    now = f"{ruleset} {made.action.partition(' ')[0]}"
    if not case.known(now):
        return Left(f"haproxy {case.version} has no {now}", "ask for a later version")
    fate, regex = _fate(case, now), made.regex
    if case.words[0][3] == "i" and any(c.isalpha() for c in regex.replace("\\", "")):
        regex = f"(?i){regex}"
        fate = Fate(
            Outcome.APPROXIMATED,
            f"{fate.reason}; (?i) needs a haproxy that is built with PCRE, as most are",
        )
    replaced = made.text.replace("%", "%%")
    line = f"{ruleset} {made.action} {spelled(regex)} {spelled(replaced)}{condition}"
    return Change(line, fate)


def _in_header(search: str, text: str) -> _Replacement | None:
    """Return the replacement of one header's value, where *search* is about that alone."""
    found = HEADER.fullmatch(search)
    if found is None or not text.lower().startswith(f"{found[1].lower()}:"):
        return None
    value = text[len(found[1]) + 1 :].strip()
    rest = found[2]
    for blank in (" ", "\\s*", "\\s+", " *", " +", "[ ]*"):
        if rest.startswith(blank) and rest[len(blank) : len(blank) + 1] not in ("*", "+", "?"):
            rest = rest[len(blank) :]
            break
    else:
        if not rest.startswith((".*", "(.*")):
            return None  # the blank behind the colon belongs to what it matches
    if not rest or not value or "|" in _outside(rest):
        return None
    return _Replacement(f"replace-header {found[1]}", f"^{rest}", value)


def _in_path(search: str, text: str) -> _Replacement | None:
    """Return the replacement of the path, where *search* runs from the method to the tail.

    The tail is replaced by itself, so that the query and the version of the
    protocol, which it took in, stay as they are.
    """
    found = _METHOD.fullmatch(search)
    if found is None or not text.startswith(("\\1 /", "\\1 \\2")):
        return None
    path, text = found[1], text[3:]
    groups = 1 + _groups(path)
    tail, end = f" \\{groups}", _TAIL.search(path)
    if end is not None and text.endswith(tail):
        path, text, groups = path[: end.start()], text[: -len(tail)], groups - 1
    last = re.search(_REMAINDER.pattern + r"$", path)
    if last is None and end is not None and not any(c in path + text for c in "()\\ "):
        return _Replacement("replace-pathq", f"^{path}$", text)
    if last is None or not text.endswith(f"\\{groups}"):
        return None
    before = path[: last.start()]
    if not text.startswith("/") and (before.count("(") or (before and not last[1])):
        return None  # what is left may begin without a slash
    if " " in before or "|" in _outside(before) or " " in text:
        return None
    query = "?" in text or re.search(r"\\\?|\[[^\]]*\?", before) is not None
    named = [int(number) for number in _GROUP.findall(text)]
    if not named or named.count(groups) != 1 or min(named) < 2 or max(named) > groups:
        return None
    text = _GROUP.sub(lambda number: f"\\{int(number[1]) - 1}", text)
    return _Replacement("replace-pathq" if query else "replace-path", f"^{path}", text)


def _groups(regex: str) -> int:
    """Return how many groups *regex* captures."""
    return len(re.findall(r"(?<!\\)\((?!\?)", regex))


def _outside(regex: str) -> str:
    """Return what of *regex* stands outside of its groups."""
    return re.sub(r"\([^()]*\)", "", regex)


def _compiles(regex: str) -> bool:
    try:
        re.compile(regex)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _pass(case: Case) -> Answer:
    """``reqpass`` ends the matching of a header: nothing where no rule follows."""
    behind = case.part.lines[case.index - case.part.head :]
    rules = [words for words in behind if _phase(words, "req") in (_RULE, _FILTER)]
    if any(words[0] not in ("reqpass", "reqipass") for words in rules):
        return Left("rules follow that it keeps from a header", "add the condition to those")
    return Change(None, Fate(Outcome.DROPPED, "no rule follows that it would have ended"))


def _tos(case: Case) -> Answer:
    """Say on which side a mark or a TOS is set: the client's, as it always was."""
    assert case.keyword is not None
    what = case.keyword.keyword.replace("set-", "set-fc-")
    now = f"{case.ruleset} {what}"
    if not case.known(now):
        return refused(case)
    return case.renamed(now, Fate(Outcome.KEPT, f"written as '{now}'"))


RULES: dict[str, Callable[[Case], Answer]] = {
    "block": _block,
    "reqadd": _add,
    "rspadd": _add,
    **dict.fromkeys(("reqdel", "reqidel", "rspdel", "rspidel"), _delete),
    **dict.fromkeys(("reqrep", "reqirep", "rsprep", "rspirep"), _replace),
    **dict.fromkeys(("reqpass", "reqipass"), _pass),
    **dict.fromkeys(("set-tos", "set-mark"), _tos),
    **dict.fromkeys(
        ("reqallow", "reqiallow", "reqdeny", "reqideny", "reqtarpit", "reqitarpit", "reqsetbe",
         "reqisetbe", "rspdeny", "rspideny"),
        _decide,
    ),
    **dict.fromkeys(("cliexp", "srvexp"), refused),
}  # fmt: skip
"""What to do with a rule, by the name of its keyword."""
