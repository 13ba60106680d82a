"""From the roles of all nodes to whether a virtual router has a master: pure.

A master that dies without a word is noticed only when another one takes over: the
address was gone for as long as a backup waits, which has to be given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hatools_availability.outages import DOWN, UNKNOWN, UP, Change, Tally

HANDOVER = 0.05  # seconds without a master that are none: one leaves as the other comes
SILENCE = 3.609  # seconds that a backup of priority 100 waits for a silent master (RFC 5798, 6.1)


class Role(NamedTuple):
    """A node's role of a virtual router from *time* on; *killed*: it had died before."""

    time: float
    node: str
    role: str
    killed: bool = False


def presence(roles: Iterable[Role], tally: Tally, silence: float = SILENCE) -> list[Change]:
    """Return when a virtual router had a master, as changes.

    *roles* are those of all its nodes.  *silence* is how long, in seconds, its
    backups wait for a master that died (Master_Down_Interval).
    """
    ordered = sorted(roles, key=lambda one: (one.time, one.role != "MASTER"))
    dead = _silent_ends(ordered)
    tally.silent_masters += len(dead)
    masters: set[str] = set()
    known: dict[str, str] = {}
    changes: list[Change] = []
    for at, (time, node, role, _) in enumerate(ordered):
        known[node] = role
        if at in dead:  # another took over: before that there was none for a while
            masters.discard(dead[at])
            if not masters:
                last = changes[-1][0] if changes else time
                changes.append((max(last, time - silence), DOWN, f"{dead[at]} died"))
        had = bool(masters)
        if role == "MASTER":
            masters.add(node)
        else:
            masters.discard(node)
        if masters and (not had or not changes):
            changes.append((time, UP, ""))
        elif had and not masters:
            if any(role != "INIT" for role in known.values()):
                changes.append(
                    (time, DOWN, f"{node} left" if role == "INIT" else f"{node}: {role}")
                )
            else:
                changes.append((time, DOWN, "no node runs"))
    return _without_handovers(changes)


def _silent_ends(roles: Sequence[Role]) -> dict[int, str]:
    """Return which masters died without a word: index of who took over -> node of the dead.

    A master whose next word is that it begins anew, or who never speaks again
    after another became master, was dead by then.
    """
    found: dict[int, str] = {}
    following: dict[str, Role | None] = {}
    after: list[Role | None] = [None] * len(roles)
    for at in range(len(roles) - 1, -1, -1):
        after[at] = following.get(roles[at].node)
        following[roles[at].node] = roles[at]
    holder: dict[str, int] = {}  # masters -> index of their word
    for at, one in enumerate(roles):
        if one.role == "MASTER":
            for node, began in list(holder.items()):
                word = after[began]
                if node != one.node and (word is None or word.killed):
                    found[at] = node
                    del holder[node]
            holder[one.node] = at
        else:
            holder.pop(one.node, None)
    return found


def _without_handovers(changes: list[Change]) -> list[Change]:
    found: list[Change] = []
    for change in changes:
        gap = change[1] == UP and len(found) > 1 and found[-1][1] == DOWN
        if gap and change[0] - found[-1][0] < HANDOVER:
            found.pop()
        else:
            found.append(change)
    if found and found[0][1] == DOWN:
        found.insert(0, (found[0][0], UNKNOWN, ""))
    return found
