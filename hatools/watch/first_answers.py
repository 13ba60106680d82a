"""Says of a server that changed nothing how it is, once its checks have been answered.

The engine publishes changes.  A server that was taken to be up, and is, never
changes: without this nobody would know whether it was looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from hatools.engine.machine import StartProbe
from hatools.engine.node import Node
from hatools.model.event import Event
from hatools.watch.board import Board

Answered = Callable[[str, Mapping[str, object]], None]
Ask = Callable[[StartProbe, Answered], None]


class FirstAnswers:
    """The checks of *node* that nobody answered yet, asked through *ask*.

    `probe` is what asks for the node.  What becomes known goes to *publish*:
    a ``server`` event without ``checked: False``, and a ``quorum`` event once
    all servers of a pool are known.
    """

    def __init__(
        self, node: Node, ask: Ask, board: Board, publish: Callable[[Event], None]
    ) -> None:
        self._node = node
        self._ask = ask
        self._board = board
        self._publish = publish
        self._checks: dict[str, set[str]] = {}  # server -> its checks without a clear answer
        for checker in node.checkers.values():
            self._checks.setdefault(checker.subject, set()).add(checker.name)
        self._open = set(node.checkers)  # the checks of all those
        self._servers: dict[str, set[str]] = {  # pool -> its servers that are not known
            pool.name: {f"{pool.name}/{label}" for label in pool.members} & self._checks.keys()
            for pool in node.pools.values()
        }
        self._pools = {one: pool for pool, servers in self._servers.items() for one in servers}

    def probe(self, start: StartProbe, answered: Answered) -> None:
        """Ask for the node; *answered* gets the check's name and the answer, later."""
        if start.name not in self._open:
            self._ask(start, answered)
            return
        subject = self._node.checkers[start.name].subject

        def first(name: str, answer: Mapping[str, object]) -> None:
            answered(name, answer)  # the engine first: what it makes of the answer counts
            self._confirm(name, subject, answer)

        self._ask(start, first)

    def _confirm(self, name: str, subject: str, answer: Mapping[str, object]) -> None:
        waiting = self._checks.get(subject)
        checker = self._node.checkers[name]
        up = checker.health.up
        clear = checker.check.kind == "agent" or bool(answer.get("passed")) == up
        if answer.get("unknown"):
            self._tell_unasked(subject, f"not asked: {answer.get('reason', '')}")
        if waiting is None or answer.get("unknown") or not clear:
            return  # the engine waits for more of the same
        waiting.discard(name)
        self._open.discard(name)
        if up and waiting:
            return
        del self._checks[subject]
        self._open -= waiting
        standing = self._board.standings.get(("server", subject))
        if standing is not None and not standing.details.get("checked", True):
            details = {**standing.details, "reason": answer.get("reason", "")}
            del details["checked"]
            self._publish(Event(time.time(), "server", subject, details))
        pool = self._pools.get(subject, "")
        unknown = self._servers.get(pool, set())
        unknown.discard(subject)
        if pool and not unknown:
            self._tell_quorum(pool)

    def _tell_unasked(self, subject: str, why: str) -> None:
        """Say once why nothing is known of the server *subject*."""
        standing = self._board.standings.get(("server", subject))
        if standing is None or standing.details.get("checked", True):
            return
        if standing.details.get("reason") != why:
            details = {**standing.details, "reason": why}
            self._publish(Event(time.time(), "server", subject, details))

    def _tell_quorum(self, name: str) -> None:
        pool = self._node.pools[name]
        if ("quorum", name) not in self._board.standings:
            details = {
                "reached": pool.has_quorum,
                "weight": pool.weight_up(),
                "needed": pool.quorum.weight,
            }
            self._publish(Event(time.time(), "quorum", name, details))
