"""How a pool chooses its servers, in IPVS: scheduler, flags, persistence."""

from __future__ import annotations

from typing import NamedTuple

from hatools.model import KEPT, Fate, Persistence, Pool, Scheduler, approximated, dropped
from hatools.model.topology import Own
from hatools.plugin import Settings
from hatools.plugin.ipvs import nearest
from hatools_ipvsadm import losses
from hatools_ipvsadm.addresses import is_whole, mask_text
from hatools_ipvsadm.endpoints import Endpoint
from hatools_ipvsadm.values import BARE, LONGEST, SCHEDULERS, flag_order

_ENGINE = ("persistence_engine", "sip")
_PLAIN_FLAGS = frozenset(("flag-1", "flag-2", "flag-3"))
_BITS = {"sh-fallback": "flag-1", "sh-port": "flag-2", "mh-fallback": "flag-1", "mh-port": "flag-2"}
_NAMED = {("sh", "flag-1"): "sh-fallback", ("sh", "flag-2"): "sh-port",
          ("mh", "flag-1"): "mh-fallback", ("mh", "flag-2"): "mh-port"}  # fmt: skip
_COOKIES = approximated("IPVS sees no cookies: clients are told apart by address")
_NO_COOKIES = dropped("IPVS sees no cookies: --set persistence=SECONDS keeps clients by address")
_FOREVER = approximated(f"IPVS forgets a client after {LONGEST} seconds at most")


class Method(NamedTuple):
    """A service's method: the *words* behind its address, and what they mean."""

    words: str
    scheduler: Scheduler
    persistence: Persistence | None
    one_packet: bool
    own: Own


def method_of(
    pool: Pool, endpoint: Endpoint, settings: Settings, name: str
) -> tuple[Method | Fate, dict[str, Fate]]:
    """Return the method of *pool* at *endpoint* (or why there can be none), and its verdict."""
    scheduler, scheduled = _scheduler(pool.scheduler)
    persistence, persisted = _persistence(pool.persistence, endpoint, settings, name)
    if isinstance(persistence, Fate):
        return persistence, {}
    one_packet = pool.one_packet and endpoint.listener.protocol in ("udp", "any")
    own = (_ENGINE,) if _ENGINE in pool.own else ()
    words = f"-s {scheduler.name}"
    if persistence is not None and persistence.timeout is not None:
        words += f" -p {int(persistence.timeout)}"
        if persistence.mask is not None:
            words += f" -M {mask_text(persistence.mask, endpoint.family)}"
    if own:
        words += " --pe sip"
    if one_packet:
        words += " -o"
    if scheduler.parameters:
        words += f" -b {','.join(scheduler.parameters)}"
    verdict = {
        "": KEPT,
        "name": KEPT,
        "scheduler": scheduled,
        "persistence": persisted,
        "one_packet": KEPT if one_packet else dropped("-o is for UDP and marks only"),
        "quorum": losses.NO_QUORUM,
        "fallback_all": losses.ALL_SPARES,
        "servers": KEPT,
        "servers.checks": losses.UNCHECKED,
        "servers.on_failure": losses.UNCHECKED,
        "own": KEPT,
    }
    return Method(words, scheduler, persistence, one_packet, own), verdict


def _scheduler(wanted: Scheduler) -> tuple[Scheduler, Fate]:
    """Return the scheduler of IPVS for *wanted*, and its fate."""
    name, parameters = wanted.name, wanted.parameters
    if name not in SCHEDULERS:
        return nearest(wanted)
    kept: list[str] = []
    fate = KEPT
    taken: set[str] = set()
    for flag in parameters:
        bit = _BITS.get(flag, flag)
        flag = _NAMED.get((name, flag), flag)
        fits = flag in _PLAIN_FLAGS or flag.partition("-")[0] == name
        if bit not in _PLAIN_FLAGS or not fits or bit in taken:
            fate = approximated(f"the scheduler {name} has no {flag}")
        else:
            kept.append(flag)
            taken.add(bit)
    return Scheduler(name, tuple(sorted(kept, key=flag_order))), fate


def _persistence(
    wanted: Persistence | None, endpoint: Endpoint, settings: Settings, name: str
) -> tuple[Persistence | Fate | None, Fate]:
    """Return the persistence of a service, and its fate; a fate alone where there must be one."""
    all_ports = endpoint.port is None and endpoint.listener.mark is None
    found, fate = None, KEPT
    if wanted is not None and wanted.kind == "address":
        found, fate = _by_address(wanted, endpoint)
    else:
        asked = settings.get("persistence", name) if wanted is not None else None
        if wanted is not None:
            fate = _NO_COOKIES
        if asked and asked.isascii() and asked.isdigit() and int(asked[:9]):
            found, fate = Persistence("address", float(min(int(asked[:9]), LONGEST))), _COOKIES
    if all_ports and found is None:
        found = Persistence("address", float(BARE))  # IPVS demands it where all ports are meant
    return found, fate


def _by_address(wanted: Persistence, endpoint: Endpoint) -> tuple[Persistence, Fate]:
    mask = None if is_whole(wanted.mask, endpoint.family) else wanted.mask
    fate = KEPT
    least, most = (1, 128) if endpoint.family == 6 else (0, 32)
    if mask is not None and not least <= mask <= most:
        mask, fate = None, approximated("such a mask does not fit the addresses")
    if wanted.timeout is None:
        return Persistence("address", float(LONGEST), mask), _FOREVER
    seconds = min(max(round(wanted.timeout), 1), LONGEST)
    if seconds != wanted.timeout:
        fate = approximated(f"IPVS counts whole seconds from 1 to {LONGEST}: {seconds}")
    return Persistence("address", float(seconds), mask), fate
