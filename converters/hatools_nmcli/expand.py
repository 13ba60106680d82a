"""A script as it counts in one place: variables replaced, branches chosen, loops unrolled."""

from __future__ import annotations

from hatools.plugin import Place
from hatools.text import Document, Expansion
from hatools.text.shell.statements import SAID
from hatools.text.shell.walk import Telling, Walk
from hatools_nmcli.faults import BRANCH, LOOP, fault

_TELLING = Telling("nmcli", fault, BRANCH, LOOP)


def expand(document: Document, place: Place) -> Expansion:
    """Return *document* as it counts at *place*.

    ``env@NAME`` gives a variable its value, ``case`` names the branch of a ``case``.
    """
    if all(each.note == SAID for each in document.statements):
        return Expansion([document], document.statements, version=place.version)
    settings = place.settings
    walk = Walk(document, dict(settings.items("env")), settings.get("case"), _TELLING).go()
    return Expansion(
        [document], walk.statements, walk.hops, walk.skipped, walk.diagnostics, place.version
    )
