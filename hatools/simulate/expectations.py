"""Whether what a scenario expects came true, and what really happened."""

from __future__ import annotations

from collections.abc import Callable

from hatools.simulate.lanes import few
from hatools.simulate.result import Result, Span, Verdict, overlaps
from hatools.simulate.scenario import Expectation
from hatools.simulate.words import seconds

Answer = tuple[bool, str]


def judge(expectation: Expectation, result: Result) -> Verdict:
    """Return the verdict on *expectation*."""
    held, found = _JUDGES[expectation.kind](expectation, result)
    place = expectation.place
    return Verdict(expectation.text, held, found, place.path, place.line)


def _moves(wanted: Expectation, result: Result) -> Answer:
    """Judge that an address moves to a node within some seconds after a moment."""
    coming = [
        span
        for span in result.addresses
        if span.subject == wanted.subject and span.start >= wanted.after
    ]
    there = next((span for span in coming if span.node == wanted.value), None)
    if there is None:
        now = ", ".join(_holders(result.addresses, wanted.subject, result.length)) or "nobody"
        return False, f"it never moved there; at the end {now} has it"
    took = there.start - wanted.after
    within = wanted.within is None or took <= wanted.within
    return within, f"after {seconds(took)}, at {seconds(there.start)}"


def _stays(wanted: Expectation, result: Result) -> Answer:
    """Judge that a node has an address during the whole of a period."""
    end = result.length if wanted.before is None else wanted.before
    for span in result.addresses:
        if span.subject == wanted.subject and span.node == wanted.value:
            if span.start <= wanted.after and span.end >= end:
                return True, "it did"
            if span.start <= wanted.after < span.end:
                return False, f"it left at {seconds(span.end)}"
    return False, f"it was not there at {seconds(wanted.after)}"


def _holders(spans: tuple[Span, ...], subject: str, time: float) -> list[str]:
    return [one.node for one in spans if one.subject == subject and one.start <= time <= one.end]


def _availability(wanted: Expectation, result: Result) -> Answer:
    """Judge the share of connections served, or of time answered where there are no clients."""
    for traffic in result.traffic:
        if traffic.service == wanted.subject and traffic.availability is not None:
            lost = sum(traffic.lost.values()) + traffic.broken
            found = f"{traffic.availability:.4%} of {traffic.total} connections ({lost} lost)"
            return traffic.availability >= wanted.number, found
    share = result.answering.get(wanted.subject)
    if share is None:
        known = ", ".join(result.answering) or "none"
        return False, f"there is no such service (services: {known})"
    return share >= wanted.number, f"{share:.4%} of the time"


def _split(wanted: Expectation, result: Result) -> Answer:
    """Judge that two nodes have an address at once in a period, or that none do."""
    end = result.length if wanted.before is None else wanted.before
    found = [
        (subject, start, stop, nodes)
        for subject, start, stop, nodes in overlaps(result.addresses)
        if wanted.subject in ("", subject) and start < end and stop > wanted.after
    ]
    said = "; ".join(
        f"{subject} on {' and '.join(nodes)} from {seconds(start)} to {seconds(stop)}"
        for subject, start, stop, nodes in found
    )
    if wanted.value == "no":
        return not found, said or "there was none"
    return bool(found), said or "there was none"


def _role(wanted: Expectation, result: Result) -> Answer:
    """Judge a node's role at a moment."""
    node, _, role = wanted.value.partition(" ")
    spans = [
        span
        for span in result.roles
        if span.node == node
        and wanted.subject in ("", span.subject)
        and span.start <= wanted.after < span.end
    ]
    found = ", ".join(f"{span.subject} was {span.what}" for span in spans) or "it had no role"
    return bool(spans) and all(span.what == role for span in spans), found


