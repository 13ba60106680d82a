"""The metrics: name, meaning, and how each is read from what is known of an object.

Names follow Prometheus' conventions: base units, ``_total`` for what only grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from hatools.plugin.outage import measured_of
from hatools_prometheus.state import Standing

Labels = dict[str, str]
Sample = tuple[Labels, float]
Read = Callable[[Standing], Iterable[Sample]]
ROLES = ("INIT", "BACKUP", "MASTER", "FAULT")
VERDICTS = ("suspected", "confirmed")
OWN = ("addresses", "keepalived")  # where roles of this host's own routers come from


class Family(NamedTuple):
    """One metric: *read* gives its samples for an object of *kind*."""

    name: str
    meaning: str
    kind: str
    read: Read
    type: str = "gauge"


def value(key: str, labels: Callable[[Standing], Labels]) -> Read:
    """Return what reads the detail *key*: a number, or a truth as 0 or 1; nothing for none."""

    def read(one: Standing) -> Iterator[Sample]:
        number = number_of(one.details.get(key))
        if number is not None:
            yield labels(one), number

    return read


def number_of(found: object) -> float | None:
    """Return a number, or a truth as 0 or 1; None for anything else."""
    return float(found) if isinstance(found, bool | int | float) else None


def named(label: str) -> Callable[[Standing], Labels]:
    """Return what names an object by one label."""
    return lambda one: {label: one.subject}


def server(one: Standing) -> Labels:
    """Return the labels of a server, ``POOL/SERVER``."""
    pool = str(one.details.get("pool") or "") or one.subject.rpartition("/")[0]
    port = one.details.get("port")
    return {
        "pool": pool,
        "server": one.subject.removeprefix(f"{pool}/"),
        "address": str(one.details.get("address", "")),
        "port": str(port) if port else "",
    }


def _known_up(one: Standing) -> Iterator[Sample]:
    if one.details.get("checked", True):  # nobody knows before the first answers
        yield server(one), float(bool(one.details.get("up")))


def router(one: Standing) -> Labels:
    """Return the labels of this host's virtual router, ``NODE/ROUTER``."""
    details = one.details
    return {
        "router": one.subject.partition("/")[2] or one.subject,
        "node": str(details.get("node", "")),
        "interface": str(details.get("interface", "")),
        "virtual_router_id": str(details.get("virtual_router_id", "")),
        "family": str(details.get("family", "")),
    }


def _master(one: Standing) -> Iterator[Sample]:
    if one.details.get("source") in OWN:
        yield router(one), float(one.details.get("role") == "MASTER")


def _state(one: Standing) -> Iterator[Sample]:
    if one.details.get("source") in OWN:
        for role in ROLES:
            yield {**router(one), "state": role}, float(one.details.get("role") == role)


def _priority(one: Standing) -> Iterator[Sample]:
    priority = one.details.get("priority")
    if one.details.get("source") in OWN and isinstance(priority, int):
        yield router(one), float(priority)


def _heard(one: Standing) -> Iterator[Sample]:
    if one.details.get("source") not in OWN and one.details.get("role"):
        labels = router(one)
        del labels["router"], labels["node"]
        labels["source"] = one.subject.rpartition("/")[2]
        yield labels, float(one.details["role"] == "MASTER")


def _configured(one: Standing) -> Iterator[Sample]:
    addresses = ",".join(listed(one, "addresses"))
    yield {**router(one), "addresses": addresses}, 1.0


def _sightings(one: Standing) -> Iterator[Sample]:
    for name, found in dictionary(one, "counters"):
        number = number_of(found)
        if number is not None:
            yield {"router": one.subject.partition("/")[2], "event": name}, number


def listed(one: Standing, key: str) -> list[str]:
    """Return the texts of a list, nothing where it is none."""
    found = one.details.get(key)
    return [str(text) for text in found] if isinstance(found, list | tuple) else []


def dictionary(one: Standing, key: str) -> list[tuple[str, Any]]:
    """Return the items of a dictionary by key, nothing where it is none."""
    found = one.details.get(key)
    return sorted(found.items()) if isinstance(found, Mapping) else []


