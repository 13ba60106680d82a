"""What of the nodes' files could not be read, and may change who is MASTER."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Reading, Subject
from hatools.text import Span

NOT_UNDERSTOOD = "not understood"
NOT_INCLUDED = ("not included", "no file to include")


def unread(subject: Subject) -> Span | None:
    """Return the first statement, outside of services, that was not understood or included."""
    for own in subject.nodes.values():
        for told in own:
            if told.reading.topology.routers:
                for span in _places(told.reading):
                    return span
    return None


def _places(reading: Reading) -> Iterator[Span]:
    expansion = reading.expansion
    for (document, number), (_, reason) in expansion.skipped.items():
        if reason.startswith(NOT_INCLUDED):
            yield expansion.documents[document].span(number)
    topology = reading.topology
    origins = [service.origin for service in topology.services]
    origins += [pool.origin for pool in topology.pools]
    blocks = [
        range(origin.at, expansion.ends.get(origin.at, origin.at) + 1)
        for origin in origins
        if origin.expansion is expansion
    ]
    for index, fate in sorted(reading.fates.items()):
        strange = (fate.reason or "").startswith(NOT_UNDERSTOOD)
        if strange and not any(index in block for block in blocks):
            yield expansion.span(index)
