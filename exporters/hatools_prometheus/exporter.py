"""The exporter: its settings, its page on the watch's interface, and the events that it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, cast

from hatools.errors import BadSetting
from hatools.model.event import Event
from hatools.plugin.behaviour import Figures
from hatools.plugin.pages import Page, PageAnswer, PageAsked, is_loopback
from hatools_prometheus.state import Board, Check, State

if TYPE_CHECKING:
    from hatools_prometheus.page import Listener, Metrics

TABLE = "[plugin.prometheus]"
KNOWN = ("enabled", "listen", "compat", "token", "token-file")
GIVEN = ("state", "node", "board", "mail", "log", "checks", "figures")


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
        self._listener: Listener | None = None
        self.port = 0

    def start(self, settings: Mapping[str, object]) -> None:
        """Begin to answer; raises `BadSetting`."""
        from prometheus_client import CollectorRegistry, ProcessCollector

        from hatools_prometheus import compat, families
        from hatools_prometheus.collector import StateCollector
        from hatools_prometheus.page import Listener, Metrics

        place, token, compatible = read_settings(settings)
        self._state = State(cast("Board", settings["board"]))
        if callable(checks := settings.get("checks")):
            self._state.checks = cast("Callable[[], Iterable[Check]]", checks)
        if callable(figures := settings.get("figures")):
            self._state.figures = cast("Callable[[], Figures]", figures)
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        wanted = families.FAMILIES + (compat.FAMILIES if compatible else ())
        registry.register(StateCollector(self._state, wanted))
        self._metrics = Metrics(registry)
        if place is None:
            return
        try:
            self._listener = Listener(place, self._metrics, token)
        except OSError as error:
            raise BadSetting(
                f"{TABLE} listen: {place[0]}:{place[1]}: {error.strerror}",
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


def read_settings(settings: Mapping[str, object]) -> tuple[tuple[str, int] | None, str, bool]:
    """Return where to listen itself, the token, and whether to be compatible; raises `BadSetting`.

    Where it is not said it does not listen: the interface has its page.
    """
    for key in settings:
        if key not in KNOWN and key not in GIVEN:
            raise BadSetting(f"{TABLE} has no setting {key!r}", f"there are: {', '.join(KNOWN)}")
    compatible = settings.get("compat", False)
    if not isinstance(compatible, bool):
        raise BadSetting(f"{TABLE} compat is neither true nor false")
    token = _token(settings)
    if "listen" not in settings:
        if token:
            raise BadSetting(
                f"{TABLE} has a token, and does not listen itself",
                "the interface, where /metrics is, wants the token of [watch]",
            )
        return None, "", compatible
    place = _place(settings["listen"])
    if not token and not is_loopback(place[0]):
        raise BadSetting(
            f"{TABLE} listens beyond this host, at {place[0]}, and everybody could read it",
            'set token = "…", and credentials under authorization in prometheus.yml',
        )
    return place, token, compatible


def _place(said: object) -> tuple[str, int]:
    if isinstance(said, str):
        host, colon, port = said.rpartition(":")
        if colon and host and port.isdigit() and int(port) < 65536:
            return host.strip("[]"), int(port)
    raise BadSetting(f"{TABLE} listen is no address", 'write "127.0.0.1:9650"')


def _token(settings: Mapping[str, object]) -> str:
    token, path = settings.get("token", ""), settings.get("token-file", "")
    if not isinstance(token, str) or not isinstance(path, str):
        raise BadSetting(f"{TABLE} token is no text")
    if not path:
        return token
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{TABLE} token-file: {path}: {error}") from None