def backends(key: str) -> Read:
    """Return what reads *key* of each server of an IPVS service."""

    def read(one: Standing) -> Iterator[Sample]:
        for name, about in dictionary(one, "servers"):
            number = number_of(about.get(key) if isinstance(about, Mapping) else None)
            if number is not None:
                yield {"service": one.subject, "server": name}, number

    return read


TOTALS = {  # of all IPVS: the name without prefix -> the detail, and what it means
    "connections_total": ("connections", "The connections that IPVS scheduled."),
    "incoming_packets_total": ("incoming_packets", "The packets that came to IPVS."),
    "outgoing_packets_total": ("outgoing_packets", "The packets that left through IPVS."),
    "incoming_bytes_total": ("incoming_bytes", "The bytes that came to IPVS."),
    "outgoing_bytes_total": ("outgoing_bytes", "The bytes that left through IPVS."),
}


def totals(prefix: str) -> tuple[Family, ...]:
    """Return what IPVS counts of everything, by names that begin with *prefix*."""
    return tuple(
        Family(f"{prefix}_{name}", meaning, "traffic", value(key, nothing), "counter")
        for name, (key, meaning) in TOTALS.items()
    )


def _connection_states(one: Standing) -> Iterator[Sample]:
    for name, found in dictionary(one, "states"):
        number = number_of(found)
        if number is not None:
            protocol, _, state = name.partition(" ")
            yield {"protocol": protocol, "state": state}, number


def _backend_count(one: Standing) -> Iterator[Sample]:
    yield {"service": one.subject}, float(len(dictionary(one, "servers")))


def ports(key: str) -> Read:
    """Return what reads a number, or truth, of each port of a bond."""

    def read(one: Standing) -> Iterator[Sample]:
        for name, found in dictionary(one, key):
            number = number_of(found)
            if number is not None:
                yield {"bond": one.subject, "port": name}, number

    return read


def _active_port(one: Standing) -> Iterator[Sample]:
    for name, _ in dictionary(one, "ports"):
        yield {"bond": one.subject, "port": name}, float(one.details.get("active") == name)


def _address(one: Standing) -> Labels:
    name = str(one.details.get("router", ""))
    return {
        "address": one.subject,
        "interface": str(one.details.get("interface", "")),
        "router": name.partition("/")[2] or name,
    }


def _proxy(one: Standing) -> Labels:
    proxy, _, name = one.subject.rpartition("/")
    return {"proxy": proxy, "server": name}


def _status(one: Standing) -> Iterator[Sample]:
    yield {**_proxy(one), "status": str(one.details.get("status", ""))}, 1.0


def _split(one: Standing) -> Iterator[Sample]:
    interface, _, number = one.subject.rpartition("/")
    labels = {
        "interface": str(one.details.get("interface") or interface),
        "virtual_router_id": str(one.details.get("virtual_router_id") or number),
    }
    for verdict in VERDICTS:
        yield {**labels, "verdict": verdict}, float(one.details.get("verdict") == verdict)


def _sound(key: str, labels: Callable[[Standing], Labels]) -> Read:
    """Return what tells whether the text *key* says of no problem."""
    return lambda one: [(labels(one), float(not one.details.get(key)))]


def nothing(one: Standing) -> Labels:
    """Return no labels: there is one such object."""
    return {}


def _since(labels: Callable[[Standing], Labels]) -> Read:
    return lambda one: [(labels(one), one.since)]


def measured(one: Standing) -> Labels:
    """Return the labels of what availability is told of, ``KIND NAME``."""
    kind, name = measured_of(one.subject)
    return {"kind": kind, "name": name}


