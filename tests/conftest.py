"""What all tests share: tests that ask real programs run where they can, and say where they cannot.

With ``HATOOLS_REAL=required`` in the environment (as in ``.ci/run``) a test
marked ``real`` that does not run is a failure.
"""

from __future__ import annotations

from collections.abc import Generator

import lab
import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip ``@pytest.mark.real("haproxy", …)`` where one of its programs cannot be asked."""
    marker = item.get_closest_marker("real")
    if marker is None:
        return
    reason = lab.missing(*marker.args)
    if reason:
        pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a ``real`` test into a failure where real programs are required."""
    report = yield
    if lab.REQUIRED and report.skipped and item.get_closest_marker("real") is not None:
        report.outcome = "failed"
        report.longrepr = f"skipped, though HATOOLS_REAL=required: {report.longrepr}"
    return report
