"""Prints a model that haproxy can say as a haproxy.cfg."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count, groupby
from operator import attrgetter

from hatools.model import Check, Listener, Pool, RealServer, Rule, Service, Topology
from hatools.model.topology import Own
from hatools_haproxy.check_lines import agent_options, proxy_lines, server_options
from hatools_haproxy.quoting import comment, duration, endpoint, joined, quote

Remark = tuple[int, str]  # the statement of the source, a comment on it
Note = tuple[tuple[Remark, ...], tuple[Remark, ...]]  # above a line, behind it
Notes = Mapping[tuple[int, str], Note]

# What default-server may say where some servers have no check: check-ssl would
# want a certificate for them.
_ANY = ("*", "ipv6@")
_LOOKS = attrgetter("checks", "own", "role", "state", "upper_threshold")
Run = tuple[tuple[object, ...], list[RealServer]]  # how servers look, and those that do, in order
_TIMING = ("inter ", "fastinter ", "downinter ", "rise ", "fall ", "init-state ")


class Page:
    """The lines written so far, and on which line each thing stands.

    *notes* are the source's comments, by (id of the object, slot); a slot is the
    part of the object that a line says.  A comment is written once, where its
    statement first is: one of ipvsadm's may be a service, its pool and more.
    *heads* are the lines (from 1) on which objects begin, by id; *places* those of
    their other slots.
    """

    def __init__(self, notes: Notes, version: tuple[int, ...]) -> None:
        self.lines: list[str] = []
        self.notes = notes
        self.version = version
        self.heads: dict[int, int] = {}
        self.places: dict[tuple[int, str], int] = {}
        self._said: set[Remark] = set()

    def head(self, text: str, item: object) -> None:
        """Begin a section about *item*, after a blank line."""
        if self.lines:
            self.lines.append("")
        self._put(text, item, "", "")

    def say(self, text: str, item: object = None, slot: str = "") -> None:
        """Write one line of a section; *slot* of *item* stands there."""
        self._put(text, item, slot, "    ")

    def place(self, item: object, slot: str) -> int:
        """Return the line on which *slot* of *item* stands, 0 for none."""
        return self.places.get((id(item), slot), 0) if slot else self.heads.get(id(item), 0)

    def _put(self, text: str, item: object, slot: str, indent: str) -> None:
        self.put_noted(indent + text, item, slot, indent)
        if slot:
            self.places.setdefault((id(item), slot), len(self.lines))
        elif item is not None:
            self.heads.setdefault(id(item), len(self.lines))

    def put_noted(self, line: str, item: object, slot: str, indent: str) -> None:
        """Write *line* with the comments on *slot* of *item*, above and behind it."""
        note = self.notes.get((id(item), slot)) if self.notes else None
        if note is not None:
            above, behind = (
                dict.fromkeys(text for place, text in part if (place, text) not in self._said)
                for part in note
            )
            self._said.update(*note)
            self.lines += [indent + comment(text) for text in above]
            if behind:
                line = f"{line}  {comment('; '.join(behind))}"
        self.lines.append(line)

    def text(self) -> str:
        """Return all lines as a text."""
        return "\n".join(self.lines) + "\n" if self.lines else ""


def render(topology: Topology, notes: Notes, version: tuple[int, ...]) -> Page:
    """Return *topology*, which haproxy *version* can say, as a page."""
    page = Page(notes, version)
    for section in topology.sections:
        page.head(joined((section.kind, section.name)) if section.name else section.kind, section)
        if section.kind == "defaults":
            page.say("mode tcp")
        for words in section.own:
            page.say(joined(words), section, " ".join(words[:2]))
    pools = {pool.name: pool for pool in topology.pools}
    waiting = list(reversed(topology.pools))
    whole = {
        service.name
        for service in topology.services
        if service.default_pool == service.name
        and service.name in pools
        and not pools[service.name].own
    }
    # a backend waits for the frontend that leads to it, a listen's pool for its service
    later = {each.default_pool for each in topology.services if each.name not in whole} | whole
    for service in topology.services:
        if service.name in whole:
            while waiting and waiting[-1].name not in whole:
                _backend(page, waiting.pop())
            if waiting:
                _listen(page, service, waiting.pop())
        else:
            _frontend(page, service)
            if service.default_pool not in whole:
                later.discard(service.default_pool)
        while waiting and waiting[-1].name not in later:
            _backend(page, waiting.pop())
    while waiting:
        _backend(page, waiting.pop())
    return page


def _listen(page: Page, service: Service, pool: Pool) -> None:
    page.head(f"listen {service.name}", service)
    page.heads[id(pool)] = len(page.lines)
    _front(page, service)
    _balance(page, pool)
    _own(page, service.own, service)
    _rules(page, service.rules)
    _servers(page, pool)


def _frontend(page: Page, service: Service) -> None:
    page.head(f"frontend {service.name}", service)
    _front(page, service)
    _own(page, service.own, service)
    _rules(page, service.rules)
    if service.default_pool:
        page.say("default_backend " + quote(service.default_pool), service, "default_pool")


def _backend(page: Page, pool: Pool) -> None:
    page.head(f"backend {pool.name}", pool)
    _balance(page, pool)
    _own(page, pool.own, pool)
    _servers(page, pool)


def _front(page: Page, service: Service) -> None:
    if service.layer == 7:
        page.say("mode http")
    for listener in service.listeners:
        page.say(_bind(listener), listener)
    if service.connection_limit is not None:
        page.say(f"maxconn {service.connection_limit}", service, "connection_limit")


def _bind(listener: Listener) -> str:
    address = listener.path or listener.address or _ANY[listener.family == 6]
    if listener.ports is not None:
        first, last = listener.ports
        host = f"[{address}]" if ":" in address and not listener.path else address
        address = f"{host}:{first}" if first == last else f"{host}:{first}-{last}"
    options = [joined(words) for words in listener.own]
    return " ".join(["bind", quote(address), *options])


def _own(page: Page, own: Own, item: object) -> None:
    for words in own:
        page.say(joined(words), item, " ".join(words[:2]))


def _rules(page: Page, rules: list[Rule]) -> None:
    for rule in rules:
        text = "use_backend " + quote(rule.pool)
        if rule.condition is not None:
            text += f" {'unless' if rule.condition.negated else 'if'} {rule.condition.text}"
        page.say(text, rule)


def _balance(page: Page, pool: Pool) -> None:
    scheduler = pool.scheduler
    parameters = scheduler.parameters
    cut = parameters.index("hash-type") if "hash-type" in parameters else len(parameters)
    page.say(joined(("balance", scheduler.name, *parameters[:cut])), pool, "scheduler")
    if cut < len(parameters):
        page.say(joined(parameters[cut:]))
    kept = pool.persistence
    if kept is not None and kept.kind == "cookie":
        page.say(joined(("cookie", *kept.words)), pool, "persistence")
    elif kept is not None:
        expire = () if kept.timeout is None else ("expire", duration(kept.timeout))
        page.say(joined(("stick-table", *kept.words, *expire)), pool, "persistence")
        page.say("stick on src" + _mask(kept.mask, pool.servers))
    if pool.fallback_all:
        page.say("option allbackups", pool, "fallback_all")


def _mask(mask: int | None, servers: list[RealServer]) -> str:
    """Return the converter that makes neighbours one client; with IPv6 where *servers* use it."""
    if mask is None:
        return ""
    sixes = mask > 32 or any(":" in server.address for server in servers)
    return f",ipmask(32,{mask})" if sixes else f",ipmask({mask})"


def _servers(page: Page, pool: Pool) -> None:
    """Write the pool's check, what its servers share, and its servers."""
    servers = pool.servers
    runs: list[Run] = [(facts, list(run)) for facts, run in groupby(servers, _LOOKS)]
    distinct = {id(run[0].checks): run[0].checks for _, run in runs}.values()
    checks = {id(check): check for each in distinct for check in each}.values()
    asking = [check for check in checks if not check.tracks and check.kind != "agent"]
    if asking:
        for line in proxy_lines(asking[0], page.version):
            page.say(line, pool, "checks")
    shared = _shared_options(asking)
    if not all(each and not each[0].tracks for each in distinct):
        shared = [text for text in shared if text.startswith(_TIMING)]
    prefix = _shared_own([run[0].own for _, run in runs]) if len(servers) > 1 else ()
    if shared or prefix:
        words = [*shared, *(joined(words) for words in prefix)]
        page.say("default-server " + " ".join(words), pool, "default-server")
    if servers:
        first = len(page.lines)
        page.lines += _server_lines(servers, runs, shared, len(prefix))
        if page.notes:
            _comment_servers(page, servers, first)
        else:
            page.heads.update(zip(map(id, servers), count(first + 1)))


