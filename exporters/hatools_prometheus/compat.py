"""The names that existing exporters made known, for dashboards and alerts that are there already.

keepalived-exporter (mehdy), node_exporter (ipvs, bonding) and haproxy's own
exporter, as far as the same fact is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools_prometheus.families import (
    OWN,
    Family,
    Labels,
    Sample,
    backends,
    dictionary,
    listed,
    number_of,
    router,
    totals,
    value,
)
from hatools_prometheus.state import Standing

MARK = re.compile(r"[0-9]{1,10}")  # node_exporter has it in hexadecimal, as the kernel's file
STATES = {"INIT": 0.0, "BACKUP": 1.0, "MASTER": 2.0, "FAULT": 3.0}
COUNTERS = {  # the exporter's name -> keepalived's own, in its JSON
    "advertisements_received": "advert_rcvd",
    "advertisements_sent": "advert_sent",
    "become_master": "become_master",
    "release_master": "release_master",
    "packet_length_errors": "packet_len_err",
    "advertisements_interval_errors": "advert_interval_err",
    "ip_ttl_errors": "ip_ttl_err",
    "invalid_type_received": "invalid_type_rcvd",
    "address_list_errors": "addr_list_err",
    "authentication_invalid": "invalid_authtype",
    "authentication_mismatch": "authtype_mismatch",
    "authentication_failure": "auth_failure",
    "priority_zero_received": "pri_zero_rcvd",
    "priority_zero_sent": "pri_zero_sent",
}


def _vrrp(one: Standing) -> Labels:
    known = router(one)
    return {
        "iname": known["router"],
        "intf": known["interface"],
        "vrid": known["virtual_router_id"],
    }


def _state(one: Standing) -> Iterator[Sample]:
    if one.details.get("source") in OWN:
        for address in listed(one, "addresses") or [""]:
            state = STATES.get(str(one.details.get("role")), 0.0)
            yield {**_vrrp(one), "ip_address": address}, state


def _backend(one: Standing, name: str) -> Labels:
    protocol, place, *_ = f"{one.subject} ".split(" ")
    local, _, port = place.rpartition(":")
    remote, _, remote_port = name.rpartition(":")
    mark = f"{int(place):08X}" if protocol == "FWM" and MARK.fullmatch(place) else ""
    return {
        "local_address": "" if mark else local.strip("[]"),
        "local_port": "" if mark else port,
        "local_mark": mark,
        "remote_address": remote.strip("[]"),
        "remote_port": remote_port,
        "proto": "FWM" if mark else protocol,
    }


def _ipvs(key: str) -> Family:
    names = {"weight": "weight", "active": "connections_active", "inactive": "connections_inactive"}
    read = backends(key)

    def translated(one: Standing) -> Iterator[Sample]:
        for labels, number in read(one):
            yield _backend(one, labels["server"]), number

    name = f"node_ipvs_backend_{names[key]}"
    return Family(name, f"The {key} of an IPVS backend.", "ipvs", translated)


def _bond(active: bool) -> Family:
    def read(one: Standing) -> Iterator[Sample]:
        ports = dictionary(one, "ports")
        count = sum(bool(up) for _, up in ports) if active else len(ports)
        yield {"master": one.subject}, float(count)

    name = "node_bonding_active" if active else "node_bonding_slaves"
    return Family(name, "The ports of a bond" + (" that are up." if active else "."), "bond", read)


def _counter(name: str) -> Family:
    def read(one: Standing) -> Iterator[Sample]:
        number = number_of(dict(dictionary(one, "counters")).get(COUNTERS[name]))
        if number is not None:
            yield _vrrp(one), number

    meaning = f"keepalived's count of {name.replace('_', ' ')}."
    return Family(f"keepalived_{name}_total", meaning, "counters", read, "counter")


def _haproxy(one: Standing) -> Labels:
    pool = str(one.details.get("pool") or one.subject.rpartition("/")[0])
    return {"proxy": pool, "server": one.subject.removeprefix(f"{pool}/")}


def _status(one: Standing) -> Iterator[Sample]:
    for state in ("DOWN", "UP"):
        yield (
            {**_haproxy(one), "state": state},
            float(bool(one.details.get("up")) == (state == "UP")),
        )


FAMILIES = (
    Family("keepalived_vrrp_state", "0 INIT, 1 BACKUP, 2 MASTER, 3 FAULT.", "role", _state),
    *map(_counter, COUNTERS),
    *map(_ipvs, ("weight", "active", "inactive")),
    *totals("node_ipvs"),
    _bond(False),
    _bond(True),
    Family("haproxy_server_status", "The state of a server, 1 for it.", "server", _status),
    Family("haproxy_server_weight", "The weight of a server.", "server", value("weight", _haproxy)),
)
