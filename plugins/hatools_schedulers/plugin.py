"""What this package brings: the schedulers, each imported when a pool needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Balancing, Pool, Scheduler

# registry name -> module, class, what `hatools schedulers` says, whether picks are random
KERNEL = {
    "rr": ("rr", "RoundRobin", "one server after the other"),
    "wrr": ("wrr", "WeightedRoundRobin", "one after the other, by weight"),
    "lc": ("lc", "LeastConnection", "fewest connections"),
    "wlc": ("wlc", "WeightedLeastConnection", "fewest connections for its weight"),
    "sed": ("sed", "ShortestExpectedDelay", "shortest expected delay"),
    "nq": ("nq", "NeverQueue", "an idle server, else shortest expected delay"),
    "sh": ("sh", "SourceHashing", "by the client's address"),
    "dh": ("dh", "DestinationHashing", "by the address asked for"),
    "mh": ("mh", "Maglev", "by the client's address, Maglev hashing"),
    "lblc": ("lblc", "LocalityBasedLeastConnection", "an address stays with a server"),
    "lblcr": ("lblcr", "LocalityWithReplication", "an address stays with a set of servers"),
    "fo": ("fo", "WeightedFailover", "the heaviest server takes everything"),
    "ovf": ("ovf", "WeightedOverflow", "the heaviest server until it is full"),
    "twos": ("twos", "PowerOfTwoChoices", "the better of two random servers"),
}
PROXY = {
    "roundrobin": ("roundrobin", "RoundRobin", "one after the other, by weight"),
    "static-rr": ("static_rr", "StaticRoundRobin", "one after the other, by fixed weight"),
    "leastconn": ("leastconn", "ProxyLeastConnection", "fewest connections for its weight"),
    "first": ("first", "FirstAvailable", "the first that is not full"),
    "source": ("source", "Source", "by the client's address"),
    "uri": ("uri", "Uri", "by the path of a request"),
    "url_param": ("url_param", "UrlParam", "by a parameter of a request"),
    "hdr": ("hdr", "Header", "by a header of a request"),
    "rdp-cookie": ("rdp_cookie", "RdpCookie", "by a cookie of the Remote Desktop Protocol"),
    "hash": ("hash_expression", "HashExpression", "by a sample of a request"),
    "random": ("random_draws", "RandomDraws", "the least loaded of some random servers"),
}
RANDOM = {"twos", "random"}


def _maker(module: str, name: str) -> Callable[[Balancing], Pool]:
    def make(balancing: Balancing) -> Pool:
        made: Pool = getattr(import_module(f"hatools_schedulers.{module}"), name)(balancing)
        return made

    return make


@hookimpl
def hatools_schedulers() -> Iterable[Scheduler]:
    """Return the kernel's schedulers and the proxy's."""
    from hatools.plugin import Scheduler

    return [
        Scheduler(name, _maker(module, made), f"{title} ({program})", name in RANDOM)
        for program, table in (("IPVS", KERNEL), ("HAProxy", PROXY))
        for name, (module, made, title) in table.items()
    ]
