"""`hatools diff`: its cases, and the laws: empty of one text, symmetric, nothing changed unseen."""

from __future__ import annotations

import json
import os
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from corpus import specimens
from hypothesis import given, settings
from hypothesis import strategies as st
from keepalived_topologies import CASES as TOPOLOGIES
from lab import ROOT, hatools

from hatools.convert import Request, convert
from hatools.diff import Comparison, Text, compare, report
from hatools.diff.comparison import compare_readings
from hatools.diff.findings import Findings, Side
from hatools.errors import HatoolsError
from hatools.model import (
    Authentication,
    Check,
    HttpRequest,
    Listener,
    Mail,
    Persistence,
    Pool,
    Quorum,
    RealServer,
    Rule,
    Scheduler,
    Section,
    Service,
    SyncGroup,
    Topology,
    Tracker,
    Tracking,
    VirtualAddress,
    VirtualRouter,
    replace,
)
from hatools.model.bond import Address, Bond, BondPort, Route
from hatools.plugin import Format, Reading, Settings
from hatools.plugin_host import Host, codec
from hatools.reading.files import TreeFiles
from hatools.text import Document, Expansion, Source

FORMATS = Host().formats()
FOLDER = ROOT / "fixtures" / "diff"
CASES = sorted(path for path in FOLDER.iterdir() if path.is_dir())
SCHEMA = json.loads((ROOT / "docs" / "diff.schema.json").read_text("utf-8"))
FACTS = ("vip=192.0.2.10", "config_id=main", "port=80", *(f"port@fwmark:{n}=80" for n in range(9)))
OTHERS = {
    "keepalived": ("haproxy", "ipvsadm"),
    "haproxy": ("keepalived", "ipvsadm"),
    "ipvsadm": ("keepalived", "haproxy"),
}
SUFFIX = {".keepalived": "keepalived", ".conf": "keepalived", ".cfg": "haproxy"}
SOURCES = [
    (path, SUFFIX[path.suffix])
    for folder in ("kept", "seeds")
    for path in sorted((ROOT / "fixtures" / folder).glob("*/input.*"))
]
every_source = pytest.mark.parametrize(
    ("path", "form"), SOURCES, ids=[path.parent.name for path, _ in SOURCES]
)


def text_of(path: Path, form: str = "") -> Text:
    source = Source.from_bytes(path.name, path.read_bytes())
    return Text(source, form, settings=Settings(FACTS), files=TreeFiles(str(path.parent)))


def differences(one: Text, other: Text) -> Comparison:
    return compare(one, other, FORMATS, codec)


# Cases


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case: Path) -> None:
    left, right = (next(case.glob(f"{name}.*")).name for name in ("left", "right"))
    ran = hatools("diff", left, right, cwd=case)
    shown = f"{ran.stdout}-- {ran.status}\n{ran.stderr}"
    expected = case / "expected.txt"
    if os.environ.get("HATOOLS_UPDATE"):
        expected.write_text(shown)
    assert shown == expected.read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_answer_for_a_machine_fits_its_schema(case: Path) -> None:
    left, right = (text_of(next(case.glob(f"{name}.*"))) for name in ("left", "right"))
    shape = json.loads(json.dumps(report.as_json(compare(left, right, FORMATS, codec, True))))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(shape, SCHEMA)


def test_the_example_in_the_docs_fits() -> None:
    page = (ROOT / "docs" / "diff.md").read_text("utf-8")
    shown = json.loads(page.split("```json\n")[1].split("```")[0])
    jsonschema.validate(shown, {**SCHEMA["$defs"]["difference"], "$defs": SCHEMA["$defs"]})


# The command line


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    path = tmp_path / "haproxy.cfg"
    path.write_text("listen a\n    bind 192.0.2.10:80\n    server b 192.0.2.11:80\n")
    assert hatools("diff", path, tmp_path / "none.cfg").status == 2
    assert hatools("diff", "-", "-").status == 2
    assert hatools("diff", path, path, "--right-format", "pen").status == 2
    unknown = tmp_path / "x"
    unknown.write_text("what is this\n")
    ran = hatools("diff", path, unknown)
    assert ran.status == 2
    assert "--right-format" in ran.stderr


def test_standard_input_and_json(tmp_path: Path) -> None:
    path = tmp_path / "haproxy.cfg"
    path.write_text("listen a\n    bind 192.0.2.10:80\n    server b 192.0.2.11:80\n")
    ran = hatools("diff", path, "-", "--output", "json", stdin=path.read_bytes())
    assert ran.status == 0
    assert json.loads(ran.stdout)["summary"]["same"] is True


