"""There and back: `hatools diff` finds what the ledgers name; a broken law is told in its words."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import specimens
from lab import ROOT
from round_trips import Trip, trip, unnamed, unshown

from hatools.convert.conversion import check_reread
from hatools.diff.meant import told
from hatools.errors import BrokenLaw, HatoolsError
from hatools.model import Listener, Pool, RealServer, Scheduler, Service, Topology
from hatools.model.bond import Bond
from hatools.plugin import OutFile, Writing
from hatools.plugin_host import Host, codec
from hatools.reading import recognise
from hatools.reading.files import TreeFiles
from hatools.text import Source

FORMATS = Host().formats()
FACTS = ("vip=192.0.2.10", "config_id=main", "port=80", *(f"port@fwmark:{n}=80" for n in range(9)))
OTHERS = {
    "keepalived": ("haproxy", "ipvsadm"),
    "haproxy": ("keepalived", "ipvsadm"),
    "ipvsadm": ("keepalived", "haproxy"),
}
SUFFIX = {".keepalived": "keepalived", ".conf": "keepalived", ".cfg": "haproxy",
          ".haproxy": "haproxy"}  # fmt: skip
TEXTS = [
    (path, SUFFIX[path.suffix])
    for folder in ("kept", "seeds", "keepalived_reader", "haproxy_reader")
    for path in sorted((ROOT / "fixtures" / folder).glob("*/input.*"))
    if path.suffix in SUFFIX
] + [(each.path, each.format) for each in specimens("keepalived", "haproxy", "ipvsadm")]


def test_a_broken_law_names_the_facts_as_diff_does() -> None:
    text = (
        "listen web\n    bind 192.0.2.10:80\n    balance roundrobin\n    server a 192.0.2.11:80\n"
    )
    meant = Topology(
        services=[Service("web", [Listener("192.0.2.10", (80, 80))], default_pool="web")],
        pools=[Pool("web", Scheduler("roundrobin"), [RealServer("192.0.2.11", 80, 5, "a")])],
    )
    writing = Writing(OutFile("haproxy.cfg", text), meant)
    with pytest.raises(BrokenLaw) as raised:
        check_reread(FORMATS["haproxy"], codec(FORMATS["haproxy"]), writing, "", told)
    line = "service 192.0.2.10:80 / server 192.0.2.11:80: weight 5 (meant, default), 1 (haproxy.cfg"
    assert line in str(raised.value)


LINKS = sorted((ROOT / "fixtures" / "links").glob("*/input.*"))
WRITES = [name for name, form in FORMATS.items() if form.kind == "link" and form.writes]


def _went(path: Path, form: str, other: str) -> Trip | None:
    source = Source.from_bytes(path.name, path.read_bytes())
    try:
        return trip(source, form, other, FACTS, TreeFiles(str(path.parent)))
    except HatoolsError:
        return None  # a place must be named, or the like; other tests hold those


@pytest.mark.parametrize(
    ("path", "form"), TEXTS, ids=[f"{p.parent.name}/{p.name}" for p, _ in TEXTS]
)
def test_there_and_back_differs_only_in_what_a_ledger_names(path: Path, form: str) -> None:
    for other in OTHERS[form]:
        found = _went(path, form, other)
        if found is not None:
            assert unnamed(found) == [], other
            assert unshown(found) == [], other


@pytest.mark.parametrize("path", LINKS, ids=lambda path: path.parent.name)
def test_links_differ_only_in_what_a_ledger_names(path: Path) -> None:
    source = Source.from_bytes(path.name, path.read_bytes())
    form = recognise(source, FORMATS).name
    for other in WRITES if form in WRITES else ():
        found = _went(path, form, other) if other != form else None
        if found is None or any(not port.name for bond in _bonds(found) for port in bond.ports):
            continue  # a port without an interface is given a name
        assert unnamed(found) == [], other
        assert unshown(found) == [], other


def _bonds(found: Trip) -> list[Bond]:
    return found.there.reading.topology.bonds


def test_a_difference_that_no_ledger_names_is_found() -> None:
    path = ROOT / "fixtures" / "kept" / "pool-settings" / "input.keepalived"
    found = _went(path, "keepalived", "haproxy")
    assert found is not None
    assert found.comparison.differences
    assert unnamed(found) == []
    found.lines, found.lost_back, found.assumed = set(), [], []
    found.facts, found.there_facts = {}, {}
    assert unnamed(found)
