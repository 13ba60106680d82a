"""roundrobin: weighted, smooth, follows changes of weight while it runs (``lb_fwrr.c``).

A server's next position lies its share of a round behind its last one.  Those
of the current round are ordered by position; servers that are new to a round
wait by weight, the heaviest first, and fill the holes.
"""

from __future__ import annotations

from hatools.plugin import Balancing, Member
from hatools_schedulers.proxy_scheduler import SCALE, WORD, ProxyScheduler, has_room
from hatools_schedulers.proxy_tree import Entry, Tree

HEAVIEST = 256 * SCALE
PER_POSITION = 256


class Place:
    """Where a server stands: *position* is its next one, *last* the one before it.

    *rest* is what the division of the round by its *weight* has left over.
    """

    __slots__ = ("entry", "last", "position", "rest", "server", "tree", "weight")

    def __init__(self, server: Member) -> None:
        self.server = server
        self.weight = 0
        self.position = 0
        self.last = 0
        self.rest = 0
        self.tree: Tree[Place] | None = None
        self.entry: Entry[Place] | None = None

    def leave_tree(self) -> None:
        """Take it out of the tree that it is in."""
        if self.tree is not None and self.entry is not None:
            self.tree.remove(self.entry)
            self.entry = None

    def advance(self, group: Group) -> None:
        """Move to the next position, having been chosen."""
        self.last = self.position = self.position or group.position
        step, rest = divmod(group.next_weight, self.weight)
        self.position += step
        self.rest += rest
        if self.rest >= self.weight:
            self.rest -= self.weight
            self.position += 1


class Group:
    """The active servers, or the backups: three trees and the position in the round."""

    __slots__ = ("current", "current_weight", "new", "next", "next_weight", "position")

    def __init__(self) -> None:
        self.new: Tree[Place] = Tree()
        self.current: Tree[Place] = Tree()
        self.next: Tree[Place] = Tree()
        self.position = self.current_weight = self.next_weight = 0

    def by_weight(self, tree: Tree[Place], place: Place) -> None:
        """Put *place* into *tree*, the heavier before the lighter."""
        place.entry = tree.insert(HEAVIEST - place.weight, place)
        place.tree = tree

    def queue(self, place: Place) -> None:
        """Put *place* where its position belongs: into this round or the next."""
        window = self.current_weight
        if place.position >= 2 * window or place.position >= window + self.next_weight:
            place.position -= window
            self.by_weight(self.next, place)
            return
        among_equals = (HEAVIEST + place.rest - place.weight & WORD) // SCALE
        key = PER_POSITION * place.position + among_equals & WORD
        place.entry = self.current.insert(key, place)
        place.tree = self.current

    def behind(self, place: Place) -> int:
        """Return the position of a server that comes while the round is under way."""
        left = self.next_weight + self.current_weight - self.position & WORD
        return self.position + left // place.weight & WORD

    def first(self) -> Place | None:
        """Return whose turn it is: who is due, else who is new, else who is first."""
        due = self.current.first()
        if due is not None and due.position <= self.position:
            return due
        new = self.new.first()
        if new is None:
            return due
        new.position = new.rest = 0
        return new

    def switch(self) -> None:
        """Begin the next round."""
        self.new, self.next = self.next, self.new
        self.current_weight = self.position = self.next_weight


class RoundRobin(ProxyScheduler):
    """Servers that have no room are stepped over, and keep their place in the round."""

    def __init__(self, balancing: Balancing) -> None:
        self._groups = (Group(), Group())
        self._places: dict[Member, Place] = {}
        super().__init__(balancing)

    def announced(self, server: Member) -> None:
        """Give a server its place."""
        self._places[server] = Place(server)

    def entered(self, server: Member, kind: int) -> None:
        """Put *server* among the new ones, or behind the position once it runs."""
        group, place = self._groups[kind], self._places[server]
        place.weight = self.weights[server]
        group.next_weight += place.weight
        if not self.running:
            group.position = group.current_weight = group.next_weight
            group.by_weight(group.new, place)
            return
        place.position = group.behind(place)
        group.queue(place)

    def left(self, server: Member, kind: int, before: int) -> None:
        """Take *server* out; what it has used of the round is forgotten."""
        self._groups[kind].next_weight -= before
        place = self._places[server]
        place.leave_tree()
        place.tree = None

    def reweighed(self, server: Member, kind: int, before: int) -> None:
        """Move *server* to where its new weight puts it."""
        group, place = self._groups[kind], self._places[server]
        place.weight = self.weights[server]
        group.next_weight += place.weight - before
        place.leave_tree()
        if place.tree is group.new:
            group.by_weight(group.new, place)
            return
        if place.tree is group.next:
            place.position += group.current_weight
        step = group.next_weight // place.weight
        place.position = min(place.last + step, place.position)
        place.rest = 0
        if place.position < group.position + 2:
            place.position = group.position + step
        group.queue(place)

    def choose(self, kind: int, draw: float, avoid: Member | None) -> Member | None:
        """Return whose turn it is among those with room."""
        group = self._groups[kind]
        switched = False
        avoided: Place | None = None
        passed_over: list[Place] = []
        while True:
            if not group.current_weight:
                group.position = group.current_weight = group.next_weight
            place = group.first()
            if place is None and not switched:
                switched = True
                group.switch()
                place = group.first()
            if place is None:
                place = avoided
                break
            place.advance(group)
            place.leave_tree()
            group.position += 1
            if has_room(place.server):
                if place.server is not avoid or avoided is not None:
                    break
                avoided = place
            passed_over.append(place)
        if place is not None:
            group.queue(place)
        for one in reversed(passed_over):
            if one is place:
                continue
            if switched:
                group.by_weight(group.new, one)
            else:
                group.queue(one)
        return place.server if place is not None else None
