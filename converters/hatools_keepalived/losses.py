"""Why facts of other languages do not arrive in keepalived.conf, word by word."""

from __future__ import annotations

from hatools.model import KEPT, Fate, approximated, dropped
from hatools.plugin import ipvs
from hatools_keepalived.foreign_words import PREFIXES, WORDS

STEERING: dict[str, Fate] = {
    "from": KEPT,  # what the named section says stands in the services that begin with it
    "mode http": approximated(ipvs.AS_BYTES),
    "EHLO": approximated("keepalived's SMTP_CHECK greets with HELO"),
    "timeout check": approximated("keepalived's connect_timeout bounds the whole of a check"),
}
"""What is not simply left out, by its first words."""

_known: dict[tuple[str, ...], Fate] = {}


def fate_of(words: tuple[str, ...], elsewhere: str = "") -> Fate:
    """Return why a statement of another language is left out, by its first *words*.

    *elsewhere* is the reason where the table does not know the words.
    """
    key = (*words[:2], elsewhere)
    found = _known.get(key)
    if found is None:
        found = STEERING.get(" ".join(words[:2])) or STEERING.get(words[0] if words else "")
        found = _known[key] = found or dropped(_reason(words, elsewhere))
    return found


def _reason(words: tuple[str, ...], elsewhere: str) -> str:
    if words and words[0] in ("no", "default"):
        words = words[1:]
    if not words:
        return "nothing is said"
    for key in (" ".join(words[:2]), words[0]):
        if key in WORDS:
            return WORDS[key]
    for prefix, reason in PREFIXES:
        if words[0].startswith(prefix):
            return reason
    name = " ".join(words[:2]) if words[0] == "option" else words[0]
    return elsewhere or f"keepalived has nothing like {name}"


OWN_SCHEDULERS = frozenset(
    ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed", "nq", "twos")
)
