"""Finds the ifcfg and route files that belong together: a bond's and those of its ports."""

from __future__ import annotations

from hatools.errors import HatoolsError
from hatools.plugin import Place
from hatools.text import Document, Expansion
from hatools_ifcfg.syntax import ROUTE, parse

_MOST = 500  # files that are looked at


def expand(document: Document, place: Place) -> Expansion:
    """Return *document* with the files in its folder that belong to the same bond."""
    return Expansion.joined([document, *_relatives(document, place)], place.version)


def variables(document: Document) -> dict[str, str]:
    """Return the variables of a file with their last values."""
    return {each.words[0]: each.words[1] for each in document.statements
            if len(each.words) == 2 and each.note != ROUTE}  # fmt: skip


def device_of(path: str) -> str:
    """Return the device that a file's name ends with: ``ifcfg-bond0``, ``route6-bond0``."""
    name = path.rpartition("/")[2]
    for mark in ("ifcfg-", "route6-", "route-"):
        _, found, tail = name.rpartition(mark)
        if found:
            return tail
    return ""


def is_bond(said: dict[str, str]) -> bool:
    """Tell whether a file's variables make a bond."""
    return (
        said.get("TYPE", "").lower() == "bond"
        or said.get("BONDING_MASTER", "").lower() in ("yes", "true", "1")
        or "BONDING_OPTS" in said
    )


def names(document: Document, said: dict[str, str]) -> set[str]:
    """Return the names that a port can call its bond."""
    found = {said.get(key, "") for key in ("DEVICE", "NAME", "UUID")}
    found.add(device_of(document.source.path))
    return found - {""}


def master(said: dict[str, str]) -> str:
    """Return what a link's bond is called; empty where it is no port."""
    return said.get("MASTER") or said.get("MASTER_UUID") or ""


def _relatives(document: Document, place: Place) -> list[Document]:
    """Return the other files of the bond that *document* is, or is a port of."""
    mine = variables(document)
    if not is_bond(mine) and not master(mine):
        return []
    others = _loaded("ifcfg-*", document, place)
    said = [(each, variables(each)) for each in others]
    if is_bond(mine):
        called = names(document, mine)
        found = []
    else:
        bonds = [(each, one) for each, one in said
                 if is_bond(one) and master(mine) in names(each, one)]  # fmt: skip
        called = names(*bonds[0]) if bonds else {master(mine)}
        found = [each for each, _ in bonds[:1]]
    for device in sorted(called):
        for kind in ("route", "route6"):
            found += _loaded(f"{kind}-{device}", document, place)
    return [*found, *(each for each, one in said if master(one) in called)]


def _loaded(pattern: str, document: Document, place: Place) -> list[Document]:
    """Return the files of *pattern* beside *document*, editors' and packages' copies left out."""
    found, _ = place.files.find(pattern, document.source.path)
    own = document.source.path.removeprefix("./")
    made = []
    for path in found[:_MOST]:
        spare = path.endswith(("~", ".bak", ".orig", ".rpmsave", ".rpmnew", ".rpmorig"))
        if spare or path.removeprefix("./") == own:
            continue
        try:
            made.append(parse(place.files.load(path)))
        except (HatoolsError, OSError):
            continue  # a file that cannot be read says nothing; the bond is read without it
    return made
