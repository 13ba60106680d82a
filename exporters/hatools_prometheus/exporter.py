"""The exporter ``prometheus``: its page on the watch's interface, and the events that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, cast

from hatools.errors import BadSetting
from hatools.model.event import Event
from hatools.plugin.behaviour import Figures
from hatools.plugin.pages import Page, PageAnswer, PageAsked
from hatools_prometheus.settings import TABLE, read
from hatools_prometheus.state import Board, Check, State

if TYPE_CHECKING:
    from hatools_prometheus.page import Listener, Metrics
    from hatools_prometheus.writing import Writer


class Prometheus:
    """Serves /metrics on the watch's interface, and at ``listen``, where that is set.

    ``compat`` adds the names of existing exporters.  Where ``listen`` is beyond
    loopback it wants a ``token`` (or ``token-file``) of its own, which Prometheus
    sends as its credentials.
    """

    name = "prometheus"

    def __init__(self) -> None:
        self._state: State | None = None
        self._metrics: Metrics | None = None
        self._writer: Writer | None = None
        self._listener: Listener | None = None
        self.port = 0

    def check(self, settings: Mapping[str, object]) -> None:
        """Raise `BadSetting` for what is wrong in ``[plugin.prometheus]``."""
        read(settings)

    def start(self, settings: Mapping[str, object]) -> None:
        """Begin to answer; raises `BadSetting`."""
        from prometheus_client import ProcessCollector

        from hatools_prometheus.page import Listener, Metrics
        from hatools_prometheus.writing import Writer

        place, token, compatible = read(settings)
        self._state = State(cast("Board", settings["board"]))
        self._state.process = ProcessCollector(registry=None).collect
        if callable(checks := settings.get("checks")):
            self._state.checks = cast("Callable[[], Iterable[Check]]", checks)
        if callable(figures := settings.get("figures")):
            self._state.figures = cast("Callable[[], Figures]", figures)
        log = cast("Callable[[str, str], None]", settings.get("log") or (lambda *_: None))
        self._writer = Writer(compatible, partial(log, "warning"))
        self._metrics = Metrics(self._state, self._writer)
        if place is None:
            return
        try:
            self._listener = Listener(place, self._metrics, token)
        except OSError as error:
            raise BadSetting(
                f"[{TABLE}] listen: {place[0]}:{place[1]}: {error.strerror}",
                'name another address and port: listen = "127.0.0.1:9650"',
            ) from None
        self.port = self._listener.server_address[1]

    def pages(self) -> Iterable[Page]:
        """Return /metrics, for the watch's interface."""
        return [Page("/metrics", self._answer)]

    def _answer(self, asked: PageAsked) -> PageAnswer:
        assert self._metrics is not None
        return PageAnswer(*self._metrics.written(asked.accept))

    def export(self, events: Iterable[Event]) -> None:
        """Count *events*; what they say is on the board."""
        if self._state is not None:
            count = self._state.events
            for event in events:
                count[event.kind] = count.get(event.kind, 0) + 1

    def close(self, deadline: float) -> None:
        """Answer nobody any more."""
        if self._listener is not None:
            self._listener.end()
            self._listener = None
        if self._writer is not None:
            self._writer.end()
