"""Tells how the lines of a proxy stand in a version: known, removed, misspelt, out of place."""

from __future__ import annotations

from hatools.text import near
from hatools_haproxy.keywords import PROXIES, known_words, lookup, standing, values
from hatools_haproxy.quoting import joined
from hatools_haproxy.reading_arguments import wrong_arguments
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.syntax import NEWEST

Words = tuple[str, ...]

# What a removed keyword clearly meant, and still is read as.
READ_AS: dict[Words, Words] = {
    ("contimeout",): ("timeout", "connect"),
    ("clitimeout",): ("timeout", "client"),
    ("srvtimeout",): ("timeout", "server"),
    ("timeout", "contimeout"): ("timeout", "connect"),
    ("timeout", "clitimeout"): ("timeout", "client"),
    ("timeout", "srvtimeout"): ("timeout", "server"),
    ("redispatch",): ("option", "redispatch"),
    ("redisp",): ("option", "redispatch"),
    ("option", "forceclose"): ("option", "httpclose"),
    ("block",): ("http-request", "deny"),
}
_SAME = frozenset(key for key in READ_AS if key not in (("option", "forceclose"), ("block",)))
OLD_TIMEOUTS = frozenset(words[-1] for words in READ_AS)
_TWO_WORDS = {
    "option", "timeout", "no", "default", "stats", "stick", "http-request", "http-response",
    "http-after-response", "filter", "compression", "capture", "email-alert", "external-check",
    "http-check", "tcp-check", "persist", "rate-limit", "declare", "monitor",
}  # fmt: skip
# What haproxy refuses outside its sections; of the rest it warns.
_FORBIDDEN = ("server", "server-template", "default-server", "retry-on", "use-fcgi-app",
              "tcp-response", "declare")  # fmt: skip
_LOOKED_AT_FIRST = (
    "option", "cookie", "http-check", "tcp-check", "max-keep-alive-queue", "hash-balance-factor",
    "rate-limit", "max-session-srv-conns", "error-log-format", "log-format-sd", "timeout",
)  # fmt: skip
_FORBIDDEN_RULES = (("tcp-request", "connection"), ("tcp-request", "session"))
_IGNORED = (("compression", "offload"),)  # in a defaults section
_THREE_WORDS = frozenset(("tcp-request", "tcp-response", "quic-initial", "capture"))


def as_now(notes: Notes, section: str, index: int, words: Words) -> Words:
    """Return *words* as they are read, nothing when the line is lost; remark on it."""
    if words[0] in _THREE_WORDS:
        key = words[:3]
    else:
        key = words[:2] if words[0] in _TWO_WORDS else words[:1]
    known = standing_of(section, key, notes.expansion.version)
    if known.kind == "known":
        # an old version still takes the old spelling; the meaning is the same
        return (*READ_AS[key], *words[len(key) :]) if key in _SAME else words
    text = " ".join(key)
    if known.kind == "unknown":
        if key[0] == "timeout" and key in READ_AS and _gone(notes, key):
            instead = " ".join((*READ_AS[key], *words[2:]))
            notes.refuse(
                index, "HP103", f"'{text}' was removed in haproxy 2.1; no section may hold it",
                f"write {instead} where it belongs",
            )  # fmt: skip
            return ()
        if not misfit_elsewhere(notes, section, index, words):
            unknown(notes, section, index, key)
        return ()
    if known.kind == "deprecated":
        notes.tell(index, "HP115", f"'{text}' is deprecated since haproxy {known.version}",
                   f"write {known.instead} instead" if known.instead else "")  # fmt: skip
        return words
    if known.kind == "too-new":
        notes.too_new(index, f"'{text}'", known.version)
        return words
    meant = READ_AS.get(key)
    if meant is None:
        advice = f"write {known.instead} instead" if known.instead else "take it out"
        notes.refuse(index, "HP103", f"'{text}' was removed in haproxy {known.version}", advice)
        return ()
    now = (*meant, *words[len(key) :])
    notes.tell(
        index, "HP103", f"'{text}' was removed in haproxy {known.version}, which refuses the"
        f" file; read as {' '.join(meant)}", f"write {joined(now)}",
    )  # fmt: skip
    return now


