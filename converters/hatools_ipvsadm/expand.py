"""A script as it counts in one place: branches chosen, loops unrolled, restored rules put in."""

from __future__ import annotations

from hatools.plugin import Place
from hatools.text import Document, Expansion
from hatools.text.shell.statements import LISTING, SAID
from hatools.text.shell.walk import Telling, Walk
from hatools_ipvsadm.faults import BRANCH, LOOP, fault
from hatools_ipvsadm.ticks import in_seconds

_TELLING = Telling("ipvsadm", fault, BRANCH, LOOP)


def expand(document: Document, place: Place) -> Expansion:
    """Return *document* as it counts at *place*.

    ``env@NAME`` gives a variable its value, ``case`` names the branch of a
    ``case``, ``hz`` the kernel's ticks a second (for ``/proc/net/ip_vs``).
    """
    statements = document.statements
    if all(each.note in (SAID, LISTING) for each in statements):
        return in_seconds(Expansion([document], statements, version=place.version), place)
    from hatools_ipvsadm.restoring import restored

    settings = place.settings
    walk = Walk(document, dict(settings.items("env")), settings.get("case"), _TELLING).go()
    return in_seconds(restored(walk, place), place)
