"""The VRRP version differs between nodes."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.mending import reworded, word_of
from hatools_peers.peers import pairs, where


class VersionsDiffer:
    """The VRRP version differs between nodes.

    An advertisement of another version is dropped, so that no node hears the
    other and both become MASTER.

    Instead: the same version (vrrp_version, or version in the instance) on
    every node. --unsafe-fixes takes that of the first node, where both say it
    in the instance.

    Reference: RFC 9568 section 7.1.
    """

    code = "XN003"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for one, other in pairs(subject):
            if one.router.version != other.router.version:
                yield Diagnostic(
                    self.code,
                    self.severity,
                    f"this is VRRP version {other.router.version}, on {one.node} it is version"
                    f" {one.router.version} ({where(one.span('version'))}): both become MASTER",
                    other.span("version"),
                    "use one version on all nodes",
                    reworded(other, "version", word_of(one, "version")),
                    unsafe=True,
                )
