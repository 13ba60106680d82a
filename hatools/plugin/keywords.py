"""The record of a keyword, and what a codec that can list its own offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol, runtime_checkable


class Keyword(NamedTuple):
    """A keyword of a language in one place, as documentation and editors show it.

    All is text, empty where there is nothing to say.  *places* are the blocks,
    sections or commands where it may stand, nested ones with ``/`` between
    (``vrrp_instance/authentication``); ``top`` is the file itself.  *kind* says
    what sort of word it is, in one word (``keyword``, ``option``, ``value``).
    *arguments* shows its form (``<seconds> [<user>]``), *values* the words that
    it takes where they can be counted.  A bare *default* counts where nothing is
    said.  *since* and *removed* are the first version that has it, and the first
    that refuses it; a version with ``>`` before it is not released yet.
    *aliases* mean the same.
    """

    name: str
    places: tuple[str, ...] = ("top",)
    kind: str = "keyword"
    arguments: str = ""
    values: tuple[str, ...] = ()
    default: str = ""
    since: str = ""
    deprecated: str = ""
    removed: str = ""
    replaced_by: str = ""
    aliases: tuple[str, ...] = ()
    note: str = ""

    def known_in(self, version: str) -> bool:
        """Tell whether *version* has it, as exactly as *version* is given."""
        return not _newer(self.since, version) and not (
            self.removed and not _newer(self.removed, version)
        )

    def stands_in(self, place: str) -> bool:
        """Tell whether it may stand in *place*, a whole path or the innermost part of one."""
        return any(path == place or path.endswith("/" + place) for path in self.places)


@runtime_checkable
class ListsKeywords(Protocol):
    """A codec that can list the keywords of its language."""

    def keywords(self) -> Iterable[Keyword]:
        """Yield every keyword that the language has or had, each once for all alike places.

        ::

            def keywords(self):
                yield Keyword("-e", arguments="HOST:PORT", note="the server for emergencies")
        """


def _newer(one: str, version: str) -> bool:
    """Tell whether version *one* is newer than *version*; empty is older than all."""
    if one.startswith(">"):
        return True
    asked = _numbers(version)
    return _numbers(one)[: len(asked)] > asked


def _numbers(version: str) -> list[int]:
    """Return the numbers of a version; what follows a hyphen does not count."""
    return [int(part) for part in version.partition("-")[0].split(".") if part.isdecimal()]
