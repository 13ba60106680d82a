"""A connection as the commands of a script leave it: properties, and which command said them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hatools.text.shell.unfilled import unfilled
from hatools_nmcli.faults import COMMAND, NEWER, PROPERTY, SEPARATOR, VALUE
from hatools_nmcli.properties import (
    ALIASES,
    BOOLEANS,
    LISTS,
    OPTIONS,
    SAME,
    SINCE,
    property_of,
    truth,
)

Said = tuple[str, int]
Complain = Callable[[str, str, str, bool], None]  # code, message, advice, whether a part is lost


class Profile:
    """One connection: single properties, lists, the bond's options, each with its command."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.single: dict[str, Said] = {}
        self.lists: dict[str, list[Said]] = {}
        self.options: dict[str, Said] = {}
        self.bare = -1  # the last command that gave all options anew
        self.replaced: dict[int, int] = {}  # commands whose word was taken back, by which

    def get(self, name: str) -> str:
        """Return the value of a single property; empty where nothing was said."""
        return self.single.get(name, ("", -1))[0]

    def kind(self) -> str:
        """Return the connection's type."""
        return self.get("connection.type")

    def _replace(self, old: Sequence[Said], at: int) -> None:
        for _, index in old:
            if index != at:
                self.replaced[index] = at

    def set_one(self, name: str, value: str, at: int) -> None:
        """Give a single property its value; an empty one takes it back."""
        if name in self.single:
            self._replace([self.single[name]], at)
        if value == "" and name not in ("connection.id",):
            self.single.pop(name, None)
            return
        self.single[name] = value, at

    def set_list(self, name: str, sign: str, values: list[str], at: int) -> None:
        """Replace a list, add to it (``+``), or take from it (``-``, also by number)."""
        old = self.lists.get(name, [])
        if sign == "+":
            self.lists[name] = old + [(v, at) for v in values if v not in [o for o, _ in old]]
        elif sign == "-":
            gone = [
                item for place, item in enumerate(old) if item[0] in values or str(place) in values
            ]
            self._replace(gone, at)
            self.lists[name] = [item for item in old if item not in gone]
        else:
            self._replace(old, at)
            self.lists[name] = [(value, at) for value in values]

    def set_options(self, sign: str, pairs: list[tuple[str, str]], at: int) -> None:
        """Replace the bond's options, add to them, or take some away."""
        if sign == "-":
            for name, _ in pairs:
                if name in self.options:
                    self._replace([self.options.pop(name)], at)
            return
        if not sign:
            self.bare = at
            self._replace(list(self.options.values()), at)
            self.options = {}
        for name, value in pairs:
            if name in self.options:
                self._replace([self.options[name]], at)
            self.options[name] = value, at


class Applying:
    """Applies the words behind ``add`` and ``modify`` to a profile."""

    def __init__(self, profile: Profile, at: int, version: str, complain: Complain) -> None:
        self.profile = profile
        self.at = at
        self.version = version
        self.complain = complain

    def take(self, words: Sequence[str]) -> None:
        """Take pairs of property and value."""
        place = 0
        while place < len(words):
            word = words[place]
            if word == "--":
                place += 1
                continue
            value = words[place + 1] if place + 1 < len(words) else None
            if value is None:
                self.complain(COMMAND, f"there is no value for {word!r}", "give one", True)
                return
            self._pair(word, value)
            place += 2

    def _pair(self, word: str, value: str) -> None:
        sign = word[0] if word[:1] in ("+", "-") else ""
        plain = word[len(sign) :]
        since = SINCE.get(plain)
        if since and self.version and _older(self.version, since):
            self.complain(NEWER, f"nmcli {self.version} has no {plain}",
                          f"it came with {since}", False)  # fmt: skip
        if plain in ALIASES and "." not in plain:
            self._property(ALIASES[plain], sign, value, plain in ("ip4", "ip6"))
        elif plain in OPTIONS and "." not in plain:
            self.profile.set_options("+", [(OPTIONS[plain], value)], self.at)
        else:
            name, advice = property_of(plain)
            if not name and self.profile.kind() not in ("", "bond", "ethernet", "bond-slave"):
                return  # a word of another type of connection, which is left out as a whole
            if not name:
                self.complain(PROPERTY, f"there is no property {plain!r}", advice, True)
                return
            self._property(SAME.get(name, name), sign, value, False)

    def _property(self, name: str, sign: str, value: str, alias: bool) -> None:
        if not name:
            return  # save: where the profile is kept
        profile, at = self.profile, self.at
        setting = name.partition(".")[0]
        fresh = not any(
            each.startswith(setting + ".") for each in [*profile.single, *profile.lists]
        )
        if name == "bond.options":
            profile.set_options(sign, self._options(value), at)
        elif name in LISTS:
            profile.set_list(name, sign, items(name, value), at)
            if alias and fresh and value:
                profile.single[f"{setting}.method"] = "manual", at
        elif name in BOOLEANS:
            said = truth(value)
            if value and not said and unfilled(value):
                profile.set_one(name, value, at)
                return
            if value and not said:
                self.complain(VALUE, f"{name} cannot be {value!r}", "write yes or no", True)
                return
            profile.set_one(name, said, at)
        else:
            profile.set_one(name, value, at)

    def _options(self, text: str) -> list[tuple[str, str]]:
        """Return the pairs of ``a=b,c=d``; a comma inside a value is ``\\,`` or a space."""
        pairs: list[tuple[str, str]] = []
        for part in text.replace("\\,", " ").replace(";", ",;").split(","):
            if part.startswith(";"):
                self._separated("';' does not separate options")
                part = part[1:]
            for number, word in enumerate(_glued(part).split()):
                name, equals, value = word.partition("=")
                if equals or not pairs:
                    if number and equals:
                        self._separated("a space does not separate options")
                    if name:
                        pairs.append((name.strip(), value.strip()))
                elif number == 0 and pairs[-1][0] in ("arp_ip_target", "ns_ip6_target"):
                    self._separated(f"a comma begins the next option: {word} is none")
                    pairs[-1] = pairs[-1][0], f"{pairs[-1][1]} {word}"
                else:
                    pairs[-1] = pairs[-1][0], f"{pairs[-1][1]} {word}"
        return pairs

    def _separated(self, message: str) -> None:
        advice = "write a=b,c=d; several addresses with a space or '\\,' between them"
        self.complain(SEPARATOR, f"{message}: nmcli refuses it", advice, False)


def _glued(text: str) -> str:
    """Return *text* without blanks around its equals signs."""
    return "=".join(part.strip() for part in text.split("="))


def items(name: str, value: str) -> list[str]:
    """Return the items of a list as nmcli separates them."""
    text = value.replace(",", "\n")
    if not name.endswith((".routes", ".addresses", ".routing-rules")):
        text = text.replace(" ", "\n").replace(";", "\n")
    return [item.strip() for item in text.split("\n") if item.strip()]


def _older(version: str, other: str) -> bool:
    """Tell whether *version* is before *other*."""
    one, two = ([int(part) if part.isdigit() else 0 for part in text.split(".")[:2]]
                for text in (version, other))  # fmt: skip
    return one < two
