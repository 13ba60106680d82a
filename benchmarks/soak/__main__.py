"""Runs a soak; it ends by itself, and its status says whether what it promises held.

Usage: python -m benchmarks.soak targets|takeovers|kills [OPTION…]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "tests")]  # what the soaks are made of


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    soaks = parser.add_subparsers(dest="soak", required=True)
    targets = soaks.add_parser("targets", help="thousands of targets once a second")
    targets.add_argument("--targets", type=int, default=10_000)
    targets.add_argument("--kind", choices=["tcp", "http"], default="tcp")
    targets.add_argument("--minutes", type=float, default=10)
    targets.add_argument("--scrape", type=float, default=60, metavar="SECONDS",
                         help="ask for /metrics so often, as Prometheus does")  # fmt: skip
    targets.add_argument("--rounds", type=int, default=0,
                         help="so many rounds in turn with haproxy's own checks")  # fmt: skip
    takeovers = soaks.add_parser("takeovers", help="a real keepalived pair and a witness")
    takeovers.add_argument("--count", type=int, default=50)
    kills = soaks.add_parser("kills", help="kill -9 of a watch that mails")
    kills.add_argument("--count", type=int, default=100)
    options = parser.parse_args()
    begin = time.monotonic()
    if options.soak == "targets":
        from benchmarks.soak.targets import soak

        held = soak(
            options.targets, options.kind, options.minutes * 60, options.scrape, options.rounds
        )
    elif options.soak == "takeovers":
        from benchmarks.soak.takeovers import soak as take_over

        held = take_over(options.count)
    else:
        from benchmarks.soak.kills import soak as kill

        held = kill(options.count)
    print(f"{'held' if held else 'NOT HELD'} after {time.monotonic() - begin:.0f} s")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
