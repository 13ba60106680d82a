"""native_ipv6 stands in an instance with IPv4 addresses."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, keyword, topology


class NativeIpv6WithIpv4(KeepalivedRule):
    """native_ipv6 stands in an instance with IPv4 addresses.

    Why: it makes the instance speak VRRP over IPv6, which carries IPv6 addresses only:
    keepalived ignores the IPv4 ones, or the keyword, by which comes first.

    Instead: IPv4 addresses in virtual_ipaddress_excluded, or in an instance of their
    own.

    Reference: man keepalived.conf, native_ipv6.
    """

    code = "KA317"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            four = [each.address for each in router.addresses if ":" not in each.address]
            if keyword(router.origin, "native") and four:
                yield self.found(
                    f"native_ipv6 does not go with the IPv4 address {four[0]}",
                    router.origin.span("native"),
                    "move the IPv4 addresses to virtual_ipaddress_excluded",
                )
