"""The rule HP342: a choice by server name that does not wait for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_LOOKS = re.compile(r"req[._]ssl_|req\.payload|req\.len|rdp_cookie|req\.rdp_cookie")


class HandshakeNotAwaited(HaproxyRule):
    """A choice by server name that does not wait for it.

    In mode tcp req.ssl_sni and its kin look at the first bytes of the client. Without tcp-request
    inspect-delay haproxy decides before they are there.

    Instead: wait for the handshake::

        tcp-request inspect-delay 5s
        tcp-request content accept if { req.ssl_hello_type 1 }

    Reference: HAProxy configuration manual, 4.2, tcp-request inspect-delay; 7.3.5.
    """

    code = "HP342"
    claims_absence = True

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.proxies:
            if part.http or not part.front or part.said("tcp-request", "inspect-delay") is not None:
                continue
            for line in part.lines:
                if line.words[0] in ("acl", "use_backend") and any(
                    _LOOKS.match(word.removeprefix("%[")) for word in line.words
                ):
                    yield self.told(
                        setup,
                        line,
                        f"{part.kind} '{part.name}' decides before the client has sent anything",
                        "write tcp-request inspect-delay 5s",
                    )
                    break
