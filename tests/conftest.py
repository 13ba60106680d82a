"""What all tests share: tests that ask real programs run where they can, and say where they cannot.

With ``HATOOLS_REAL=required`` in the environment (as in ``.ci/run``) a test
marked ``real`` whose programs cannot be asked is a failure.
"""

from __future__ import annotations

import lab
import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip ``@pytest.mark.real("haproxy", …)`` where one of its programs cannot be asked."""
    marker = item.get_closest_marker("real")
    reason = lab.missing(*marker.args) if marker else ""
    if reason and lab.REQUIRED:
        pytest.fail(f"HATOOLS_REAL=required, but {reason}", pytrace=False)
    if reason:
        pytest.skip(reason)
