"""What this package brings: the detector of split brain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Detector


@hookimpl
def hatools_detectors() -> Iterable[Detector]:
    """Return the detector."""
    from hatools_splitbrain.detector import SplitBrain

    return [SplitBrain()]
