"""Finds the ifcfg and route files that belong together: a bond's and those of its ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hatools.errors import HatoolsError
from hatools.plugin import Place
from hatools.text import Document, Expansion
from hatools_ifcfg.syntax import KINDS, SETS, device_of, kind_of, parse

_MOST = 500  # files that are looked at


def expand(document: Document, place: Place) -> Expansion:
    """Return *document* with the files in its folder that belong to the same bond."""
    return Expansion.joined([document, *_relatives(document, place)], place.version)


def variables(document: Document) -> dict[str, str]:
    """Return the variables of a file with their last values."""
    return {each.words[0]: each.words[1] for each in document.statements
            if each.note == SETS}  # fmt: skip


def is_bond(said: Mapping[str, str]) -> bool:
    """Tell whether a file's variables make a bond."""
    return (
        said.get("TYPE", "").lower() == "bond"
        or said.get("BONDING_MASTER", "").lower() in ("yes", "true", "1")
        or "BONDING_OPTS" in said
    )


def names(device: str, said: Mapping[str, str]) -> set[str]:
    """Return the names that a route file can call a link whose own file's ends with *device*."""
    return {device, said.get("DEVICE", "")} - {""}


def home(called: str, bonds: Sequence[tuple[str, Mapping[str, str]]]) -> int:
    """Return which of *bonds*, (device in the file's name, variables), a port calls *called*.

    By DEVICE or UUID, else by the name of its file; -1 where none is.
    """
    for number, (_, said) in enumerate(bonds):
        if called and called in (said.get("DEVICE"), said.get("UUID")):
            return number
    devices = [device for device, _ in bonds]
    return devices.index(called) if called and called in devices else -1


def master(said: Mapping[str, str]) -> str:
    """Return what a link's bond is called; empty where it is no port."""
    return said.get("MASTER") or said.get("MASTER_UUID") or ""


def _relatives(document: Document, place: Place) -> list[Document]:
    """Return the other files of the bond that *document* is, or is a port or the routes of."""
    mine, device = variables(document), device_of(document.source.path)
    beside = bool(kind_of(document.source.path))
    if not (beside or is_bond(mine) or master(mine)):
        return []
    links = [(each, device_of(each.source.path), variables(each))
             for each in _loaded("ifcfg-*", document, place)]  # fmt: skip
    if not beside:
        links.insert(0, (document, device, mine))
    bonds = [link for link in links if is_bond(link[2])]
    known = [link[1:] for link in bonds]
    if beside:
        at = next((n for n, each in enumerate(known) if device in names(*each)), -1)
    else:
        at = 0 if is_bond(mine) else home(master(mine), known)
    if at < 0:
        called = {device} if beside else {master(mine)}
        found = [] if beside else [each for each, _, said in links if master(said) in called]
    else:
        called = names(*known[at])
        found = [bonds[at][0]]
        found += [each for each, _, said in links if home(master(said), known) == at]
    for name in sorted(called):
        for kind in sorted(KINDS):
            found += _loaded(f"{kind}-{name}", document, place)
    return [each for each in found if each is not document]


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
