"""Which files are one node, and which virtual routers of nodes belong together."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_rules import FORMATS, RULES, SCHEDULERS

from hatools.lint.run import lint
from hatools.plugin import Settings
from hatools.plugin_host import codec
from hatools.reading.grouping import group, meanings

ROUTER = """vrrp_instance VI_1 {{
    interface eth0
    virtual_router_id 51
    priority {priority}
    virtual_ipaddress {{
        {address}
    }}
}}
"""
KEEPALIVED = ROUTER.format(priority=100, address="192.0.2.100/24")
HAPROXY = "defaults\n    mode http\nlisten web\n    bind :80\n    server a 192.0.2.11:80\n"

GROUPINGS = {
    "a folder for each node": (
        ("lb1/keepalived.conf", "lb1/haproxy.cfg", "lb2/keepalived.conf"),
        {"lb1": 2, "lb2": 1},
    ),
    "folders of programs": (
        ("keepalived/keepalived.conf", "haproxy/haproxy.cfg"),
        {"haproxy": 2},
    ),
    "folders of programs of each node": (
        ("lb1/etc/keepalived/keepalived.conf", "lb1/etc/haproxy/haproxy.cfg",
         "lb2/etc/keepalived/keepalived.conf"),
        {"lb1": 2, "lb2": 1},
    ),
    "two of one language share the rest": (
        ("keepalived-a.conf", "keepalived-b.conf", "haproxy/haproxy.cfg"),
        {"keepalived-a": 2, "keepalived-b": 2},
    ),
    "master and backup behind the name": (
        ("keepalived.conf.master", "keepalived.conf.backup"),
        {"keepalived.conf.master": 1, "keepalived.conf.backup": 1},
    ),
    "copies and templates are no nodes": (
        ("keepalived.conf", "keepalived.conf.bak", "keepalived.conf.rpmsave", "keepalived.conf~",
         "keepalived.conf.template", "keepalived.conf.j2", ".keepalived.conf"),
        {"keepalived": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GROUPINGS)
def test_nodes_of_a_folder(name: str, tmp_path: Path) -> None:
    files, expected = GROUPINGS[name]
    for file in files:
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HAPROXY if "haproxy.cfg" in file else KEEPALIVED)
    nodes = group([str(tmp_path)], FORMATS, codec)
    assert {node.name: len(node.files) for node in nodes} == expected


def test_a_file_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.conf", "b.conf"):
        (tmp_path / name).write_text(KEEPALIVED)
    ways = ["a.conf", "./a.conf", str(tmp_path / "a.conf"), "."]
    assert [str(node) for node in group(ways, FORMATS, codec)] == ["a: a.conf", "b: ./b.conf"]
    told = group(ways, FORMATS, codec, {"lb1": ["./a.conf"]})
    assert [str(node) for node in told] == ["lb1: ./a.conf", "b: ./b.conf"]
    alone = group(["a.conf"], FORMATS, codec, {"lb1": ["a.conf"]})
    assert [str(node) for node in alone] == ["lb1: a.conf"]


def test_a_template_that_is_named_is_a_node(tmp_path: Path) -> None:
    path = tmp_path / "keepalived.conf.template"
    path.write_text(KEEPALIVED)
    assert len(group([str(path)], FORMATS, codec)) == 1


def codes(folder: Path, **nodes: tuple[int, str]) -> dict[str, set[str]]:
    """Return the codes across nodes by node, given each node's priority and address."""
    for node, (priority, address) in nodes.items():
        (folder / node).mkdir()
        text = ROUTER.format(priority=priority, address=address)
        (folder / node / "keepalived.conf").write_text(text)
    meant = meanings(group([str(folder)], FORMATS, codec), codec, Settings())
    found: dict[str, set[str]] = {}
    for each in lint(meant, RULES, schedulers=SCHEDULERS).remaining:
        if each.code.startswith("XN") and each.span:
            found.setdefault(Path(each.span.path).parent.name, set()).add(each.code)
    return found


def test_clusters_with_the_number_of_the_example_are_told_apart(tmp_path: Path) -> None:
    found = codes(
        tmp_path,
        a1=(150, "192.0.2.1/24"),
        a2=(100, "192.0.2.1/24"),
        b1=(150, "198.51.100.1/24"),
        b2=(100, "198.51.100.1/24"),
        c1=(100, "203.0.113.1/24"),
        d1=(100, "203.0.113.2/24"),
    )
    assert found == {}


def test_a_third_node_with_a_mistyped_address_belongs_to_the_others(tmp_path: Path) -> None:
    found = codes(
        tmp_path,
        lb1=(150, "192.0.2.1/24"),
        lb2=(100, "192.0.2.1/24"),
        lb3=(90, "192.0.2.10/24"),
    )
    assert found == {"lb3": {"XN005"}}


def test_two_nodes_of_other_networks_have_nothing_in_common(tmp_path: Path) -> None:
    found = codes(tmp_path, lb1=(150, "192.0.2.1/24"), lb2=(100, "198.51.100.1/24"))
    assert found == {}
