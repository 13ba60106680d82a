"""The virtual servers that are to be written, between adapting and printing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hatools.model import Pool, Record, Service, Topology
from hatools.text import Diagnostic
from hatools_keepalived.listening import Endpoint
from hatools_keepalived.writing_servers import Placed


@dataclass(slots=True)
class Block:
    """One virtual_server to be written, and where its parts come from.

    *group* is the name of its virtual_server_group, empty for a single address.
    The renderer fills in the lines: *line* of the head, *listener_lines* and
    *server_lines* in parallel to the listeners and servers.
    """

    service: Service
    pool: Pool
    endpoints: list[Endpoint]
    placed: Placed
    source: Service
    source_pool: Pool
    group: str = ""
    line: int = 0
    listener_lines: list[int] = field(default_factory=list)
    server_lines: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Adapted:
    """What keepalived will say, and what became of all that the source says.

    Records are made when the lines are known: `records` asks each of *pending*.
    *limits* are the lines of ``global_defs`` that set the kernel's time limits.
    """

    intended: Topology
    blocks: list[Block] = field(default_factory=list)
    pending: list[Callable[[], Iterable[Record]]] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)
    scripts: bool = False
    limits: list[tuple[str, ...]] = field(default_factory=list)

    def records(self) -> list[Record]:
        """Return the word on every object, with the lines that the renderer found."""
        found = (record for make in self.pending for record in make())
        return [record for record in found if record.origin.expansion is not None]
