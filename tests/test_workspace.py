"""What hatools does for the commands of plugins."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from lab import ROOT

from hatools.cli import Commands, run
from hatools.cli.workspace import PluginWorkspace
from hatools.errors import BadSetting, UnreadableInput
from hatools.plugin_host import Host, Plugin

PAIR = ROOT / "fixtures" / "availability" / "pair"


@pytest.fixture
def workspace() -> PluginWorkspace:
    return PluginWorkspace(Host())


def test_nodes_are_grouped_as_by_every_command(
    workspace: PluginWorkspace, capsys: pytest.CaptureFixture[str]
) -> None:
    nodes = workspace.nodes([str(PAIR / "lb1"), str(PAIR / "lb2")])
    assert [node.name for node in nodes] == ["lb1", "lb2"]
    assert [len(node.topologies) for node in nodes] == [1, 1]
    assert nodes[0].files == (str(PAIR / "lb1" / "keepalived.conf"),)
    assert "node lb1: " in capsys.readouterr().err


def test_algorithms_are_those_that_are_loaded(workspace: PluginWorkspace) -> None:
    assert {"wlc", "roundrobin"} <= set(workspace.schedulers())
    assert workspace.problems == []


def test_what_was_read_is_not_written_over(workspace: PluginWorkspace, tmp_path: Path) -> None:
    path = tmp_path / "keepalived.conf"
    path.write_text((PAIR / "lb1" / "keepalived.conf").read_text())
    workspace.nodes([str(path)])
    with pytest.raises(BadSetting, match="not written over"):
        workspace.write(str(path), "lost")
    with pytest.raises(UnreadableInput, match="no such directory"):
        workspace.write(str(tmp_path / "no" / "where"), "lost")
    workspace.write(str(tmp_path / "new"), "kept")
    assert (tmp_path / "new").read_text() == "kept"
    assert "virtual_server" in path.read_text()


def test_a_command_of_a_plugin_is_handed_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command("count")
    @click.argument("paths", nargs=-1)
    @click.pass_obj
    def count(workspace: PluginWorkspace, paths: tuple[str, ...]) -> int:
        workspace.answer([("title", f"{len(workspace.nodes(paths))} nodes")], {})
        return 1

    told = Plugin("count", "someone", "1", "someone.plugin")
    usual = Host.named

    def named(host: Host, hook: str, wanted: object = None) -> dict[str, tuple[Plugin, object]]:
        return {"count": (told, count)} if hook == "hatools_commands" else usual(host, hook)

    monkeypatch.setattr(Host, "named", named)
    assert Commands().list_commands(click.Context(count))[-1] == "count"
    assert run(["count", str(PAIR / "lb1"), str(PAIR / "lb2")]) == 1
    assert capsys.readouterr().out == "2 nodes\n"