FAMILIES = (
    Family("hatools_server_up", "Whether the checks of a server pass (or nobody checks it).",
           "server", _known_up),
    Family("hatools_server_weight", "The weight with which a server is used.",
           "server", value("weight", server)),
    Family("hatools_server_changed_timestamp_seconds", "Since when a server is up, or down.",
           "server", _since(server)),
    Family("hatools_pool_quorum_reached", "Whether enough servers of a pool are up.",
           "quorum", value("reached", named("pool"))),
    Family("hatools_pool_quorum_weight", "The weight that has to be up.",
           "quorum", value("needed", named("pool"))),
    Family("hatools_pool_sorry_server_used", "Whether the sorry server stands in for a pool.",
           "sorry", value("used", named("pool"))),
    Family("hatools_virtual_router_master", "Whether this host is MASTER of a virtual router.",
           "role", _master),
    Family("hatools_virtual_router_state", "The state of this host's virtual routers, 1 for it.",
           "role", _state),
    Family("hatools_virtual_router_priority", "The priority of this host's virtual routers.",
           "role", _priority),
    Family("hatools_virtual_router_heard_master",
           "Whether a host advertises itself as MASTER on the wire; 0 when it fell silent.",
           "role", _heard),
    Family("hatools_virtual_router_info", "A configured virtual router.", "router", _configured),
    Family("hatools_virtual_router_events_total", "What keepalived counts of a virtual router.",
           "counters", _sightings, "counter"),
    Family("hatools_virtual_address_held", "Whether this host has a virtual address.",
           "address", value("held", _address)),
    Family("hatools_link_up", "Whether an interface has a carrier.",
           "link", value("up", named("interface"))),
    Family("hatools_ipvs_servers", "The servers of a service in the kernel.",
           "ipvs", _backend_count),
    Family("hatools_ipvs_server_weight", "The weight of a server in the kernel.",
           "ipvs", backends("weight")),
    Family("hatools_ipvs_server_active_connections", "The active connections of a server.",
           "ipvs", backends("active")),
    Family("hatools_ipvs_server_inactive_connections", "The inactive connections of a server.",
           "ipvs", backends("inactive")),
    *totals("hatools_ipvs"),
    Family("hatools_ipvs_connection_states", "The connections and templates that IPVS knows.",
           "traffic", _connection_states),
    Family("hatools_bond_up", "Whether a bond has a carrier.", "bond", value("up", named("bond"))),
    Family("hatools_bond_port_up", "Whether a port of a bond has a carrier.",
           "bond", ports("ports")),
    Family("hatools_bond_port_active", "Whether a port is the active one.", "bond", _active_port),
    Family("hatools_bond_port_failures_total", "How often the link of a port failed.",
           "bond", ports("failures"), "counter"),
    Family("hatools_proxy_status", "What haproxy says of a server, FRONTEND or BACKEND, 1 for it.",
           "proxy", _status),
    Family("hatools_proxy_sessions", "The sessions that haproxy has there.",
           "proxy", value("sessions", _proxy)),
    Family("hatools_proxy_queue", "The requests that wait there.",
           "proxy", value("queue", _proxy)),
    Family("hatools_peer_up", "Whether another watch answers.",
           "peer", value("reachable", named("peer"))),
    Family("hatools_split_brain", "Whether several hosts act as MASTER, by how sure that is.",
           "split brain", _split),
    Family("hatools_mail_queued", "The mails that wait to be sent.",
           "mail", value("queued", nothing)),
    Family("hatools_mail_sent_total", "The mails that were sent.",
           "mail", value("sent", nothing), "counter"),
    Family("hatools_mail_working", "Whether the last mail could be sent.",
           "mail", _sound("problem", nothing)),
    Family("hatools_availability_ratio", "The part of the time without outage, from the history.",
           "availability", value("ratio", measured)),
    Family("hatools_availability_downtime_seconds", "The time of outages in the history's window.",
           "availability", value("downtime", measured)),
    Family("hatools_availability_failures", "The outages in the history's window.",
           "availability", value("failures", measured)),
    Family("hatools_availability_mttr_seconds", "The mean time to repair.",
           "availability", value("mttr", measured)),
    Family("hatools_availability_mttf_seconds", "The mean time to failure.",
           "availability", value("mttf", measured)),
    Family("hatools_configuration_sound", "Whether the last configuration read is in force.",
           "daemon", _sound("problem", nothing)),
    Family("hatools_targets", "The checks that are made.", "daemon", value("targets", nothing)),
)  # fmt: skip
