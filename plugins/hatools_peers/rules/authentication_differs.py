"""The authentication differs between nodes."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.peers import pairs, where


class AuthenticationDiffers:
    """The authentication differs between nodes.

    Advertisements that do not authenticate are dropped: no node hears the
    other, and both become MASTER. Only the first 8 bytes of a password
    count, and version 3 has no authentication.

    Instead: the same auth_type and auth_pass on every node.

    Reference: keepalived.conf(5), authentication; RFC 2338 section 5.3.6.
    """

    code = "XN004"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for one, other in pairs(subject):
            ours, theirs = one.router.authentication, other.router.authentication
            if one.router.version != 2 or other.router.version != 2 or ours == theirs:
                continue
            if one.router.strict and other.router.strict:
                continue  # vrrp_strict drops it
            if ours is None or theirs is None or ours.kind != theirs.kind:
                kinds = [known.kind if known else "none" for known in (theirs, ours)]
                what = f"the authentication is {kinds[0]} here and {kinds[1]}"
            else:
                what = "the password differs from that"
            yield Diagnostic(
                self.code,
                self.severity,
                f"{what} on {one.node} ({where(one.span('authentication'))}):"
                " both nodes become MASTER",
                other.span("authentication"),
                "use the same authentication on all nodes",
            )
