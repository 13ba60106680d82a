"""Finds the keyfiles that belong together: a bond's and those of its ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hatools.errors import HatoolsError
from hatools.plugin import Place
from hatools.text import Document, Expansion
from hatools_keyfile.syntax import GROUP, parse

SUFFIX = ".nmconnection"
_MOST = 500  # files that are looked at


def expand(document: Document, place: Place) -> Expansion:
    """Return *document* with the keyfiles in its folder that belong to the same bond."""
    return Expansion.joined([document, *_relatives(document, place)], place.version)


def heading(document: Document) -> dict[str, str]:
    """Return the keys of a keyfile's first group ``connection``."""
    found: dict[str, str] = {}
    group = ""
    for statement in document.statements:
        if statement.note == GROUP:
            group = statement.words[0]
        elif group == "connection" and len(statement.words) == 2:
            found.setdefault(statement.words[0], statement.words[1])
    return found


def home(called: str, bonds: Sequence[Mapping[str, str]]) -> int:
    """Return which of *bonds* a port calls *called*: by interface or UUID, else by id; or -1."""
    for keys in (("interface-name", "uuid"), ("id",)):
        for number, bond in enumerate(bonds):
            if called and called in [bond.get(key) for key in keys]:
                return number
    return -1


def master(keys: dict[str, str]) -> str:
    """Return what a connection's bond is called; empty where it is no port."""
    return keys.get("controller") or keys.get("master") or ""


def _relatives(document: Document, place: Place) -> list[Document]:
    """Return the other files of the bond that *document* is, or is a port of."""
    mine = heading(document)
    if mine.get("type") != "bond" and not master(mine):
        return []
    found, _ = place.files.find("*" + SUFFIX, document.source.path)
    others = []
    own = _plain(document.source.path)
    for path in found[:_MOST]:
        if _plain(path) == own:
            continue
        try:
            others.append(parse(place.files.load(path)))
        except (HatoolsError, OSError):
            continue  # a file that cannot be read says nothing; the bond is read without it
    keys = [(other, heading(other)) for other in others]
    bonds = [(other, each) for other, each in keys if each.get("type") == "bond"]
    if mine.get("type") == "bond":
        bonds.insert(0, (document, mine))
    known = [each for _, each in bonds]
    at = 0 if mine.get("type") == "bond" else home(master(mine), known)
    if at < 0:
        return [other for other, each in keys if master(each) == master(mine)]
    bond = [] if bonds[at][0] is document else [bonds[at][0]]
    return bond + [other for other, each in keys if home(master(each), known) == at]


def _plain(path: str) -> str:
    return path.removeprefix("./")
