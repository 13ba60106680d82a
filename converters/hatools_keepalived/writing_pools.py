"""Turns what a pool says besides its servers into what a virtual_server can say."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Persistence, Pool, Quorum, RealServer, Scheduler, approximated
from hatools.plugin.ipvs import nearest
from hatools_keepalived.listening import Endpoint
from hatools_keepalived.losses import OWN_SCHEDULERS
from hatools_keepalived.writing_servers import Placed

LONGEST_PERSISTENCE = 2678400
"""The seconds that IPVS remembers a client at most: 31 days."""

_SCRIPTS = frozenset(("notify_up", "notify_down"))


def is_foreign(pool: Pool) -> bool:
    """Tell whether another kind of program wrote *pool*: a full proxy, with words of its own."""
    return not pool.servers or any(server.forwarding == "proxy" for server in pool.servers)


def runs_scripts(pool: Pool) -> bool:
    """Tell whether keepalived runs a script for *pool*: it then wants to know as whom."""
    if pool.quorum is not None and (pool.quorum.up_script or pool.quorum.down_script):
        return True
    groups = {id(server.checks): server.checks for server in pool.servers}
    if any(check.kind == "script" for checks in groups.values() for check in checks):
        return True
    return any(words[0] in _SCRIPTS for server in pool.servers for words in server.own)


def scheduler_of(pool: Pool) -> tuple[Scheduler, Fate]:
    """Return keepalived's scheduler for the pool's."""
    wanted = pool.scheduler
    return (wanted, KEPT) if wanted.name in OWN_SCHEDULERS else nearest(wanted)


def persistence_by_address(
    wanted: Persistence | None, first: Endpoint
) -> tuple[Persistence | None, Fate]:
    """Return persistence by address as keepalived has it, None for any other kind."""
    if wanted is None or wanted.kind != "address":
        return None, KEPT
    fate = KEPT
    mask = wanted.mask if wanted.mask not in (32, 128) else None
    if mask is not None and not _fits(mask, first):
        mask, fate = None, approximated("IPVS cannot tell clients apart so: each address by itself")
    if wanted.timeout is None:
        fate = approximated("IPVS forgets clients at last: 31 days is the longest")
        return Persistence("address", float(LONGEST_PERSISTENCE), mask), fate
    timeout = min(max(-int(-wanted.timeout // 1), 1), LONGEST_PERSISTENCE)
    if timeout != wanted.timeout:
        fate = approximated("IPVS counts whole seconds, 31 days at most")
    return Persistence("address", float(timeout), mask), fate


def _fits(mask: int, first: Endpoint) -> bool:
    """Tell whether keepalived can be told of *mask*: it knows no IPv6 masks behind marks."""
    return first.mark is None and mask > 0 if first.family == 6 else mask <= 32


def quorum_of(pool: Pool, active: list[RealServer]) -> Quorum | None:
    """Return the quorum, not above what the servers that are written can give."""
    quorum = pool.quorum
    if quorum is None:
        return None
    weight = min(quorum.weight, sum(server.weight for server in active))
    slack = min(quorum.hysteresis, weight - 1)
    return Quorum(weight, slack, quorum.up_script, quorum.down_script)


def why_none(placed: Placed) -> str:
    """Return why no server of a pool could be taken."""
    reasons = dict.fromkeys(fate.reason for _, fate in placed.refused)
    return f"no server can be written: {next(iter(reasons))}" if reasons else "no server behind it"
