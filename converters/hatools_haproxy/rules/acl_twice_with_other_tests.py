"""The rule HP303: an ACL of one name tests two different things."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.text import Diagnostic
from hatools_haproxy.rules.applying import condition, suites
from hatools_haproxy.rules.configuration import Configuration, Line
from hatools_haproxy.rules.haproxy_rule import HaproxyRule


def _kind(line: Line) -> str:
    """Return what an ACL looks at, without how it matches."""
    return re.sub(r"_(beg|end|dir|dom|len|reg|sub)\\b", "", line.words[2])


class AclTwiceWithOtherTests(HaproxyRule):
    """An ACL of one name tests two different things.

    Lines of one name add up: the ACL holds when *either* holds, in all rules, also those above the
    second line. Who wrote the second line to narrow the first one opened it.

    Instead: give each a name, and name both where both must hold::

        acl from_inside src 10.0.0.0/8
        acl admin_path  path_beg /admin
        http-request deny if admin_path !from_inside

    Reference: HAProxy configuration manual, 7.1, ACL basics.
    """

    code = "HP303"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for part in setup.parts:
            seen: dict[str, Line] = {}
            for line in part.own("acl"):
                if len(line.words) < 3:
                    continue
                name = line.words[1]
                first = seen.setdefault(name, line)
                between = [each for each in part.lines if first.at < each.at < line.at]
                if first is line or _kind(first) == _kind(line):
                    continue
                if any(
                    name in suite or f"!{name}" in suite
                    for each in between
                    for suite in suites(condition(each.words)[1])
                ):
                    number = setup.expansion.span(first.at).line
                    yield self.told(
                        setup,
                        line,
                        f"the ACL '{name}' of line {number} is used above and gets another"
                        " test here: it holds when either does, above, too",
                        "give the second one a name of its own",
                    )
