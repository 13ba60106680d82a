"""Finds which defaults section each proxy inherits from, and what nobody inherits."""

from __future__ import annotations

from hatools.model import Origin, Pool, Section, Service, Topology
from hatools.text import near
from hatools_haproxy.reading_conditions import odd_character
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_proxies import Line, Proxy, Words

_NAMED_ONLY = (2, 4)
_RULES = frozenset((
    "http-request", "http-response", "http-after-response", "tcp-request", "tcp-response",
))  # fmt: skip
_EARLY = (("tcp-request", "connection"), ("tcp-request", "session"))
_ANSWERS = (("tcp-response", "content"),)
_NOT_RULES = (("tcp-request", "inspect-delay"), ("tcp-response", "inspect-delay"))


class Inheritance:
    """The defaults sections of one reading, in order, and who begins with which."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.defaults: list[Proxy] = []
        self._named: dict[str, Proxy] = {}
        self._from: dict[int, str] = {}
        self._heirs: dict[int, str] = {}  # which kind began with a defaults section of rules

    def begin(self, head: int, words: Words) -> Proxy:
        """Return the proxy or defaults section that the heading *words* begins."""
        notes, kind = self.notes, words[0]
        rest = words[1:]
        name = ""
        if rest and (rest[0] != "from" or len(rest) == 1):
            name, rest = rest[0], rest[1:]
        source = rest[1] if len(rest) > 1 and rest[0] == "from" else ""
        if not name and kind != "defaults":
            notes.tell(
                head, "HP110", f"this {kind} has no name; haproxy refuses the file",
                f"write {kind} NAME",
            )  # fmt: skip
            name = f"{kind}-{head + 1}"
        odd = odd_character(name)
        if odd:
            notes.tell(
                head, "HP119", f"'{odd}' is not permitted in the name of a {kind}; haproxy refuses"
                " the file", "letters, digits, - _ . : are",
            )  # fmt: skip
        proxy = Proxy(notes, head, kind, name)
        parent = self._parent(head, source, kind)
        if parent is not None:
            proxy.inherit(parent)
            self._unfit(head, kind, parent)
        if source:
            self._from[head] = source
        if kind == "defaults":
            self.defaults.append(proxy)
            if name:
                self._named[name] = proxy
            if rest and not source:
                notes.tell(head, "HP109", f"'{rest[0]}' behind defaults is not understood")
        return proxy

    def _parent(self, head: int, source: str, kind: str) -> Proxy | None:
        """Return the defaults section to begin with: the one named, else the latest."""
        if source:
            parent = self._named.get(source)
            if parent is None:
                meant = near(source, self._named)
                self.notes.tell(
                    head, "HP107", f"there is no defaults section '{source}' above; haproxy refuses"
                    " the file", f"did you mean {meant}" if meant else f"write defaults {source}",
                )  # fmt: skip
            return parent
        if kind == "defaults" or not self.defaults:
            return None
        latest = self.defaults[-1]
        if latest.name and latest.name in self._from.values():
            refused = self.notes.version >= _NAMED_ONLY
            self.notes.tell(
                head, "HP120" if refused else "HP114",
                f"this {kind} begins with defaults {latest.name} without saying so, as others say"
                + ("; haproxy refuses the file" if refused else ""),
                f"write from {latest.name}, or put another defaults above",
            )  # fmt: skip
        return latest

    def _unfit(self, head: int, kind: str, parent: Proxy) -> None:
        """Remark on rules in *parent* that a section of *kind* cannot inherit."""
        rules = [
            words[:3]
            for _, words in parent.own
            if words[0] in _RULES and words[:2] not in _NOT_RULES
        ]
        if not rules:
            return
        other = self._heirs.setdefault(parent.index, kind)
        if kind == "backend" and any("capture" in words for words in rules):
            what = "a backend cannot inherit captures"
        elif kind in ("defaults", "listen"):
            what = f"a {kind} cannot inherit rules"
        elif other in ("frontend", "backend") and other != kind:
            what = f"a {kind} cannot inherit rules that a {other} inherits, too"
        elif kind == "backend" and any(words[:2] in _EARLY for words in rules):
            what = "a backend cannot inherit tcp-request connection or session"
        elif kind == "frontend" and any(words[:2] in _ANSWERS for words in rules):
            what = "a frontend cannot inherit tcp-response content"
        else:
            return
        self.notes.tell(
            head, "HP117", f"{what}, as those of defaults {parent.name}; haproxy refuses the file",
            "write the rules into the proxies, or a defaults for each kind",
        )  # fmt: skip

    def prefix(self, proxy: Proxy) -> list[Line]:
        """Return the ``from NAME`` that a heading says, as a line of its own words."""
        source = self._from.get(proxy.index)
        return [(proxy.index, ("from", source))] if source else []

    def settle(self, topology: Topology, proxies: list[Proxy]) -> None:
        """Make a section of each defaults; give names to those that need them; claim."""
        notes = self.notes
        names = self._names(topology, proxies)
        for section in self.defaults:
            own = [line for line in section.own if line[0] not in section.maybe]
            lines = [*self.prefix(section), *own]
            for index, _ in lines:
                notes.claimed[index] = 1
            made = Section("defaults", names[section.index], tuple(words for _, words in lines))
            fields: dict[str, tuple[int, ...]] = {
                f"own.{number}": (index - section.index,) for number, (index, _) in enumerate(lines)
            }
            fields[""] = (0,)
            if section.name:
                fields["name"] = (0,)
            made.origin = Origin(notes.expansion, section.index, fields)
            topology.sections.append(made)
        topology.sections.sort(key=lambda each: each.origin.at)

    def _names(self, topology: Topology, proxies: list[Proxy]) -> dict[int, str]:
        """Return each defaults section's name; several without names get one each.

        Where there are several, every proxy names the one that it begins with, so
        that the model does not depend on the order of sections.
        """
        names = {section.index: section.name for section in self.defaults}
        if len(self.defaults) < 2:
            return names
        for number, section in enumerate(self.defaults, 1):
            if not section.name:
                name = f"defaults-{number}"
                while name in self._named:
                    name += "-"
                names[section.index] = name
        for proxy in proxies:
            if proxy.parent is not None and proxy.index not in self._from:
                _say(topology, proxy, names[proxy.parent.index])
        return names


def _say(topology: Topology, proxy: Proxy, name: str) -> None:
    """Let the object of *proxy* begin with ``from NAME``, which nobody wrote."""
    items: list[Service | Pool] = [*topology.services] if proxy.front else [*topology.pools]
    for item in items:
        if item.origin.at == proxy.index:
            item.own = (("from", name), *item.own)
            fields = {
                f"own.{int(field[4:]) + 1}" if field.startswith("own.") else field: offsets
                for field, offsets in item.origin.fields.items()
            }
            item.origin = Origin(item.origin.expansion, item.origin.at, fields)
            return