def test_two_places_of_one_file(tmp_path: Path) -> None:
    path = tmp_path / "keepalived.conf"
    path.write_text(
        "vrrp_instance a {\n    interface eth0\n    virtual_router_id 51\n"
        "@one priority 150\n@two priority 100\n    virtual_ipaddress {\n        192.0.2.10\n"
        "    }\n}\n"
    )
    ran = hatools(
        "diff", path, path, "--left-set", "config_id=one", "--right-set", "config_id=two"
    )  # fmt: skip
    assert ran.status == 1
    assert f"priority 150 ({path}:4), 100 ({path}:5)" in ran.stdout


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    one, other = tmp_path / "a.cfg", tmp_path / "b.cfg"
    text = (
        "defaults\n    mode http\n    stats auth admin:{0}\nlisten a\n    bind 192.0.2.10:80\n"
        "    option httpchk\n    http-check send meth GET uri / hdr Authorization {0}\n"
        "    http-request set-header X-Api-Key {0}\n    server b 192.0.2.11:80 check\n"
    )
    one.write_text(text.format("hunter1"))
    other.write_text(text.format("hunter2"))
    for more in (), ("--output", "json"):
        ran = hatools("diff", one, other, "--all", *more)
        assert ran.status == 1
        assert "hunter" not in ran.stdout + ran.stderr


# Laws


@pytest.mark.parametrize(
    "specimen", specimens("keepalived", "haproxy", "ipvsadm"), ids=lambda s: s.id
)
def test_a_text_means_what_it_means(specimen: Any) -> None:
    try:
        found = differences(*(text_of(specimen.path, specimen.format) for _ in range(2)))
    except HatoolsError:
        return
    assert found.differences == []
    assert (found.left.skipped, found.right.skipped) == (0, 0)


@every_source
def test_a_text_of_ours_means_what_it_means(path: Path, form: str) -> None:
    assert differences(text_of(path, form), text_of(path, form)).differences == []


@every_source
def test_what_the_ledger_calls_kept_does_not_differ(path: Path, form: str) -> None:
    for other in OTHERS[form]:
        source = text_of(path, form)
        request = Request(source.source, other, form, settings=Settings(FACTS), files=source.files)
        conversion = convert(request, FORMATS, codec)
        main = conversion.writing.main
        if main is None:
            continue
        written = Text(Source(main.name, main.text), other)
        kept = {
            entry.source.line
            for entry in conversion.account.entries()
            if entry.source and entry.outcome.value == "kept" and not entry.reason
        }
        comparison = differences(text_of(path, form), written)
        there = {s.address for p in comparison.right.reading.topology.pools for s in p.servers}
        for found in comparison.differences:
            span = found.left.span if found.left else None
            if found.fact == "itself" and any(address in found.object[-1] for address in there):
                continue  # a sorry server below a quorum gets a pool of its own
            assert span is None or span.line not in kept, found


