"""From connections to bonds: properties become fields, ports find their bond."""

from __future__ import annotations

from hatools.model.bond import Bond, BondPort, Route
from hatools.model.bonding_options import RR, Problem, is_interface
from hatools.model.link_draft import Draft, address_of, network_of
from hatools.text import Diagnostic, Expansion, Severity
from hatools.text.shell.unfilled import unfilled
from hatools_nmcli.faults import (
    LOOP,
    METHOD,
    NO_ADDRESS,
    NO_MODE,
    NO_PORTS,
    PROPERTY,
    STRANGER,
    VALUE,
    fault,
)
from hatools_nmcli.profile import Profile
from hatools_nmcli.properties import BOOLEANS

METHODS = {"auto": "auto", "manual": "static", "disabled": "none", "dhcp": "dhcp",
           "ignore": "ignore", "link-local": "link-local", "shared": "shared"}  # fmt: skip
MONITORING = "100"  # what NetworkManager sets miimon to where nothing was said
PSEUDO = ("balance-slb",)  # options that NetworkManager has beside the driver's
_SKIPPED = frozenset(("connection.type", "connection.master", "connection.slave-type"))
_TEXTS = {"connection.id": "connection", "connection.interface-name": "name"}
_NUMBERS = {"ethernet.mtu": "mtu", "bond-port.queue-id": "queue", "bond-port.prio": "priority"}
_LISTS = {"addresses": "addresses", "dns": "dns", "dns-search": "search", "routes": "routes"}


