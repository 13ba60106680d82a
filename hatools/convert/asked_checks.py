"""Adds the health checks that the user asks for with ``--set check=KIND`` to servers without any.

Languages of a balancer without health checks cannot say whether a server is to
be checked, and nothing is added unasked: then the account says that nothing was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from hatools.convert.accounting import fate_of
from hatools.errors import BadSetting
from hatools.model import Check, Expect, Fate, HttpRequest, Outcome, Pool, Service, Topology
from hatools.model.origin import Origin
from hatools.plugin.contracts import Assumption, Format, Writing
from hatools.plugin.settings import Settings
from hatools.text import Diagnostic, Severity

INTERVAL, FAST, LIMIT, FALL = 5.0, 1.0, 3.0, 3
_TIMES = f"every {INTERVAL:g} s, {LIMIT:g} s for an answer, down after {FALL} failures"
_PLAIN = Check("tcp", None, None, INTERVAL, FAST, INTERVAL, LIMIT, None, 1, FALL)
_PAGE = (HttpRequest(expects=(Expect("status", "200-299"),)),)
KINDS: dict[str, Check] = {
    "tcp": _PLAIN,
    "http": _PLAIN._replace(kind="http", timeout=LIMIT, detail=_PAGE),
    "https": _PLAIN._replace(kind="http", timeout=LIMIT, detail=_PAGE, tls=True),
    "ping": _PLAIN._replace(kind="ping", timeout=LIMIT),
}
NONE = "none"
_CONNECTS = frozenset(("tcp", "http", "https"))


class Asked(NamedTuple):
    """Checks that were added to the servers of one pool, for *service*; *origins* are theirs."""

    kind: str
    service: str
    origins: Sequence[Origin]


def ask(topology: Topology, settings: Settings) -> tuple[Topology, list[Asked], list[Diagnostic]]:
    """Return *topology* with the checks that *settings* ask for, what was added, and remarks.

    Raises `BadSetting` for a kind of check that there is not.
    """
    pools = {id(pool): pool for pool in topology.pools}
    added: list[Asked] = []
    remarks: list[Diagnostic] = []
    done: set[int] = set()
    for service, pool in _led(topology):
        text = settings.get("check", service.name)
        if text is None or id(pool) in done:
            continue
        kind, port = _kind(text, service.name)
        if kind == NONE:
            done.add(id(pool))
            continue
        named = f"check@{service.name}" in settings
        bare = [each for each in pool.servers if not each.checks and each.role != "sorry"]
        hindrance = _hindrance(kind, port, service, pool, named)
        if hindrance and bare:
            remarks.append(_refusal(service.name, text, hindrance))
        if hindrance or not bare:
            continue
        done.add(id(pool))
        checks = (KINDS[kind]._replace(port=port),)
        pools[id(pool)] = replace(
            pool,
            servers=[
                each if each.checks or each.role == "sorry" else replace(each, checks=checks)
                for each in pool.servers
            ],
        )
        added.append(Asked(text, service.name, [each.origin for each in bare]))
    if added:
        topology = replace(topology, pools=[pools[id(pool)] for pool in topology.pools])
    return topology, added, remarks


def _led(topology: Topology) -> Iterator[tuple[Service, Pool]]:
    """Yield every service with each pool that it leads to, the first of a name."""
    named = {pool.name: pool for pool in reversed(topology.pools)}
    for service in topology.services:
        for name in dict.fromkeys((service.default_pool, *(rule.pool for rule in service.rules))):
            if name in named:
                yield service, named[name]


def _kind(text: str, service: str) -> tuple[str, int | None]:
    """Return the kind of check and the port that *text* (``tcp``, ``http:8080``) asks for."""
    kind, colon, number = text.lower().partition(":")
    port = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None
    known = kind in KINDS or kind == NONE
    if not known or (colon and (kind not in _CONNECTS or port is None or not 0 < port < 65536)):
        raise BadSetting(
            f"--set check={text}: there is no such check",
            f"write {', '.join(KINDS)} or {NONE}; tcp:PORT, http:PORT or https:PORT for"
            f" another port than the server's ({service})",
        )
    return kind, port


def _hindrance(kind: str, port: int | None, service: Service, pool: Pool, named: bool) -> str:
    """Return why *service* gets no check of *kind*, empty when it may have one."""
    if kind not in _CONNECTS or port is not None:
        return ""
    protocols = {listener.protocol for listener in service.listeners} - {"tcp", "any"}
    if protocols and not named:
        name = sorted(protocols)[0].upper()
        return f"it is {name}, and a {kind} check says nothing of that: ask by name, or for ping"
    ports = any(listener.ports not in (None, (0, 0)) for listener in service.listeners)
    if not ports and any(server.port in (None, 0) for server in pool.servers):
        return f"its servers have no port to ask at: write {kind}:PORT"
    return ""


def _refusal(service: str, text: str, why: str) -> Diagnostic:
    return Diagnostic(
        "HT003", Severity.WARNING, f"{service}: no {text} check was added: {why}",
        help=f"write --set check@{service}=KIND, or {NONE} to leave it unchecked",
    )  # fmt: skip


def account(asked: Sequence[Asked], writing: Writing) -> list[Diagnostic]:
    """Enter the checks *asked* for in *writing*, and return remarks on those that it lacks."""
    if not asked or writing.main is None:
        return []
    left_out = {name for name, _ in writing.lost}
    fates: dict[int, Fate] = {}
    lines: dict[int, int] = {}
    for record in writing.records:
        key, fate = id(record.origin), fate_of(record.verdict, "checks")
        if key not in fates or fate.weakness < fates[key].weakness:
            fates[key] = fate
            lines[key] = record.line
    remarks: list[Diagnostic] = []
    for item in asked:
        told = [id(origin) for origin in item.origins if id(origin) in fates]
        there = [key for key in told if fates[key].outcome is not Outcome.DROPPED]
        if there:
            fact = f"check {item.kind} of {_many(len(there))} of {item.service}"
            reason = f"asked for with --set check={item.kind}: {_TIMES}"
            writing.assumptions.append(Assumption(fact, reason, lines[there[0]]))
        elif any(lines[key] for key in told) and item.service not in left_out:
            remarks.append(_refusal(item.service, item.kind, fates[told[0]].reason))
    return remarks


def tell_of_none(
    source: Format, target: Format, topology: Topology, settings: Settings, writing: Writing
) -> None:
    """Say in the account that nothing was added where *source* cannot say what is checked."""
    if source.checks or not target.checks or writing.main is None:
        return
    left_out = {name for name, _ in writing.lost}
    bare = {
        id(pool): len(pool.servers)
        for service, pool in _led(topology)
        if service.name not in left_out
        and not any(server.checks for server in pool.servers)
        and (settings.get("check", service.name) or "").lower() != NONE
    }
    if any(bare.values()):
        writing.assumptions.append(
            Assumption(
                f"no health check of {_many(sum(bare.values()))}",
                f"{source.name} says none, so they always count as up:"
                " --set check=tcp adds one to each",
            )
        )


def _many(count: int) -> str:
    return f"{count} servers" if count != 1 else "1 server"
