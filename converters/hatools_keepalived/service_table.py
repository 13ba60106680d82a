"""What the statements of a virtual_server say: how their values are read, who claims them."""

from __future__ import annotations

from hatools_keepalived import remarks, vendors
from hatools_keepalived.block_reader import BlockReader, Table
from hatools_keepalived.reading_checks import DELAYS
from hatools_keepalived.reading_methods import read_method
from hatools_keepalived.scope import Scope
from hatools_keepalived.values import (
    IGNORED,
    LONGEST,
    MISSING,
    UINT,
    Result,
    Words,
    choice,
    flag,
    line,
    seconds,
    text,
    whole,
)

PATH = "virtual_server"
_SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed",
               "nq", "twos")  # fmt: skip
BARE = (
    "a real_server without '{': keepalived takes the statements behind it, another real_server"
    " too, for its own, up to the '}' of the virtual_server"
)
_LONGEST_PERSISTENCE = 2678400  # 31 days
DEFAULT_PERSISTENCE = 360.0


def _persistence(words: Words) -> Result:
    if not words:
        return DEFAULT_PERSISTENCE, ""
    value, complaint = whole(1, _LONGEST_PERSISTENCE)(words)
    return (value if value is IGNORED else float(value)), complaint


def _scheduler(words: Words) -> Result:
    """Take a scheduler; one that only forks have is taken for the one most like it."""
    if words and (fork := vendors.value(words[0])) and fork[0] in _SCHEDULERS:
        return fork
    return choice(*_SCHEDULERS)(words)


def _protocol(words: Words) -> Result:
    if not words:
        return IGNORED, MISSING
    name = words[0].lower()
    return (
        (name, "") if name in ("tcp", "udp", "sctp") else (IGNORED, f"'{words[0]}' is no protocol")
    )


def _scheduler_flag(reader: BlockReader, scope: Scope, index: int, words: Words, path: str) -> None:
    """Take a flag of the scheduler; sh- and mh- flags count only behind their own scheduler."""
    keyword = words[0]
    wanted = keyword.partition("-")[0]
    if wanted in ("sh", "mh") and scope.get("scheduler") != wanted:
        said = f"{keyword} has no effect: it must stand behind lb_algo {wanted}"
        scope.remark(index, remarks.NO_EFFECT, said)
        reader.drop(scope, index, said)
        return
    scope.values.setdefault("flags", []).append(keyword)
    scope.claim("scheduler", index)


def _sorry_method(reader: BlockReader, scope: Scope, index: int, words: Words, path: str) -> None:
    """Remember how the sorry server is reached, or that it goes to weight 0 instead of away."""
    if "sorry" not in scope.values:
        said = f"{words[0]} has no effect: no sorry_server stands before it"
        scope.remark(index, remarks.NO_EFFECT, said)
        reader.drop(scope, index, said)
        return
    scope.values[words[0]] = index - scope.at


TABLE: Table = {
    **DELAYS,
    "retry": ("fall", whole(1, UINT)),
    "alpha": ("initial", flag),
    "connect_timeout": ("connect_timeout", seconds(1e-6, LONGEST)),
    "virtualhost": ("detail", text),
    "lb_algo": ("scheduler", _scheduler),
    "lvs_sched": ("scheduler", _scheduler),
    "lb_kind": ("forwarding", read_method),
    "lvs_method": ("forwarding", read_method),
    "inhibit_on_failure": ("on_failure", flag),
    "weight": ("weight", whole(1, 2147483647)),
    "ops": ("one_packet", flag),
    "persistence_timeout": ("persistence", _persistence),
    "persistence_granularity": ("granularity", text),
    "protocol": ("protocol", _protocol),
    "ip_family": ("family", choice("inet", "inet6")),
    "quorum": ("quorum", whole(1, UINT)),
    "hysteresis": ("hysteresis", whole(0, UINT)),
    "quorum_up": ("quorum_up", line),
    "quorum_down": ("quorum_down", line),
    "sorry_server": ("sorry", line),
    "sorry_server_lvs_method": _sorry_method,
    "sorry_server_inhibit": _sorry_method,
    **dict.fromkeys(
        ("flag-1", "flag-2", "flag-3", "sh-port", "sh-fallback", "mh-port", "mh-fallback"),
        _scheduler_flag,
    ),
}
CLAIMS = {  # how the pool claims what was said
    "fall": "servers.checks.fall",
    "fast_interval": "servers.checks.fast_interval",
    "interval": "servers.checks.interval",
    "warmup": "servers.checks.warmup",
    "initial": "servers.checks.initial",
    "connect_timeout": "servers.checks.connect_timeout",
    "detail": "servers.checks.detail",
    "forwarding": "servers.forwarding",
    "on_failure": "servers.on_failure",
    "weight": "servers.weight",
    "granularity": "persistence",
    "quorum": "quorum.weight",
    "hysteresis": "quorum.hysteresis",
    "quorum_up": "quorum.up_script",
    "quorum_down": "quorum.down_script",
}
SORRY = ("sorry_server_inhibit", "sorry_server_lvs_method")
SERVICE_CLAIMS = ("protocol", "family")
_ELSEWHERE = ("sorry",)
