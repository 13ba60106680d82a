"""The rule HP337: a frontend in mode http leads to a backend in mode tcp."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import ERROR, HaproxyRule


class ModesDoNotFit(HaproxyRule):
    """A frontend in mode http leads to a backend in mode tcp.

    haproxy refuses the file: what was read as HTTP cannot be handed on as plain TCP.

    Instead: give both the same mode, best in defaults::

        defaults
            mode http

    Reference: HAProxy configuration manual, 4.2, mode.
    """

    code = "HP337"
    severity = ERROR

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if part.service is None or part.mode != "http":
                continue
            targets = {rule.pool: rule.origin.at for rule in part.service.rules}
            default = part.said("default_backend")
            if part.service.default_pool and default is not None:
                targets[part.service.default_pool] = default.at
            for name, at in targets.items():
                backend = setup.backends.get(name)
                if backend is not None and backend is not part and backend.mode == "tcp":
                    yield self.told(
                        setup,
                        at,
                        f"{part.kind} '{part.name}' is in mode http and backend '{name}' in"
                        " mode tcp; haproxy refuses the file",
                        f"write mode http into backend {name}",
                    )
