"""The rule HP316: a variable outside double quotes is plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.text import Diagnostic, Edit
from hatools_haproxy.rules.configuration import Configuration
from hatools_haproxy.rules.haproxy_rule import HaproxyRule
from hatools_haproxy.syntax import ADDRESS_WORD

_NAME = re.compile(r"\$[A-Z_][A-Z0-9_]{2,}")


class VariableWithoutQuotes(HaproxyRule):
    """A variable outside double quotes is plain text.

    haproxy replaces $NAME only inside double quotes (and in addresses): elsewhere the dollar sign
    and the name are the value.

    Instead: write the quotes::

        http-request set-header X-Node "$HOSTNAME"

    Reference: HAProxy configuration manual, 2.3, environment variables.
    """

    code = "HP316"

    def find(self, setup: Configuration) -> Iterator[Diagnostic]:
        """Yield what is wrong in *setup*."""
        for document in setup.expansion.documents:
            for number, statement in enumerate(document.statements):
                for at, word in enumerate(statement.words):
                    if word[:1] != "$" or not _NAME.fullmatch(word):
                        continue
                    raw = document.text_of(number)
                    if (
                        ADDRESS_WORD.get(statement.words[0]) == at
                        or f'"{word}"' in raw
                        or "'" in raw
                        or "\\" in raw
                    ):
                        continue
                    column = raw.find(word)
                    source, span = document.source, document.span(number)
                    start = source.offset(span.line, span.column) + column
                    yield Diagnostic(
                        self.code,
                        self.severity,
                        f"{word} stands outside double quotes: haproxy takes it as it is",
                        span,
                        f'write "{word}"',
                        (Edit(start, start + len(word), f'"{word}"', source.path),),
                        unsafe=True,
                    )
                    break
