"""Makes services of what frontend and listen sections say."""

from __future__ import annotations

from hatools.model import Listener, Origin, Service
from hatools_haproxy.addresses import BadAddress, read_address
from hatools_haproxy.reading_binds import read_bind
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_proxies import Proxy, Words

Own = tuple[Words, ...]


def read_service(notes: Notes, proxy: Proxy) -> Service:
    """Return the service of *proxy*, without its own words."""
    head = proxy.index
    fields: dict[str, tuple[int, ...]] = {"": (0,), "name": (0,)}
    service = Service(proxy.name)
    service.origin = Origin(notes.expansion, head, fields)
    mode = proxy.settings.get("mode")
    if mode is not None:
        service.layer = 7 if mode[1][1] == "http" else 4
        _claim(notes, fields, "layer", head, mode[0])
    limit = proxy.settings.get("maxconn")
    if limit is not None:
        service.connection_limit = int(limit[1][1])
        _claim(notes, fields, "connection_limit", head, limit[0])
    default = proxy.settings.get("default_backend")
    if default is not None:
        service.default_pool = default[1][1]
        _claim(notes, fields, "default_pool", head, default[0])
    elif proxy.back:
        service.default_pool = proxy.name
        fields["default_pool"] = (0,)
    service.rules = proxy.rules
    service.listeners = _heading(notes, proxy)
    for index, words in proxy.binds:
        service.listeners += read_bind(notes, index, words, "tcp")
    return service


def _claim(
    notes: Notes, fields: dict[str, tuple[int, ...]], name: str, head: int, index: int
) -> None:
    fields[name] = (index - head,)
    notes.claimed[index] = 1


def _heading(notes: Notes, proxy: Proxy) -> list[Listener]:
    """Return the listeners that stand in the heading, as haproxy took them up to 1.6."""
    words = notes.statements[proxy.index].words[2:]
    if not words or words[0] == "from":
        return []
    try:
        read_address(words[0].split(",")[0])
    except BadAddress:
        notes.tell(
            proxy.index, "HP111", f"'{words[0]}' behind the name of {proxy.kind} {proxy.name} is"
            " not understood; haproxy refuses the file", "take it out",
        )  # fmt: skip
        return []
    notes.tell(
        proxy.index, "HP111", f"{proxy.kind} {proxy.name} has an address in its heading; haproxy"
        f" refuses the file; read as bind {words[0]}", "write a bind line below the heading",
    )  # fmt: skip
    return read_bind(notes, proxy.index, words, "tcp")
