"""Makes metrics of what is known at the moment somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample as Line

from hatools.plugin.behaviour import Figures
from hatools_prometheus.families import Family, Labels, Sample, listed, server
from hatools_prometheus.state import Check, Known, Standing


class Lines:
    """The samples of a metric, made one by one while they are written."""

    def __init__(self, name: str, samples: Iterable[Sample]) -> None:
        self._name = name
        self._samples = samples

    def __iter__(self) -> Iterator[Line]:
        for labels, value in self._samples:
            yield Line(self._name, labels, value)


def metric(name: str, meaning: str, kind: str, samples: Iterable[Sample]) -> Metric:
    """Return a metric whose samples are made when it is written."""
    made = Metric(name.removesuffix("_total") if kind == "counter" else name, meaning, kind)
    made.samples = Lines(name, samples)  # type: ignore[assignment]  # any iterable will do
    return made


class KnownCollector(Collector):
    """All metrics of *known*: those of *families*, and what comes of several objects."""

    def __init__(self, known: Known, families: Sequence[Family]) -> None:
        self._known = known
        self._families = families

    def collect(self) -> Iterator[Metric]:
        """Yield every metric of which there is something to tell."""
        yield from self._known.process
        known = self._known.of()
        for family in self._families:
            if objects := known.get(family.kind):
                samples = (sample for one in objects for sample in family.read(one))
                yield metric(family.name, family.meaning, family.type, unique(samples))
        yield from self._pools(known)
        yield from self._checks(known)
        yield from self._own()

    def _pools(self, known: dict[str, list[Standing]]) -> Iterator[Metric]:
        """Yield what is counted over the servers of a pool, and what comes of it for services."""
        count: dict[str, list[int]] = {}
        for one in known.get("server", ()):
            servers = count.setdefault(server(one)["pool"], [0, 0])
            servers[bool(one.details.get("up"))] += 1
        reached = {one.subject: one.details.get("reached") for one in known.get("quorum", ())}
        up = {pool: bool(reached.get(pool, live > 0)) for pool, (_, live) in count.items()}
        if not count:
            return
        for name, meaning, numbers in (
            ("servers", "The servers of a pool.", {pool: sum(two) for pool, two in count.items()}),
            ("servers_up", "Those that are up.", {pool: two[1] for pool, two in count.items()}),
            ("up", "Whether a pool can serve: it has its quorum.", up),
        ):
            samples = [({"pool": pool}, float(number)) for pool, number in numbers.items()]
            yield metric(f"hatools_pool_{name}", meaning, "gauge", samples)
        services = [
            ({"service": one.subject, "pool": pool}, float(up[pool]))
            for one in known.get("service", ())
            for pool in listed(one, "pools")
            if pool in up
        ]
        if services:
            yield metric("hatools_service_up", "Whether the pool behind a service can serve.",
                         "gauge", unique(services))  # fmt: skip

    def _checks(self, known: dict[str, list[Standing]]) -> Iterator[Metric]:
        checks = self._known.checks()
        if not checks:
            return
        pools = {one.subject: server(one) for one in known.get("server", ())}

        def each(read: Callable[[Check], float | None]) -> Iterator[Sample]:
            for one in checks:
                if (found := read(one)) is not None:
                    yield _check(one, pools), found

        def results() -> Iterator[Sample]:
            for one in checks:
                labels = _check(one, pools)
                yield {**labels, "result": "failed"}, float(one.failed)
                yield {**labels, "result": "passed"}, float(one.passed)

        yield metric("hatools_checks_total", "The checks made, by result.", "counter", results())
        yield metric("hatools_check_duration_seconds", "How long the last check took.", "gauge",
                     each(lambda one: one.latency))  # fmt: skip
        yield metric("hatools_check_certificate_expiry_timestamp_seconds",
                     "When the certificate that a check was shown ends.", "gauge",
                     each(lambda one: one.expires))  # fmt: skip
        yield metric("hatools_check_impossible", "Whether this host cannot make a check.", "gauge",
                     each(lambda one: float(bool(one.unknown))))  # fmt: skip

    def _own(self) -> Iterator[Metric]:
        figures = self._known.figures
        yield metric("hatools_build_info", "This hatools.", "gauge",
                     [({"version": figures.version}, 1.0)])  # fmt: skip
        yield metric("hatools_start_time_seconds", "When the watch began.", "gauge",
                     [({}, figures.started)])  # fmt: skip
        yield metric("hatools_probes_under_way", "The checks that wait for an answer.", "gauge",
                     [({}, float(figures.under_way))])  # fmt: skip
        events = sorted(self._known.events.items())
        yield metric("hatools_events_total", "What happened, by kind.", "counter",
                     [({"kind": kind}, float(number)) for kind, number in events])  # fmt: skip
        yield _lateness(figures)


def _check(one: Check, pools: dict[str, Labels]) -> Labels:
    subject, _, number = one.name.rpartition("#")
    known = pools.get(subject)
    pool, _, name = subject.rpartition("/")
    if known is not None:
        pool, name = known["pool"], known["server"]
    return {"pool": pool, "server": name, "check": number}


def _lateness(figures: Figures) -> Metric:
    name, lines, total = "hatools_timer_lateness_seconds", [], 0
    for bound, number in zip([*map(str, figures.bounds), "+Inf"], figures.late, strict=True):
        total += number
        lines.append(Line(f"{name}_bucket", {"le": bound}, float(total)))
    made = Metric(name, "How late checks begin.", "histogram")
    made.samples = [
        *lines,
        Line(f"{name}_count", {}, float(total)),
        Line(f"{name}_sum", {}, figures.lateness),
    ]
    return made


def unique(samples: Iterable[Sample]) -> Iterator[Sample]:
    """Yield *samples* but those whose labels were there before: Prometheus would take none."""
    seen: set[tuple[str, ...]] = set()
    for labels, value in samples:
        key = tuple(labels.values())
        if key not in seen:
            seen.add(key)
            yield labels, value
