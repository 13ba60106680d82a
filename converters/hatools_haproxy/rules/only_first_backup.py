"""The rule HP328: of several backup servers only the first is used."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


class OnlyFirstBackup(HaproxyRule):
    """Of several backup servers only the first is used.

    When all others are down haproxy sends everything to the first backup that is up, unless option
    allbackups is on.

    Instead: say that all of them share the load, if they are to::

        option allbackups

    Reference: HAProxy configuration manual, 4.2, option allbackups.
    """

    code = "HP328"
    severity = INFO
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            pool = part.pool
            backups = [each for each in pool.servers if each.role == "backup"] if pool else []
            if pool is None or len(backups) < 2 or pool.fallback_all:
                continue
            if any(setup.words(each.origin.at)[0] != "server" for each in backups):
                continue
            yield self.told(
                setup,
                backups[1].origin.at,
                f"only '{backups[0].name}' of the {len(backups)} backups of"
                f" '{part.name}' is used while it is up",
                "write option allbackups if all are to share",
            )