def _server_lines(
    servers: list[RealServer], runs: list[Run], shared: list[str], skip: int
) -> list[str]:
    """Return a line for each server: names and addresses in columns, then the rest."""
    ends = [
        f"{server.address}:{server.port}"
        if server.port is not None and ":" not in server.address
        else endpoint(server.address, server.port)
        for server in servers
    ]
    weighted = any(server.weight != 1 for server in servers)
    wide = max([len(server.name) for server in servers])
    end_wide = max(map(len, ends))
    lines: list[str] = []
    tails: dict[object, str] = {}
    ending = iter(ends)
    for facts, run in runs:
        key = (id(run[0].checks), id(run[0].own), facts[2:])
        if key not in tails:
            tails[key] = _tail(run[0], shared, skip)
        tail = tails[key]
        if weighted:
            lines += [
                f"    server {server.name.ljust(wide)} {end.ljust(end_wide)}"
                f" weight {server.weight}{tail}"
                for server, end in zip(run, ending, strict=False)
            ]
        else:
            lines += [
                f"    server {server.name.ljust(wide)} {end.ljust(end_wide)}{tail}".rstrip()
                for server, end in zip(run, ending, strict=False)
            ]
    return lines


def _comment_servers(page: Page, servers: list[RealServer], first: int) -> None:
    """Put the comments on *servers*, whose lines begin behind line *first*, where they belong."""
    lines = page.lines
    plain, lines[first:] = lines[first:], []
    for server, text in zip(servers, plain, strict=True):
        page.put_noted(text, server, "", "    ")
        page.heads[id(server)] = len(lines)


def _shared_options(checks: list[Check]) -> list[str]:
    """Return the options that every one of *checks* has, in order."""
    options = [server_options(check) for check in checks]
    return [text for text in options[0] if all(text in each for each in options)] if options else []


def _shared_own(owns: list[Own]) -> Own:
    """Return the words with which all of *owns* begin."""
    shared = owns[0]
    for own in owns:
        length = 0
        while length < min(len(shared), len(own)) and shared[length] == own[length]:
            length += 1
        shared = shared[:length]
    return shared


def _tail(server: RealServer, shared: list[str], skip: int) -> str:
    """Return what stands behind a server's address and weight."""
    words: list[str] = []
    for check in server.checks:
        if check.kind == "agent":
            words += agent_options(check)
        elif check.tracks:
            words.append("track " + quote(check.tracks))
        else:
            words.append("check")
            words += [text for text in server_options(check) if text not in shared]
    if server.upper_threshold is not None:
        words.append(f"maxconn {server.upper_threshold}")
    if server.role != "active":
        words.append("backup")
    words += [joined(own) for own in server.own[skip:]]
    if server.state == "maintenance":
        words.append("disabled")
    return " " + " ".join(words) if words else ""
