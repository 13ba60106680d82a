"""What this package brings: the observers, each imported when a watch begins."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
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


def _check(name: str) -> Callable[[Mapping[str, object]], None]:
    def check(settings: Mapping[str, object]) -> None:
        from hatools_observers.settings import SETTINGS, read

        read(SETTINGS[name], settings, name)

    return check


@hookimpl
def hatools_observers() -> Iterable[Observer]:
    """Return the observers."""
    from hatools.plugin import Observer

    return [
        Observer(name, _observer(module), check=_check(name)) for name, module in OBSERVERS.items()
    ]
