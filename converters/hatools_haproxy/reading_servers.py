"""Reads server and server-template lines; lines that end alike share all that is behind them.

What follows a server's address is read once for each different ending and
each different manner of checking, so that a large pool costs little.
"""

from __future__ import annotations

from socket import AF_INET, inet_pton

from hatools.model import Origin, RealServer
from hatools_haproxy.addresses import Address, BadAddress, came, read_address, variable
from hatools_haproxy.numbers import read_number
from hatools_haproxy.reading_checks import Manner
from hatools_haproxy.reading_endings import Ending, Endings, Fields, Words
from hatools_haproxy.reading_notes import Notes, version_numbers
from hatools_haproxy.reading_templates import numbered

_HERE = (0,)


class Servers:
    """Reads server lines for all pools of one reading."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self._endings: dict[tuple[object, ...], dict[Words, Ending]] = {}
        self._reader = Endings(notes)
        self._ports: dict[str, int] = {}

    def read(
        self,
        pool: str,
        manner: Manner,
        lines: list[tuple[int, Words, Words]],
    ) -> tuple[list[RealServer], set[str]]:
        """Return the servers of *pool*, and the fields that its default-server lines filled.

        *lines* are (index, words, words of the default-server lines before it).
        """
        notes = self.notes
        expansion, claimed = notes.expansion, notes.claimed
        servers: list[RealServer] = []
        used: set[tuple[str, ...]] = set()
        add, ports = servers.append, self._ports
        defaults: Words | None = None
        endings: dict[Words, Ending] = {}
        told: tuple[str, ...] = ()
        for index, words, inherited in lines:
            if inherited is not defaults:
                defaults = inherited
                # `track NAME` means a server of this very pool
                home = pool if "track" in inherited else ""
                endings = self._endings.setdefault((manner, inherited, home), {})
            single = words[0] == "server"
            tail = words[3:] if single else ("", *words[4:])
            ending = endings.get(tail)
            if ending is None:
                ending = self._reader.read(index, pool, manner, inherited, tail)
                if not (self._reader.faulty or "track" in tail):
                    endings[tail] = ending
            if ending.inherited is not told:
                told = ending.inherited
                used.add(told)
            host, _, digits = words[2].rpartition(":")
            try:
                inet_pton(AF_INET, host)
                port = ports[digits]
            except KeyError:
                port = ports[digits] = read_number(digits, 1, 65535) or 0
            except (OSError, ValueError):
                port = 0
            if not (port and single):
                self._uncommon(index, words, ending, servers)
                continue
            add(RealServer(
                host, port, ending.weight, words[1], "proxy", ending.role, "remove",
                ending.state, ending.limit, None, ending.checks, None, ending.own,
                Origin(expansion, index, ending.full),
            ))  # fmt: skip
            claimed[index] = 1
        said = {name for names in used for name in names}
        return servers, said

    # --- lines that are not simply NAME IPv4:PORT ---

    def _uncommon(
        self, index: int, words: Words, ending: Ending, servers: list[RealServer]
    ) -> None:
        """Read a line whose address needs a closer look, or a server-template."""
        notes = self.notes
        names, text = [words[1]], words[2]
        if words[0] == "server-template":
            found = numbered(words[1], words[2])
            if not found:
                notes.refuse(index, "HP104", f"'{words[2]}' is no number or range of servers")
                return
            names, text = found, words[3]
        try:
            address = read_address(text)
        except BadAddress as bad:
            missing = variable(text)
            if missing:
                notes.drop(index, f"needs --set env@{missing}=VALUE")
                notes.tell(index, "HP113", f"the server's address needs the variable {missing}")
            else:
                notes.refuse(index, "HP105", f"the address of server '{words[1]}': {bad}")
            return
        since = came(text)
        if since and version_numbers(since) > notes.version:
            notes.too_new(index, f"an address such as '{text}'", since)
        port, own, fields, host = self._endpoint(index, words[1], address, ending)
        for name in names:
            servers.append(RealServer(
                host, port, ending.weight, name, "proxy", ending.role, "remove", ending.state,
                ending.limit, None, ending.checks, None, own,
                Origin(notes.expansion, index, fields),
            ))  # fmt: skip
        notes.claimed[index] = 1

    def _endpoint(
        self, index: int, name: str, address: Address, ending: Ending
    ) -> tuple[int | None, tuple[Words, ...], Fields, str]:
        """Return port, own words, fields and host of a server."""
        notes = self.notes
        own, fields = ending.own, ending.full
        host = address.host or ("::" if address.family == 6 else "0.0.0.0")
        port: int | None = None
        if address.path:
            return None, own, ending.bare, address.path
        if address.family and address.host:
            own = (*own, (f"ipv{address.family}@",))
            fields = {**fields, f"own.{len(own) - 1}": _HERE}
        if address.protocol == "udp":
            own = (*own, ("udp@",))
            fields = {**fields, f"own.{len(own) - 1}": _HERE}
        if address.ports is not None:
            port, last = address.ports
            if last != port:
                notes.tell(
                    index, "HP105", f"server '{name}' has a range of ports; haproxy refuses the"
                    " file; read as the first of them",
                )  # fmt: skip
        elif address.offset:
            own = (*own, (f":{address.offset}",))
            fields = {**fields, f"own.{len(own) - 1}": _HERE}
        else:
            fields = ending.bare if fields is ending.full else fields
        if port is None and ending.lacks_port and address.host is not None:
            notes.tell(
                index, "HP106", f"server '{name}' is checked and has neither a port nor a check"
                " port; haproxy refuses the file", "write ADDRESS:PORT or add port PORT",
            )  # fmt: skip
        return port, own, fields, host
