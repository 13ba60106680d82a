"""The rule HP312: a server whose certificate is not verified."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


class ServerCertificateNotVerified(HaproxyRule):
    """A server whose certificate is not verified.

    With verify none anyone between haproxy and the server can be the server.

    Instead: name who signed its certificate::

        server a 192.0.2.11:443 ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt

    Reference: HAProxy configuration manual, 5.2, verify; 3.1, ssl-server-verify.
    """

    code = "HP312"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for line in setup.settings("ssl-server-verify", "none"):
            yield self.told(
                setup,
                line,
                "no server's certificate is verified unless its line says so",
                "take it out and give each server with ssl a ca-file",
            )
        for part in setup.proxies:
            told = 0
            for server in part.pool.servers if part.pool else []:
                at = server.origin.at
                if ("verify", "none") in server.own and ("ssl",) in server.own and at != told:
                    told = at
                    yield self.told(
                        setup,
                        at,
                        f"the certificate of server '{setup.words(at)[1]}' is not verified",
                        "write verify required ca-file FILE",
                    )
