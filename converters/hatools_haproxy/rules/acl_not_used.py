"""The rule HP302: an ACL that no rule asks for."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.configuration import Configuration, Part, Words
from hatools_haproxy.rules.haproxy_rule import INFO, HaproxyRule


def _server_lines(part: Part) -> list[Words]:
    return [
        ("server", *words)
        for server in (part.pool.servers if part.pool else [])
        for words in server.own
    ]


class AclNotUsed(HaproxyRule):
    """An ACL that no rule asks for.

    It says what the rules were meant to do, and they do not: the rule was forgotten, or misspelt.

    Instead: use it, or take it out::

        acl static path_beg /static/
        use_backend files if static

    Reference: HAProxy configuration manual, 7.1, ACL basics.
    """

    code = "HP302"
    severity = INFO

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        other = list(setup.elsewhere())
        for part in setup.parts:
            acls = part.own("acl") if part.kind != "defaults" else []
            if not acls:
                continue
            used = {
                word.lstrip("!")
                for words in (*(line.words for line in part.lines), *other, *_server_lines(part))
                for word in (words[1:] if words[0] != "acl" else words[2:])
            }
            called = " ".join(word for line in part.lines for word in line.words if "acl(" in word)
            told: set[str] = set()
            for line in acls:
                name = line.words[1] if len(line.words) > 1 else ""
                if name and name not in used and name not in told and name not in called:
                    told.add(name)
                    yield self.told(
                        setup, line, f"no rule asks for the ACL '{name}'", "take it out"
                    )
