"""The rule HP313: a runtime socket that others can reach."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Words
from hatools_haproxy.rules.haproxy_rule import HaproxyRule

_SOCKETS = ("/", "unix@", "abns@", "fd@", "sockpair@", "$", "127.", "::1", "[::1]", "localhost")


def _after(words: Words, name: str, default: str) -> str:
    return words[words.index(name) + 1] if name in words[:-1] else default


def _reachable(address: str) -> bool:
    """Tell whether other hosts can connect to *address*."""
    bare = re.sub(r"^(ipv[46]|tcp[46]?|ip)@", "", address)
    return not bare.startswith(_SOCKETS) and ":" in bare and "$" not in bare


class RuntimeSocketOpen(HaproxyRule):
    """A runtime socket that others can reach.

    Who reaches the stats socket can take servers out, read sessions and change certificates. It
    asks for no password.

    Instead: a Unix socket that only its group may open, or the loopback address::

        stats socket /run/haproxy/admin.sock mode 660 level admin

    Reference: HAProxy configuration manual, 3.1, stats socket; Management Guide, 9.3.
    """

    code = "HP313"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for line in setup.settings("stats", "socket"):
            words = line.words
            if len(words) < 3:
                continue
            address = words[2]
            level = _after(words, "level", "operator")
            if level == "user":
                continue
            mode = _after(words, "mode", "")
            if _reachable(address):
                yield self.told(
                    setup,
                    line,
                    f"the runtime socket at level {level} listens for other hosts, without"
                    " a password",
                    "listen on 127.0.0.1 or on a Unix socket",
                )
            elif address[0] == "/" and mode.isdecimal() and int(mode[-1]) & 2:
                yield self.told(
                    setup,
                    line,
                    f"mode {mode}: every user of this host may command haproxy at level {level}",
                    "write mode 660 and a group",
                )
