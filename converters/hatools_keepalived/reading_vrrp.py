"""Reads VRRP instances and their sync groups, as keepalived runs them."""

from __future__ import annotations

from typing import Any

from hatools.model import Authentication, SyncGroup, VirtualAddress, VirtualRouter, replace
from hatools_keepalived import remarks
from hatools_keepalived.block_reader import BlockReader, Special, Table
from hatools_keepalived.reading_addresses import read_addresses, read_peers
from hatools_keepalived.reading_trackers import LISTS, read_tracking
from hatools_keepalived.scope import Scope
from hatools_keepalived.values import (
    Converter,
    Words,
    address,
    boolean,
    choice,
    flag,
    seconds,
    text,
    whole,
)

_INSTANCE, _GROUP = "vrrp_instance", "vrrp_sync_group"


def _fixed(value: bool) -> Converter:
    """Return a converter for a keyword that says *value* by standing there."""
    return lambda words: (value, "")


_AUTHENTICATION: Table = {
    "auth_type": ("kind", choice("PASS", "AH")),
    "auth_pass": ("secret", text),
}


class RouterReader:
    """Reads the VRRP part of a file, in the order of the file."""

    def __init__(self, reader: BlockReader, inherited: dict[str, Any]) -> None:
        self.reader = reader
        self.inherited = inherited
        self.known: set[tuple[str, str]] = set()  # trackers defined so far: kind and name
        self.names: set[str] = set()
        self.instances: set[str] = set()  # all of the file, for the groups
        self.table: Table = {**_FIELDS, **dict.fromkeys(LISTS, self._tracking),
                             **self._blocks()}  # fmt: skip
        self.group_table: Table = {
            "group": self._members,
            **dict.fromkeys(LISTS, self._group_tracking),
        }

    def _blocks(self) -> dict[str, Special]:
        return {
            "authentication": self._authentication,
            "auth_hmac": self._hmac,
            "unicast_peer": lambda reader, scope, index, words, path: read_peers(
                reader, scope, index, words
            ),
            "virtual_ipaddress": self._addresses,
            "virtual_ipaddress_excluded": self._excluded,
        }

    # -- instances ---------------------------------------------------------

    def read_instance(self, index: int) -> None:
        """Read the vrrp_instance at *index*."""
        reader = self.reader
        scope = Scope(index)
        words = reader.words(scope, index)
        name = words[1] if len(words) > 1 else ""
        if not name or name in self.names:
            fault = "this vrrp_instance has no name" if not name else f"'{name}' is taken"
            said = f"{fault}: keepalived leaves it out"
            scope.remark(index, remarks.SKIPPED_BLOCK, said)
            reader.drop(scope, index, said)
            reader.finish(scope)
            return
        self.names.add(name)
        reader.read_block(scope, _INSTANCE, self.table)
        self._settle(scope)
        get = scope.get
        interface = get("interface", "")
        reader.topology.routers.append(
            VirtualRouter(
                name,
                interface,
                get("virtual_router_id"),
                get("priority"),
                get("initial_state"),
                get("version"),
                get("family"),
                get("advertisement_interval"),
                get("down_timer_adverts"),
                get("preempt", True),
                get("preempt_delay", 0.0),
                get("accept", True),
                get("strict"),
                get("authentication"),
                get("source_address", ""),
                tuple(get("peers", ())),
                _at(interface, get("addresses", ())),
                _at(interface, get("excluded_addresses", ())),
                tuple(get("tracking", ())),
                tuple(scope.own),
                reader.finish(scope),
            )
        )

    def _authentication(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        """Read type and password; keepalived sends the first eight bytes of it."""
        inner = Scope(scope.at)
        inner.claims = {}
        reader.read_block(inner, f"{path}/authentication", _AUTHENTICATION, index)
        scope.fates += inner.fates
        scope.remarks += inner.remarks
        scope.claim("authentication", index)
        for offsets in inner.claims.values():
            for offset in offsets:
                scope.claim("authentication", scope.at + offset)
        secret = inner.get("secret", "")
        if not secret or "kind" not in inner.values:
            missing = "auth_pass" if not secret else "auth_type"
            said = f"there is no {missing}: keepalived does not authenticate"
            code = remarks.QUIET if secret else remarks.INCOMPLETE
            scope.remark(index, code, said, f"write {missing} as well")
            self._undo(scope, "authentication", said)
            return
        data = secret.encode("utf-8", "surrogateescape")
        if len(data) > 8:
            at = scope.at + inner.claims["secret"][0]
            said = f"auth_pass is {len(data)} bytes long; keepalived uses the first 8"
            scope.remark(at, remarks.SHORTENED, said, "write eight bytes, the same on all nodes")
            secret = data[:8].decode("utf-8", "surrogateescape")
        scope.values["authentication"] = Authentication(inner.values["kind"], secret)

    def _hmac(self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str) -> None:
        """Read keyed authentication: the keys are secret, the rest is keepalived's own."""
        keys = []
        reader.say(scope, "authentication", None, index)
        scope.keep(("auth_hmac", "{"), index)
        for child, entry in reader.children(scope, index):
            if entry[0] == "key":
                scope.claim("authentication", child)
                keys.append(" ".join(entry[1:]))
            else:
                scope.keep(entry, child)
        scope.own.append(("}",))
        scope.values["authentication"] = Authentication("HMAC", "\n".join(keys))

    def _addresses(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        known = scope.get("family", 0)
        family = read_addresses(reader, scope, index, words, "addresses", known)
        if family:
            scope.values.setdefault("family", family)

    def _excluded(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        read_addresses(reader, scope, index, words, "excluded_addresses", 0)

    def _tracking(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        own = "" if "dont_track_primary" in (each[0] for each in scope.own) else "interface"
        read_tracking(reader, scope, index, words, self.known, scope.get(own, ""))

    def _undo(self, scope: Scope, field: str, reason: str) -> None:
        """Take back *field*: keepalived does not do what its statements say."""
        for offset in scope.claims.pop(field, ()):
            self.reader.drop(scope, scope.at + offset, reason)
        scope.values.pop(field, None)

    def _clear(self, scope: Scope, field: str, reason: str, code: str = remarks.RESET) -> None:
        """Take back *field* with a remark on each of its statements."""
        for offset in scope.claims.get(field, ())[:1]:  # of a block its opening line
            scope.remark(scope.at + offset, code, reason)
        self._undo(scope, field, reason)

    def _settle(self, scope: Scope) -> None:
        """Fill in keepalived's defaults, and apply what it does to settings that clash."""
        values = scope.values
        if "virtual_router_id" not in values:
            said = "there is no virtual_router_id: keepalived does not run this instance"
            scope.remark(scope.at, remarks.INCOMPLETE, said, "give it a number from 1 to 255")
        self._settle_version(scope)
        strict = values.setdefault("strict", bool(self.inherited.get("strict")))
        if strict or values["version"] == 3:
            why = "strict mode" if strict else "VRRP version 3"
            if values.get("authentication") and values["authentication"].kind != "HMAC":
                said = f"keepalived ignores authentication in {why}"
                self._clear(scope, "authentication", said)
        self._settle_state(scope, strict)
        adverts = self.inherited.get("down_timer_adverts", 3)
        values.setdefault("down_timer_adverts", adverts)
        if strict:
            self._clear(scope, "preempt_delay", "strict mode: keepalived resets preempt_delay")
            if values["down_timer_adverts"] != 3:
                self._clear(scope, "down_timer_adverts", "strict mode: keepalived takes 3")
                values["down_timer_adverts"] = 3

    def _settle_version(self, scope: Scope) -> None:
        """Settle family and version, and the interval that the version allows."""
        values = scope.values
        source = values.get("source_address", "")
        family = 6 if values.pop("native", False) or ":" in source else 0
        family = family or (4 if source else values.get("family", 4))
        values["family"] = family
        if family == 6 and values.get("version") == 2:
            self._clear(scope, "version", "VRRP over IPv6 is version 3", remarks.QUIET)
        default = 3 if family == 6 else self.inherited.get("version", 2)
        version = values.setdefault("version", default)
        interval = values.setdefault("advertisement_interval", 1.0)
        allowed = max(1.0, float(round(interval))) if version == 2 else min(40.95, interval)
        if allowed != interval:
            for offset in scope.claims.get("advertisement_interval", ()):
                said = f"version {version} cannot say {interval:g} s: keepalived takes {allowed:g}"
                scope.remark(scope.at + offset, remarks.RESET, said)
            values["advertisement_interval"] = allowed

    def _settle_state(self, scope: Scope, strict: bool) -> None:
        """Settle state, priority and preemption, which hang together."""
        values = scope.values
        said = values.get("initial_state")
        if "priority" not in values:
            values["priority"] = 255 if said == "MASTER" else 100
            if said == "MASTER":
                scope.remark(
                    scope.at, remarks.QUIET,
                    "state MASTER without a priority: keepalived takes 255, the owner's",
                    "give it a priority",
                )  # fmt: skip
        owner = values["priority"] == 255
        authentication = values.get("authentication")
        header = bool(authentication and authentication.kind == "AH")
        if said == "MASTER" and not owner and (strict or header):
            why = "strict mode" if strict else "AH authentication"
            self._clear(scope, "initial_state", f"{why}: keepalived starts as BACKUP")
        if owner and said is None:
            values["initial_state"] = "MASTER"
        values.setdefault("initial_state", "BACKUP")
        if values["initial_state"] == "MASTER" or owner:
            why = "keepalived clears it: it does not go with state MASTER"
            if values.get("preempt") is False:
                self._clear(scope, "preempt", f"nopreempt has no effect: {why}")
            if "preempt_delay" in values:
                self._clear(scope, "preempt_delay", f"preempt_delay has no effect: {why}")
        elif values.get("preempt") is False and "preempt_delay" in values:
            self._clear(scope, "preempt_delay", "preempt_delay has no effect with nopreempt")

    # -- sync groups -------------------------------------------------------

    def read_group(self, index: int) -> None:
        """Read the vrrp_sync_group at *index*."""
        reader = self.reader
        scope = Scope(index)
        words = reader.words(scope, index)
        reader.read_block(scope, _GROUP, self.group_table)
        members = scope.get("members", [])
        if len(words) < 2 or not members:
            fault = "no instance of it exists" if len(words) > 1 else "it has no name"
            said = f"{fault}: keepalived leaves this vrrp_sync_group out"
            scope.remark(index, remarks.INCOMPLETE, said)
            reader.drop(scope, index, said)
            reader.finish(scope)
            return
        reader.topology.groups.append(
            SyncGroup(
                words[1],
                tuple(members),
                tuple(scope.get("tracking", ())),
                tuple(scope.own),
                reader.finish(scope),
            )
        )

    def _members(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        scope.claim("members", index)
        found: list[str] = scope.values.setdefault("members", [])
        for child, names in reader.children(scope, index):
            there = [name for name in names if name in self.instances]
            for name in names:
                if name not in self.instances:
                    said = f"there is no vrrp_instance '{name}': keepalived ignores it"
                    scope.remark(child, remarks.UNDEFINED, said)
            if there:
                scope.claim("members", child)
                found += there
            else:
                reader.drop(scope, child, "keepalived ignores it: there is no such vrrp_instance")

    def _group_tracking(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        read_tracking(reader, scope, index, words, self.known)


_FIELDS: Table = {
    "state": ("initial_state", choice("MASTER", "BACKUP")),
    "interface": ("interface", text),
    "virtual_router_id": ("virtual_router_id", whole(1, 255)),
    "priority": ("priority", whole(1, 255)),
    "advert_int": ("advertisement_interval", seconds(0.01, 255)),
    "version": ("version", whole(2, 3)),
    "native_ipv6": ("native", flag),
    "mcast_src_ip": ("source_address", address),
    "unicast_src_ip": ("source_address", address),
    "preempt": ("preempt", _fixed(True)),
    "nopreempt": ("preempt", _fixed(False)),
    "preempt_delay": ("preempt_delay", seconds(0, 1000)),
    "accept": ("accept", _fixed(True)),
    "no_accept": ("accept", _fixed(False)),
    "strict_mode": ("strict", boolean),
    "down_timer_adverts": ("down_timer_adverts", whole(1, 100)),
}


def _at(interface: str, addresses: list[VirtualAddress]) -> tuple[VirtualAddress, ...]:
    """Return the addresses, leaving out the interface where it is the router's own."""
    return tuple(
        replace(each, interface="") if each.interface == interface else each for each in addresses
    )
