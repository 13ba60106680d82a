"""Virtual routers that move together: keepalived's ``vrrp_sync_group``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hatools.engine.machine import Action
from hatools.model import SyncGroup

if TYPE_CHECKING:
    from hatools.engine.election import Election


class Group:
    """The members of one group on one node.

    Its members become MASTER when the last of them wants to; one that falls
    back, or into FAULT, takes the others with it.
    """

    def __init__(self, group: SyncGroup, members: list[Election]) -> None:
        self.name = group.name
        self.group = group
        self.members = members
        for member in members:
            member.group = self

    def in_fault(self) -> bool:
        """Tell whether any member has a fault of its own."""
        return any(member.faults for member in self.members)

    def may_become_master(self, asking: Election) -> bool:
        """Tell whether every other member is MASTER or wants to be."""
        return all(
            member.role == "MASTER" or member.wants_master
            for member in self.members
            if member is not asking
        )

    def become_master(self, now: float, asking: Election) -> Iterator[Action]:
        """Make all members MASTER, *asking* first."""
        yield from asking.enter_master(now, "no advertisement was heard, and its group may")
        for member in self.members:
            if member is not asking and member.role != "MASTER":
                yield from member.enter_master(now, f"its group follows {asking.name}")

    def back_up(self, now: float, leaving: Election) -> Iterator[Action]:
        """Take the other members out of MASTER after *leaving* was."""
        for member in self.members:
            if member is not leaving and member.role == "MASTER":
                yield from member.leave("BACKUP", now, f"its group follows {leaving.name}")

    def fault(self, now: float, failing: Election) -> Iterator[Action]:
        """Take the other members into FAULT."""
        for member in self.members:
            if member is not failing and member.role not in ("FAULT", "INIT"):
                yield from member.enter_fault(now, f"its group follows {failing.name}")

    def recover(self, now: float, healed: Election) -> Iterator[Action]:
        """Let all members stand for election again once none has a fault."""
        if not self.in_fault():
            for member in self.members:
                yield from member.recover(now)
