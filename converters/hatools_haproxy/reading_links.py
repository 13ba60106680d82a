"""Checks the names between sections: backends that are led to, names used twice."""

from __future__ import annotations

from hatools.model import Pool, Topology
from hatools.text import near
from hatools_haproxy.addresses import takes_datagrams
from hatools_haproxy.reading_conditions import odd_character
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_proxies import Proxy
from hatools_haproxy.reading_references import check_references

_UNIQUE_SINCE = (3, 3)


def check_links(notes: Notes, topology: Topology, proxies: list[Proxy]) -> None:
    """Remark on what leads nowhere and on names that are used twice."""
    _twice(notes, proxies)
    _servers_twice(notes, topology)
    _datagrams(notes, proxies)
    check_references(notes, topology, proxies)
    pools = {pool.name for pool in topology.pools}
    known = sorted(pools)
    varying = any("$" in name for name in pools)  # a name that a variable completes
    told: set[tuple[int, str]] = set()
    for service in topology.services:
        targets = [(rule.pool, rule.origin.at) for rule in service.rules]
        if service.default_pool:
            place = service.origin.statements("default_pool")
            targets.append((service.default_pool, place[0] if place else service.origin.at))
        for name, index in targets:
            if name in pools or varying or "%[" in name or (index, name) in told:
                continue
            told.add((index, name))
            meant = near(name, known)
            notes.tell(
                index, "HP107", f"there is no backend '{name}'; haproxy refuses the file",
                f"did you mean {meant}" if meant else f"write backend {name}",
            )  # fmt: skip


def _twice(notes: Notes, proxies: list[Proxy]) -> None:
    """Remark on proxies with one name: by side, and by name alone since haproxy 3.3."""
    seen: dict[tuple[str, str], Proxy] = {}
    for proxy in proxies:
        sides = ["any"] if notes.version >= _UNIQUE_SINCE else []
        sides += proxy.sides
        name = proxy.written_name
        other = next((seen[side, name] for side in sides if (side, name) in seen), None)
        if other is not None:
            line = notes.expansion.span(other.index).line
            who = "haproxy" if sides[0] != "any" or proxy.kind == other.kind else "haproxy 3.3"
            notes.tell(
                proxy.index, "HP108", f"{proxy.kind} '{name}' has the name of the"
                f" {other.kind} on line {line}; {who} refuses the file",
                "give each a name of its own",
            )  # fmt: skip
        for side in sides:
            seen.setdefault((side, name), proxy)


def _servers_twice(notes: Notes, topology: Topology) -> None:
    for pool in topology.pools:
        if odd_character("".join([server.name for server in pool.servers])):
            _odd_names(notes, pool)
        if len({server.name for server in pool.servers}) == len(pool.servers):
            continue
        seen: set[str] = set()
        for server in pool.servers:
            if server.name in seen:
                notes.tell(
                    server.origin.at, "HP108", f"backend {pool.name} has another server"
                    f" '{server.name}'; haproxy refuses the file", "give each a name of its own",
                )  # fmt: skip
            seen.add(server.name)


def _datagrams(notes: Notes, proxies: list[Proxy]) -> None:
    """Remark on servers of datagrams in proxies that do not send logs."""
    for proxy in proxies:
        for index, words, _ in proxy.servers:
            text = words[2 if words[0] == "server" else 3]
            if "@" not in text or not takes_datagrams(text) or _sends_logs(proxy):
                continue
            notes.tell(
                index, "HP105", f"haproxy connects to its servers, and '{text}' takes datagrams;"
                " it refuses the file", "only a backend of mode log, since haproxy 2.9, sends them",
            )  # fmt: skip


def _sends_logs(proxy: Proxy) -> bool:
    """Tell whether the mode of *proxy* is log."""
    homes = [proxy] if proxy.parent is None else [proxy, proxy.parent]
    return any(words[:2] == ("mode", "log") for home in homes for _, words in home.own)


def _odd_names(notes: Notes, pool: Pool) -> None:
    for server in pool.servers:
        odd = odd_character(server.name)
        if odd:
            notes.tell(
                server.origin.at, "HP119", f"'{odd}' is not permitted in the name of a server;"
                " haproxy refuses the file", "letters, digits, - _ . : are",
            )  # fmt: skip
