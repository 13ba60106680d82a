"""What the user says about observers: their tables ``[plugin.NAME]`` of hatools.toml.

Times are seconds; *every* is the pause between two looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar

from hatools.errors import BadSetting
from hatools.plugin.tables import fill

Record = TypeVar("Record")
SECONDS = 1e6  # a pause is shorter


class WireSettings(NamedTuple):
    """The keys of ``[plugin.vrrp]``: it has none of its own."""


class LinksSettings(NamedTuple):
    """The keys of ``[plugin.links]``."""

    every: float = 1.0  # though the kernel told nothing


class IpvsSettings(NamedTuple):
    """The keys of ``[plugin.ipvs]``."""

    every: float = 5.0
    path: str = "/proc/net/ip_vs"
    connections: int = 10_000  # beyond so many they are not counted by state


class BondingSettings(NamedTuple):
    """The keys of ``[plugin.bonding]``."""

    every: float = 1.0
    path: str = "/proc/net/bonding"


class KeepalivedSettings(NamedTuple):
    """The keys of ``[plugin.keepalived]``: where its dumps are."""

    every: float = 1.0
    json: str = ""
    data: str = ""
    stats: str = ""


class HaproxySettings(NamedTuple):
    """The keys of ``[plugin.haproxy]``: where its statistics are; *user* is ``NAME:PASSWORD``."""

    every: float = 5.0
    socket: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    user: str = ""


class PeersSettings(NamedTuple):
    """The keys of ``[plugin.peers]``; 0: half the shortest advertisement interval."""

    every: float = 0.0
    token: str = ""
    token_file: str = ""
    tls: bool = False
    ca_file: str = ""


SETTINGS: Mapping[str, type[Any]] = {  # by the observer's name
    "vrrp": WireSettings,
    "links": LinksSettings,
    "ipvs": IpvsSettings,
    "bonding": BondingSettings,
    "keepalived": KeepalivedSettings,
    "haproxy": HaproxySettings,
    "peers": PeersSettings,
}


def read(record: type[Record], told: Mapping[str, Any], name: str) -> Record:
    """Return *record* filled from the table of observer *name*; raises `BadSetting`."""
    found = fill(record, told, f"plugin.{name}")
    if "every" in told and not 0 < getattr(found, "every", 1.0) < SECONDS:
        raise BadSetting(f"[plugin.{name}] every is no number of seconds above 0")
    if any("@" in url.partition("://")[2].partition("/")[0] for url in getattr(found, "url", ())):
        raise BadSetting(  # a URL is logged, a user is not
            f"[plugin.{name}] url has a name or a password in it",
            'say them as user = "NAME:PASSWORD"',
        )
    return found
