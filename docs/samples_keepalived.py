"""Puts each keyword of keepalived's table into a small text where it may stand."""

from __future__ import annotations

from collections.abc import Iterator

from samples import Row, by_place

from hatools_keepalived import keywords
from hatools_keepalived.catalogue import catalogue

INTRODUCTION = """\
# keepalived.conf

What hatools makes of each keyword of keepalived 1.2 to 2.4.
This page is generated (`docs/generate.py`) from the table of keywords that drives the reader, and from what reader and writer do with each of them.

* **read into** names the part of [the model](../model.md) that the keyword fills; other languages say that part in their own words, or the report tells why they cannot.
* **takes** is the form of the arguments (`hatools formats keepalived --keywords` has the values and the notes, too), **default** what counts where nothing is said.
* **written** keywords are those that come back when the model is written as keepalived.conf; where one keyword has an older spelling, the newer is written. Values that are keepalived's own defaults are left out.
* **Kept as it is**: only keepalived has it. It is carried along word for word, and is in the report of a conversion.

Written services with direct routing or tunnels bring the set-up of their real servers (see [companions](../convert.md#companions)); servers that come without health checks get them with `--set check=tcp` (see [health checks](../convert.md#health-checks)).
VRRP, static addresses and routes, scripts and notifications do not leave keepalived: a conversion of the services edits the original, takes out what moved, and leaves every other line as it was (see [companions](../convert.md#companions)).

The text language is read whole: `#` and `!` comments, quoted strings, braces anywhere, `@id` and `@^id` lines (`--set config_id=…`), `$NAME=` definitions of one or several lines, predefined `${_…}` variables (`--set env@NAME=…`), `~SEQ` and `~LST`, the `include` family with wildcards and braces. It stays in the document; what counts in one place is worked out beside it.
"""
BY_NAME = {
    "protocol": "TCP", "lb_algo": "rr", "lvs_sched": "rr", "lb_kind": "DR", "lvs_method": "DR",
    "persistence_granularity": "255.255.255.0", "script": "/bin/true", "track_file": "f",
    "digest": "0123456789abcdef0123456789abcdef", "payload": "00", "process": "haproxy",
    "virtual_server": "192.0.2.10 80", "virtual_server_group": "g", "file": "/run/f",
    "sorry_server": "192.0.2.99 80", "real_server": "192.0.2.11 80", "ip_family": "inet",
    "interface": "eth0", "state": "BACKUP", "version": "3", "regex": "ok", "regex_no_match": "ko",
    "http_protocol": "1.1", "status_code": "200", "quorum": "2", "enable_sni": "",
}  # fmt: skip
BY_TYPE = {
    "string": "x", "seconds": "7", "milliseconds": "7", "address": "192.0.2.20",
    "script": '"/bin/true"', "path": "/tmp/x", "interface": "eth0", "words": "x", "hex": "0f",
    "netmask": "255.255.255.0", "range": "0", "quoted": '"x"', "email": "admin@example.com",
    "host": "192.0.2.30", "umask": "022", "secret": "secret", "block": "",
}  # fmt: skip
CONTENT = {
    "notification_email": "admin@example.com", "track_interface": "eth1", "track_script": "s",
    "track_file": "f", "track_process": "p", "track_bfd": "b", "group": "a\nb",
    "virtual_ipaddress": "192.0.2.10", "virtual_ipaddress_excluded": "192.0.2.12",
    "unicast_peer": "192.0.2.2", "virtual_server_group": "192.0.2.10 80",
    "url": "path /", "host": "connect_ip 192.0.2.9",
}  # fmt: skip
BESIDE = {  # what a block needs so that the rest of it counts
    "virtual_server": ("protocol TCP", "lb_algo rr", "lb_kind DR", "real_server 192.0.2.11 80 {\nTCP_CHECK {\n}\n}"),
    "vrrp_instance": ("interface eth0", "virtual_router_id 51"),
    "authentication": ("auth_type PASS", "auth_pass secret"),
    "vrrp_track_process": ("process haproxy",),
    "track_file": ("file /run/f",),
    "vrrp_track_file": ("file /run/f",),
    "bfd_instance": ("neighbor_ip 192.0.2.3",),
    "real_server": ("TCP_CHECK {\n}",),
    "BFD_CHECK": ("name b",),
    "FILE_CHECK": ("track_file f",),
    "vrrp_script": ("script /bin/true",),
    "vrrp_sync_group": ("group {\na\nb\n}",),
    "HTTP_GET": ("url {\npath /\n}",),
    "SSL_GET": ("url {\npath /\n}",),
    "url": ("path /",),
    "MISC_CHECK": ("misc_path /bin/true",),
}  # fmt: skip
BEFORE = {  # what must stand above a keyword, in place of what stands beside it
    "sh-port": "lb_algo sh", "sh-fallback": "lb_algo sh", "flag-1": "lb_algo sh",
    "flag-2": "lb_algo sh", "flag-3": "lb_algo sh", "mh-port": "lb_algo mh",
    "mh-fallback": "lb_algo mh", "ops": "protocol UDP",
    "sorry_server_lvs_method": "sorry_server 192.0.2.99 80",
    "sorry_server_inhibit": "sorry_server 192.0.2.99 80",
}  # fmt: skip
_INSTANCE = "vrrp_instance {} {{\ninterface eth0\nvirtual_router_id 5{}\n}}"
FURTHER = {  # what must stand elsewhere in the file so that a block counts
    "vrrp_sync_group": (_INSTANCE.format("a", 1), _INSTANCE.format("b", 2)),
    "virtual_server_group": (
        "virtual_server group g {\nprotocol TCP\nreal_server 192.0.2.11 80 {\n}\n}",
    ),
}


def rows() -> Iterator[Row]:
    """Yield a row for every keyword of keepalived.conf that begins a line."""
    listed = by_place(catalogue())
    for path, record in keywords.rows():
        if record.kind != "keyword" or path[:1] == keywords.PARSER:
            continue
        lines: list[str] = []
        for depth, name in enumerate(path):
            opener = keywords.lookup(path[:depth], name)
            lines.append(f"{name} {_arguments(name, opener)} {{")
        above = BEFORE.get(record.name, "")
        told = {record.name, record.alias, record.replaced_by, *above.split()[:1]}
        beside = [
            text for text in BESIDE.get(path[-1] if path else "", ()) if text.split()[0] not in told
        ]
        lines += [above] if above else []
        line = len(lines) + 1
        lines.append(f"{record.name} {_arguments(record.name, record)}".rstrip())
        if record.opens:
            content = [CONTENT[record.name]] if record.name in CONTENT else []
            content += [t for t in BESIDE.get(record.name, ()) if t not in content]
            lines[-1] += " {"
            lines += [*content, "}"]
        lines += [*beside, *["}"] * len(path)]
        lines += FURTHER.get(path[0] if path else record.name, ())
        keyword = listed[record.name, "/".join(path) or "top"]
        yield Row(" / ".join(path) or "Top level", keyword, "\n".join(lines) + "\n", line)


def _arguments(name: str, record: keywords.Keyword | None) -> str:
    """Return arguments that *record* takes, no default among them."""
    if name in BY_NAME:
        return BY_NAME[name]
    if record is None:
        return ""
    return " ".join(_argument(item) for item in record.arguments if not item.optional)


def _argument(item: keywords.Argument) -> str:
    if item.values:
        return item.values[0]
    if item.type in ("int", "seconds", "milliseconds"):
        number = max(7.0, item.least or 0.0)
        return str(int(min(number, item.most) if item.most is not None else number))
    return BY_TYPE.get(item.type, "x")
