"""Addresses, gateways, name servers and methods, from the variables that say them."""

from __future__ import annotations

from collections.abc import Callable

from hatools.model.bond import Address, Route
from hatools.model.link_draft import Draft, address_of, network_of
from hatools_ifcfg.variables import truth

Said = dict[str, tuple[str, int]]  # variable: value, statement
Refuse = Callable[[str, str, int, str], None]
_METHODS = {"none": "", "static": "", "": "", "dhcp": "auto", "bootp": "auto",
            "autoip": "link-local", "shared": "shared"}  # fmt: skip
_FLAGS = frozenset(("onlink",))
_WORDS = frozenset(("table", "src", "mtu", "window", "cwnd", "initcwnd", "initrwnd", "tos",
                    "scope"))  # fmt: skip


def take_ipv4(said: Said, draft: Draft, refuse: Refuse, guess: Callable[[int, str], None]) -> None:
    """Take IPADDR, PREFIX or NETMASK, GATEWAY and BOOTPROTO."""
    for number in ("", *map(str, range(256))):
        if f"IPADDR{number}" in said:
            _address4(number, said, draft, refuse, guess)
        if f"GATEWAY{number}" in said:
            value, at = said.pop(f"GATEWAY{number}")
            found = address_of(value)
            if found is None or found[1] != 4:
                refuse(f"GATEWAY{number}", value, at, "an address")
            elif draft.text("gateway4") and draft.text("gateway4") != found[0]:
                guess(at, f"the gateway is {draft.text('gateway4')} already")
                draft.opened.append(at)
            else:
                draft.say("gateway4", found[0], at)
    value, at = said.pop("BOOTPROTO", ("", -1))
    if value.lower() not in _METHODS:
        refuse("BOOTPROTO", value, at, "none, static, dhcp, bootp, autoip or shared")
        value, at = "", -1
    method = _METHODS[value.lower()] or ("static" if draft.lists["addresses"] else "none")
    draft.say("method4", method, *((at,) if at >= 0 else ()))


def _address4(
    number: str, said: Said, draft: Draft, refuse: Refuse, guess: Callable[[int, str], None]
) -> None:
    value, at = said.pop(f"IPADDR{number}")
    found = address_of(value)
    prefix, behind = said.pop(f"PREFIX{number}", ("", -1))
    mask, below = said.pop(f"NETMASK{number}", ("", -1))
    if found is None or found[1] != 4:
        refuse(f"IPADDR{number}", value, at, "an address")
        draft.opened += [each for each in (behind, below) if each >= 0]
        return
    length = _length(prefix) if prefix else None
    if prefix and length is None:
        refuse(f"PREFIX{number}", prefix, behind, "a number from 0 to 32")
    elif behind >= 0:
        draft.opened.append(behind)
    if mask:
        bits = _bits(mask)
        if bits is None:
            refuse(f"NETMASK{number}", mask, below, "a mask such as 255.255.255.0")
        else:
            draft.opened.append(below)
            length = bits if length is None else length
    if length is None:
        first = int(found[0].partition(".")[0])
        length = 8 if first < 128 else 16 if first < 192 else 24
        guess(at, f"{found[0]} has no prefix length: by its class it is {length}")
    draft.add("addresses", Address(found[0], length), at)


def take_ipv6(said: Said, draft: Draft, refuse: Refuse) -> None:
    """Take IPV6ADDR, IPV6_DEFAULTGW and what decides the method."""
    for name in ("IPV6ADDR", "IPV6ADDR_SECONDARIES"):
        if name in said:
            value, at = said.pop(name)
            for word in value.split():
                network = network_of(word if "/" in word else word + "/64")
                if network is None or ":" not in network.address:
                    refuse(name, word, at, "ADDRESS/PREFIX")
                else:
                    draft.add("addresses", network, at)
    if "IPV6_DEFAULTGW" in said:
        value, at = said.pop("IPV6_DEFAULTGW")
        found = address_of(value.partition("%")[0])
        if found is None or found[1] != 6:
            refuse("IPV6_DEFAULTGW", value, at, "an address")
        else:
            draft.say("gateway6", found[0], at)
    places: list[int] = []
    values = {}
    for name in ("IPV6_DISABLED", "IPV6INIT", "IPV6_AUTOCONF", "DHCPV6C"):
        if name in said:
            value, index = said.pop(name)
            values[name] = "shared" if value == "shared" else truth(value)
            places.append(index)
    draft.say("method6", _method6(values, draft), *places)


