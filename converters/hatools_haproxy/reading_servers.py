"""Reads server and server-template lines; lines that end alike share all that is behind them.

What follows a server's address is read once for each different ending and
each different manner of checking, so that a large pool costs little.
"""

from __future__ import annotations

from collections.abc import Mapping
from socket import AF_INET, inet_pton

from hatools.model import Check, Origin, RealServer
from hatools_haproxy.addresses import Address, BadAddress, read_address, variable
from hatools_haproxy.numbers import read_number, read_time
from hatools_haproxy.reading_checks import Manner
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_options import Option, part_options, report_options

Words = tuple[str, ...]
Fields = Mapping[str, tuple[int, ...]]
MOST_TEMPLATE = 1000
"""How many servers a server-template may stand for before it is kept as it is."""

_HERE = (0,)
# Words that take an earlier option back.
_UNDOES = {
    "no-agent-check": "agent-check", "no-backup": "backup", "no-check": "check",
    "no-check-send-proxy": "check-send-proxy", "no-send-proxy": "send-proxy",
    "no-send-proxy-v2": "send-proxy-v2", "no-send-proxy-v2-ssl": "send-proxy-v2-ssl",
    "no-send-proxy-v2-ssl-cn": "send-proxy-v2-ssl-cn", "no-ssl": "ssl", "no-tfo": "tfo",
    "enabled": "disabled", "stick": "non-stick",
}  # fmt: skip
_REPLACES = {
    "check-ssl": "no-check-ssl", "no-check-ssl": "check-ssl", "tls-tickets": "no-tls-tickets",
    "no-tls-tickets": "tls-tickets", "ssl-reuse": "no-ssl-reuse", "no-ssl-reuse": "ssl-reuse",
    "sni-auto": "no-sni-auto", "no-sni-auto": "sni-auto", "renegotiate": "no-renegotiate",
    "no-renegotiate": "renegotiate",
}  # fmt: skip
_TIMES = ("inter", "fastinter", "downinter", "agent-inter")
_NUMBERS = {"rise": (1, 2147483647), "fall": (1, 2147483647), "port": (1, 65535),
            "agent-port": (1, 65535), "weight": (0, 2147483647),
            "maxconn": (0, 2147483647)}  # fmt: skip
_INITIAL = ("fully-up", "up", "down", "fully-down")
# Options that are part of a check, and the field of it that they fill.
_CHECKING = {
    "inter": "interval", "fastinter": "fast_interval", "downinter": "down_interval",
    "rise": "rise", "fall": "fall", "port": "port", "addr": "address", "check-ssl": "tls",
    "check-sni": "sni", "init-state": "initial",
}  # fmt: skip
_AGENT = {"agent-port": "port", "agent-inter": "interval", "agent-addr": "address",
          "agent-send": "detail"}  # fmt: skip


class Ending:
    """All that one ending of a server line says; shared by the lines that end so."""

    __slots__ = ("bare", "checks", "full", "inherited", "lacks_port", "limit", "own", "role",
                 "state", "weight")  # fmt: skip

    def __init__(self) -> None:
        self.weight = 1
        self.role = "active"
        self.state = "ready"
        self.limit: int | None = None
        self.checks: tuple[Check, ...] = ()
        self.own: tuple[Words, ...] = ()
        self.full: Fields = {}
        self.bare: Fields = {}
        self.inherited: tuple[str, ...] = ()
        self.lacks_port = False


