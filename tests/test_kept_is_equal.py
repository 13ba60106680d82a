"""What the ledger calls kept is equal in the model of the source and of what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import specimens

from hatools.convert import Conversion, Request, convert
from hatools.convert.accounting import fate_of
from hatools.convert.conversion import read
from hatools.convert.files import TreeFiles
from hatools.errors import HatoolsError
from hatools.model import Check, Outcome, Pool, RealServer, Record, Service, Topology
from hatools.plugin import Place, Settings
from hatools.plugin_host import Host, codec
from hatools.text import Source

FORMATS = Host().formats()
OTHER = {"keepalived": "haproxy", "haproxy": "keepalived"}
MISSING = object()
CASES = sorted((Path(__file__).resolve().parent.parent / "fixtures" / "kept").glob("*/input.*"))

# what is equal in meaning under another name (facts/mapping: the rows with "=")
SAME_SCHEDULER = {
    ("rr", "roundrobin"),
    ("wrr", "roundrobin"),
    ("lc", "leastconn"),
    ("roundrobin", "wrr"),
    ("roundrobin", "rr"),
    ("static-rr", "wrr"),
    ("fo", "roundrobin"),
}
SAME_ROLE = {("sorry", "backup"), ("backup", "sorry"), ("active", "backup")}
NAMES = ("name", "default_pool", "", "listeners", "own", "address")
Located = Service | Pool | RealServer


def objects(topology: Topology) -> Iterator[Located]:
    yield from topology.services
    for pool in topology.pools:
        yield pool
        yield from pool.servers


def written_objects(conversion: Conversion) -> dict[tuple[type, int], Located]:
    """Return what was written, read back, by kind and line."""
    main = conversion.writing.main
    assert main is not None
    source = Source(main.name, main.text)
    reading = read(codec(FORMATS[conversion.target.name]), source, Place())
    found: dict[tuple[type, int], Located] = {}
    for each in objects(reading.topology):
        span = each.origin.span("")
        if span is not None:
            found.setdefault((type(each), span.line), each)
    followed = {f"{pool.name}/{server.name}": server
                for pool in reading.topology.pools for server in pool.servers}  # fmt: skip
    for server in followed.values():
        if server.checks and server.checks[0].tracks in followed:
            server.checks = followed[server.checks[0].tracks].checks
    return found


def value(of: object, path: str) -> object:
    for part in path.split("."):
        if isinstance(of, tuple | list):
            if not part.isdigit() or int(part) >= len(of):
                return MISSING
            of = of[int(part)]
        else:
            of = getattr(of, part, MISSING)
        if of is MISSING:
            return MISSING
    return of


def equal(field: str, mine: object, theirs: object) -> bool:
    if mine == theirs:
        return True
    if field == "scheduler":
        pair = (getattr(mine, "name", ""), getattr(theirs, "name", ""))
        return pair in SAME_SCHEDULER
    if field == "role":
        return (mine, theirs) in SAME_ROLE
    if field == "persistence":
        return all(getattr(mine, x) == getattr(theirs, x, 0) for x in ("kind", "timeout", "mask"))
    return isinstance(mine, Check) and isinstance(theirs, Check)  # its fields have their own words


def lies(conversion: Conversion) -> list[str]:
    """Return each field that is called kept and differs."""
    if conversion.writing.main is None:
        return []
    sources = {id(each.origin): each for each in objects(conversion.reading.topology)}
    targets = written_objects(conversion)
    found = []
    for record in conversion.writing.records:
        source = sources.get(id(record.origin))
        if source is None or not record.line:
            continue
        target = targets.get((type(source), record.line))
        if target is not None:
            found += differing(record, source, target)
    return found


def differing(record: Record, source: Located, target: Located) -> Iterator[str]:
    for field in record.origin.fields:
        fate = fate_of(record.verdict, field)
        if fate.outcome is not Outcome.KEPT or fate.reason or field.split(".")[0] in NAMES:
            continue
        pairs: list[tuple[Located, Located, str]] = [(source, target, field)]
        if field.startswith("servers.") and isinstance(source, Pool) and isinstance(target, Pool):
            pairs = list(shared(source, target, field.removeprefix("servers.")))
        elif isinstance(source, RealServer) and field.startswith("checks."):
            pairs = list(each_check(source, target, field))
        for mine, theirs, path in pairs:
            one = value(mine, path)
            others = [value(theirs, way) for way in alike(theirs, path)]
            if path.endswith(".port"):  # a check without a port asks the server's own
                others = [theirs.port if o is None else o for o in others]  # type: ignore[union-attr]
            other = others[0]
            if one is not MISSING and not any(equal(path, one, each) for each in others):
                shown = "nothing" if other is MISSING else repr(other)
                span = record.origin.span(field)
                yield f"{span} {field}: {one!r} became {shown}"


def each_check(
    source: RealServer, target: Located, field: str
) -> Iterator[tuple[Located, Located, str]]:
    """Yield *field* of one check, or of each that takes what its server says for all."""
    head, number, *rest = field.split(".")
    if number.isdigit():
        yield source, target, field
        return
    for n, check in enumerate(source.checks):
        path = ".".join([head, str(n), number, *rest])
        if not source.origin.written(path) and (number != "detail" or check.kind == "http"):
            yield source, target, path


def alike(of: Located, path: str) -> list[str]:
    """Return *path* and the same for each other check: one that was dropped moves the others."""
    head, number, *rest = [*path.split("."), "", ""]
    if head != "checks" or not isinstance(of, RealServer):
        return [path]
    tail = ".".join(part for part in rest if part)
    numbers = [int(number), *range(len(of.checks))]
    return [f"checks.{n}.{tail}".rstrip(".") for n in numbers]


def shared(source: Pool, target: Pool, field: str) -> Iterator[tuple[Located, Located, str]]:
    """Yield the servers that took *field* from their pool, beside what became of them."""
    written = {(server.address, server.port): server for server in target.servers}
    for server in source.servers:
        other = written.get((server.address, server.port))
        if other is None or server.role == "sorry":
            continue
        if not field.startswith("checks."):
            yield server, other, field
            continue
        for number in range(min(len(server.checks), len(other.checks))):
            path = f"checks.{number}.{field.removeprefix('checks.')}"
            if not server.origin.written(path) and server.checks[number].kind == "tcp":
                yield server, other, path


def conversion_of(path: Path, form: str) -> Conversion | None:
    data = path.read_bytes()
    settings = Settings(
        ["vip=192.0.2.10", "config_id=main", "port=80", *(f"port@fwmark:{n}=80" for n in range(9))]
    )
    request = Request(
        Source.from_bytes(path.name, data),
        OTHER[form],
        form,
        settings=settings,
        files=TreeFiles(str(path.parent)),
    )
    try:
        return convert(request, FORMATS, codec)
    except HatoolsError:
        return None


@pytest.mark.parametrize("specimen", specimens(), ids=lambda s: s.id)
def test_over_the_corpus(specimen: object) -> None:
    conversion = conversion_of(specimen.path, specimen.format)  # type: ignore[attr-defined]
    assert conversion is not None
    assert lies(conversion) == []


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.parent.name)
def test_over_the_cases(case: Path) -> None:
    conversion = conversion_of(case, case.suffix[1:])
    assert conversion is not None
    assert conversion.writing.main is not None
    assert lies(conversion) == []
