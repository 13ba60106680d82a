"""What hatools does for the commands of plugins: `hatools.plugin.workspace.Workspace`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from hatools.cli.messages import printable, say

if TYPE_CHECKING:
    from hatools.plugin.behaviour import Scheduler
    from hatools.plugin.workspace import NodeSetup
    from hatools.plugin_host import Host


class PluginWorkspace:
    """One run's: it knows the loaded plugins, and which files were read."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._read: list[str] = []

    @property
    def problems(self) -> Sequence[str]:
        """One sentence for each plugin that was left out."""
        return self._host.problems

    def nodes(
        self,
        paths: Sequence[str],
        told: Sequence[str] = (),
        facts: Sequence[str] = (),
        versions: Sequence[str] = (),
    ) -> list[NodeSetup]:
        """Return the nodes that *paths* are, and say how they were grouped."""
        from hatools.cli.convert import versions_of
        from hatools.cli.doubts import say_errors
        from hatools.plugin.settings import Settings
        from hatools.plugin.workspace import NodeSetup
        from hatools.plugin_host import codec
        from hatools.reading.grouping import group, meanings, told_nodes

        nodes = group(paths, self._host.formats(), codec, told_nodes(told))
        for node in nodes:
            say(f"node {node}")
        files = {node.name: tuple(path for path, _ in node.files) for node in nodes}
        self._read += [*paths, *(path for own in files.values() for path in own)]
        meant = meanings(nodes, codec, Settings(facts), versions_of(tuple(versions)))
        for problem in self.problems:
            say(f"hatools: {problem}", "warning")
        say_errors(meant)
        return [
            NodeSetup(
                one.name,
                files.get(one.name, ()),
                tuple(reading.topology for _, reading in one.readings),
            )
            for one in meant
        ]

    def schedulers(self) -> Mapping[str, Scheduler]:
        """Return the balancing algorithms that are loaded, by name."""
        return self._host.records("hatools_schedulers")

    def say(self, text: str, kind: str = "") -> None:
        """Print *text* on standard error."""
        say(text, kind)

    def answer(self, lines: Iterable[tuple[str, str]], colours: Mapping[str, str]) -> None:
        """Print *lines* on standard output, coloured by their kinds where it is a terminal."""
        for kind, line in lines:
            bold = kind == "title" or None
            click.secho(printable(line), fg=colours.get(kind), bold=bold)

    def write(self, path: str, text: str) -> None:
        """Write *text* to *path*, whole or not at all, and never over a file that was read."""
        if path == "-":
            click.echo(text, nl=False)
            return
        import os

        from hatools.convert.files import refuse_sources, write_whole
        from hatools.plugin.contracts import OutFile

        refuse_sources([path], self._read, "name another file")
        if not os.path.isdir(os.path.dirname(path) or "."):
            from hatools.errors import UnreadableInput

            raise UnreadableInput(f"{path}: cannot be written: there is no such directory")
        write_whole(os.path.dirname(path), [OutFile(os.path.basename(path), text)])
