"""What this package brings: the observers, each imported when a watch begins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.model.event import Event
    from hatools.plugin import Observer, Watched

# name, which is that of its table [plugin.NAME], too -> module
OBSERVERS = {
    "vrrp": "wire",
    "links": "links",
    "ipvs": "ipvs",
    "bonding": "bonding",
    "keepalived": "keepalived",
    "haproxy": "haproxy",
    "peers": "peers",
}


def _observer(module: str) -> Callable[[Watched], AsyncIterator[Event]]:
    def observe(watched: Watched) -> AsyncIterator[Event]:
        found: AsyncIterator[Event] = import_module(f"hatools_observers.{module}").observe(watched)
        return found

    return observe


@hookimpl
def hatools_observers() -> Iterable[Observer]:
    """Return the observers."""
    from hatools.plugin import Observer

    return [Observer(name, _observer(module)) for name, module in OBSERVERS.items()]
