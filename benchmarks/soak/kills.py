"""Kills a watch at random moments, far more often than the tests do, and reads all mails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EACH = 15.0  # seconds that a kill may take, with the start after it


def soak(count: int) -> bool:
    """Tell whether no incident was lost, and none told twice, over *count* kills."""
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider",
               "tests/test_watch_killed.py"]  # fmt: skip
    environment = {**os.environ, "HATOOLS_KILLS": str(count)}
    try:
        ran = subprocess.run(command, cwd=ROOT, env=environment, timeout=60 + count * EACH)
    except subprocess.TimeoutExpired:
        print("it did not end in time")
        return False
    return ran.returncode == 0
