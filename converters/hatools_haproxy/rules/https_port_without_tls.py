"""The rule HP340: hTTP without TLS on port 443."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class HttpsPortWithoutTls(HaproxyRule):
    """HTTP without TLS on port 443.

    Clients of port 443 begin with a TLS handshake; in mode http without ssl haproxy answers it with
    400 Bad Request.

    Instead: give the bind its certificate, or pass the connection on in mode tcp::

        bind 192.0.2.10:443 ssl crt /etc/haproxy/site.pem

    Reference: HAProxy configuration manual, 5.1, ssl.
    """

    code = "HP340"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if not part.http or part.service is None:
                continue
            for listener in part.service.listeners:
                plain = not any(words[0] in ("ssl", "accept-proxy") for words in listener.own)
                if listener.ports == (443, 443) and plain and not listener.path:
                    yield self.told(
                        setup,
                        listener.origin.at,
                        f"{part.kind} '{part.name}' expects plain HTTP on port 443",
                        "add ssl crt FILE, or write mode tcp",
                    )
