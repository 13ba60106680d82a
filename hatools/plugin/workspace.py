"""What a command of a plugin works with: the nodes that files are, and ways to speak and write.

`hatools` hands a `Workspace` to the commands that plugins give, as click's
object: ``@click.pass_obj`` passes it in.  So a plugin reads configurations as
every command does, with the languages that are loaded, and imports none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from hatools.model import Topology

if TYPE_CHECKING:
    from hatools.plugin.behaviour import Scheduler


class NodeSetup(NamedTuple):
    """One node: its name, the paths of its files, and what each file means, in their order."""

    name: str
    files: tuple[str, ...]
    topologies: tuple[Topology, ...]


class Workspace(Protocol):
    """What hatools does for a plugin's command."""

    @property
    def problems(self) -> Sequence[str]:
        """One sentence for each plugin that was left out."""

    def nodes(
        self,
        paths: Sequence[str],
        told: Sequence[str] = (),
        facts: Sequence[str] = (),
        versions: Sequence[str] = (),
    ) -> list[NodeSetup]:
        """Return the nodes that *paths*, files and folders, are; says how they were grouped.

        *told* are the values of ``--node``, *facts* of ``--set``, *versions* of
        ``--source-version``.  Raises `HatoolsError` for what cannot be read.
        """

    def schedulers(self) -> Mapping[str, Scheduler]:
        """Return the balancing algorithms that are loaded, by name."""

    def say(self, text: str, kind: str = "") -> None:
        """Print *text* on standard error; *kind* (error, warning, info) colours it."""

    def answer(self, lines: Iterable[tuple[str, str]], colours: Mapping[str, str]) -> None:
        """Print *lines*, pairs of kind and text, on standard output; *title* kinds are bold."""

    def write(self, path: str, text: str) -> None:
        """Write *text* to *path*, whole or not at all; ``-`` is standard output.

        Raises `BadSetting` where *path* is a file that was read.
        """
