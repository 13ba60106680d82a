"""Reads how a proxy checks its servers: option *chk, http-check, tcp-check, external-check."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from hatools.model import Expect, HttpRequest, ScriptRun, Step
from hatools.model.check import Detail
from hatools_haproxy.reading_notes import Notes

Words = tuple[str, ...]
CHECK_OPTIONS = {
    "httpchk": "http", "smtpchk": "smtp", "external-check": "script", "mysql-check": "mysql",
    "pgsql-check": "pgsql", "redis-check": "redis", "ldap-check": "ldap",
    "ssl-hello-chk": "tls-hello", "spop-check": "spop", "tcp-check": "steps",
}  # fmt: skip
"""The options that choose the kind of check, and the model's name for it."""
ANY_GOOD = Expect("status", "200-399")
_METHODS = ("OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH")
_BEFORE = ("comment", "set-var", "set-var-fmt", "unset-var")  # what may precede the connect
_EXPECTS = {"status": "status", "string": "string", "rstring": "regex"}


class Manner(NamedTuple):
    """How the servers of a pool are checked; equal manners are shared between pools."""

    kind: str = "tcp"
    detail: Detail = None
    own: tuple[Words, ...] = ()
    connect_timeout: float | None = None
    timeout: float | None = None


def said_by_rules(manner: Manner) -> bool:
    """Tell whether the rules of *manner* name the port of every connection that they open.

    Such a check needs no port of the server's (tried: the first rule must be a connect).
    """
    if manner.kind == "http":
        rules = [words[1:] for words in manner.own if words[:2] == ("http-check", "connect")]
    elif manner.kind == "steps" and isinstance(manner.detail, tuple):
        steps = [each.words for each in manner.detail if isinstance(each, Step)]
        rules = [words for words in steps if words[0].partition("(")[0] not in _BEFORE]
        if rules and rules[0][0] != "connect":
            return False
        rules = [words for words in rules if words[0] == "connect"]
    else:
        return False
    return bool(rules) and all(_names_port(words) for words in rules)


def _names_port(words: Words) -> bool:
    """Tell whether a connect says a port, as a number or behind its address."""
    said = dict(pairwise(words))
    return said.get("port", "").isdecimal() or said.get("addr", "").rpartition(":")[2].isdecimal()


def read_manner(
    notes: Notes,
    option: tuple[int, Words] | None,
    rules: list[tuple[int, Words]],
    extra: list[tuple[int, Words]],
) -> tuple[str, Detail, tuple[Words, ...]]:
    """Return kind, detail and own words of a check.

    *option* is the ``option …chk`` that counts (its words without ``option``),
    *rules* the http-check or tcp-check lines of its ruleset, *extra* what else
    bears on it (external-check, disable-on-404).
    """
    if option is None:
        return "tcp", None, ()
    index, words = option
    kind = CHECK_OPTIONS[words[0]]
    kept = [line for _, line in extra if line[0] == "http-check"] if kind == "http" else []
    if kind == "http":
        requests, own = _http(notes, index, words[1:], rules)
        return kind, requests, (*own, *kept)
    if kind == "steps":
        if not rules:
            return "tcp", None, ()
        return kind, tuple(Step(line[1:]) for _, line in rules), ()
    if kind == "script":
        command = ""
        for at, line in extra:
            if line[:2] == ("external-check", "command") and len(line) > 2:
                command = line[2]
            elif line[0] == "external-check":
                kept.append(line)
            del at
        if not command:
            notes.tell(
                index, "HP110", "option external-check needs an external-check command",
                "say which program is to be run: external-check command /path",
            )  # fmt: skip
        return kind, ScriptRun(command), tuple(kept)
    return (kind, *_plain(kind, words[1:]))


def _plain(kind: str, words: Words) -> tuple[Detail, tuple[Words, ...]]:
    """Return detail and own words of the checks that take a name at most."""
    if kind == "smtp":
        own: tuple[Words, ...] = ()
        if words and words[0].upper() == "EHLO":
            own = (("EHLO",),)
        return (words[1] if len(words) > 1 else "localhost"), own
    if kind in ("mysql", "pgsql") and len(words) > 1 and words[0] == "user":
        return words[1], (words[2:],) if words[2:] else ()
    return None, ((words,) if words else ())


