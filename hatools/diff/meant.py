"""Tells how what was read back differs from what was meant, as `hatools diff` tells it."""

from __future__ import annotations

from hatools.diff import report
from hatools.diff.comparison import Comparison, compare_readings
from hatools.diff.findings import Findings, Side
from hatools.model import Topology
from hatools.plugin.contracts import Codec, Compares, Format, Reading


def told(form: Format, codec: Codec, path: str, meant: Topology, reading: Reading) -> list[str]:
    """Return the facts in which *reading*, of the file *path*, is not what was *meant*.

    Empty where they differ only in what does not count for `hatools diff`: names,
    and the order of what has none.
    """
    names = codec if isinstance(codec, Compares) else None
    left = Side("meant", form, Reading(meant, reading.expansion), codec.mask, names)
    right = Side(path, form, reading, codec.mask, names)
    findings = Findings(left, right)
    compare_readings(findings)
    comparison = Comparison(left, right, findings.differences, ([], []))
    return [line for _, line in report.lines(comparison)]
