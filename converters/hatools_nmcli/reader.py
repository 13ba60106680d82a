"""What a script of nmcli commands leaves behind: bonds with their ports."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Outcome, Topology
from hatools.plugin import Reading
from hatools.text import Expansion, Statement
from hatools.text.shell.statements import DATA, MARK, shape
from hatools.text.shell.unfilled import unfilled
from hatools_nmcli.building import Builder
from hatools_nmcli.faults import COMMAND, DEPRECATED, NO_VALUE, ROUTE, STRANGER, fault
from hatools_nmcli.outsiders import fate_of_outsider, route_as_property
from hatools_nmcli.profile import Applying, Profile
from hatools_nmcli.properties import OLD

OBJECTS = ("general", "networking", "radio", "connection", "device", "agent", "monitor", "help")
COMMANDS = ("add", "modify", "delete", "up", "down", "show", "reload", "load", "clone", "edit",
            "import", "export", "monitor", "migrate", "help")  # fmt: skip
_VALUED = frozenset(("-f", "--fields", "-g", "--get-values", "-m", "--mode", "-c", "--colors",
                     "-w", "--wait", "-e", "--escape"))  # fmt: skip
_ALIKE = {"bond-slave": "bond", "team-slave": "team", "bridge-slave": "bridge"}
_TYPES = {"802-3-ethernet": "ethernet"}
_BEFORE = frozenset(("sudo", "exec", "time", "!", "command", "nohup", "eval"))
_SHOWS = frozenset(("up", "down", "show", "reload", "load", "monitor", "help", "export"))


def read(expansion: Expansion) -> Reading:
    """Return the bonds that the commands of *expansion* leave, applied in order."""
    return _Reader(expansion).run()


class _Reader:
    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.reading = Reading(Topology(), expansion)
        self.profiles: dict[str, Profile] = {}
        self.lost: dict[int, list[str]] = {}  # reasons why a part of a statement is dropped
        self.doubted: dict[int, str] = {}
        self.at = 0
        self.steps: list[int] = []
        self.undone: dict[int, int] = {}

    def run(self) -> Reading:
        """Take every command, then build what they leave."""
        for index, statement in enumerate(self.expansion.statements):
            self.at = index
            words = statement.words
            while words and words[0].rpartition("/")[2] in _BEFORE:
                words = words[1:]
                while words and words[0][:1] == "-":
                    words = words[1:]
            if shape(statement).kind == MARK:
                self.reading.fates[index] = KEPT
            elif shape(statement).kind == DATA:
                self._drop("text of another file, written by the script")
            elif words and words[0].rpartition("/")[2] == "nmcli":
                self._command(words[1:])
            else:
                self._outsider(words, statement)
        builder = Builder(self.expansion, self.profiles)
        self.reading.topology.bonds = builder.bonds()
        self.reading.diagnostics += builder.remarks
        for index, reasons in builder.lost.items():
            self.lost.setdefault(index, []).extend(reasons)
        self._account(builder.claimed())
        return self.reading

    # Commands ------------------------------------------------------------------------------

    def _remark(self, code: str, message: str, advice: str = "") -> None:
        span = self.expansion.span(self.at)
        self.reading.diagnostics.append(fault(code, message, span, advice))

    def _drop(self, reason: str) -> None:
        self.reading.fates[self.at] = Fate(Outcome.DROPPED, reason)

    def _complain(self, code: str, message: str, advice: str, part_lost: bool) -> None:
        """Take a complaint about the command at hand."""
        self._remark(code, message, advice)
        if part_lost:
            self.lost.setdefault(self.at, []).append(f"nmcli refuses it: {message}")
        else:
            said = message.removesuffix(": nmcli refuses it")
            self.doubted[self.at] = f"nmcli refuses it as written: {said}"

    def _command(self, words: tuple[str, ...]) -> None:
        place = 0
        while place < len(words) and words[place][:1] == "-":
            place += 2 if words[place] in _VALUED else 1
        rest = words[place:]
        name = _whole(rest[0], OBJECTS) if rest else "help"
        if name != "connection":
            self._no_connection(name, rest)
            return
        verb = _whole(rest[1], COMMANDS) if len(rest) > 1 else "show"
        open_ones = list(dict.fromkeys(name for word in rest for name in unfilled(word)))
        if open_ones and verb in ("add", "modify"):
            have = "have" if len(open_ones) > 1 else "has"
            self._remark(NO_VALUE, f"{', '.join(open_ones)} {have} no value here",
                         "give it one with --set env@NAME=VALUE, or fill it in")  # fmt: skip
        if verb == "add":
            self._add(rest[2:])
        elif verb == "modify":
            self._modify(rest[2:])
        elif verb == "delete":
            self._delete(rest[2:])
        elif verb in _SHOWS:
            self.reading.fates[self.at] = KEPT
        elif verb:
            self._drop(f"not understood: nmcli connection {verb} is not followed")
        else:
            self._remark(COMMAND, f"nmcli connection has no {rest[1]!r}", "add, modify, delete, up")
            self._drop("not understood: no command of nmcli's")

    def _no_connection(self, name: str, rest: tuple[str, ...]) -> None:
        if not name:
            self._remark(COMMAND, f"nmcli has no {rest[0]!r}", "connection is perhaps meant")
            self._drop("not understood: no command of nmcli's")
        elif (
            name == "device"
            and len(rest) > 1
            and rest[1][:1] in ("m", "s")
            and ("modify".startswith(rest[1]) or rest[1] == "set")
        ):
            self._drop("changes the running device, no connection: gone with the next reboot")
        else:
            self.reading.fates[self.at] = KEPT

    def _add(self, words: tuple[str, ...]) -> None:
        profile = Profile(self.at)
        version = self.expansion.version
        Applying(profile, self.at, version, self._complain).take(words)
        kind = profile.kind()
        if kind in _ALIKE:
            profile.single["connection.type"] = "ethernet", self.at
            profile.single["connection.slave-type"] = _ALIKE[kind], self.at
            if kind in OLD:
                self._remark(DEPRECATED, f"type {kind} has been replaced", f"write {OLD[kind]}")
        elif kind in _TYPES:
            profile.single["connection.type"] = _TYPES[kind], self.at
        if profile.get("connection.interface-name") == "*":
            del profile.single["connection.interface-name"]
        if not kind:
            self._remark(COMMAND, "this connection has no type", "write type bond")
        name = profile.get("connection.id") or self._default_name(profile)
        number = 0
        while (name if not number else f"{name}-{number}") in self.profiles:
            number += 1
        if not profile.get("connection.id"):
            name = name if not number else f"{name}-{number}"
        elif number:
            self.undone[self.profiles[name].at] = self.at  # nmcli would make a second one
        self.profiles[name] = profile
        self.steps.append(self.at)
        profile.single.setdefault("connection.id", (name, -1))

    def _default_name(self, profile: Profile) -> str:
        """Return what nmcli calls a connection that got no name."""
        interface = profile.get("connection.interface-name")
        kind = profile.kind()
        if kind == "bond":
            return f"bond-{interface or 'nm-bond'}"
        port = profile.get("connection.slave-type")
        if not port and profile.get("connection.master"):
            port = "bond"
        return f"{port}-slave-{interface}" if port else f"{kind}-{interface}".rstrip("-")

    def _found(self, words: tuple[str, ...]) -> tuple[Profile | None, str, tuple[str, ...]]:
        """Return the connection that is named, its name, and the words behind it."""
        if words[:1] and words[0] in ("id", "uuid", "path") and len(words) > 1:
            words = words[1:]
        if not words:
            return None, "", ()
        name = words[0]
        if name in self.profiles:
            return self.profiles[name], name, words[1:]
        for each, profile in self.profiles.items():
            if profile.get("connection.uuid") == name:
                return profile, each, words[1:]
        return None, name, words[1:]

    def _modify(self, words: tuple[str, ...]) -> None:
        if words[:1] == ("--temporary",):
            words = words[1:]
        profile, name, rest = self._found(words)
        if profile is None:
            advice = self._meant(name) or "convert what makes it, too, or its keyfile"
            self._remark(STRANGER, f"the script does not make the connection {name!r}", advice)
            self._drop(f"the connection {name!r} is not made here")
            return
        Applying(profile, self.at, self.expansion.version, self._complain).take(rest)
        renamed = profile.get("connection.id")
        if renamed and renamed != name:
            self.profiles = {renamed if each == name else each: one
                             for each, one in self.profiles.items()}  # fmt: skip
        self.steps.append(self.at)

    def _meant(self, interface: str) -> str:
        """Return what to write instead of an interface, which nmcli takes for no connection."""
        for name, profile in self.profiles.items():
            if profile.get("connection.interface-name") == interface:
                return (
                    f"the connection of interface {interface} is called {name}: modify that,"
                    f" or add it with con-name {interface}"
                )
        return ""

    def _delete(self, words: tuple[str, ...]) -> None:
        known = False
        while words:
            profile, name, words = self._found(words)
            if profile is not None:
                known = True
                self.undone[profile.at] = self.at
                del self.profiles[name]
        if known:
            self.reading.fates[self.at] = KEPT
        else:
            self._drop("takes away a connection that is not made here: do it by hand")

    def _outsider(self, words: tuple[str, ...], statement: Statement) -> None:
        """Settle a line that is no command of nmcli's."""
        route = route_as_property(words)
        if route:
            self._remark(ROUTE, "this route is gone with the next reboot", route)
        into = [word for sign, word in shape(statement).redirects if sign in (">", ">>")]
        self.reading.fates[self.at] = fate_of_outsider(words, into[0] if into else "")

    # Account -------------------------------------------------------------------------------

    def _account(self, claimed: set[int]) -> None:
        """Settle commands whose words were taken back, and what of others is lost."""
        fates = self.reading.fates
        for profile in self.profiles.values():
            self.undone.update(profile.replaced)
        for index in self.steps:
            if index not in claimed and index not in self.lost:
                line = self.expansion.span(self.undone[index]).line if index in self.undone else 0
                fates[index] = Fate(Outcome.KEPT, f"undone by line {line}") if line else KEPT
        for index, reason in self.doubted.items():
            if index not in self.lost:
                fates[index] = Fate(Outcome.APPROXIMATED, reason)
        for index, reasons in self.lost.items():
            fates[index] = Fate(Outcome.DROPPED, "; ".join(dict.fromkeys(reasons)))


def _whole(word: str, names: tuple[str, ...]) -> str:
    """Return the first of *names* that *word* is or begins, empty where none does."""
    return next((name for name in names if word and name.startswith(word)), "")
