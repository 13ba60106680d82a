"""Reads what stands behind a server's address: its options, and the checks they make."""

from __future__ import annotations

from collections.abc import Mapping

from hatools.model import Check
from hatools_haproxy.numbers import read_number, read_time
from hatools_haproxy.reading_checks import Manner, said_by_rules
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_options import Option, part_options, report_options

Words = tuple[str, ...]
Fields = Mapping[str, tuple[int, ...]]

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
_SYSTEM_AUTHORITIES = (3, 3)  # since then servers trust the system's authorities by default
_REFUSED = ("rise", "fall")  # what the other options cannot read is 0 to haproxy
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


class Endings:
    """Reads the endings of server lines; *faulty* when the last one had something wrong."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.faulty = False
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}

    def read(self, index: int, pool: str, manner: Manner, inherited: Words, tail: Words) -> Ending:
        """Return what *tail* says on top of the default-server words *inherited*."""
        if tail[:1] == ("",):
            tail = tail[1:]  # the mark of a server-template, whose words stand one further
        before = part_options("server", inherited)[0]
        options, odd = part_options("server", tail)
        self.faulty = report_options(self.notes, index, "server", options, odd)
        settings: dict[str, Option] = {}
        for option in (*before, *options):
            _apply(settings, option)
        ours = {option[0] for option in options}
        return self._made(index, pool, manner, settings, ours, odd)

    def _made(
        self,
        index: int,
        pool: str,
        manner: Manner,
        settings: dict[str, Option],
        ours: set[str],
        odd: list[Option],
    ) -> Ending:
        """Return the ending that *settings* make; *ours* are the words of the line itself."""
        ending = Ending()
        values = self._values(index, settings)
        self._report_missing(index, settings)
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
            ending.lacks_port = "port" not in values and not said_by_rules(manner)
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
        for words in odd:  # lost on everybody, but not silently
            own.append((" ".join(words), words))
            ours = ours | {" ".join(words)}
        ending.own = tuple(option for _, option in own)
        taken.update((word, f"own.{number}") for number, (word, _) in enumerate(own))
        bare = {"": _HERE, "address": _HERE, "name": _HERE}
        bare.update((field, _HERE) for word, field in taken.items() if word in ours)
        ending.bare, ending.full = bare, {**bare, "port": _HERE}
        names = tuple([_pool_field(field) for word, field in taken.items() if word not in ours])
        ending.inherited = self._names.setdefault(names, names)
        return ending

    def _report_missing(self, index: int, settings: dict[str, Option]) -> None:
        """Remark on options that cannot do without another."""
        notes = self.notes
        if "agent-check" in settings and "agent-port" not in settings:
            notes.tell(
                index, "HP110", "agent-check needs agent-port; haproxy refuses the file",
                "write agent-port PORT",
            )  # fmt: skip
            self.faulty = True
        if not ("ssl" in settings or "check-ssl" in settings) or "ca-file" in settings:
            return
        verified = settings.get("verify", ("", ""))[1] != "none"
        if verified and not notes.trusting and notes.version < _SYSTEM_AUTHORITIES:
            notes.tell(
                index, "HP110", "ssl needs ca-file to verify the server; haproxy refuses the file",
                "write ca-file FILE, or verify none",
            )  # fmt: skip
            self.faulty = True

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
                    self.faulty = True
                if seconds == 0:
                    notes.tell(index, "HP104", f"{word} is 0; haproxy refuses the file")
                    self.faulty = True
                elif seconds is not None:
                    values[word] = seconds
        for word, (least, most) in _NUMBERS.items():
            if word in settings:
                number = read_number(settings[word][1], least, most)
                if number is None or (word == "weight" and number > 256):
                    bounds = "0 to 256" if word == "weight" else f"{least} to {most}"
                    refused = word in _REFUSED or (
                        word == "weight" and _is_number(settings[word][1])
                    )
                    code = "HP104" if refused else "HP114"
                    what = "haproxy refuses the file" if refused else "haproxy takes it as it can"
                    notes.tell(
                        index, code, f"{word} '{settings[word][1]}' is no whole number from"
                        f" {bounds}; {what}",
                    )  # fmt: skip
                    self.faulty = True
                if number is not None:
                    values[word] = number
        return values


def _is_number(text: str) -> bool:
    return text.lstrip("+-").isdigit()


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
    address = _bare(settings["addr"][1]) if "addr" in settings else None
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
        address=_bare(settings["agent-addr"][1]) if "agent-addr" in settings else None,
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


def _bare(address: str) -> str:
    """Return an IPv6 address without its brackets."""
    return address[1:-1] if address[:1] == "[" and address[-1:] == "]" else address


def _pool_field(field: str) -> str:
    """Return the name under which the pool claims a field of its servers."""
    if field.startswith("own."):
        return "servers.own"
    head, _, rest = field.partition(".")
    if head == "checks":
        field = "checks" + rest[1:].lstrip("0123456789")
    return "servers." + field
