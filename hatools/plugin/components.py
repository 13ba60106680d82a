"""What the user says of components: MTTF and MTTR by kind and by object, and what is assumed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hatools.errors import BadSetting
from hatools.reliability.blocks import Times
from hatools.reliability.spans import said_span, span_of
from hatools.text import near

HOUR = 3600.0


class Kind(NamedTuple):
    """A kind of component: what it is, and what is assumed of it, in seconds."""

    about: str
    mttf: float
    mttr: float


KINDS = {
    "node": Kind("a machine with everything on it", 4380 * HOUR, 4 * HOUR),
    "server": Kind("a real server and what answers on it", 2000 * HOUR, 0.5 * HOUR),
    "link": Kind("an interface with its cable and switch port", 43800 * HOUR, 4 * HOUR),
    "port": Kind("one port of a bond", 43800 * HOUR, 4 * HOUR),
    "tracked": Kind("what a script, process or BFD tracker watches", 4380 * HOUR, 0.5 * HOUR),
}
ALIASES = {"bond port": "port", "bond-port": "port", "script": "tracked", "process": "tracked",
           "interface": "link", "bfd": "tracked"}  # fmt: skip
FORM = "write KIND=TIME or KIND@NAME=TIME, such as node=4380h,server@192.0.2.40:80=2000h"


class Given:
    """MTTF and MTTR, as said and as assumed.

    `times` notes every name that could have been said, so that `unknown` can
    point out a name that no component has.
    """

    def __init__(self, mttf: Iterable[str] = (), mttr: Iterable[str] = ()) -> None:
        self._said = {
            "--mttf": _assignments(mttf, "--mttf", True),
            "--mttr": _assignments(mttr, "--mttr", False),
        }
        self._known: dict[str, dict[str, None]] = {kind: {} for kind in KINDS}

    def times(self, kind: str, names: Sequence[str]) -> Times:
        """Return MTTF and MTTR, in seconds, of a component of *kind*; its *names* best first."""
        self._known[kind].update(dict.fromkeys(names))
        found = []
        for option, said in self._said.items():
            keys = [(kind, name) for name in (*names, "") if (kind, name) in said]
            found.append(said[keys[0]] if keys else self._assumed(option, kind))
        return Times(*found)

    def says(self, kind: str, names: Sequence[str]) -> bool:
        """Tell whether an MTTF was said, not assumed, of a component of *kind*; notes *names*."""
        self._known[kind].update(dict.fromkeys(names))
        return any((kind, name) in self._said["--mttf"] for name in (*names, ""))

    def refuse_unknown(self) -> None:
        """Raise `BadSetting` for a name that was said and no component has."""
        for option, said in self._said.items():
            for kind, name in said:
                if name and name not in self._known[kind]:
                    raise BadSetting(f"{option} {kind}@{name}: there is no such {kind}",
                                     self._advice(kind, name))  # fmt: skip

    def _advice(self, kind: str, name: str) -> str:
        known = list(self._known[kind])
        meant = near(name, known) or next((one for one in known if name in one), "")
        if meant:
            return f"did you mean {kind}@{meant}?"
        return f"there are: {', '.join(known[:8])}" if known else f"nothing here is a {kind}"

    def assumptions(self) -> list[tuple[str, str]]:
        """Return what is reckoned with of the kinds that occur, each after its source.

        The source is ``said`` or ``assumed``.
        """
        rows = []
        for kind, names in self._known.items():
            if not names:
                continue
            for option, said in self._said.items():
                value = said.get((kind, ""), self._assumed(option, kind))
                if option == "--mttr" and self._never(kind):
                    continue
                told = "said" if (kind, "") in said else "assumed"
                rows.append((told, f"{kind} ({KINDS[kind].about}) {_spoken(option, value)}"))
                rows += [
                    ("said", f"{kind} {name} {_spoken(option, own)}")
                    for (one, name), own in said.items()
                    if one == kind and name
                ]
        return rows

    def _never(self, kind: str) -> bool:
        """Tell whether nothing of *kind* ever fails."""
        said = [value for (one, _), value in self._said["--mttf"].items() if one == kind]
        return math.inf == self._said["--mttf"].get((kind, "")) and all(map(math.isinf, said))

    @staticmethod
    def _assumed(option: str, kind: str) -> float:
        return KINDS[kind].mttf if option == "--mttf" else KINDS[kind].mttr


def _spoken(option: str, value: float) -> str:
    """Return what an MTTF or MTTR of *value* means."""
    if option == "--mttr":
        return f"is back after {said_span(value)}"
    return "never fails" if math.isinf(value) else f"fails once in {said_span(value)}"


def _assignments(texts: Iterable[str], option: str, endless: bool) -> dict[tuple[str, str], float]:
    """Return what ``--mttf node=4h,server@web1=2000h`` options say, by kind and name."""
    found: dict[tuple[str, str], float] = {}
    for text in texts:
        for one in text.split(","):
            key, equals, value = one.rpartition("=")
            if not equals or not key.strip():
                raise BadSetting(f"{option} {one or 'nothing'}: no '=' in it", FORM)
            kind, at, name = key.strip().partition("@")
            if at and not name.strip():
                raise BadSetting(f"{option} {one}: no name after '@'", FORM)
            kind = ALIASES.get(kind.strip().lower(), kind.strip().lower())
            if kind not in KINDS:
                meant = near(kind, [*KINDS, *ALIASES])
                advice = f"did you mean {meant}?" if meant else f"kinds are {', '.join(KINDS)}"
                raise BadSetting(f"{option} {one}: there is no kind {kind}", advice)
            seconds = span_of(value, f"{option} {key}", endless)
            if option == "--mttf" and seconds == 0:
                raise BadSetting(f"{option} {one}: what fails at once is never there", FORM)
            found[kind, name.strip()] = seconds
    return found
