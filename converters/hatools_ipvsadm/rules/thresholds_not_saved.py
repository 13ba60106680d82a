"""A server has connection limits, which ipvsadm-save leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_ipvsadm.rules.ipvsadm_rule import IpvsadmRule, services


class ThresholdsNotSaved(IpvsadmRule):
    """A server has connection limits, which ipvsadm-save leaves out.

    Why: ipvsadm-save writes neither -x nor -y. After the next save and restore, a reboot
    for most, the server has no limit any more, and nothing says so.

    Instead: keep the rules in a script or a file of your own that says -x and -y, and load
    that at the start; or set the limits where ipvsadm-save is not involved: keepalived's
    uthreshold and lthreshold.

    Reference: man ipvsadm, --u-threshold; man ipvsadm-save.
    """

    code = "LV301"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for service, pool in services(subject):
            for server in pool.servers:
                if server.upper_threshold or server.lower_threshold:
                    yield self.found(
                        f"the limits of {server.address} behind {service.name} are lost when"
                        " ipvsadm-save saves the table",
                        server.origin.span(
                            "upper_threshold" if server.upper_threshold else "lower_threshold"
                        ),
                        "load them from a file of your own at every start",
                    )
                    break
