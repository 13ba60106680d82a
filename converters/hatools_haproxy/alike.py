"""Which words of haproxy mean the same as another language's, and where their order counts."""

from __future__ import annotations

from hatools.model import Check, Scheduler, Service, Step
from hatools.plugin import Alike

_ALIKE = {
    "roundrobin": Alike(Scheduler("wrr")),
    "static-rr": Alike(Scheduler("wrr")),
    "leastconn": Alike(Scheduler("lc"), "equal"),  # of equal weights IPVS takes no notice either
}
_IN_ORDER = frozenset(
    ("http-request", "http-response", "http-after-response", "http-check", "tcp-check",
     "tcp-request", "tcp-response", "redirect", "use-server", "stick", "filter", "block", "reqrep",
     "reqirep", "reqdel", "reqidel", "reqadd", "rsprep", "rspirep", "rspdel", "rspidel", "rspadd",
     "reqallow", "reqiallow", "reqdeny", "reqideny", "log-forward", "monitor", "nameserver")
)  # fmt: skip


def alike(scheduler: Scheduler) -> Alike:
    """Return *scheduler* by IPVS's name where haproxy's means the same (docs/diff.md)."""
    found = _ALIKE.get(scheduler.name)
    return found if found and not scheduler.parameters else Alike(scheduler)


def same_check(check: Check) -> Check:
    """Return a conversation that only connects, perhaps to a port of its own, as kind tcp."""
    steps = check.detail
    if check.kind != "steps" or not isinstance(steps, tuple) or len(steps) != 1 or check.own:
        return check
    words = steps[0].words if isinstance(steps[0], Step) else ()
    if words == ("connect",):
        return check._replace(kind="tcp", detail=None)
    if len(words) == 3 and words[:2] == ("connect", "port") and words[2].isdecimal():
        return check._replace(kind="tcp", detail=None, port=int(words[2]))
    return check


def restates(service: Service, words: tuple[str, ...]) -> bool:
    """Tell whether a backend's *words* only repeat its frontend: a ``listen`` says them once."""
    return words in service.own or (words == ("mode", "http") and service.layer == 7)


def in_order(words: tuple[str, ...]) -> bool:
    """Tell whether statements like *words* are tried in the order written."""
    return words[0] in _IN_ORDER if words else False
