"""Mends what differs between nodes, where one word of one file is all that differs."""

from __future__ import annotations

from hatools.text import Edit
from hatools_peers.peers import Peer


def word_of(peer: Peer, field: str) -> str:
    """Return the one value that *field* was written with, empty where it is not one plain word."""
    found = _place(peer, field)
    return found[1] if found else ""


def reworded(peer: Peer, field: str, word: str) -> tuple[Edit, ...]:
    """Return the edit that writes *word* for the value of *field*; none where it is not plain.

    Plain is a keyword and its value on a line of the router's own block, which no
    definition or sequence brought there.
    """
    found = _place(peer, field)
    if not found or not word or found[1] == word:
        return ()
    edit, _ = found
    return (edit._replace(replacement=word),)


def _place(peer: Peer, field: str) -> tuple[Edit, str] | None:
    """Return an edit of the value of *field*, and the value."""
    origin = peer.router.origin
    at, expansion = origin.statements(field), origin.expansion
    if len(at) != 1 or expansion is None:
        return None
    if not origin.at < at[0] < expansion.ends.get(origin.at, origin.at):
        return None  # it stands elsewhere, and counts for others, too
    hop = expansion.hop(at[0])
    document = expansion.documents[hop.document]
    statement, row = document.statements[hop.number], document.rows[hop.number]
    words = statement.words
    if statement.note is not None or statement.height > 1:
        return None
    if not words or words != expansion.statements[at[0]].words:
        return None  # a definition or a sequence says it
    text = document.source.line(row + 1)[statement.start : statement.end]
    if len(words) > 2 or tuple(text.split()) != words:
        return None
    end = document.source.offset(row + 1, statement.end + 1)
    return Edit(end - len(words[-1]), end, "", document.source.path), words[-1]
