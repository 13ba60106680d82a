"""Reads the configurations of a watch, again where their files changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hatools.cli.doubts import errors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hatools.model import Topology
    from hatools.plugin_host import Host
    from hatools.reading.grouping import NodeMeaning

Stamp = tuple[int, int]  # when a file was changed, in nanoseconds, and its inode
GONE: Stamp = (0, 0)


class Configurations:
    """What the files and folders *paths* mean, read with *source_version* and *facts*."""

    def __init__(
        self,
        host: Host,
        paths: Sequence[str],
        source_version: tuple[str, ...],
        facts: tuple[str, ...],
    ) -> None:
        self._host = host
        self._paths = paths
        self._source_version = source_version
        self._facts = facts
        self._seen: dict[str, Stamp] = {}
        self._known: dict[str, str] | None = None  # errors of those in force; None before any

    def learn(self) -> Sequence[Topology]:
        """Read them and return what they mean.

        Raises `HatoolsError` where they cannot be read, or have errors that those
        before them had not: then these stay in force.
        """
        from hatools.cli.convert import versions_of
        from hatools.errors import BadSetting, UnknownFormat
        from hatools.plugin.settings import Settings
        from hatools.plugin_host import codec
        from hatools.reading.grouping import group, meanings

        self._seen.update(self._stamps())  # what cannot be read is told of once
        try:
            nodes = group(self._paths, self._host.formats(), codec)
        except UnknownFormat as error:  # a watch has no --from
            raise UnknownFormat(
                error.message, "a watch reads what `hatools formats` names"
            ) from None
        meant = meanings(nodes, codec, Settings(self._facts), versions_of(self._source_version))
        self._seen = dict.fromkeys(_files(meant), GONE)
        self._seen.update(self._stamps())
        faults = errors_of(meant)
        if self._known is not None:
            fresh = [text for fault, text in faults.items() if fault not in self._known]
            if fresh:
                more = f" (and {len(fresh) - 1} more)" if fresh[1:] else ""
                raise BadSetting(f"{fresh[0]}{more}")
        self._known = faults
        if len(meant) > 1:  # their own names, such as router_id, may be the same
            for node in meant:
                for _, reading in node.readings:
                    reading.topology.node = node.name
        return [reading.topology for node in meant for _, reading in node.readings]

    def changed(self) -> bool:
        """Tell whether a file is another one than when it was last read."""
        return self._stamps() != self._seen

    def faults(self) -> list[str]:
        """Return the errors in those that are in force, a line each."""
        return list((self._known or {}).values())

    def _stamps(self) -> dict[str, Stamp]:
        found = {}
        for path in self._seen:
            try:
                status = os.stat(path)
                found[path] = (status.st_mtime_ns, status.st_ino)
            except OSError:
                found[path] = GONE
        return found


def _files(meant: Sequence[NodeMeaning]) -> list[str]:
    """Return the paths of all files that were read, included ones, too."""
    return [
        document.source.path
        for node in meant
        for _, reading in node.readings
        for document in reading.expansion.documents
    ]
