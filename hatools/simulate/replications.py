"""The same scenario with many seeds, in parallel processes, and what they say together."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from multiprocessing import active_children, get_context
from statistics import fmean
from typing import NamedTuple

from hatools.engine.cluster import Cluster
from hatools.errors import HatoolsError
from hatools.reliability.spans import said_span
from hatools.simulate.intervals import Interval, interval
from hatools.simulate.lanes import few, takeovers
from hatools.simulate.report import FORMAT_VERSION, Shape, rounded
from hatools.simulate.result import Result, Verdict
from hatools.simulate.run import simulate
from hatools.simulate.scenario import Scenario, Wear

Prepare = Callable[[], tuple[Scenario, Cluster]]
Key = tuple[str, str, float, str]  # kind, subject, time and words of the cause
SAID = {
    "availability": "share of connections served to their end",
    "answering": "share of the time in which the service answered",
    "lost": "connections lost or broken off",
    "takeover": "seconds until the address was there",
}
MOST_SEEDS = 5  # of those in which an expectation failed


class ProcessLost(HatoolsError):
    """A process that ran replications ended before its time, such as for want of memory."""


class Run(NamedTuple):
    """What one seed gave: a value for each figure, and the verdicts."""

    seed: int
    name: str
    length: float
    figures: dict[Key, float]
    verdicts: tuple[Verdict, ...]


class Figure(NamedTuple):
    """A figure over all seeds that have it: *kind* is one of `SAID`; *cause* is a takeover's."""

    kind: str
    subject: str
    cause_time: float
    cause: str
    interval: Interval


class Expected(NamedTuple):
    """An expectation over all seeds: in how many it held, and what the first failure was."""

    text: str
    path: str
    line: int
    held: int
    failed: tuple[int, ...]
    found: str


class Replications(NamedTuple):
    """What the seeds say together."""

    name: str
    length: float
    seeds: tuple[int, ...]
    figures: tuple[Figure, ...]
    expectations: tuple[Expected, ...]
    wear: tuple[Wear, ...] = ()

    @property
    def held(self) -> bool:
        """Tell whether every expectation held in every seed."""
        return not any(expected.failed for expected in self.expectations)


def replicate(
    prepare: Prepare,
    seeds: Sequence[int],
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Replications:
    """Run the scenario once for each of *seeds* and return what they say together.

    *prepare* makes scenario and cluster anew in each process, so it is a
    function of a module (or a `functools.partial` of one).  The answer does
    not depend on the number of *workers* (default: one per processor, or none
    but this process for a single seed).  *progress* hears how many are done,
    of how many.  An interrupt ends the processes and goes on as it came.
    """
    count = min(workers or len(os.sched_getaffinity(0)), len(seeds))
    runs: dict[int, Run] = {}
    made = prepare()  # what is wrong with the scenario is told here, not from another process
    with closing(_here(made, seeds) if count <= 1 else _beside(prepare, seeds, count)) as coming:
        for run in coming:
            runs[run.seed] = run
            if progress is not None:
                progress(len(runs), len(seeds))
    return together([runs[seed] for seed in seeds])._replace(wear=made[0].wear)


def _here(made: tuple[Scenario, Cluster], seeds: Sequence[int]) -> Generator[Run, None, None]:
    scenario, cluster = made
    for seed in seeds:
        yield summary(simulate(scenario, cluster, seed), bool(scenario.wear))


def _beside(prepare: Prepare, seeds: Sequence[int], workers: int) -> Generator[Run, None, None]:
    """Yield the runs as they come from other processes."""
    others = set(active_children())
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (prepare,))
    try:
        futures: list[Future[Run]] = [pool.submit(_run, seed) for seed in seeds]
        for future in as_completed(futures):
            yield future.result()
    except BaseException as error:
        for child in set(active_children()) - others:
            child.terminate()
        pool.shutdown(cancel_futures=True)
        del pool  # its semaphores go with it, however abruptly the program ends now
        if isinstance(error, BrokenProcessPool):
            raise ProcessLost(
                "a process that ran replications was ended from outside",
                "run fewer at once: taskset -c 0 hatools … takes one processor",
            ) from error
        raise
    pool.shutdown()


_prepared: list[tuple[Scenario, Cluster]] = []  # in a worker: what its `prepare` made


