"""What this package brings: the exporter ``history``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Exporter


@hookimpl
def hatools_exporters() -> Iterable[Exporter]:
    """Return the exporter; sqlite3 is imported when it starts."""
    from hatools_history.exporter import HistoryExporter

    return [HistoryExporter()]
