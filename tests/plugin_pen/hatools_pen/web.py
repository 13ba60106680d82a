"""A page on the interface of `hatools watch`: what is down, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hatools.model.event import Event
from hatools.plugin import Exporter, Page, PageAnswer, PageAsked, hookimpl


class Down:
    """Shows the servers that are down at ``/pen/down``."""

    name = "pen"

    def start(self, settings: Mapping[str, object]) -> None:
        """Take what the daemon gives, beside the table [plugin.pen]."""
        self._board: Any = settings["board"]

    def export(self, events: Iterable[Event]) -> None:
        """Do nothing: whoever asks gets what is so at that moment."""

    def close(self, deadline: float) -> None:
        """Leave nothing behind."""

    def pages(self) -> Iterable[Page]:
        """Return the page."""
        return [Page("/pen/down", self._answer)]

    def _answer(self, asked: PageAsked) -> PageAnswer:
        known = list(self._board.standings.values())  # at once: the daemon goes on meanwhile
        down = [one.subject for one in known if one.kind == "server" and not one.details["up"]]
        return PageAnswer("text/plain; charset=utf-8", "\n".join([*sorted(down), ""]).encode())


@hookimpl
def hatools_exporters() -> Iterable[Exporter]:
    """Return the page's exporter."""
    return [Down()]
