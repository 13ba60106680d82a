"""What this package brings: the exporter ``prometheus``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Exporter


@hookimpl
def hatools_exporters() -> Iterable[Exporter]:
    """Return the exporter."""
    from hatools_prometheus.exporter import Prometheus

    return [Prometheus()]
