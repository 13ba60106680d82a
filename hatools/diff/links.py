"""Compares bonds: how their ports share the work, which ports there are, what lives on them."""

from __future__ import annotations

from typing import Any

from hatools.diff.findings import Findings, Places, Said, Side
from hatools.diff.matching import pair
from hatools.diff.own_words import compare_own, statements
from hatools.diff.values import Seen, compare_fields, compare_values, said
from hatools.model.bond import Bond
from hatools.model.bonding_options import OPTIONS, effective

_SKIP = frozenset(("connection", "options", "ports", "addresses", "routes", "own"))
_SKIP_PORT = frozenset(("connection", "own"))


def compare_bonds(findings: Findings, left: list[Bond], right: list[Bond]) -> None:
    """Note how bonds differ; they are known by their interface, else by their ports."""
    pairs, gone, come = pair(
        left, right,
        lambda bond: bond.name,
        lambda bond: tuple(sorted(port.name for port in bond.ports)) or None,
    )  # fmt: skip
    for one, other in pairs:
        _compare(findings, (f"bond {one.name}",), one, other)
    for bond in gone:
        findings.one_sided((f"bond {bond.name}",), left=bond.origin, text=bond.mode)
    for bond in come:
        findings.one_sided((f"bond {bond.name}",), right=bond.origin, text=bond.mode)


def _compare(findings: Findings, where: tuple[str, ...], left: Bond, right: Bond) -> None:
    mine: Places = ((left.origin, ""),)
    theirs: Places = ((right.origin, ""),)
    compare_fields(findings, where, Seen(left, mine), Seen(right, theirs), _SKIP)
    options = _options(left), _options(right)
    for name in dict.fromkeys((*options[0], *options[1])):
        values = options[0].get(name), options[1].get(name)
        both = (values[0], mine), (values[1], theirs)
        compare_values(findings, where, f"options.{name}", *both)
    _compare_ports(findings, where, left, right)
    for fact, key in (("addresses", "address"), ("routes", "destination")):
        _compare_set(findings, where, (fact, key), left, right)
    if left.own != right.own:
        compare_own(findings, where, statements(left.own, mine), statements(right.own, theirs))


def _options(bond: Bond) -> dict[str, str]:
    """Return the options that count: those that work in the mode, defaults filled in."""
    if not bond.mode:
        return dict(bond.options)
    unknown = {name: value for name, value in bond.options if name not in OPTIONS}
    return {**effective(bond.mode, bond.options), **unknown}


def _compare_ports(findings: Findings, where: tuple[str, ...], left: Bond, right: Bond) -> None:
    pairs, gone, come = pair(
        left.ports, right.ports,
        lambda port: port.name or None,
        lambda port: port.own or None,
    )  # fmt: skip
    for one, other in pairs:
        at = (*where, f"port {one.name}".rstrip())
        mine, theirs = ((one.origin, ""),), ((other.origin, ""),)
        compare_fields(findings, at, Seen(one, mine), Seen(other, theirs), _SKIP_PORT)
        if one.own != other.own:
            compare_own(findings, at, statements(one.own, mine), statements(other.own, theirs))
    for port in gone:
        findings.one_sided((*where, f"port {port.name}".rstrip()), left=port.origin)
    for port in come:
        findings.one_sided((*where, f"port {port.name}".rstrip()), right=port.origin)


def _compare_set(
    findings: Findings, where: tuple[str, ...], kind: tuple[str, str], left: Bond, right: Bond
) -> None:
    """Compare the addresses or routes of two bonds, whose order does not count."""
    fact, name = kind
    pairs, gone, come = pair(
        list(enumerate(getattr(left, fact))), list(enumerate(getattr(right, fact))),
        lambda row: row[1],
        lambda row: getattr(row[1], name),
    )  # fmt: skip
    word = "address" if fact == "addresses" else "route"
    for (number, one), (other_number, other) in pairs:
        mine: Places = ((left.origin, f"{fact}.{number}"),)
        theirs: Places = ((right.origin, f"{fact}.{other_number}"),)
        at = (*where, f"{word} {getattr(one, name)}")
        compare_fields(findings, at, Seen(one, mine), Seen(other, theirs), frozenset())
    for number, item in gone:
        told = _told(findings.left, left, f"{fact}.{number}", item)
        findings.add((*where, f"{word} {getattr(item, name)}"), "itself", told, None)
    for number, item in come:
        told = _told(findings.right, right, f"{fact}.{number}", item)
        findings.add((*where, f"{word} {getattr(item, name)}"), "itself", None, told)


def _told(side: Side, bond: Bond, fact: str, item: Any) -> Said:
    return said(side, fact, item, ((bond.origin, ""),))
