"""Says what works otherwise than it reads, though every line of it was accepted."""

from __future__ import annotations

from hatools.model import Pool, Service
from hatools.text import Diagnostic
from hatools_keepalived.writing_blocks import Block
from hatools_keepalived.writing_faults import fault

_TLS_SERVER = frozenset(("ssl",))
_PROXY_PROTOCOL = frozenset(("send-proxy", "send-proxy-v2", "send-proxy-v2-ssl"))


def warnings(service: Service, pool: Pool, block: Block) -> list[Diagnostic]:
    """Say what works otherwise than it reads, though every line was accepted."""
    found: list[Diagnostic] = []
    add, where = found.append, service.origin.span()
    wrapping = [
        any(words[0] == "ssl" for words in item.own)
        for item in service.listeners
        if item.protocol == "tcp" and not item.path
    ]
    said = {words[0] for server in pool.servers for words in server.own}
    if any(wrapping) and not said & _TLS_SERVER:
        add(fault("KA081", where, service.name, pool.name))
    if said & _TLS_SERVER and not all(wrapping) and service.layer == 7:
        add(fault("KA082", where, service.name, pool.name))
    if said & _PROXY_PROTOCOL:
        add(fault("KA083", where, pool.name))
    local = [e.address for e in block.endpoints if e.address and _is_local(e.address)]
    local += [s.address for s in block.placed.servers[:1] if _is_local(s.address)]
    for address in local[:1]:
        add(fault("KA084", where, address))

    return found


def _is_local(address: str) -> bool:
    return address.startswith("127.") or address == "::1"