@every_source
def test_it_is_symmetric(path: Path, form: str) -> None:
    for neighbour, its_form in SOURCES[:: max(1, len(SOURCES) // 4)]:
        one = differences(text_of(path, form), text_of(neighbour, its_form))
        other = differences(text_of(neighbour, its_form), text_of(path, form))
        assert len(one.differences) == len(other.differences)
        assert (one.left.skipped, one.right.skipped) == (other.right.skipped, other.left.skipped)
        turned = {"added": "removed", "removed": "added", "changed": "changed"}
        there = sorted((turned[d.kind], d.fact) for d in one.differences)
        assert there == sorted((d.kind, d.fact) for d in other.differences)


FORM = Format("made-up", "a language of the tests", "x", lambda path, head: 0, lambda: None)  # type: ignore[arg-type,return-value]


def meaning(one: Topology, other: Topology) -> Findings:
    empty = Document(Source("x", ""), [], [])
    sides = [
        Side(name, FORM, Reading(topology, Expansion([empty], [])), str)
        for name, topology in (("a", one), ("b", other))
    ]
    findings = Findings(*sides)
    compare_readings(findings)
    return findings


def setup() -> Topology:
    """Return a setup in which every kind of object occurs and every fact counts."""
    http = Check("http", "192.0.2.99", 81, 5.0, 1.0, 7.0, 3.0, 4.0, 2, 3, "up",
                 detail=(HttpRequest(path="/x"),), own=(("log",),))  # fmt: skip
    return Topology(
        services=[
            Service("web", [Listener("192.0.2.10", (80, 80)), Listener("192.0.2.10", (443, 443))],
                    7, [Rule("api")], "", 100, (("option", "x"),)),
            Service("mail", [Listener("192.0.2.10", (25, 25))], default_pool="mail"),
        ],
        pools=[
            Pool("api", Scheduler("strange", ("a",)),
                 [RealServer("192.0.2.11", 80, 2, checks=(http, Check("tcp"))),
                  RealServer("192.0.2.12", 80, 1), RealServer("192.0.2.13", 80, 1, role="backup"),
                  RealServer("192.0.2.14", 80, 1, role="backup")],
                 Persistence("address", 50.0, 24), Quorum(2, 1, "/up", "/down")),
            Pool("mail", Scheduler("strange"), [RealServer("192.0.2.21", 25)]),
        ],
        routers=[
            VirtualRouter("one", "eth0", 51, authentication=Authentication("PASS", "x"),
                          peers=("192.0.2.2",), addresses=(VirtualAddress("192.0.2.10", 24),),
                          excluded_addresses=(VirtualAddress("192.0.2.20", 24),),
                          tracking=(Tracking("script", "alive", 5),), own=(("notify", "/x"),)),
            VirtualRouter("two", "eth0", 52),
        ],
        groups=[SyncGroup("all", ("one", "two"), (Tracking("script", "alive"),))],
        trackers=[Tracker("script", "alive", "/bin/true", timeout=9.0)],
        mail=Mail(("ops@example.com",), "lb@example.com", "192.0.2.25"),
        sections=[Section("global", "", (("a", "b"),))],
        bonds=[
            Bond("bond0", "bond", "active-backup", (("miimon", "100"), ("primary", "eth0")),
                 [BondPort("eth0", priority=5), BondPort("eth1")], "static", "ignore",
                 (Address("192.0.2.10", 24), Address("192.0.2.20", 24)), "192.0.2.1", "",
                 ("192.0.2.53",), routes=(Route("198.51.100.0", 24, "192.0.2.1"),)),
        ],
    )  # fmt: skip


IGNORED = {  # names, and what does not matter where it stands
    ("Service", "name"), ("Pool", "name"), ("RealServer", "name"), ("VirtualRouter", "name"),
    ("SyncGroup", "name"), ("Tracker", "name"), ("Section", "name"), ("Topology", "node"),
    ("Listener", "family"), ("Tracking", "kind"), ("Check", "tracks"), ("Service", "default_pool"),
    ("Bond", "connection"), ("BondPort", "connection"), ("Pool", "fallback_all"),
    ("Section", "kind"),
}  # fmt: skip


def mutations(value: Any) -> list[tuple[str, Any]]:
    """Return every way to change one field of *value*: what was changed, and the result."""
    found: list[tuple[str, Any]] = []
    if is_dataclass(value) or hasattr(value, "_fields"):
        names = (
            [item.name for item in fields(value) if item.compare]
            if is_dataclass(value)
            else value._fields
        )
        for name in names:
            at = f"{type(value).__name__}.{name}"
            if (type(value).__name__, name) not in IGNORED:
                for where, changed in mutations(getattr(value, name)):
                    if (name, where) == ("ports", "shorter") or (
                        name == "options" and where[1:] == " shorter"
                    ):
                        continue
                    found.append((f"{at} {where}".strip(), replace(value, **{name: changed})))
    elif isinstance(value, bool):
        found.append(("", not value))
    elif isinstance(value, int | float):
        found.append(("", value + 1))
    elif isinstance(value, str):
        found.append(("", value + "x"))
    elif isinstance(value, list | tuple) and value:
        kind = type(value)
        found.append(("shorter", kind(value[:-1])))
        for number, item in enumerate(value):
            for where, changed in mutations(item):
                found.append(
                    (f"{number} {where}".strip(),
                     kind([*value[:number], changed, *value[number + 1 :]]))
                )  # fmt: skip
    return found


MUTATIONS = mutations(setup())


def test_no_change_of_one_field_goes_unseen() -> None:
    assert len(MUTATIONS) > 150
    assert meaning(setup(), setup()).differences == []
    unseen = [what for what, changed in MUTATIONS if not meaning(setup(), changed).differences]
    assert unseen == []
    unseen = [what for what, changed in MUTATIONS if not meaning(changed, setup()).differences]
    assert unseen == []


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(MUTATIONS), st.sampled_from(MUTATIONS))
def test_two_changes_differ_alike_in_both_directions(
    one: tuple[str, Topology], other: tuple[str, Topology]
) -> None:
    there, back = meaning(one[1], other[1]), meaning(other[1], one[1])
    assert len(there.differences) == len(back.differences)
    assert bool(there.differences) == (one[1] != other[1])


@pytest.mark.parametrize("name", list(TOPOLOGIES), ids=str)
def test_other_topologies_equal_themselves(name: str) -> None:
    topology = TOPOLOGIES[name].topology
    assert meaning(topology, topology).differences == []


def test_names_do_not_count_references_do() -> None:
    renamed = setup()
    renamed.pools[0].name, renamed.services[0].rules[0].pool = "farm", "farm"
    renamed.routers[0].name, renamed.groups[0].members = "first", ("two", "first")
    renamed.trackers[0].name = "lives"
    renamed.routers[0].tracking = (Tracking("script", "lives", 5),)
    renamed.groups[0].tracking = (Tracking("script", "lives"),)
    assert meaning(setup(), renamed).differences == []
    elsewhere = setup()
    elsewhere.services[0].rules[0].pool = "mail"
    assert meaning(setup(), elsewhere).differences


SAME = [
    ("keepalived", "rr", "haproxy", "roundrobin", (1, 1), True),
    ("keepalived", "rr", "ipvsadm", "wrr", (1, 1), True),
    ("keepalived", "wrr", "haproxy", "roundrobin", (3, 1), True),
    ("ipvsadm", "wrr", "haproxy", "static-rr", (3, 1), True),
    ("ipvsadm", "lc", "haproxy", "leastconn", (2, 2), True),
    ("ipvsadm", "lc", "haproxy", "leastconn", (2, 1), False),
    ("keepalived", "wlc", "haproxy", "leastconn", (2, 1), False),
    ("haproxy", "roundrobin", "haproxy", "static-rr", (2, 1), True),
    ("keepalived", "sh", "ipvsadm", "sh", (2, 1), True),
    ("keepalived", "sh", "ipvsadm", "mh", (2, 1), False),
]


@pytest.mark.parametrize(("form", "name", "other", "its_name", "weights", "same"), SAME)
def test_schedulers_of_one_meaning(
    form: str, name: str, other: str, its_name: str, weights: tuple[int, int], same: bool
) -> None:
    sides = []
    for each, algorithm in ((form, name), (other, its_name)):
        servers = [RealServer(f"192.0.2.{n}", 80, weight) for n, weight in enumerate(weights)]
        topology = Topology(
            services=[Service("web", [Listener("192.0.2.10", (80, 80))], default_pool="web")],
            pools=[Pool("web", Scheduler(algorithm), servers)],
        )
        empty = Expansion([Document(Source("x", ""), [], [])], [])
        sides.append(Side(each, FORMATS[each], Reading(topology, empty), str, codec(FORMATS[each])))  # type: ignore[arg-type]
    findings = Findings(*sides)
    compare_readings(findings)
    assert (findings.differences == []) is same


def test_the_kernels_time_limits_are_one_thing_in_two_languages(tmp_path: Path) -> None:
    one, other = tmp_path / "keepalived.conf", tmp_path / "rules.sh"
    one.write_text("global_defs {\n    lvs_timeouts tcp 7200 tcpfin 120 udp 60\n}\n")
    other.write_text("ipvsadm --set 7200 120 60\n")
    assert hatools("diff", one, other).status == 0
    other.write_text("ipvsadm --set 7200 60 0\n")
    ran = hatools("diff", one, other)
    assert ran.status == 1
    assert f"timeouts: tcpfin 120 ({one}:2), 60 ({other}:1)" in ran.stdout
    assert "udp" in ran.stdout
    assert "tcp 7200" not in ran.stdout


def test_the_kernels_time_limits_go_from_language_to_language(tmp_path: Path) -> None:
    rules, conf = tmp_path / "rules.sh", tmp_path / "keepalived.conf"
    rules.write_text(
        "ipvsadm --set 7200 0 60\n"
        "ipvsadm -A -t 192.0.2.1:80 -s rr\n"
        "ipvsadm -a -t 192.0.2.1:80 -r 192.0.2.2 -m\n"
    )
    conf.write_text(hatools("convert", rules, "--to", "keepalived").stdout)
    assert "    lvs_timeouts tcp 7200 udp 60\n" in conf.read_text()
    ran = hatools("diff", rules, conf, "--all")
    assert (ran.status, ran.stdout) == (0, "")
    assert "not compared" not in hatools("diff", rules, conf).stderr
    hatools("convert", conf, "--to", "ipvsadm", "-o", f"{tmp_path / 'out'}/")
    assert "ipvsadm --set 7200 0 60\n" in (tmp_path / "out/ipvsadm-settings.sh").read_text()
    for source in (rules, conf):
        ran = hatools("convert", source, "--to", "haproxy")
        assert "    timeout client 2h\n    timeout server 2h\n" in ran.stdout
        assert "IPVS forgets an idle TCP connection after 7200 s" in ran.stderr
