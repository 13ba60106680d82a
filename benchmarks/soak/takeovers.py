"""Takes over again and again: a real keepalived pair, with watches on both and on a witness."""

from __future__ import annotations

import tempfile
from itertools import cycle, islice
from pathlib import Path

import test_split_brain_live as live
from watch_live import watch_all

LOGGED = 5000  # characters of what the watches said that are shown when it did not hold
EACH = 2  # takeovers in a round: away, and back


def soak(count: int) -> bool:
    """Tell whether *count* takeovers alarmed nobody, and a cut link after them all, in time."""
    verbs = tuple(islice(cycle(live.TAKEOVERS), -(-count // EACH)))
    scenario = live.takeovers(verbs)
    with tempfile.TemporaryDirectory() as folder:
        found = watch_all([(scenario, live.WITNESSED)], Path(folder))[scenario.name]
    taken = sum(role == "MASTER" for _, _, _, role in found.recording.roles)
    cut, healed = found.blow("cut lb1 lb2"), found.blow("heal lb1 lb2")
    alarms = [one for one in found.verdicts if one.time < cut]
    print(f"{taken} times a router became master, {len(alarms)} false alarms")
    for alarm in alarms:
        print(f"  {alarm}")
    for why in found.recording.missed:
        print(f"  {why}")
    held = not alarms and not found.recording.missed and taken > EACH * len(verbs)
    for node in live.WITNESSED:
        mine = [one for one in found.verdicts if one.node == node and one.time > cut]
        confirmed = next((one.time - cut for one in mine if one.verdict == "confirmed"), None)
        cleared = bool(mine) and mine[-1].verdict == "cleared" and mine[-1].time > healed
        said = "never" if confirmed is None else f"{confirmed:.2f} s after the cut"
        print(f"{node}: confirmed {said} (at most {2 * live.DOWN:.2f}), cleared: {cleared}")
        held = held and confirmed is not None and confirmed <= 2 * live.DOWN and cleared
    if not held:
        print(found.logs[-LOGGED:])
    return held
