"""The advertisement interval differs between nodes."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.mending import reworded, word_of
from hatools_peers.peers import pairs, where


class AdvertisementIntervalsDiffer:
    """The advertisement interval differs between nodes.

    VRRP version 2 drops an advertisement with another interval than its own:
    no node hears the other, and both become MASTER. Version 3 takes the
    MASTER's interval over, so there it only makes takeovers take longer or
    shorter than the file says.

    Instead: the same advert_int on every node. --unsafe-fixes takes that of the
    first node; a change counts when all run with it.

    Reference: RFC 3768 section 7.1; RFC 9568 section 6.1.
    """

    code = "XN002"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for one, other in pairs(subject):
            ours, theirs = one.router.advertisement_interval, other.router.advertisement_interval
            if ours == theirs or one.router.version != other.router.version:
                continue  # other versions do not hear each other anyway
            second = one.router.version == 2
            what = "both nodes become MASTER" if second else "the MASTER's counts"
            yield Diagnostic(
                self.code,
                self.severity if second else Severity.WARNING,
                f"advert_int is {theirs:g} s here and {ours:g} s on {one.node}"
                f" ({where(one.span('advertisement_interval'))}): {what}",
                other.span("advertisement_interval"),
                "use one interval on all nodes",
                reworded(other, "advertisement_interval", word_of(one, "advertisement_interval")),
                unsafe=True,
            )
