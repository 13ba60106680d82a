"""A value is cut short by the # or ! in it."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule

TEXTS = frozenset(
    ("auth_pass", "key", "path", "virtualhost", "regex", "router_id", "misc_path", "script",
     "notify", "notify_master", "notify_backup", "notify_fault", "notify_stop", "notify_up",
     "notify_down", "quorum_up", "quorum_down", "notification_email_from", "helo_name")
)  # fmt: skip
"""Keywords whose value may hold such a character."""


class ValueCutByAComment(KeepalivedRule):
    """A value is cut short by the # or ! in it.

    Why: for keepalived a comment begins at any # or ! outside double quotes, in the
    middle of a word, too: of the password abc#def only abc is left, of a URL only what
    stands before the #. It says nothing.

    Instead: the value in double quotes, or ${_HASH} and ${_BANG}:

        auth_pass "abc#def"

    Reference: man keepalived.conf, sections on comments and quoted strings.
    """

    code = "KA354"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for document in subject.reading.expansion.documents:
            if "#" not in document.source.text and "!" not in document.source.text:
                continue
            lines = document.source.lines
            for number, statement in enumerate(document.statements):
                if not statement.comment or statement.words[:1] == ():
                    continue
                if statement.words[0] not in TEXTS or len(statement.words) < 2:
                    continue
                line = lines[document.rows[number] + statement.height - 1]
                mark, behind = line[statement.end : statement.end + 1], line[statement.end + 1 :]
                if mark and mark in "#!" and behind[:1].strip():
                    yield self.found(
                        f"the value of {statement.words[0]} ends before the {mark}: the rest is"
                        " a comment",
                        document.span(number),
                        "put the value in double quotes",
                    )
