"""Reads bind lines: the addresses where clients connect."""

from __future__ import annotations

from collections.abc import Mapping

from hatools.model import Listener, Origin
from hatools_haproxy.addresses import Address, BadAddress, came, read_address, takes_datagrams
from hatools_haproxy.reading_notes import Notes, version_numbers
from hatools_haproxy.reading_options import Option, part_options, report_options

_SHAPES: dict[tuple[bool, bool, bool, int, int], Mapping[str, tuple[int, ...]]] = {}


def read_bind(notes: Notes, index: int, words: tuple[str, ...], protocol: str) -> list[Listener]:
    """Return the listeners of a bind line; *words* are the addresses and the options."""
    own = _options(notes, index, words[1:])
    listeners = []
    for text in words[0].split(","):
        if not text:
            continue
        listener = _listener(notes, index, text, own, protocol)
        if listener is not None:
            listeners.append(listener)
    if listeners:
        notes.claimed[index] = 1
    return listeners


def _listener(
    notes: Notes, index: int, text: str, own: tuple[Option, ...], protocol: str
) -> Listener | None:
    """Return the listener on one address, None when it cannot be used."""
    try:
        found = read_address(text)
    except BadAddress as bad:
        notes.refuse(index, "HP105", str(bad))
        return None
    if found.offset:
        notes.refuse(index, "HP105", f"a bind takes no port offset: '{found.offset}'")
        return None
    if takes_datagrams(text):
        notes.refuse(
            index, "HP105", f"clients connect to a bind, and '{text}' takes datagrams",
            "haproxy takes these in a log-forward, with dgram-bind",
        )  # fmt: skip
        return None
    since = came(text)
    if since and version_numbers(since) > notes.version:
        notes.too_new(index, f"an address such as '{text}'", since)
    if not found.path and found.ports is None:
        notes.refuse(
            index, "HP106", f"the bind '{text}' has no port", f"write {text.rstrip(':')}:PORT"
        )
        return None
    if found.ports is not None and not found.ports[0]:
        notes.refuse(index, "HP105", f"the ports of the bind '{text}' begin with 0")
        return None
    kind = "udp" if found.protocol == "udp" else protocol
    origin = Origin(notes.expansion, index, _shape(found, own))
    return Listener(found.host, found.ports, kind, None, found.family, found.path, own, origin)


def _shape(found: Address, own: tuple[Option, ...]) -> Mapping[str, tuple[int, ...]]:
    """Return the fields that a bind wrote; equal shapes share one mapping."""
    key = (
        found.host is not None,
        found.ports is not None,
        bool(found.path),
        found.family,
        len(own),
    )
    shape = _SHAPES.get(key)
    if shape is None:
        fields = {"": (0,), "address": (0,)} if found.host is not None else {"": (0,)}
        if found.ports is not None:
            fields["ports"] = (0,)
        if found.path:
            fields["path"] = (0,)
        if found.family:
            fields["family"] = (0,)
        fields.update((f"own.{number}", (0,)) for number in range(len(own)))
        shape = _SHAPES[key] = fields
    return shape


def _options(notes: Notes, index: int, words: tuple[str, ...]) -> tuple[Option, ...]:
    """Return the options of a bind line; report those that are none."""
    if not words:
        return ()
    options, odd = part_options("bind", words)
    report_options(notes, index, "bind", options, odd)
    return (*options, *odd)
