"""smtp_alert is said, and there is nobody to write to."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import (
    KeepalivedRule,
    Owner,
    complete,
    in_globals,
    said,
    topology,
)

OFF = (("off",), ("no",), ("false",))


class AlertWithoutMail(KeepalivedRule):
    """smtp_alert is said, and there is nobody to write to.

    Why: without notification_email and smtp_server keepalived sends nothing and says
    nothing about it.

    Instead: in global_defs:

        notification_email {
            admin@example.com
        }
        notification_email_from lb1@example.com
        smtp_server 192.0.2.25

    Reference: man keepalived.conf, smtp_alert, notification_email.
    """

    code = "KA322"
    severity = Severity.WARNING
    claims_absence = True

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        found = topology(subject)
        mail = found.mail
        missing = [
            name
            for name, there in (
                ("notification_email", mail and mail.recipients),
                ("smtp_server", mail and mail.server),
            )
            if not there
        ]
        owners: list[Owner] = [*found.routers, *found.groups, *found.pools]
        places = [one for owner in owners for one in said(owner, "smtp_alert")]
        places += in_globals(subject, "smtp_alert", "smtp_alert_vrrp", "smtp_alert_checker")
        if not complete(subject):
            return
        for words, span in [each for each in places if each[0][1:2] not in OFF][: len(missing)][:1]:
            yield self.found(
                f"{words[0]} sends nothing: there is no {' and no '.join(missing)}",
                span,
                f"write {' and '.join(missing)} in global_defs",
            )