def _method6(values: dict[str, str], draft: Draft) -> str:
    if values.get("IPV6_DISABLED") == "yes":
        return "none"
    if values.get("IPV6INIT") != "yes":
        return "ignore"
    if values.get("IPV6_AUTOCONF") == "shared":
        return "shared"
    if values.get("IPV6_AUTOCONF") != "no":
        return "auto"
    if values.get("DHCPV6C") == "yes":
        return "dhcp"
    addressed = any(":" in str(item) for item, _ in draft.lists["addresses"])
    return "static" if addressed else "link-local"


def take_names(said: Said, draft: Draft, refuse: Refuse) -> None:
    """Take DNS1, DNS2, … and DOMAIN."""
    numbered = [(int(name[3:]), name) for name in said if name[:3] == "DNS" and name[3:].isdigit()]
    for _, name in sorted(numbered):
        value, at = said.pop(name)
        found = address_of(value)
        if found is None:
            refuse(name, value, at, "an address")
        else:
            draft.add("dns", found[0], at)
    if "DOMAIN" in said:
        value, at = said.pop("DOMAIN")
        for word in value.split():
            if set(word) & set(",;"):
                refuse("DOMAIN", word, at, "domains with spaces between")
            else:
                draft.add("search", word, at)
        if not value.split():
            draft.opened.append(at)


def take_numbered_routes(said: Said, draft: Draft, refuse: Refuse) -> None:
    """Take ADDRESS0, NETMASK0, GATEWAY0 and METRIC0 of a route file."""
    for number in range(1000):
        if f"ADDRESS{number}" not in said:
            break
        value, at = said.pop(f"ADDRESS{number}")
        mask, below = said.pop(f"NETMASK{number}", ("255.255.255.255", -1))
        gateway, behind = said.pop(f"GATEWAY{number}", ("", -1))
        metric, last = said.pop(f"METRIC{number}", ("", -1))
        found, bits = address_of(value), _bits(mask)
        way = address_of(gateway) if gateway else ("", 4)
        if found is None or bits is None or way is None or (metric and not metric.isdigit()):
            refuse(f"ADDRESS{number}", value, at, "a network, with NETMASK and GATEWAY")
        else:
            route = Route(found[0], bits, way[0], int(metric) if metric else None)
            draft.add("routes", route, at)
        draft.opened += [each for each in (below, behind, last) if each >= 0]


def route_of(words: tuple[str, ...]) -> Route | None:
    """Return the route that a line of a route file says, in the words of ``ip route``."""
    six = any(":" in word for word in words)
    target = words[0]
    if target == "default":
        target = "::/0" if six else "0.0.0.0/0"
    network = network_of(target)
    if network is None:
        return None
    gateway, metric = "", None
    own = []
    at = 1
    while at < len(words):
        word, value = words[at], words[at + 1] if at + 1 < len(words) else ""
        at += 1 if word in _FLAGS else 2
        if word == "via":
            found = address_of(value)
            if found is None:
                return None
            gateway = found[0]
        elif word == "metric" and value.isascii() and value.isdigit():
            metric = int(value)
        elif word in _FLAGS:
            own.append(f"{word}=true")
        elif word in _WORDS and value:
            own.append(f"{word}={value}")
        elif word != "dev":
            return None
    return Route(network.address, network.prefix, gateway, metric, tuple(sorted(own)))


def route_words(route: Route, device: str) -> str | None:
    """Return *route* as a line of a route file; None where it has words that are not known."""
    words = [f"{route.destination}/{route.prefix}"]
    words += ["via", route.gateway] if route.gateway else []
    words += ["dev", device]
    words += ["metric", str(route.metric)] if route.metric is not None else []
    for each in route.own:
        name, _, value = each.partition("=")
        if name in _FLAGS and value == "true":
            words.append(name)
        elif name in _WORDS and value and len(value.split()) == 1:
            words += [name, value]
        else:
            return None
    return " ".join(words)


def _length(text: str) -> int | None:
    sound = text.isascii() and text.isdigit() and len(text) < 3 and int(text) <= 32
    return int(text) if sound else None


def _bits(mask: str) -> int | None:
    """Return the prefix length of a mask in dots."""
    found = address_of(mask)
    if found is None or found[1] != 4:
        return None
    bits = "".join(f"{int(part):08b}" for part in found[0].split("."))
    return bits.count("1") if "01" not in bits else None
