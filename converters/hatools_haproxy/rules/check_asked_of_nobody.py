"""The rule HP335: how to check is said, and no server is checked."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_CHECKS = frozenset(
    (
        "httpchk",
        "tcp-check",
        "ssl-hello-chk",
        "mysql-check",
        "pgsql-check",
        "redis-check",
        "smtpchk",
        "ldap-check",
        "spop-check",
        "external-check",
    )
)


class CheckAskedOfNobody(HaproxyRule):
    """How to check is said, and no server is checked.

    option httpchk and its kin say how; whether is said by check on each server line. Here all
    servers count as up for ever.

    Instead: check them::

        default-server check
        server a 192.0.2.11:80

    Reference: HAProxy configuration manual, 5.2, check.
    """

    code = "HP335"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            servers = part.pool.servers if part.pool else []
            if not servers or any(each.checks for each in servers):
                continue
            if any(words[0] in ("track", "agent-check") for each in servers for words in each.own):
                continue
            for line in part.own("option"):
                if line.words[1:2] and line.words[1] in _CHECKS:
                    yield self.told(
                        setup,
                        line,
                        f"no server of '{part.name}' says check: 'option {line.words[1]}' is"
                        " without effect",
                        "write check on each server line",
                    )
                    break
