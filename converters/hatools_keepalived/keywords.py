"""Which keywords keepalived knows, where, since when and with which values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

PARSER = ("<parser>",)
"""The pseudo block of what belongs to the text language: includes, conditions, definitions."""


class Argument(NamedTuple):
    """One argument; *type* is int, seconds, bool, enum, address, script, string and so on.

    *least* and *most* bound a number; *values* are the words allowed; *more*
    holds what else is known (``unit``, ``max_length``, ``prefix``, ``content``).
    """

    name: str
    type: str
    optional: bool = False
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()
    more: Mapping[str, str] = {}


class Keyword(NamedTuple):
    """One keyword of one block.

    *kind* is keyword, word (stands inside another keyword's line), entry (a
    line without keyword) or directive.  *opens* a block; *repeats*: every one
    counts, *once*: the first, else the last; *endless*: the last argument may repeat.  Versions
    are text, empty where never.  *default* is text, empty where there is none.
    *carries* tells what hatools makes of it: ``read`` into the model, or
    ``own``, kept as it is.
    """

    name: str
    arguments: tuple[Argument, ...] = ()
    default: str = ""
    since: str = ""
    kind: str = "keyword"
    opens: bool = False
    repeats: bool = False
    endless: bool = False
    deprecated: str = ""
    removed: str = ""
    replaced_by: str = ""
    alias: str = ""
    needs: str = ""
    note: str = ""
    carries: str = "own"
    once: bool = False

    def known_in(self, version: str) -> bool:
        """Tell whether *version* (empty: the newest) knows it."""
        return not _newer(self.since, version) and not (
            self.removed and not _newer(self.removed, version)
        )

    def deprecated_in(self, version: str) -> bool:
        """Tell whether *version* (empty: the newest) advises against it."""
        return bool(self.deprecated) and not _newer(self.deprecated, version)


def _newer(one: str, version: str) -> bool:
    """Tell whether version *one* is newer than *version*, as exactly as *version* is given."""
    if one.startswith(">"):
        return True
    if not version or not one:
        return False
    asked = [int(part) for part in version.split(".") if part.isdecimal()]
    return [int(part) for part in one.split(".")][: len(asked)] > asked


def block(path: tuple[str, ...]) -> Mapping[str, Keyword]:
    """Return every record of the block at *path* by name; empty where there is no such block."""
    return _block("/".join(path))


@cache
def _lines(path: str) -> dict[str, str]:
    """Return the table's lines on the block at *path* by name."""
    from hatools_keepalived.keyword_table import BLOCKS, SAME

    text = BLOCKS.get(SAME.get(path, path), "")
    return {line.partition(" ; ")[0].strip(" ;"): line for line in text.splitlines()}


@cache
def _block(path: str) -> Mapping[str, Keyword]:
    return {name: record for name in _lines(path) if (record := _find(path, name)) is not None}


@cache
def _find(path: str, name: str) -> Keyword | None:
    """Return one record; a file asks for few of them, so each is made when it is asked for."""
    line = _lines(path).get(name)
    return None if line is None else _record(line, _read_into_the_model(path))


def blocks_known(path: tuple[str, ...]) -> bool:
    """Tell whether keepalived has a block at *path* (opening keywords, outermost first)."""
    if not path:
        return True
    opener = _find("/".join(path[:-1]), path[-1])
    return opener is not None and opener.opens


def lookup(path: tuple[str, ...], keyword: str) -> Keyword | None:
    """Return what *keyword* is at the start of a line in the block at *path*, or None."""
    record = _find("/".join(path), keyword)
    return record if record is not None and record.kind == "keyword" else None


def word(path: tuple[str, ...], name: str) -> Keyword | None:
    """Return what option word *name* is; *path* may end in the keyword whose line it stands on."""
    record = _find("/".join(path), name)
    return record if record is not None and record.kind == "word" else None


def takes_lines(path: tuple[str, ...]) -> bool:
    """Tell whether the block at *path* holds lines without keywords (addresses, names, …)."""
    if not path:
        return False
    opener = lookup(path[:-1], path[-1])
    return opener is not None and any(item.type == "block" for item in opener.arguments)


def is_script_keyword(path: tuple[str, ...], keyword: str) -> bool:
    """Tell whether *keyword* in the block at *path* is split into words as a shell would."""
    from hatools_keepalived.words import RAW_SCRIPT_KEYWORDS, SCRIPT_KEYWORDS

    if keyword not in SCRIPT_KEYWORDS and keyword not in RAW_SCRIPT_KEYWORDS:
        return False
    return lookup(path, keyword) is not None


def rows() -> Iterator[tuple[tuple[str, ...], Keyword]]:
    """Yield every (block path, record), in the order of the table: for documentation and tests."""
    from hatools_keepalived.keyword_table import BLOCKS, SAME

    for path in (*BLOCKS, *SAME):
        for record in _block(path).values():
            yield tuple(path.split("/")) if path else (), record


