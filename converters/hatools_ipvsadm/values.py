"""What the options of a command say, as facts of the table."""

from __future__ import annotations

from typing import Any

from hatools.model import Tunnel
from hatools.text import near
from hatools_ipvsadm.addresses import place, whole
from hatools_ipvsadm.faults import UNDONE, Refusal
from hatools_ipvsadm.table import Key, ServerEntry

LONGEST = 31 * 86400  # seconds of persistence
BARE = 360  # seconds that a bare -p means to ipvsadm 1.26 to 1.31; its manual says 300
SCHEDULERS = frozenset(
    ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed", "nq", "twos")
)
HEAVIEST = 2**31 - 1
FORWARDING = {"gatewaying": "direct", "ipip": "tunnel", "masquerading": "masquerade"}
_FLAGS = {"sh-fallback": ("sh", "flag-1"), "sh-port": ("sh", "flag-2"),
          "mh-fallback": ("mh", "flag-1"), "mh-port": ("mh", "flag-2")}  # fmt: skip
_ALIASES = {(scheduler, flag): name for name, (scheduler, flag) in _FLAGS.items()}


def shown(key: Key) -> str:
    """Return a service as a person names it."""
    kind, address, number = key
    if kind.startswith("mark"):
        return f"mark {number}"
    return f"{kind} {place(address, number)}"


def check_service(key: Key, options: dict[str, str]) -> None:
    """Raise `Refusal` for a service that ipvsadm does not take."""
    kind, _, port = key
    if not kind.startswith("mark"):
        if not port and "persistent" not in options:
            raise Refusal("Zero port specified for non-persistent service",
                          "name a port, or add -p for all ports")  # fmt: skip
        if "ops" in options and kind != "udp":
            raise Refusal("One-Packet Scheduling is only for UDP virtual services")


def scheduler_name(text: str, meant: list[tuple[str, str]]) -> str:
    """Return a scheduler that the kernel has, *meant* says what was misspelt; raises `Refusal`."""
    if text in SCHEDULERS:
        return text
    near_one = near(text, SCHEDULERS) if len(text) < 12 else ""
    if not near_one:
        raise Refusal("Scheduler or persistence engine not found",
                      f"the kernel has no scheduler {text[:40]}", UNDONE)  # fmt: skip
    meant.append((UNDONE, f"the kernel has no scheduler {text}; read as {near_one}"))
    return near_one


def scheduler_flags(text: str, scheduler: str) -> tuple[str, ...]:
    """Return the flags of a scheduler, by the names that ``ipvsadm -L`` shows."""
    found: list[str] = []
    for flag in text.split(","):
        if flag in _FLAGS:
            if _FLAGS[flag][0] != scheduler:
                raise Refusal(f"incompatible scheduler flag `{flag}'",
                              f"{flag} goes with -s {_FLAGS[flag][0]}")  # fmt: skip
        elif flag not in ("flag-1", "flag-2", "flag-3"):
            raise Refusal(f"invalid scheduler flag `{flag}'")
        name = _ALIASES.get((scheduler, flag), flag)
        if name in found:
            raise Refusal(f"incompatible scheduler flag `{flag}'", "it is there twice")
        found.append(name)
    return tuple(sorted(found, key=flag_order))


def flag_order(name: str) -> str:
    """Return what flags are sorted by: the kernel shows them by their number."""
    return _FLAGS[name][1] if name in _FLAGS else name


def server_facts(options: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Return how a server is reached, and what *options* say of it by field."""
    facts: dict[str, Any] = {}
    method = next((name for name in FORWARDING if name in options), "")
    forwarding = FORWARDING[method] if method else "direct"
    if method:
        facts["forwarding"] = forwarding
    if "weight" in options:
        facts["weight"] = whole(options["weight"], 0, HEAVIEST, "illegal weight specified")
    upper = lower = 0
    if "u-threshold" in options:
        upper = facts["upper"] = whole(options["u-threshold"], 0, HEAVIEST,
                                       "illegal u_threshold specified")  # fmt: skip
    if "l-threshold" in options:
        lower = facts["lower"] = whole(options["l-threshold"], 0, HEAVIEST,
                                       "illegal l_threshold specified")  # fmt: skip
    if lower > upper:
        raise Refusal("Numerical result out of range", "-y must not be above -x", UNDONE)
    tunnel = tunnel_of(options)
    if tunnel is not None and forwarding != "tunnel":
        raise Refusal("Tunnel options conflict with forward method", "--tun-… goes with -i")
    if forwarding == "tunnel":
        facts["tunnel"] = tunnel or Tunnel()
    return forwarding, facts


def tunnel_of(options: dict[str, str]) -> Tunnel | None:
    """Return the tunnel that *options* speak of, None where they do not."""
    checks = [name for name in ("tun-nocsum", "tun-csum", "tun-remcsum") if name in options]
    if not checks and "tun-type" not in options and "tun-port" not in options:
        return None
    kind = options.get("tun-type", "ipip")
    if kind not in ("ipip", "gue", "gre"):
        raise Refusal("illegal tunnel type specified", "it is ipip, gue or gre")
    port = None
    if "tun-port" in options:
        if kind != "gue":
            raise Refusal(f"The 'tun-port' option does not go with tunnel type {kind}")
        port = whole(options["tun-port"], 1, 65535, "illegal tunnel port specified")
    elif kind == "gue":
        raise Refusal("You need to supply the 'tun-port' option for the 'gue' tunnel type")
    if checks and kind == "ipip":
        raise Refusal(f"The '{checks[0]}' option does not go with tunnel type ipip")
    if checks == ["tun-remcsum"] and kind != "gue":
        raise Refusal("The 'tun-remcsum' option goes with tunnel type gue only")
    checksum = checks[0][4:] if checks and checks != ["tun-nocsum"] else ""
    return Tunnel(kind, port, checksum)


def put_all(entry: ServerEntry, facts: dict[str, Any], at: int) -> None:
    """Set all *facts* of a server, said by statement *at*."""
    for field, value in facts.items():
        entry.put(field, value, at)
