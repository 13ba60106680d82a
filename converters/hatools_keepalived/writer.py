"""Writes a model as keepalived.conf: adapts it to what keepalived can say, then prints that."""

from __future__ import annotations

from hatools.model import HttpRequest, Section, Topology
from hatools.plugin import Assumption, OutFile, Target, Writing
from hatools_keepalived.adapting import adapt, version_of
from hatools_keepalived.rendering import render
from hatools_keepalived.writing_blocks import Adapted, Block
from hatools_keepalived.writing_faults import fault

_NAT = "haproxy answers clients itself; with NAT the real servers must reply through the director"
_SCRIPT_USER = "keepalived runs no check script before it is told as whom; name a lesser user here"
_UNSAID = (
    "no balance is written: haproxy draws lots then since 3.3, and before took turns"
    " (--source-version haproxy=VERSION)"
)
_OWN_HOST = (
    "keepalived names the address it connects to in a request; haproxy names no host of its own"
)
_AS_ROOT = (("script_user", "root"), ("enable_script_security",))
_SHOWN = 5


def write(topology: Topology, target: Target) -> Writing:
    """Return *topology* said in keepalived.conf, as far as keepalived can say it."""
    adapted = adapt(topology, target)
    if settings := [*(_AS_ROOT if adapted.scripts else ()), *adapted.limits]:
        adapted.intended.sections.append(Section("global_defs", "", tuple(settings)))
    text = render(adapted, version_of(target.version))
    writing = Writing(
        main=OutFile("keepalived.conf", text) if adapted.blocks else None,
        intended=adapted.intended,
        records=adapted.records(),
        diagnostics=adapted.diagnostics,
        lost=adapted.lost,
        assumptions=[*_assumptions(adapted), *_schedulers(adapted)],
    )
    if any(server.forwarding != "masquerade" for b in adapted.blocks for server in b.pool.servers):
        from hatools.plugin.real_server_setup import companions

        writing.companions += companions(adapted.intended)
    _tell_of_addresses(topology, adapted, writing)
    return writing


def _assumptions(adapted: Adapted) -> list[Assumption]:
    """Return what was added without a source: the forwarding method, the user of scripts."""
    found: list[Assumption] = []
    if adapted.scripts:
        found.append(Assumption("script_user root", _SCRIPT_USER, 2))
    nameless = next((block for block in adapted.blocks if _sends_own_host(block)), None)
    if nameless is not None:
        found.append(Assumption("host ADDRESS:PORT", _OWN_HOST, nameless.line))
    masquerading = [
        block
        for block in adapted.blocks
        if any(server.forwarding == "proxy" for server in block.source_pool.servers)
        and block.pool.servers[0].forwarding == "masquerade"
    ]
    if masquerading:
        count = len(masquerading)
        fact = "lb_kind NAT" if count == 1 else f"lb_kind NAT ({count} virtual servers)"
        found.append(Assumption(fact, _NAT, masquerading[0].line))
    return found


def _sends_own_host(block: Block) -> bool:
    """Tell whether keepalived names a host where haproxy, which the servers are of, names none."""
    return any(
        isinstance(request, HttpRequest)
        and not (request.host or check.sni)
        and all(name.lower() != "host" for name, _ in request.headers)
        for server in block.source_pool.servers
        if server.forwarding == "proxy"
        for check in server.checks
        if check.kind == "http" and isinstance(check.detail, tuple)
        for request in check.detail
    )


def _schedulers(adapted: Adapted) -> list[Assumption]:
    """Return the schedulers that stand in for one that the source does not name."""
    found = [
        block
        for block in adapted.blocks
        if block.source_pool.scheduler.name == "random"
        and not block.source_pool.origin.written("scheduler")
        and len(block.pool.servers) > 1
    ]
    if not found:
        return []
    many = f" ({len(found)} virtual servers)" if len(found) > 1 else ""
    return [Assumption(f"lb_algo {found[0].pool.scheduler.name}{many}", _UNSAID, found[0].line)]


def _tell_of_addresses(topology: Topology, adapted: Adapted, writing: Writing) -> None:
    """Say which virtual addresses no virtual router of the model holds."""
    held = {item.address for router in topology.routers for item in router.addresses}
    held |= {item.address for router in topology.routers for item in router.excluded_addresses}
    places = (item for block in adapted.blocks for item in block.endpoints)
    bare = list(dict.fromkeys(p.address for p in places if p.address and p.address not in held))
    if bare:
        more = f" and {len(bare) - _SHOWN} more" if len(bare) > _SHOWN else ""
        writing.diagnostics.append(fault("KA080", None, ", ".join(bare[:_SHOWN]) + more))