def _record(line: str, read: frozenset[str]) -> Keyword:
    """Return the record that one line of the table is."""
    columns = line.split(" ; ")
    name, arguments, default, since, flags, replaced_by, note = (
        column.strip(" ;") for column in columns + [""] * (7 - len(columns))
    )
    switches = {flag.partition("=")[0]: flag.partition("=")[2] for flag in flags.split()}
    kind = next((kind for kind in ("word", "entry", "directive") if kind in switches), "keyword")
    return Keyword(
        name,
        tuple(map(_argument, arguments.split(", "))) if arguments else (),
        default,
        since,
        kind,
        "opens" in switches,
        "repeat" in switches,
        "list" in switches,
        switches.get("deprecated", ""),
        switches.get("removed", ""),
        replaced_by,
        switches.get("alias", ""),
        switches.get("needs", ""),
        note,
        "read" if name in read else "own",
        "once" in switches,
    )


def _argument(text: str) -> Argument:
    """Return the argument that ``name type min..max =values key=value`` says."""
    name, type_, *rest = text.split(" ")
    least = most = None
    values: tuple[str, ...] = ()
    more: dict[str, str] = {}
    for part in rest:
        if part.startswith("="):
            values = tuple(part[1:].split("|"))
        elif "=" in part:
            key, _, value = part.partition("=")
            more[key] = value
        else:
            low, _, high = part.partition("..")
            least, most = (float(low) if low else None), (float(high) if high else None)
    return Argument(name.rstrip("?"), type_, name.endswith("?"), least, most, values, more)


_CHECKED = (
    "connect_ip connect_port connect_timeout bindto bind_port bind_if fwmark retry"
    " delay_before_retry delay_loop warmup alpha"
)
_HTTP = _CHECKED + " url virtualhost http_protocol enable_sni"
_READ = {
    "": "virtual_server virtual_server_group vrrp_instance vrrp_sync_group vrrp_script"
    " vrrp_track_process track_file vrrp_track_file bfd_instance",
    "global_defs": "notification_email notification_email_from smtp_server smtp_helo_name"
    " smtp_connect_timeout router_id",
    "vrrp_instance": "state interface virtual_router_id priority advert_int version preempt"
    " nopreempt preempt_delay accept no_accept strict_mode authentication mcast_src_ip"
    " unicast_src_ip unicast_peer virtual_ipaddress virtual_ipaddress_excluded native_ipv6"
    " track_interface track_script track_file track_process track_bfd down_timer_adverts",
    "vrrp_instance/authentication": "auth_type auth_pass",
    "vrrp_sync_group": "group track_interface track_script track_file track_process track_bfd",
    "vrrp_script": "script interval timeout weight rise fall user",
    "virtual_server": "lb_algo lvs_sched lb_kind lvs_method delay_loop protocol"
    " persistence_timeout persistence_granularity quorum hysteresis quorum_up quorum_down"
    " sorry_server sorry_server_lvs_method real_server retry delay_before_retry warmup weight"
    " ops inhibit_on_failure connect_timeout alpha virtualhost",
    "virtual_server/real_server": "weight lvs_method inhibit_on_failure uthreshold lthreshold"
    " HTTP_GET SSL_GET TCP_CHECK SMTP_CHECK DNS_CHECK MISC_CHECK UDP_CHECK PING_CHECK FILE_CHECK"
    " BFD_CHECK retry delay_before_retry warmup delay_loop connect_timeout alpha virtualhost",
    "virtual_server/real_server/TCP_CHECK": _CHECKED,
    "virtual_server/real_server/HTTP_GET": _HTTP,
    "virtual_server/real_server/SSL_GET": _HTTP,
    "virtual_server/real_server/HTTP_GET/url": "path digest status_code virtualhost regex"
    " regex_no_match",
    "virtual_server/real_server/SSL_GET/url": "path digest status_code virtualhost regex"
    " regex_no_match",
    "virtual_server/real_server/SMTP_CHECK": _CHECKED + " helo_name host",
    "virtual_server/real_server/DNS_CHECK": _CHECKED + " type name",
    "virtual_server/real_server/UDP_CHECK": _CHECKED + " payload require_reply min_reply_length"
    " max_reply_length",
    "virtual_server/real_server/PING_CHECK": _CHECKED,
    "virtual_server/real_server/MISC_CHECK": "misc_path misc_timeout misc_dynamic user warmup"
    " retry delay_before_retry delay_loop alpha",
    "virtual_server/real_server/FILE_CHECK": "track_file weight",
    "virtual_server/real_server/BFD_CHECK": "name alpha",
}
"""What the reader puts into the model, by block; everything else is kept as it is."""


def _read_into_the_model(path: str) -> frozenset[str]:
    return frozenset(_READ.get(path, "").split())
