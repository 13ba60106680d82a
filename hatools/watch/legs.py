"""What a check asks: its connections, one after the other, or why it cannot be asked from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hatools.engine.machine import StartProbe
from hatools.engine.pool import labels
from hatools.model import Topology, Tracker
from hatools.plugin.behaviour import Asked, Probe

Legs = Sequence[tuple[Asked, Probe]] | str
UNASKED = {  # kinds of check that nobody outside can make, and why
    "bfd": "a BFD session belongs to keepalived's own BFD process: nobody else hears it",
}
NO_SCRIPTS = "scripts are not run (--allow-scripts)"


def files_of(topologies: Iterable[Topology]) -> dict[str, Tracker]:
    """Return the files that checks may name."""
    trackers = (one for topology in topologies for one in topology.trackers)
    return {one.name: one for one in trackers if one.kind == "file"}


def legs_of(
    start: StartProbe,
    probes: Mapping[str, Probe],
    files: Mapping[str, Tracker],
    allow_scripts: bool,
) -> Legs:
    """Return the connections that a check makes, or why it cannot be made from here."""
    check = start.check
    probe = probes.get(check.kind)
    if check.tracks:
        return f"it follows {check.tracks}"
    if probe is None:
        return UNASKED.get(check.kind, f"no probe for {check.kind} is loaded")
    asked = Asked(check, start.address, start.port, 0, start.proxy, start.own)
    if probe.transport == "command" and not allow_scripts:
        return NO_SCRIPTS
    if probe.transport == "file":
        tracker = files.get(str(check.detail))
        if tracker is None:
            return f"no track_file {check.detail} is defined"
        turned = ("reverse",) if ("reverse",) in tracker.own else ()
        own = (*check.own, ("weight", str(tracker.weight), *turned))
        asked = asked._replace(address=tracker.command, own=own)
    if probe.legs is not None:
        try:
            return probe.legs(asked, probe)
        except Exception as error:  # the plugin border
            return f"the probe {probe.name} failed: {type(error).__name__}: {error}"
    return ((asked, probe._replace(transport="tls") if check.tls else probe),)


def unasked(
    topologies: Sequence[Topology], probes: Mapping[str, Probe], allow_scripts: bool
) -> dict[str, list[str]]:
    """Return servers (``POOL/SERVER``) with a check that nobody can make here, by the reason."""
    files = files_of(topologies)
    found: dict[str, list[str]] = {}
    known: dict[object, str] = {}  # servers that look alike share their checks
    for topology in topologies:
        for pool in topology.pools:
            for server, label in zip(pool.servers, labels(pool.servers), strict=True):
                proxied = server.forwarding == "proxy"
                for check in server.checks:
                    key = (id(check), id(server.own))
                    if check.tracks:
                        continue
                    if key not in known:
                        start = StartProbe("", check, server.address, 0, proxied, server.own)
                        legs = legs_of(start, probes, files, allow_scripts)
                        known[key] = legs if isinstance(legs, str) else ""
                    if known[key]:
                        found.setdefault(known[key], []).append(f"{pool.name}/{label}")
    return found
