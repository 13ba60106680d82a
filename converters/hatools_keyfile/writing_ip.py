"""The groups ipv4 and ipv6 as a keyfile says them."""

from __future__ import annotations

from hatools.model import Fate, Outcome
from hatools.model.bond import Bond, Route
from hatools.model.link_draft import family_of
from hatools_keyfile.keys import METHODS

_SAID = {said: written for written, said in METHODS.items()}
_SILENT = ("none", "ignore")  # methods without name servers


def addressing(
    bond: Bond, made: Bond, groups: dict[str, list[tuple[str, str]]], verdict: dict[str, Fate]
) -> None:
    """Add the lines of ``[ipv4]`` and ``[ipv6]``; what cannot stand there goes to *verdict*."""
    for family in (4, 6):
        mine = [each for each in bond.addresses if family_of(each.address) == family]
        method = fitting(getattr(bond, f"method{family}"), bool(mine), family)
        if method != getattr(bond, f"method{family}"):
            setattr(made, f"method{family}", method)
            reason = f"NetworkManager takes {_SAID[method]} where addresses are "
            reason += "given" if mine else "missing"
            verdict[f"method{family}"] = Fate(Outcome.APPROXIMATED, reason)
        lines = [("method", _SAID[method])]
        gateway = getattr(bond, f"gateway{family}")
        for number, each in enumerate(mine, 1):
            behind = f",{gateway}" if gateway and number == 1 else ""
            lines.append((f"address{number}", f"{each.address}/{each.prefix}{behind}"))
        if gateway and not mine:
            setattr(made, f"gateway{family}", "")
            reason = "NetworkManager refuses a gateway without address"
            verdict[f"gateway{family}"] = Fate(Outcome.DROPPED, reason)
        lines += _names(bond, made, verdict, family)
        routes = [each for each in bond.routes if family_of(each.destination) == family]
        for number, route in enumerate(routes, 1):
            lines.append((f"route{number}", route_text(route)))
            if route.own:
                lines.append((f"route{number}_options", ",".join(route.own)))
        group = groups.setdefault(f"ipv{family}", [])
        group[:0] = lines


def _names(bond: Bond, made: Bond, verdict: dict[str, Fate], family: int) -> list[tuple[str, str]]:
    """Return the lines for name servers and search domains, if the method lets them stand."""
    servers = [each for each in bond.dns if family_of(each) == family]
    if getattr(made, f"method{family}") in _SILENT:
        reason = f"NetworkManager takes no names where IPv{family} is off"
        if servers:
            made.dns = tuple(each for each in made.dns if each not in servers)
            verdict["dns"] = Fate(Outcome.DROPPED, reason)
        if family == 6 and bond.search and made.method4 in _SILENT:
            made.search = ()
            verdict["search"] = Fate(Outcome.DROPPED, reason)
        return []
    lines = [("dns", "".join(f"{each};" for each in servers))] if servers else []
    if bond.search and (family == 4 or made.method4 in _SILENT):
        lines.append(("dns-search", "".join(f"{each};" for each in bond.search)))
    return lines


def fitting(method: str, addressed: bool, family: int) -> str:
    """Return *method*, or the one that NetworkManager takes in its place."""
    if method == "static" and not addressed:
        return "none"
    if method in ("none", "ignore", "link-local") and addressed:
        return "static"
    if family == 4 and method in ("dhcp", "ignore"):
        return "auto" if method == "dhcp" else "none"
    return method if method in _SAID else "auto"


def route_text(route: Route) -> str:
    """Return *route* as a keyfile has it."""
    text = f"{route.destination}/{route.prefix}"
    nowhere = "::" if ":" in route.destination else "0.0.0.0"
    if route.gateway or route.metric is not None:
        text += f",{route.gateway or nowhere}"
    return text + (f",{route.metric}" if route.metric is not None else "")
