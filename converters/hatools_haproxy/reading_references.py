"""Remarks on sections, servers and tables that rules name and that do not exist.

Only the lines that can name something are looked at, each wording once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from hatools.model import Topology
from hatools.text import near
from hatools_haproxy.keywords import sample
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_proxies import Proxy

Words = tuple[str, ...]
Reference = tuple[str, str]
"""A kind, such as ``cache`` or ``table``, and the name that is led to ('' is the own proxy)."""

_CARRIERS = frozenset((
    "acl", "errorfiles", "filter", "http-request", "http-response", "http-after-response",
    "http-error", "tcp-request", "tcp-response", "stick", "stick-table", "use-server",
    "use-fcgi-app", "use_backend", "redirect",
))  # fmt: skip
_OF_DEFAULTS = ("http-errors", "table", "spoe")
_OF_SERVERS = (("resolvers", "resolvers"), ("track", "server"))
_DECLARING = ("declare", "capture")
_CAPTURING = frozenset((*_DECLARING, "http-request", "tcp-request"))
_OWN = ("<backend>", "<frontend>")  # not named, it is the proxy itself
_BEHIND = {"cache-use": "cache", "cache-store": "cache", "set-bandwidth-limit": "bandwidth limit",
           "send-spoe-group": "spoe"}  # fmt: skip
_CALL = re.compile(r"([a-z][\w.]*)(?:\(([^()]*)\))?")
_TYPES = {"<table>": "table", "<backend>": "backend", "<frontend>": "frontend",
          "<server>": "server", "<userlist>": "userlist"}  # fmt: skip
_ARTICLES = {"http-errors": "http-errors section", "fcgi-app": "fcgi-app section",
             "resolvers": "resolvers section", "peers": "peers section",
             "table": "stick-table", "spoe": "SPOE engine"}  # fmt: skip
_CAPTURES = ("capture of requests", "capture of responses")


class Known(NamedTuple):
    """The names of a configuration by kind; those of servers by pool, gathered when asked for."""

    names: dict[str, set[str]]
    topology: Topology
    proxies: list[Proxy]

    def servers(self, home: str) -> set[str]:
        """Return the names of the servers in the proxy *home*."""
        kind = f"server of {home}"
        if kind not in self.names:
            found = self.names[kind] = set()
            for proxy in self.proxies:
                if proxy.back and proxy.written_name == home:
                    found.update(words[1] for _, words, _ in proxy.servers)
                    unread = [words for _, words in proxy.unread if len(words) > 1]
                    found.update(words[1] for words in unread if words[0] == "server")
                    found.update("$" for words in unread if words[0] == "server-template")
            for pool in self.topology.pools:
                if pool.name == home:
                    found.update(server.name for server in pool.servers)
        return self.names[kind]

    def missing(self, reference: Reference, proxy: Proxy) -> bool:
        """Tell whether what *proxy* refers to is not there."""
        kind, name = reference
        if "%[" in name or "$" in name:
            return False
        if proxy.whole and kind == "server":
            return "/" not in name  # a defaults section has no servers of its own
        if proxy.whole and kind not in _OF_DEFAULTS:
            return False  # haproxy looks these up only where a proxy runs the rule
        if kind == "server":
            home, _, server = name.rpartition("/")
            return _lacks(self.servers(home or proxy.written_name), server)
        if kind in ("bandwidth limit", "spoe"):
            return name not in self.names.get(f"{kind} of {proxy.index}", set())
        if kind in _CAPTURES:
            count = len(self.names.get(f"{kind} of {proxy.index}", ()))
            if proxy.parent is not None:
                count += len(self.names.get(f"{kind} of {proxy.parent.index}", ()))
            return proxy.front and name.isdigit() and int(name) >= count
        if not name and kind in ("backend", "frontend"):
            return not (proxy.back if kind == "backend" else proxy.front)
        if not name and kind != "table":
            return False
        return _lacks(self.names.get(kind, set()), name or proxy.written_name)


def _lacks(names: set[str], name: str) -> bool:
    """Tell whether *name* is none of *names*, nor what one with a variable may turn out to be."""
    return name not in names and not any("$" in each for each in names)


def check_references(notes: Notes, topology: Topology, proxies: list[Proxy]) -> None:
    """Remark on each name that leads nowhere in the lines of *proxies*."""
    known = _names(topology, proxies)
    statements = notes.statements
    plain: set[Words] = set()  # how server lines end that name nothing
    for proxy in [*proxies, *_parents(proxies)]:
        for index in _lines(notes, proxy):
            words = statements[index].words
            for reference in references(words):
                if known.missing(reference, proxy):
                    _tell(notes, index, reference, proxy, known)
        for index, words, _ in proxy.servers:
            ending = words[3:]
            if ending in plain:
                continue
            named = [(kind, ending[ending.index(word) + 1])
                     for word, kind in _OF_SERVERS if word in ending[:-1]]  # fmt: skip
            if not named:
                plain.add(ending)
            for reference in named:
                if known.missing(reference, proxy):
                    _tell(notes, index, reference, proxy, known)


def _parents(proxies: list[Proxy]) -> Iterable[Proxy]:
    """Return the defaults sections that *proxies* begin with, each once."""
    return {id(each.parent): each.parent for each in proxies if each.parent is not None}.values()


def _lines(notes: Notes, proxy: Proxy) -> Iterable[int]:
    """Return the lines of *proxy* that may name something."""
    own = [index for index, words in proxy.own if words[0] in _CARRIERS and index > proxy.index]
    return sorted({*own, *(rule.origin.at for rule in proxy.rules)})


def _tell(notes: Notes, index: int, reference: Reference, proxy: Proxy, known: Known) -> None:
    kind, name = reference
    what = _ARTICLES.get(kind, kind)
    meant = near(name, known.names.get(kind, ()))
    named = f"called '{name}'" if name else f"in {proxy.kind} '{proxy.written_name}'"
    notes.tell(
        index, "HP107", f"there is no {what} {named}; haproxy refuses the file",
        f"did you mean {meant}" if meant else "",
    )  # fmt: skip


def _names(topology: Topology, proxies: list[Proxy]) -> Known:
    names: dict[str, set[str]] = {}
    for section in topology.sections:
        names.setdefault(section.kind, set()).add(section.name)
        if section.kind == "peers":
            for words in section.own:
                if words[0] == "table" and len(words) > 1:
                    names.setdefault("table", set()).add(f"{section.name}/{words[1]}")
    for proxy in proxies:
        name = proxy.written_name
        if proxy.back:
            names.setdefault("backend", set()).add(name)
        if proxy.front:
            names.setdefault("frontend", set()).add(name)
        for index, words in (*proxy.own, *proxy.unread):
            _add(names, proxy, index, words)
    for parent in _parents(proxies):
        for index, words in parent.own:
            _add(names, parent, index, words)
    return Known(names, topology, proxies)


def _add(names: dict[str, set[str]], proxy: Proxy, index: int, words: Words) -> None:
    """Note what a line of a proxy gives a name to."""
    if words[0] == "stick-table" and index > proxy.index and not proxy.whole:
        names.setdefault("table", set()).add(proxy.written_name)
    elif words[0] in _CAPTURING and "capture" in words[:3]:
        side = _CAPTURES["response" in words[1:3]]
        if "cookie" not in words[1:2] and (words[0] in _DECLARING or "len" in words[3:]):
            names.setdefault(f"{side} of {proxy.index}", set()).add(str(index))
    elif words[0] == "filter" and len(words) > 2:
        if words[1].startswith("bwlim-"):
            names.setdefault(f"bandwidth limit of {proxy.index}", set()).add(words[2])
        elif words[1] == "spoe" and "engine" in words[:-1]:
            engine = words[words.index("engine") + 1]
            names.setdefault(f"spoe of {proxy.index}", set()).add(engine)


@lru_cache(maxsize=8192)
def references(words: Words) -> tuple[Reference, ...]:
    """Return what a line leads to by name."""
    found: list[Reference] = []
    first, rest = words[0], words[1:]
    if first in ("errorfiles", "use-fcgi-app", "use-server"):
        kind = {"errorfiles": "http-errors", "use-fcgi-app": "fcgi-app", "use-server": "server"}
        found.append((kind[first], rest[0]))
    elif first == "filter" and len(rest) > 1 and rest[0] in ("cache", "fcgi-app"):
        found.append((rest[0], rest[1]))
    elif first == "stick-table":
        found += [("peers", after) for word, after in _pairs(rest) if word == "peers"]
    else:
        found += _of_rule(first, rest)
    found += _of_expressions(words)
    return tuple(dict.fromkeys(found))


def _pairs(words: Words) -> Iterable[tuple[str, str]]:
    return pairwise(words)


def _of_rule(first: str, words: Words) -> list[Reference]:
    """Return what the action of a rule of *first*, or a stick line, leads to."""
    found: list[Reference] = []
    end = next((at for at, word in enumerate(words) if word in ("if", "unless")), len(words))
    words = words[:end]
    if not words:
        return found
    if words[0] in ("connection", "session", "content"):
        words = words[1:]
    action, _, glued = words[0].partition("(") if words else ("", "", "")
    if action in _BEHIND and len(words) > 1:
        found.append((_BEHIND[action], words[1]))
    elif action == "do-resolve":
        found.append(("resolvers", [*glued.rstrip(")").split(","), ""][1]))
    elif action.startswith("track-sc") or action in ("on", "match", "store-request",
                                                     "store-response"):  # fmt: skip
        table = next((after for word, after in _pairs(words) if word == "table"), "")
        found.append(("table", table))
    elif action in ("return", "deny", "tarpit"):
        found += [("http-errors", after) for word, after in _pairs(words) if word == "errorfiles"]
    elif action == "capture" and len(words) > 3 and words[-2] == "id":
        found.append((_CAPTURES[first.endswith("response")], words[-1]))
    return found


def _of_expressions(words: Words) -> list[Reference]:
    """Return what the sample expressions of a line lead to."""
    texts = [words[2]] if words[0] == "acl" and len(words) > 2 else []
    texts += [after for word, after in _pairs(words) if word.lstrip("!") == "{"]
    for word in words:
        texts += re.findall(r"%(?:\{[^}]*\})?\[([^\]]*)\]", word) if "%" in word else ()
    found: list[Reference] = []
    for text in texts:
        for number, call in enumerate(_CALL.finditer(re.sub(r"'[^']*'|\"[^\"]*\"", "", text))):
            found += _of_call(call[1], call[2], number == 0)
    return found


def _of_call(name: str, arguments: str | None, first: bool) -> list[Reference]:
    """Return what ``NAME(ARGUMENTS)`` leads to; without a name it is the own proxy's."""
    entry = sample(name, "fetch") if first else sample(name, "converter")
    if entry is None or "<" not in entry.arguments:
        return []
    types = re.findall(r"<[^>]*>", entry.arguments)
    given = arguments.split(",") if arguments else []
    found = []
    for number, kind in enumerate(types):
        if kind in _TYPES:
            word = given[number].strip() if number < len(given) else ""
            own = (kind == "<table>" and name.startswith("src_")) or kind in _OWN
            if word or own:
                found.append((_TYPES[kind], word))
    return found