def _gone(notes: Notes, key: Words) -> bool:
    """Tell whether all sections have lost what begins with *key*."""
    return standing_of("listen", key, notes.expansion.version).kind == "removed"


def misfit_elsewhere(notes: Notes, section: str, index: int, words: Words) -> bool:
    """Remark on arguments that haproxy looks at before it tells that the section is the wrong one.

    Tells whether there was something wrong.
    """
    if section == "defaults" or words[0] not in _LOOKED_AT_FIRST:
        return False
    wrong = wrong_arguments(words, section, notes.version)
    if wrong:
        notes.refuse(index, "HP110", wrong)
    return bool(wrong)


def unknown(notes: Notes, section: str, index: int, key: Words) -> None:
    """Remark on a line that haproxy does not know in this kind of section."""
    text = " ".join(key)
    bare = key[1:] if key[0] in ("no", "default") else key
    elsewhere = [kind for kind in PROXIES if kind != section and lookup(kind, bare)]
    if elsewhere:
        where = " or ".join(elsewhere)
        refused = key[0] in _FORBIDDEN or key[:2] in _FORBIDDEN_RULES
        if refused or (section == "defaults" and key[:2] not in _IGNORED):
            notes.refuse(
                index,
                "HP117",
                f"'{text}' is not allowed in {section}",
                f"it belongs in {where}",
            )
        else:
            notes.ignored(
                index, f"haproxy ignores '{text}' in a {section}", f"it belongs in {where}"
            )
        return
    heads = known_words(section)
    now = {head for head in heads if standing_of(section, tuple(head.split()), "").kind == "known"}
    firsts = {head.partition(" ")[0] for head in now}
    meant = near(text, now) or near(key[0], firsts) or near(key[0], heads)
    if meant == key[0]:
        meant = ""  # the first word is right, and nothing is like the second
    notes.refuse(
        index, "HP101", f"unknown keyword '{text}'", f"did you mean {meant}" if meant else ""
    )


_EXPECT_ARGUMENTS = ("min-recv", "comment", "ok-status", "error-status", "tout-status",
                     "on-success", "on-error", "status-code")  # fmt: skip
_MATCHES = ("string-lf", "binary", "rbinary", "binary-lf")


def unknown_match(words: Words) -> str:
    """Return what an expect line looks for where haproxy knows no such thing."""
    if words[1:2] != ("expect",):
        return ""
    at = 2
    while at + 1 < len(words) and words[at] in _EXPECT_ARGUMENTS:
        at += 2
    if words[at : at + 1] == ("!",):
        at += 1
    word = words[at] if at < len(words) else ""
    known = {*values("http-check expect"), *_MATCHES}
    return "" if word.lstrip("!") in known else word or "nothing"


class _Known:
    """How a keyword stands; made once for each different beginning of a line."""

    __slots__ = ("instead", "kind", "version")

    def __init__(self, kind: str, version: str = "", instead: str = "") -> None:
        self.kind, self.version, self.instead = kind, version, instead


_MEMORY: dict[tuple[str, Words, str], _Known] = {}
_MOST_REMEMBERED = 20_000


def standing_of(section: str, key: Words, version: str) -> _Known:
    """Return how a line that begins with *key* stands in a *section* of *version*."""
    version = version or NEWEST
    at = (section, key, version)
    known = _MEMORY.get(at)
    if known is None:
        found = lookup(section, key)
        if found is None:
            known = _Known("unknown")
        else:
            status = standing(found.keyword, version)
            known = _Known(status.kind, status.version, status.instead)
        if len(_MEMORY) > _MOST_REMEMBERED:
            _MEMORY.clear()
        _MEMORY[at] = known
    return known
