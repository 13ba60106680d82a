"""Tells a model that came from haproxy.cfg, and takes it as it is."""

from __future__ import annotations

from hatools.model import KEPT, Topology, Verdict
from hatools.plugin import Target
from hatools_haproxy.drafting import Comments, Draft
from hatools_haproxy.scheduling import is_balance

_SECTIONS = frozenset(
    ("global", "defaults", "peers", "resolvers", "userlist", "mailers", "cache", "program", "ring",
     "http-errors", "log-forward", "fcgi-app", "crt-store", "traces", "acme", "log-profile")
)  # fmt: skip
_ALL_KEPT: Verdict = {"*": KEPT}


def speaks_haproxy(topology: Topology) -> bool:
    """Tell whether what *topology* has of its own is in haproxy's words."""
    if topology.routers or topology.groups or topology.trackers or topology.mail is not None:
        return False
    if topology.sections:
        return all(section.kind in _SECTIONS for section in topology.sections)
    owned = any(service.own or service.layer == 7 or service.rules for service in topology.services)
    return (
        (owned or any(pool.own for pool in topology.pools))
        and all(is_balance(pool.scheduler.name) for pool in topology.pools)
        and all(s.forwarding == "proxy" for pool in topology.pools for s in pool.servers)
    )


def take(topology: Topology, target: Target, version: tuple[int, ...]) -> Draft:
    """Return the draft of a model that haproxy can say as it is."""
    draft = Draft(target, version, Comments(topology.origin.expansion), topology)
    draft.account(topology.origin, _ALL_KEPT)
    for section in topology.sections:
        draft.account(section.origin, _ALL_KEPT, section)
        draft.carry(section.origin, section, "", ("",))
    for service in topology.services:
        draft.account(service.origin, _ALL_KEPT, service)
        draft.carry(service.origin, service, "", ("",))
        for listener in service.listeners:
            draft.account(listener.origin, _ALL_KEPT, listener)
            draft.carry(listener.origin, listener, "", None)
        for rule in service.rules:
            draft.account(rule.origin, _ALL_KEPT, rule)
            draft.carry(rule.origin, rule, "", None)
    for pool in topology.pools:
        draft.account(pool.origin, _ALL_KEPT, pool)
        draft.carry(pool.origin, pool, "", ("",))
        for server in pool.servers:
            draft.account(server.origin, _ALL_KEPT, server)
            draft.carry(server.origin, server, "", ("",))
    return draft
