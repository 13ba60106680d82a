"""Reads global_defs, and the sections that only keepalived has."""

from __future__ import annotations

from typing import Any

from hatools.model import KEPT, Mail, Origin, Section
from hatools_keepalived import remarks
from hatools_keepalived.block_reader import BlockReader, Special, Table
from hatools_keepalived.scope import Fields, Scope
from hatools_keepalived.values import Converter, Words, boolean, parse_whole, seconds, text, whole

_PATH = "global_defs"
_ALSO: dict[str, tuple[str, Converter]] = {  # settings that instances inherit
    "vrrp_version": ("version", whole(2, 3)),
    "vrrp_strict": ("strict", boolean),
    "vrrp_down_timer_adverts": ("down_timer_adverts", whole(1, 100)),
}


class GlobalReader:
    """Reads all global_defs blocks into one mail record, the node's name, and sections."""

    def __init__(self, reader: BlockReader) -> None:
        self.reader = reader
        self.inherited: dict[str, Any] = {}
        self.mail: dict[str, Any] = {}
        self.mail_at = -1
        self.mail_claims: dict[str, tuple[int, ...]] = {}
        self.node_claims: dict[str, tuple[int, ...]] = {}
        special: dict[str, Special] = {
            "router_id": self._router_id,
            "notification_email": self._recipients,
            "smtp_server": self._smtp_server,
            **dict.fromkeys(_ALSO, self._inherit),
        }
        self.table: Table = {
            "notification_email_from": ("sender", text),
            "smtp_helo_name": ("helo", text),
            "smtp_connect_timeout": ("connect_timeout", seconds(0, 4294)),
            **special,
        }

    def read(self, index: int) -> None:
        """Read the global_defs block at *index*."""
        reader = self.reader
        scope = Scope(index)
        reader.words(scope, index)
        reader.read_block(scope, _PATH, self.table)
        del scope.claims[""]
        claimed = self._take(scope, self.mail_claims, ("recipients", "sender", "server", "port",
                                                       "helo", "connect_timeout"))  # fmt: skip
        if claimed and self.mail_at < 0:
            self.mail_at = index
        self.mail.update(
            (name, value) for name, value in scope.values.items() if name not in ("node",)
        )
        named = self._take(scope, self.node_claims, ("node",))
        if "node" in scope.values:
            reader.topology.node = scope.values["node"]
        if scope.own:
            scope.claims[""] = (0,)
            section = Section(_PATH, "", tuple(scope.own))
            section.origin = reader.finish(scope)
            reader.topology.sections.append(section)
            return
        if claimed:
            self.mail_claims[""] = (*self.mail_claims.get("", ()), index)
        elif named:
            self.node_claims["node"] = (*self.node_claims["node"], index)
        else:
            scope.settle(index, KEPT)
        reader.finish(scope)

    def _take(
        self, scope: Scope, claims: dict[str, tuple[int, ...]], names: tuple[str, ...]
    ) -> bool:
        """Move the claims on *names* out of *scope* into *claims*, as absolute places."""
        taken = False
        for name in names:
            for offset in scope.claims.pop(name, ()):
                claims[name] = (*claims.get(name, ()), scope.at + offset)
                taken = True
        return taken

    def finish(self) -> None:
        """Put what was gathered from all blocks into the topology."""
        reader = self.reader
        if self.node_claims:
            reader.topology.origin = Origin(reader.expansion, 0, self.node_claims)
        if self.mail_claims:
            fields: Fields = {
                name: tuple(place - self.mail_at for place in places)
                for name, places in self.mail_claims.items()
            }
            said = self.mail
            timeout = said.get("connect_timeout", 30.0)
            reader.topology.mail = Mail(
                tuple(said.get("recipients", ())),
                str(said.get("sender", "")),
                str(said.get("server", "")),
                said.get("port", 25 if said.get("server") else None),
                str(said.get("helo", "")),
                timeout or 1.0,
                Origin(reader.expansion, self.mail_at, fields),
            )

    def _router_id(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        value, complaint = text(words[1:])
        if complaint:
            reader.refuse(scope, index, words, complaint)
        else:
            reader.say(scope, "node", value, index)

    def _recipients(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        scope.claim("recipients", index)
        if reader.opens(index) and not any(reader.expansion.children(index)):
            said = "notification_email is empty: keepalived has nobody to write to"
            scope.remark(index, remarks.INCOMPLETE, said, "put an address in it, or take it out")
        found = list(self.mail.get("recipients", ()))
        for child, names in reader.children(scope, index):
            scope.claim("recipients", child)
            found += names
        self.mail["recipients"] = found

    def _smtp_server(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        value, complaint = text(words[1:])
        if complaint:
            reader.refuse(scope, index, words, complaint)
            return
        reader.say(scope, "server", value, index)
        if len(words) > 2:
            port = parse_whole(words[2])
            if port is None or not 1 <= port <= 65535:
                reader.refuse(scope, index, words, f"'{words[2]}' is no port number")
                scope.claims.pop("server")
                scope.values.pop("server")
                return
            reader.say(scope, "port", port, index)

    def _inherit(
        self, reader: BlockReader, scope: Scope, index: int, words: Words, path: str
    ) -> None:
        """Note a default for instances, and keep the statement in its section."""
        field, convert = _ALSO[words[0]]
        value, complaint = convert(words[1:])
        if complaint:
            reader.refuse(scope, index, words, complaint)
            return
        self.inherited[field] = value
        scope.keep(words, index)


def _keep_address(reader: BlockReader, scope: Scope, index: int, words: Words, path: str) -> None:
    """Keep a line of ``static_ipaddress``, unless keepalived ignores it."""
    from hatools_keepalived.reading_addresses import read_address  # few files have one

    if read_address(reader, scope, index, words) is not None:
        reader.keep_whole(scope, index, words, path)


def read_section(reader: BlockReader, index: int) -> None:
    """Keep the block or line at *index* whole: only keepalived has such a thing."""
    scope = Scope(index)
    words = reader.words(scope, index)
    if reader.opens(index):
        for child, inner in reader.children(scope):
            if words[0] == "static_ipaddress":
                _keep_address(reader, scope, child, inner, words[0])
            else:
                reader.keep_inside(scope, child, inner, words[0])
    reader.topology.sections.append(
        Section(words[0], " ".join(words[1:]), tuple(scope.own), reader.finish(scope))
    )
