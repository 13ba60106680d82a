"""Compares how two servers are checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hatools.diff.findings import Findings, Places, Said, Side
from hatools.diff.matching import pair
from hatools.diff.own_words import compare_own, statements
from hatools.diff.values import Seen, compare_fields, compare_values, derived, said
from hatools.model import Check, Pool, RealServer, Topology, replace
from hatools.text import Span

_SKIP = frozenset(("address", "port", "connect_timeout", "timeout", "tracks", "own"))
Names = Mapping[str, tuple[RealServer, Pool]]


class Asked(NamedTuple):
    """One check of a server as it works: the address and port asked, where it is written."""

    check: Check
    address: str
    port: int | None
    places: Places

    @property
    def label(self) -> str:
        """How it is called among the checks of its server."""
        return f"check {self.check.kind}"


def server_names(topology: Topology) -> dict[str, tuple[RealServer, Pool]]:
    """Return the servers that a check can copy, by ``pool/server``."""
    return {
        f"{pool.name}/{server.name}": (server, pool)
        for pool in topology.pools
        for server in pool.servers
        if server.name
    }


def checks_of(
    server: RealServer, pool: Pool, port: int | None, names: Names, side: Side
) -> list[Asked]:
    """Return the checks of *server*; where it copies another's state, those of the other.

    *port* is the one that the server is reached at.
    """
    found: list[Asked] = []
    for number, check in enumerate(server.checks):
        followed = names.get(check.tracks) if check.tracks else None
        if followed is not None and followed[0] is not server:
            other, its_pool = followed
            for at, copied in enumerate(other.checks):
                if not copied.tracks:
                    found.append(_asked(side, copied, at, other, its_pool, other.port))
        else:
            found.append(_asked(side, check, number, server, pool, port))
    return found


def _asked(
    side: Side, check: Check, number: int, server: RealServer, pool: Pool, port: int | None
) -> Asked:
    address = check.address or server.address
    asked = check.port if check.port is not None else port
    if side.names is not None:
        same = side.names.same_check(replace(check, address=address, port=asked))
        check = replace(same, address=check.address, port=check.port)
    return Asked(
        check,
        address,
        asked,
        ((server.origin, f"checks.{number}."), (pool.origin, "servers.checks.")),
    )


def compare_checks(
    findings: Findings,
    where: tuple[str, ...],
    left: list[Asked],
    right: list[Asked],
    servers: tuple[RealServer, RealServer],
) -> None:
    """Note each check that one of two *servers* lacks, and how the others differ."""
    pairs, mine, theirs = pair(
        left, right,
        lambda asked: (asked.check.kind, asked.address, asked.port, asked.check.detail),
        lambda asked: (asked.check.kind, asked.address, asked.port),
        lambda asked: asked.check.kind,
    )  # fmt: skip
    if len(mine) == len(theirs) == 1:
        pairs += zip(mine, theirs, strict=True)
        mine, theirs = [], []
    for one, other in pairs:
        _compare(findings, (*where, one.label), one, other)
    for asked in mine:
        _one_sided(findings, where, asked, servers[0], left=True)
    for asked in theirs:
        _one_sided(findings, where, asked, servers[1], left=False)


def _compare(findings: Findings, where: tuple[str, ...], left: Asked, right: Asked) -> None:
    one, other = left.check, right.check
    mine, theirs = left.places, right.places
    if one.kind != other.kind:
        findings.add(where, "kind", _kind(findings.left, left), _kind(findings.right, right))
    if one.kind == other.kind or one.detail == other.detail:
        skip = _SKIP | {"kind"}
    else:
        skip = _SKIP | {"kind", "detail"}  # what another kind asks is another thing
    skip |= derived(Seen(one, mine), Seen(other, theirs))
    compare_fields(findings, where, Seen(one, mine), Seen(other, theirs), skip)
    for fact, a, b in (
        ("address", left.address, right.address),
        ("port", left.port, right.port),
        ("tracks", one.tracks, other.tracks),
    ):
        written = getattr(one, fact) != getattr(other, fact)
        if written or fact not in ("address", "port"):  # a server's own is compared with it
            compare_values(findings, where, fact, (a, mine), (b, theirs))
    _compare_bound(findings, where, ("connect_timeout",), left, right)
    _compare_bound(findings, where, ("timeout", "connect_timeout"), left, right)
    if one.own != other.own:
        compare_own(findings, where, statements(one.own, mine), statements(other.own, theirs))


def _compare_bound(
    findings: Findings, where: tuple[str, ...], names: tuple[str, ...], left: Asked, right: Asked
) -> None:
    """Note that the seconds for a connection, or an answer, differ; *names* say them, best first.

    Where none does, the next check is the bound: the interval.
    """
    found = []
    for side, asked in ((findings.left, left), (findings.right, right)):
        check = asked.check
        name = next((name for name in names if getattr(check, name) is not None), "")
        value = getattr(check, name) if name else check.interval
        found.append((value, said(side, name, value, asked.places) if name else None))
    if found[0][0] != found[1][0]:
        findings.add(where, names[0], found[0][1], found[1][1])


def _kind(side: Side, asked: Asked) -> Said:
    """Return the kind of a check, with the place of what it asks where that is written."""
    kind = asked.check.kind
    found = side.find("detail", asked.places) or side.find("kind", asked.places)
    return Said(kind, kind, found[0].span(found[1]) if found else _opening(asked))


def _opening(asked: Asked) -> Span | None:
    """Return where a check is asked for."""
    for origin, prefix in asked.places:
        if origin.written(prefix.removesuffix(".")):
            return origin.span(prefix.removesuffix("."))
    return None


def _one_sided(
    findings: Findings, where: tuple[str, ...], asked: Asked, server: RealServer, left: bool
) -> None:
    side = findings.left if left else findings.right
    check = replace(asked.check, address=asked.address, port=asked.port)
    told = said(side, "detail", check.detail, asked.places) if check.detail else None
    text = f"every {check.interval:g} s" + (f" {told.text}" if told else "")
    it = Said(text, text, _opening(asked) or server.origin.span())
    findings.add((*where, asked.label), "itself", it if left else None, None if left else it)