class Builder:
    """Builds the bonds that *profiles* say; *lost* has the reasons by command."""

    def __init__(self, expansion: Expansion, profiles: dict[str, Profile]) -> None:
        self.expansion = expansion
        self.profiles = profiles
        self.remarks: list[Diagnostic] = []
        self.lost: dict[int, list[str]] = {}
        self.made: list[Bond] = []

    def bonds(self) -> list[Bond]:
        """Return every bond, its ports in the order of the script."""
        ports: dict[str, list[BondPort]] = {}
        for profile in self.profiles.values():
            if profile.kind() != "bond":
                master = self._master(profile)
                if master:
                    ports.setdefault(master, []).append(self._port(profile))
        for name, profile in self.profiles.items():
            if profile.kind() == "bond":
                self.made.append(self._bond(profile, ports.pop(name, [])))
        for master, members in ports.items():
            self.made.append(Bond(master, ports=members))
        return self.made

    def claimed(self) -> set[int]:
        """Return the commands that said something of what was built."""
        origins = [bond.origin for bond in self.made]
        origins += [port.origin for bond in self.made for port in bond.ports]
        return {
            origin.at + offset
            for origin in origins
            for offsets in origin.fields.values()
            for offset in offsets
        }

    def _remark(self, code: str, at: int, message: str, advice: str) -> None:
        self.remarks.append(fault(code, message, self.expansion.span(at), advice))

    def _lose(self, at: int, reason: str) -> None:
        self.lost.setdefault(at, []).append(reason)

    def _lose_whole(self, profile: Profile, reason: str) -> None:
        """Say of all commands about *profile* that they are lost."""
        said = [at for _, at in profile.single.values()]
        said += [at for items in profile.lists.values() for _, at in items]
        said += [at for _, at in profile.options.values()]
        for at in {profile.at, *said}:
            if at >= 0:
                self._lose(at, reason)

    def _master(self, profile: Profile) -> str:
        """Return the connection of the bond that *profile* is a port of, else lose *profile*."""
        master = profile.get("connection.master")
        port_of = profile.get("connection.slave-type")
        kind = profile.kind() or "unknown"
        if not master:
            self._lose_whole(profile, f"a connection of type {kind}, no part of a bond")
            return ""
        found = self._called(master, profile)
        if found:
            if self.profiles[found].kind() == "bond":
                return found
            kind = self.profiles[found].kind()
            self._lose_whole(profile, f"{master} is no bond: it is of type {kind}")
            return ""
        if port_of == "bond":
            return master
        if not port_of:
            self._remark(STRANGER, profile.at, f"nothing here says what {master!r} is",
                         "write port-type bond (slave-type bond before 1.46)")  # fmt: skip
        self._lose_whole(profile, f"a port of {port_of or 'something unknown'}, not of a bond")
        return ""

    def _called(self, master: str, port: Profile) -> str:
        """Return the connection that *port* calls *master*: a bond first, by interface or UUID."""
        found: list[tuple[bool, bool, int, str]] = []
        for name, other in self.profiles.items():
            stands = (other.get("connection.interface-name"), other.get("connection.uuid"))
            if other is not port and master in (name, *stands):
                found.append((other.kind() != "bond", master not in stands, len(found), name))
        return min(found)[-1] if found else ""

    # Properties ----------------------------------------------------------------------------

    def _port(self, profile: Profile) -> BondPort:
        draft = Draft(profile.at)
        for name in ("connection.master", "connection.slave-type"):
            if name in profile.single:
                draft.say("bond", "", *{profile.single[name][1], profile.at})
        self._singles(profile, draft, False)
        for name, items in profile.lists.items():
            self._list(name, items, draft, False)
        for name, (_, at) in profile.options.items():
            message = f"only a bond has {name}, no port"
            self._remark(PROPERTY, at, f"{message}: nmcli refuses it", "say it of the bond")
            self._lose(at, f"nmcli refuses it: {message}")
        return draft.port(self.expansion)

    def _bond(self, profile: Profile, ports: list[BondPort]) -> Bond:
        draft = Draft(profile.at)
        draft.say("name", "nm-bond")
        self._singles(profile, draft, True)
        for name, items in profile.lists.items():
            self._list(name, items, draft, True)
        self._options(profile, draft)
        self._addressing(profile, draft)
        bond, problems = draft.bond(self.expansion, ports, MONITORING)
        for problem, at in problems:
            text = profile.options.get(problem.option, ("", -1))[0]
            if not unfilled(text):
                self._problem(problem, at or (profile.at,))
            elif problem.gone:
                self._unknown(f"option {problem.option}", text, (at or (profile.at,))[-1])
        if not ports and not any(each.code == LOOP for each in self.expansion.diagnostics):
            self._remark(NO_PORTS, profile.at, f"nothing here is a port of {bond.name}",
                         "add a connection with port-type bond for each link")  # fmt: skip
        return bond

    def _problem(self, problem: Problem, at: tuple[int, ...]) -> None:
        """Tell of an option that is wrong, and what NetworkManager makes of it."""
        message = problem.message
        if problem.gone:
            loud = problem.severity is Severity.ERROR
            told = f"NetworkManager leaves {problem.option} out silently"
            told = "nmcli refuses it" if loud else told
            message += f": {told}"
            for index in at:
                self._lose(index, f"{told}: {problem.message}")
        self.remarks.append(
            Diagnostic(problem.code, problem.severity, message, self.expansion.span(at[-1]),
                       problem.advice)
        )  # fmt: skip

    def _options(self, profile: Profile, draft: Draft) -> None:
        for name, (value, at) in profile.options.items():
            if unfilled(name) or (name in ("mode", *PSEUDO) and unfilled(value)):
                self._unknown("an option" if value == "" else f"option {name}", name + value, at)
            elif name == "mode":
                draft.say("mode", value, at)
            elif name in PSEUDO and value not in ("0", "1"):
                message = f"{name} cannot be {value!r}"
                self._remark(PROPERTY, at, f"{message}: nmcli refuses it", "write 0 or 1")
                self._lose(at, f"nmcli refuses it: {message}")
            elif name in PSEUDO:
                draft.say_own(f"bond.{name}", value, at)
            else:
                draft.say_option(name, value, at)
        if "mode" not in profile.options and not any(map(unfilled, profile.options)):
            draft.say("mode", RR)
            if profile.options or profile.bare >= 0:
                at = max([profile.bare, *(at for _, at in profile.options.values())])
                self._remark(NO_MODE, at, "these options leave the bond without a mode: nmcli"
                             f" refuses them; taken for {RR}", "say mode= there, or use"
                             " +bond.options")  # fmt: skip

    def _singles(self, profile: Profile, draft: Draft, whole: bool) -> None:
        """Take single properties; a port has (not *whole*) no addresses."""
        for name, (value, at) in profile.single.items():
            said = (at,) if at >= 0 else ()
            setting, _, word = name.partition(".")
            if name in _SKIPPED:
                if at >= 0 and at != profile.at:
                    draft.opened.append(at)
            elif name == "connection.interface-name" and not is_interface(value):
                self._refuse(name, value, at, "15 characters at most")
            elif name in _TEXTS:
                draft.say(_TEXTS[name], value, *said)
            elif name in BOOLEANS and unfilled(value):
                self._unknown(name, value, at)
            elif name == "connection.autoconnect":
                draft.say("autostart", value != "false", *said)
            elif name in _NUMBERS:
                self._number(name, value, at, draft)
            elif setting in ("ipv4", "ipv6") and not whole:
                self._lose(at, "a port has no addresses of its own: the bond has them")
            elif word == "method" and setting in ("ipv4", "ipv6"):
                self._method(setting, value, at, draft)
            elif word == "gateway" and setting in ("ipv4", "ipv6"):
                found = address_of(value)
                if found is None or found[1] != int(setting[3]):
                    self._refuse(name, value, at, "an address without prefix length")
                else:
                    draft.say(f"gateway{setting[3]}", found[0], at)
            else:
                draft.say_own(name, value, at)

    def _number(self, name: str, value: str, at: int, draft: Draft) -> None:
        field = _NUMBERS[name]
        text = "0" if field == "mtu" and value == "auto" else value.removeprefix("+")
        digits = text.removeprefix("-") if field == "priority" else text
        if not (digits.isascii() and digits.isdigit() and len(digits) < 11):
            self._refuse(name, value, at, "a number")
        elif field == "mtu":
            draft.say("mtu", int(text) or None, at)
        else:
            draft.say(field, str(int(text)), at)

    def _method(self, setting: str, value: str, at: int, draft: Draft) -> None:
        if value not in METHODS:
            self._refuse(f"{setting}.method", value, at, "one of " + ", ".join(METHODS))
        else:
            draft.say(f"method{setting[3]}", METHODS[value], at)

    def _refuse(self, name: str, value: str, at: int, wanted: str) -> None:
        """Say that nmcli refuses *value*, unless it is not known here."""
        if unfilled(value):
            self._unknown(name, value, at)
            return
        message = f"{name} cannot be {value!r}"
        self._remark(VALUE, at, message, f"it takes {wanted}")
        self._lose(at, f"nmcli refuses it: {message}")

    def _unknown(self, name: str, text: str, at: int) -> None:
        """Say that what *name* is given is not known here; that no value stands there was said."""
        self._lose(at, f"{name} depends on {', '.join(unfilled(text))}, not known here")

    def _list(self, name: str, items: list[tuple[str, int]], draft: Draft, whole: bool) -> None:
        setting, _, word = name.partition(".")
        if setting in ("ipv4", "ipv6") and not whole:
            for _, at in items:
                self._lose(at, "a port has no addresses of its own: the bond has them")
            return
        if setting not in ("ipv4", "ipv6") or word not in _LISTS:
            if items:
                draft.say_own(name, ",".join(value for value, _ in items), items[-1][1])
            return
        field, family = _LISTS[word], int(setting[3])
        for value, at in items:
            made: object = value
            if field == "addresses":
                made = network_of(value)
            elif field == "dns":
                found = address_of(value.partition("#")[0])
                made = value if found and "#" in value else found[0] if found else None
            elif field == "routes":
                made = route_of(value)
            if made is None or (field != "search" and (":" in str(made)) != (family == 6)):
                self._refuse(name, value, at, _WANTED[field])
            else:
                draft.add(field, made, at)

    def _addressing(self, profile: Profile, draft: Draft) -> None:
        """Remark on addresses that are missing, or beside those that are handed out."""
        for family in (4, 6):
            addresses = profile.lists.get(f"ipv{family}.addresses", [])
            told = [profile.get(f"ipv{family}.method"), *(text for text, _ in addresses)]
            if any(unfilled(text) for text in told):
                continue
            method = draft.text(f"method{family}") or "auto"
            mine = [at for item, at in draft.lists["addresses"]
                    if (":" in str(item)) == (family == 6)]  # fmt: skip
            said = profile.single.get(f"ipv{family}.method", ("", profile.at))[1]
            if method == "static" and not mine:
                self._remark(NO_ADDRESS, said, f"ipv{family}.method is manual without an address:"
                             " nmcli refuses it", f"set ipv{family}.addresses")  # fmt: skip
            elif draft.text(f"gateway{family}") and not mine:
                at = profile.single[f"ipv{family}.gateway"][1]
                self._remark(NO_ADDRESS, at, "a gateway without an address: nmcli refuses it",
                             f"set ipv{family}.addresses")  # fmt: skip
            elif mine and method == "auto" and family == 4:
                self._remark(METHOD, mine[0], "ipv4.method is still auto: the bond asks DHCP for"
                             " an address beside this one", "set ipv4.method manual")  # fmt: skip


_WANTED = {"addresses": "ADDRESS/PREFIX", "dns": "addresses", "search": "domains",
           "routes": "NETWORK/PREFIX [GATEWAY] [METRIC] [name=value …]"}  # fmt: skip


def route_of(text: str) -> Route | None:
    """Return the route that *text* says in nmcli's words; None where it says none."""
    words = text.split()
    network = network_of(words[0]) if words else None
    if network is None:
        return None
    gateway, metric = "", None
    attributes = []
    for word in words[1:]:
        address = address_of(word)
        if "=" in word:
            attributes.append(word)
        elif address is not None and not gateway and metric is None:
            gateway = address[0]
        elif word.isascii() and word.isdigit() and len(word) < 11 and metric is None:
            metric = int(word)
        else:
            return None
    if gateway in ("0.0.0.0", "::"):
        gateway = ""
    return Route(network.address, network.prefix, gateway, metric, tuple(sorted(attributes)))