def _server(wanted: Expectation, result: Result) -> Answer:
    """Judge that a server goes out, or comes in, within some seconds after a moment."""
    what = "up" if wanted.value == "in" else "down"
    spans = [span for span in result.servers if wanted.subject in _names(span.subject, result)]
    if not spans:
        known = few(sorted({span.subject.rpartition("/")[2] for span in result.servers}))
        return False, f"no pool has this server (servers: {known or 'none'})"
    already = [span for span in spans if span.start <= wanted.after < span.end]
    if already and all(span.what == what for span in already) and wanted.within is None:
        return True, "it was already"
    turned = [span for span in spans if span.what == what and span.start >= wanted.after]
    if not turned:
        return False, "it never did"
    took = turned[0].start - wanted.after
    within = wanted.within is None or took <= wanted.within
    return within, f"after {seconds(took)}, at {seconds(turned[0].start)}"


def _bond(wanted: Expectation, result: Result) -> Answer:
    """Judge that a bond sends by a port, or is down, within some seconds after a moment."""
    node, _, ports = wanted.value.partition(" ")
    spans = [one for one in result.bonds if (one.node, one.subject) == (node, wanted.subject)]
    if not spans:
        known = ", ".join(sorted({f"{one.subject} on {one.node}" for one in result.bonds}))
        return False, f"there is no such bond (bonds: {known or 'none'})"
    after = wanted.after
    fits = [one for one in spans if set(one.what.split("+")) == set(ports.split("+"))]
    there = next((one for one in fits if one.end > after), None)
    if there is None:
        now = next((one.what for one in spans if one.start <= after < one.end), "nothing")
        return False, f"it never did; at {seconds(after)} it was {now}"
    if there.start <= after:
        return True, "it was already"
    took = there.start - after
    within = wanted.within is None or took <= wanted.within
    return within, f"after {seconds(took)}, at {seconds(there.start)}"


def _names(subject: str, result: Result) -> tuple[str, ...]:
    """Return the ways to name a server: ``POOL/SERVER``, ``SERVER``, where it is, its address."""
    label = subject.rpartition("/")[2]
    host = label.rpartition(":")[0].strip("[]") or label
    return subject, label, host, *result.places.get(subject, ())


def _share(wanted: Expectation, result: Result) -> Answer:
    """Judge a server's share of the connections that were served."""
    served = sum(sum(traffic.served.values()) for traffic in result.traffic)
    own = sum(
        count
        for traffic in result.traffic
        for name, count in traffic.served.items()
        if wanted.subject in _names(name, result)
    )
    share = own / served if served else 0.0
    slack = wanted.within if wanted.within is not None else 0.0
    return abs(share - wanted.number) <= slack, f"{share:.2%} ({own} of {served})"


def _sticks(wanted: Expectation, result: Result) -> Answer:
    """Judge that every client came to one server only."""
    for traffic in result.traffic:
        if traffic.service == wanted.subject:
            moved = [c for c, servers in traffic.servers_of_clients.items() if len(servers) > 1]
            count = len(traffic.servers_of_clients)
            if moved:
                return False, f"{len(moved)} of {count} clients came to several, {moved[0]} first"
            return True, f"{count} clients, one server each"
    return False, "no clients ask for it"


def _lost(wanted: Expectation, result: Result) -> Answer:
    """Judge how many connections were lost or broken."""
    for traffic in result.traffic:
        if traffic.service == wanted.subject:
            lost = sum(traffic.lost.values()) + traffic.broken
            why = ", ".join(f"{count} {reason}" for reason, count in traffic.lost.items())
            broken = f", {traffic.broken} broken off" if traffic.broken else ""
            return lost <= wanted.number, f"{lost}" + (f" ({why or 'none refused'}{broken})")
    return False, "no clients ask for it"


_JUDGES: dict[str, Callable[[Expectation, Result], Answer]] = {
    "moves": _moves,
    "stays": _stays,
    "availability": _availability,
    "split": _split,
    "role": _role,
    "bond": _bond,
    "server": _server,
    "share": _share,
    "sticks": _sticks,
    "lost": _lost,
}
