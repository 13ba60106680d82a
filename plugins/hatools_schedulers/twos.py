"""twos: two random servers by weight, the less loaded of them (``ip_vs_twos.c``)."""

from __future__ import annotations

from hatools.plugin import Balancing, Connection, Member
from hatools_schedulers.kernel_list import KernelScheduler, older_cost, overhead


class PowerOfTwoChoices(KernelScheduler):
    """Random, so its picks can only be told as shares."""

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)
        self._older = older_cost(balancing)

    def pick(self, connection: Connection, draw: float) -> Member | None:
        """Return the less loaded of two servers that *draw* chooses."""
        usable = [server for server in self.servers if server.usable]
        if not usable:
            return None
        # The kernel draws from 0 to the sum of the weights, both included.
        numbers = sum(server.weight for server in usable) + 1
        first = _at(usable, int(draw * numbers))
        draw = draw * numbers - int(draw * numbers)
        second = _at(usable, int(draw * numbers))
        one, two = overhead(first, self._older), overhead(second, self._older)
        return second if second.weight * one > first.weight * two else first


def _at(servers: list[Member], number: int) -> Member:
    for server in servers:
        number -= server.weight
        if number <= 0:
            return server
    return servers[-1]