def _begin(prepare: Prepare) -> None:
    """Make a worker ready; an interrupt is its parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepared[:] = [prepare()]


def _run(seed: int) -> Run:
    scenario, cluster = _prepared[0]
    return summary(simulate(scenario, cluster, seed), bool(scenario.wear))


def summary(result: Result, worn: bool = False) -> Run:
    """Return what is kept of one run; where things fail at random (*worn*) when is not."""
    figures: dict[Key, float] = {}
    totals: dict[str, list[int]] = {}
    for traffic in result.traffic:
        counts = totals.setdefault(traffic.service, [0, 0])
        counts[0] += traffic.total
        counts[1] += sum(traffic.lost.values()) + traffic.broken
    for service, (total, lost) in totals.items():
        if total:
            figures["availability", service, 0.0, ""] = 1 - lost / total
        figures["lost", service, 0.0, ""] = float(lost)
    for service, share in result.answering.items():
        figures["answering", service, 0.0, ""] = share
    took: dict[Key, list[float]] = {}
    for one in takeovers(result):
        if not worn or not one.cause.startswith("server "):  # which moves no address
            when = 0.0 if worn else one.cause_time
            key = ("takeover", f"{one.address} to {one.node}", when, one.cause)
            took.setdefault(key, []).append(one.seconds)
    for key, times in took.items():
        figures[key] = fmean(times) if worn else times[0]
    return Run(result.seed, result.name, result.length, figures, result.verdicts)


def together(runs: Sequence[Run]) -> Replications:
    """Return what *runs* of one scenario say together."""
    values: dict[Key, list[float]] = {}
    for run in runs:
        for key, value in run.figures.items():
            values.setdefault(key, []).append(value)
    order = list(SAID)
    keys = sorted(values, key=lambda key: (order.index(key[0]), key[2], key[1], key[3]))
    figures = tuple(Figure(*_parts(key), interval(values[key])) for key in keys)
    expectations = tuple(
        _expected([run.verdicts[number] for run in runs], [run.seed for run in runs])
        for number in range(len(runs[0].verdicts))
    )
    seeds = tuple(run.seed for run in runs)
    return Replications(runs[0].name, runs[0].length, seeds, figures, expectations)


def _parts(key: Key) -> tuple[str, str, float, str]:
    return key


def _expected(verdicts: Sequence[Verdict], seeds: Sequence[int]) -> Expected:
    first = verdicts[0]
    failed = tuple(seed for seed, verdict in zip(seeds, verdicts, strict=True) if not verdict.held)
    found = next((verdict.found for verdict in verdicts if not verdict.held), first.found)
    held = len(verdicts) - len(failed)
    return Expected(first.text, first.path, first.line, held, failed, found)


# For a person and for a machine ---------------------------------------------------------------


def lines(found: Replications) -> Iterator[tuple[str, str]]:
    """Yield the intervals and verdicts line by line, each with its kind.

    Kinds are title, fact, held, failed and empty ones.
    """
    count = len(found.seeds)
    span = f"{found.seeds[0]} to {found.seeds[-1]}" if count > 1 else f"{found.seeds[0]}"
    yield "title", f"{found.name}: {count} replications, seeds {span}"
    yield from _worn(found.wear)
    kind = ""
    for figure in found.figures:
        if figure.kind != kind:
            kind = figure.kind
            yield "", ""
            yield "title", f"{SAID[kind]}: mean (95 % interval), least to most"
        when = "" if found.wear else f" at {figure.cause_time:g} s"
        after = f" after {figure.cause}{when}" if figure.cause else ""
        some = figure.interval.size
        rare = f", in {some} of {count} seeds" if some < count else ""
        yield "fact", f"  {figure.subject}{after}: {_said(figure)}{rare}"
    if found.expectations:
        yield "", ""
        yield "title", "Expectations"
    for one in found.expectations:
        kind = "failed" if one.failed else "held"
        where = f" [{one.path}:{one.line}]" if one.line else ""
        text = one.text.removeprefix("expect ")
        yield kind, f"  held in {one.held} of {count}  {text}{where}"
        if one.failed:
            more = ", …" if len(one.failed) > MOST_SEEDS else ""
            seeds = ", ".join(map(str, one.failed[:MOST_SEEDS]))
            yield "failed", f"      not with seed {seeds}{more}: {one.found}"


def _worn(wear: Sequence[Wear]) -> Iterator[tuple[str, str]]:
    """Yield what fails at random; components alike share a line."""
    alike: dict[tuple[float, float], list[str]] = {}
    for one in wear:
        alike.setdefault((one.mttf, one.mttr), []).append(one.label)
    for (mttf, mttr), labels in alike.items():
        times = f"fails once in {said_span(mttf)}, is back after {said_span(mttr)}"
        yield "fact", f"  {few(labels, 4)}: each {times}, at random"


def _said(figure: Figure) -> str:
    """Return a figure's interval as a person reads it."""
    form = {"availability": "{:.4%}", "answering": "{:.4%}", "lost": "{:.1f}"}.get(
        figure.kind, "{:.3f} s"
    )
    one = figure.interval
    mean, least, most = (form.format(value) for value in (one.mean, one.least, one.most))
    if one.low is None or one.high is None:
        return mean
    low, high = form.format(_bounded(figure, one.low)), form.format(_bounded(figure, one.high))
    return f"{mean} ({low} to {high}), {least} to {most}"


def _bounded(figure: Figure, value: float) -> float:
    """Return *value* inside what the figure can be: no share is above 1, nothing below 0."""
    shares = figure.kind in ("availability", "answering")
    return min(max(value, 0.0), 1.0 if shares else value)


def as_json(found: Replications, problems: Sequence[str] = ()) -> Shape:
    """Return the intervals as plain data (schema: docs/simulate.schema.json)."""
    return {
        "format_version": FORMAT_VERSION,
        "kind": "replications",
        "scenario": found.name,
        "length": rounded(found.length),
        "seeds": list(found.seeds),
        "figures": [
            {
                "kind": one.kind,
                "subject": one.subject,
                "cause": one.cause or None,
                "cause_time": rounded(one.cause_time) if one.cause and not found.wear else None,
                "count": one.interval.size,
                "mean": rounded(one.interval.mean),
                "low": None if one.interval.low is None else rounded(one.interval.low),
                "high": None if one.interval.high is None else rounded(one.interval.high),
                "least": rounded(one.interval.least),
                "most": rounded(one.interval.most),
            }
            for one in found.figures
        ],
        "wear": [
            {"component": one.label, "mttf": rounded(one.mttf), "mttr": rounded(one.mttr)}
            for one in found.wear
        ],
        "expectations": [
            {
                "text": one.text,
                "held": one.held,
                "failed_seeds": list(one.failed),
                "found": one.found,
                "path": one.path or None,
                "line": one.line or None,
            }
            for one in found.expectations
        ],
        "problems": list(problems),
        "summary": {"held": found.held, "replications": len(found.seeds)},
    }
