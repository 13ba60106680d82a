"""The rule HP301: a backend that nothing leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Part
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


def _named(setup: Configuration, part: Part) -> bool:
    """Tell whether any other line, also one that does not count here, has the backend's name."""
    word = re.compile(rf"(?<![\w.:-]){re.escape(part.name)}(?![\w.:-])")
    lines = [line.words for each in setup.parts for line in each.lines if each is not part]
    return any(word.search(" ".join(words[1:])) for words in (*lines, *setup.elsewhere()))


def _leading(part: Part) -> list[str]:
    """Return the names of the backends that *part* says it leads to."""
    lines = (*part.own("use_backend"), *part.own("default_backend"))
    return [line.words[1] for line in lines if len(line.words) > 1]


class BackendNotUsed(HaproxyRule):
    """A backend that nothing leads to.

    Its servers are checked and get no connection: a use_backend or default_backend is missing, or
    names another backend.

    Instead: lead to it, or take it out::

        frontend web
            bind 192.0.2.10:80
            default_backend pool

    Reference: HAProxy configuration manual, 4.2, use_backend and default_backend.
    """

    code = "HP301"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        if any(
            rule.pool.find("%[") >= 0 for each in setup.topology.services for rule in each.rules
        ):
            return  # its name may be made up as requests come
        if any("$" in word for part in setup.parts for word in _leading(part)):
            return  # it may be what a variable says
        idle = [part for part in setup.of("backend") if part.name]
        if not idle or not any(part.front for part in setup.parts):
            return  # a file of backends alone belongs to others
        led = {rule.pool for each in setup.topology.services for rule in each.rules}
        led |= {each.default_pool for each in setup.topology.services}
        for part in idle:
            if part.name in led:
                continue
            if part.own("stick-table") and not (part.pool and part.pool.servers):
                continue  # it only holds a table
            if not part.http and any(each.own("filter", "spoe") for each in setup.parts):
                continue  # the file of the SPOE filter may name it
            if _named(setup, part):
                continue
            yield self.told(
                setup,
                part.index,
                f"nothing leads to backend '{part.name}'",
                f"write use_backend {part.name} or default_backend {part.name}, or take it out",
            )
