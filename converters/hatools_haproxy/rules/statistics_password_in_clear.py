"""The rule HP315: the password of the statistics page travels in clear text."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class StatisticsPasswordInClear(HaproxyRule):
    """The password of the statistics page travels in clear text.

    stats auth sends name and password with every request, and this page is served without TLS to
    other hosts.

    Instead: serve it with TLS, or on the loopback address::

        bind 192.0.2.10:8404 ssl crt /etc/haproxy/site.pem

    Reference: HAProxy configuration manual, 4.2, stats auth.
    """

    code = "HP315"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            line = part.said("stats", "auth")
            service = part.service
            if line is None or service is None or not part.http:
                continue
            if not (
                part.own("stats", "auth") or part.own("stats", "enable") or part.own("stats", "uri")
            ):
                continue
            for listener in service.listeners:
                local = listener.path or (listener.address or "").startswith(("127.", "::1"))
                if not local and not any(words[0] == "ssl" for words in listener.own):
                    yield self.told(
                        setup,
                        line,
                        f"{part.kind} '{part.name}' takes this password without TLS",
                        "add ssl crt FILE to its bind, or bind 127.0.0.1",
                    )
                    break