class Servers:
    """Reads server lines for all pools of one reading."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self._endings: dict[tuple[object, ...], dict[Words, Ending]] = {}
        self._faulty = False

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
        used: set[Ending] = set()
        add = servers.append
        defaults: Words | None = None
        endings: dict[Words, Ending] = {}
        for index, words, inherited in lines:
            if inherited is not defaults:
                defaults = inherited
                # `track NAME` means a server of this very pool
                home = pool if "track" in inherited else ""
                endings = self._endings.setdefault((manner, inherited, home), {})
            tail = words[3:] if words[0] == "server" else ("", *words[4:])
            ending = endings.get(tail)
            if ending is None:
                ending = self._ending(index, pool, manner, inherited, tail)
                if not (self._faulty or "track" in tail):
                    endings[tail] = ending
            if inherited:
                used.add(ending)
            host, _, digits = words[2].rpartition(":")
            try:
                inet_pton(AF_INET, host)
                port = int(digits) if digits.isdigit() and digits.isascii() else 0
            except (OSError, ValueError):
                port = 0
            if not 0 < port < 65536 or words[0] != "server":
                self._uncommon(index, words, ending, servers)
                continue
            add(RealServer(
                host, port, ending.weight, words[1], "proxy", ending.role, "remove",
                ending.state, ending.limit, None, ending.checks, None, ending.own,
                Origin(expansion, index, ending.full),
            ))  # fmt: skip
            claimed[index] = 1
        said = {name for ending in used for name in ending.inherited}
        return servers, said

    # --- lines that are not simply NAME IPv4:PORT ---

    def _uncommon(
        self, index: int, words: Words, ending: Ending, servers: list[RealServer]
    ) -> None:
        """Read a line whose address needs a closer look, or a server-template."""
        notes = self.notes
        names, text = [words[1]], words[2]
        if words[0] == "server-template":
            found = _numbered(words[1], words[2])
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
            if ending.lacks_port and address.host is not None:
                notes.tell(
                    index, "HP106", f"server '{name}' is checked and has neither a port nor a check"
                    " port; haproxy refuses the file", "write ADDRESS:PORT or add port PORT",
                )  # fmt: skip
        return port, own, fields, host

    # --- endings ---

    def _ending(
        self, index: int, pool: str, manner: Manner, inherited: Words, tail: Words
    ) -> Ending:
        """Return what *tail* says on top of the default-server words *inherited*."""
        if tail[:1] == ("",):
            tail = tail[1:]  # the mark of a server-template, whose words stand one further
        before, _, _ = part_options("server", inherited)
        options, unknown, lacking = part_options("server", tail)
        report_options(self.notes, index, "server", unknown, lacking)
        self._faulty = bool(unknown or lacking)
        settings: dict[str, Option] = {}
        for option in (*before, *options):
            _apply(settings, option)
        ours = {option[0] for option in options}
        return self._made(index, pool, manner, settings, ours)

    def _made(
        self, index: int, pool: str, manner: Manner, settings: dict[str, Option], ours: set[str]
    ) -> Ending:
        """Return the ending that *settings* make; *ours* are the words of the line itself."""
        ending = Ending()
        values = self._values(index, settings)
        taken: dict[str, str] = {}
        if "weight" in values:
            ending.weight = int(values["weight"])
            taken["weight"] = "weight"
        if "maxconn" in values:
            ending.limit = int(values["maxconn"]) or None
            taken["maxconn"] = "upper_threshold"
        if "backup" in settings:
            ending.role = "backup"
            taken["backup"] = "role"
        if "disabled" in settings:
            ending.state = "maintenance"
            taken["disabled"] = "state"
        checks = []
        if "track" in settings:
            target = settings["track"][1]
            checks.append(Check(tracks=target if "/" in target else f"{pool}/{target}"))
            taken["track"] = "checks.0"
        elif "check" in settings:
            checks.append(_check(manner, settings, values))
            taken["check"] = "checks.0"
            for word, field in _CHECKING.items():
                if word in settings and (word in values or word not in (*_TIMES, *_NUMBERS)):
                    if word == "init-state" and settings[word][1] not in _INITIAL:
                        continue
                    taken[word] = f"checks.0.{field}"
            ending.lacks_port = "port" not in values
        if "agent-check" in settings:
            number = len(checks)
            checks.append(_agent(manner, settings, values))
            taken["agent-check"] = f"checks.{number}"
            for word, field in _AGENT.items():
                if word in settings and (word in values or word in ("agent-addr", "agent-send")):
                    taken[word] = f"checks.{number}.{field}"
        ending.checks = tuple(checks)
        idle = (
            () if any(check.kind != "agent" and not check.tracks for check in checks) else _CHECKING
        )
        own = [
            (word, option)
            for word, option in settings.items()
            if word not in taken and (word in ours or word not in idle)
        ]
        ending.own = tuple(option for _, option in own)
        taken.update((word, f"own.{number}") for number, (word, _) in enumerate(own))
        bare = {"": _HERE, "address": _HERE, "name": _HERE}
        bare.update((field, _HERE) for word, field in taken.items() if word in ours)
        ending.bare, ending.full = bare, {**bare, "port": _HERE}
        ending.inherited = tuple(
            _pool_field(field) for word, field in taken.items() if word not in ours
        )
        return ending

    def _values(self, index: int, settings: dict[str, Option]) -> dict[str, float]:
        """Return the numbers and times of *settings*, in seconds; report those that are none."""
        notes = self.notes
        values: dict[str, float] = {}
        for word in _TIMES:
            if word in settings:
                seconds, complaint = read_time(settings[word][1])
                if complaint:
                    code = "HP104" if seconds is None else "HP116"
                    notes.tell(index, code, f"{word}: {complaint}")
                    self._faulty = True
                if seconds == 0:
                    notes.tell(index, "HP104", f"{word} is 0; haproxy refuses the file")
                    self._faulty = True
                elif seconds is not None:
                    values[word] = seconds
        for word, (least, most) in _NUMBERS.items():
            if word in settings:
                number = read_number(settings[word][1], least, most)
                if number is None or (word == "weight" and number > 256):
                    bounds = "0 to 256" if word == "weight" else f"{least} to {most}"
                    notes.tell(
                        index, "HP104", f"{word} '{settings[word][1]}' is no whole number from"
                        f" {bounds}; haproxy refuses the file",
                    )  # fmt: skip
                    self._faulty = True
                if number is not None:
                    values[word] = number
        return values


def _apply(settings: dict[str, Option], option: Option) -> None:
    """Let *option* count on top of *settings*."""
    word = option[0]
    undone = _UNDOES.get(word)
    if undone is not None:
        settings.pop(undone, None)
        return
    settings.pop(_REPLACES.get(word, ""), None)
    settings.pop(word, None)
    settings[word] = option


def _check(manner: Manner, settings: dict[str, Option], values: dict[str, float]) -> Check:
    """Return the health check that *settings* describe under *manner*."""
    interval = values.get("inter", 2.0)
    address = settings["addr"][1] if "addr" in settings else None
    implied = "ssl" in settings and "no-check-ssl" not in settings
    initial = settings["init-state"][1] if "init-state" in settings else "up"
    return Check(
        kind=manner.kind,
        address=address,
        port=int(values["port"]) if "port" in values else None,
        interval=interval,
        fast_interval=values.get("fastinter", interval),
        down_interval=values.get("downinter", interval),
        connect_timeout=manner.connect_timeout,
        timeout=manner.timeout,
        rise=int(values.get("rise", 2)),
        fall=int(values.get("fall", 3)),
        initial=initial if initial in _INITIAL else "up",
        # a check of a TLS server speaks TLS unless it goes elsewhere
        tls="check-ssl" in settings or (implied and "port" not in values and address is None),
        sni=settings["check-sni"][1] if "check-sni" in settings else "",
        detail=manner.detail,
        own=manner.own,
    )


def _agent(manner: Manner, settings: dict[str, Option], values: dict[str, float]) -> Check:
    """Return the agent check that *settings* describe."""
    interval = values.get("agent-inter", 2.0)
    return Check(
        kind="agent",
        address=settings["agent-addr"][1] if "agent-addr" in settings else None,
        port=int(values["agent-port"]) if "agent-port" in values else None,
        interval=interval,
        fast_interval=interval,
        down_interval=interval,
        connect_timeout=manner.connect_timeout,
        timeout=manner.timeout,
        rise=1,
        fall=1,
        detail=settings["agent-send"][1] if "agent-send" in settings else None,
    )


def _pool_field(field: str) -> str:
    """Return the name under which the pool claims a field of its servers."""
    if field.startswith("own."):
        return "servers.own"
    head, _, rest = field.partition(".")
    if head == "checks":
        field = "checks" + rest[1:].lstrip("0123456789")
    return "servers." + field


def _numbered(prefix: str, text: str) -> list[str]:
    """Return the names that a server-template of *prefix* makes; none for a bad range."""
    first, dash, last = text.partition("-")
    low, high = (first, last) if dash else ("1", first)
    start, end = read_number(low), read_number(high)
    if start is None or end is None or not start <= end < start + MOST_TEMPLATE:
        return []
    return [f"{prefix}{number}" for number in range(start, end + 1)]