def _http(
    notes: Notes, index: int, words: Words, rules: list[tuple[int, Words]]
) -> tuple[tuple[HttpRequest, ...], tuple[Words, ...]]:
    """Return the requests of ``option httpchk`` with *words* and its http-check *rules*."""
    first = _Round()
    own: list[Words] = []
    _opening(notes, index, words, first, own)
    rounds = [first]
    for at, line in rules:
        verb = line[1] if len(line) > 1 else ""
        now = rounds[-1]
        if verb == "connect":
            if now.sent or now.expects or now.connected:
                now = _Round()
                rounds.append(now)
            now.connected = True
            own.append(line)
        elif verb == "send":
            if now.sent:
                now = _Round()
                rounds.append(now)
            if not now.send(line[2:]):
                own.append(line)
            now.sent = True
        elif verb == "expect":
            expect = read_expect(line[2:])
            now.expected = True
            if expect is None:
                own.append(line)
            else:
                now.expects.append(expect)
        else:
            own.append(line)
        del at
    return tuple(item.request() for item in rounds), tuple(own)


class _Round:
    """One request and its answers, while it is put together."""

    def __init__(self) -> None:
        self.method, self.path, self.version = "OPTIONS", "/", "1.0"
        self.host, self.body = "", ""
        self.headers: list[tuple[str, str]] = []
        self.expects: list[Expect] = []
        self.connected = self.sent = self.expected = False

    def send(self, words: Words) -> bool:
        """Take the words of ``http-check send``; tell whether all of them have a place."""
        said: dict[str, str] = {}
        headers: list[tuple[str, str]] = []
        at = 0
        while at < len(words):
            word = words[at]
            if word == "hdr" and at + 2 < len(words):
                headers.append((words[at + 1], words[at + 2]))
                at += 3
            elif word in ("meth", "uri", "ver", "body") and at + 1 < len(words):
                said[word] = words[at + 1]
                at += 2
            else:
                return False
        version = said.get("ver", "HTTP/" + self.version)
        if not version.upper().startswith("HTTP/"):
            return False
        self.method = said.get("meth", self.method)
        self.path = said.get("uri", self.path)
        self.version = _version(version)
        self.body = said.get("body", self.body)
        for name, value in headers:
            self.header(name, value)
        return True

    def header(self, name: str, value: str) -> None:
        """Add a header; the first Host is the host."""
        if name.lower() == "host" and not self.host:
            self.host = value
        else:
            self.headers.append((name, value))

    def request(self) -> HttpRequest:
        """Return the finished request."""
        expects = tuple(self.expects) if self.expected else (ANY_GOOD,)
        return HttpRequest(
            self.method, self.path, self.version, self.host, tuple(self.headers), self.body, expects
        )


def _version(text: str) -> str:
    """Return the number of ``HTTP/1.1``; ``2`` for ``HTTP/2`` and ``HTTP/2.0``."""
    number = text[5:]
    return "2" if number == "2.0" else number


def _opening(notes: Notes, index: int, words: Words, into: _Round, own: list[Words]) -> None:
    """Read the words of ``option httpchk`` itself."""
    if len(words) == 1:
        into.path = words[0]
        return
    if not words:
        return
    into.method, into.path = words[0], words[1]
    if into.method not in _METHODS and into.method.upper() in _METHODS:
        notes.tell(
            index, "HP114", f"the method '{into.method}' is sent as it is, and servers refuse it:"
            " methods are in capitals", f"write {into.method.upper()}",
        )  # fmt: skip
    if len(words) < 3:
        return
    version, *lines = " ".join(words[2:]).replace("\r", "").split("\n")
    if version.upper().startswith("HTTP/"):
        into.version = _version(version.strip())
    elif version:
        own.append(("option", "httpchk", *words))
    if not lines:
        return
    if notes.version >= (2, 7):
        notes.tell(
            index, "HP103", "headers behind the version of option httpchk were removed in haproxy"
            " 2.7, which refuses the file; read as http-check send",
            "write http-check send hdr NAME VALUE",
        )  # fmt: skip
    for number, line in enumerate(lines):
        name, colon, value = line.partition(":")
        if colon:
            into.header(name.strip(), value.strip())
        elif not line.strip():
            into.body = "\n".join(lines[number + 1 :])
            return


def read_expect(words: Words) -> Expect | None:
    """Return what ``http-check expect`` with *words* wants, None when the model has no place."""
    negate = bool(words) and words[0] == "!"
    rest = words[negate:]
    if len(rest) == 2 and rest[0] in _EXPECTS:
        return Expect(_EXPECTS[rest[0]], rest[1], negate)
    return None
