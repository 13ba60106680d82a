"""Runs in the guest: keepalived's checks of servers that play a part; notes whom it keeps.

usage: check_guest.py CERTIFICATE STILL RESULT.json NAMES.json
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from check_stage import Stage
from keepalived_check_cases import CASES

MOST = 60.0  # seconds


def table() -> dict[int, int]:
    """Return the weights of the servers in the kernel's table, by their ports."""
    found = {}
    for line in Path("/proc/net/ip_vs").read_text().splitlines()[3:]:
        words = line.split()
        if words[0] == "->":
            found[int(words[1].partition(":")[2], 16)] = int(words[3])
    return found


def settled(still: float) -> dict[int, int]:
    """Return the table once nothing changed in it for so many seconds: a late answer is mended."""
    begin = changed = time.monotonic()
    kept = table()
    while True:
        time.sleep(0.1)
        now, before = time.monotonic(), kept
        kept = table()
        if kept != before:
            changed = now
        if now > begin + MOST or (kept and now > max(changed + still, begin + 1.5 * still)):
            return kept


def main() -> None:
    folder = Path("/run/checks")
    folder.mkdir()
    names = json.loads(Path(sys.argv[4]).read_text())
    stage = Stage({name: CASES[name] for name in names}, folder, sys.argv[1])
    files = [f"--{kind}={folder}/{kind}" for kind in ("pid", "checkers_pid")]
    command = ["keepalived", "-n", "-l", "-D", "-C", "-f", str(stage.path), *files]
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        kept = settled(float(sys.argv[2]))
        daemon.terminate()
        daemon.wait()
    verdicts = {name: kept.get(port) for name, (_, port) in stage.cases.items()}
    result = {"verdicts": verdicts, "log": (folder / "log").read_text()}
    Path(sys.argv[3]).write_text(json.dumps(result))


if __name__ == "__main__":
    main()
