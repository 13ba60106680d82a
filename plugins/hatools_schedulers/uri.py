"""uri: by the path of a request, up to its question mark."""

from __future__ import annotations

from hatools.plugin import Balancing, Connection
from hatools_schedulers.hashed import URI, Hashed, encoded


class Uri(Hashed):
    """Parameters: ``len N`` bytes at most, ``depth N`` directories, ``whole``, ``path-only``."""

    def __init__(self, balancing: Balancing) -> None:
        super().__init__(balancing)
        self._whole = "whole" in self.words
        self._path_only = "path-only" in self.words
        self._length = self._number("len")
        self._depth = self._number("depth")

    def _number(self, word: str) -> int:
        for at, one in enumerate(self.words[:-1]):
            if one == word and self.words[at + 1].isdigit():
                return int(self.words[at + 1])
        return 0

    def key(self, connection: Connection) -> bytes | None:
        """Return the part of the request's target that counts."""
        uri = connection.facts.get(URI)
        if uri is None:
            return None
        if self._path_only and "://" in uri:
            _, slash, path = uri.partition("://")[2].partition("/")
            uri = slash + path
        if not self._whole:
            uri = uri.partition("?")[0]
        key = encoded(uri)
        if self._length:
            key = key[: self._length]
        if self._depth:  # the slash that ends the last directory is not part of the key
            parts = key.split(b"/")
            key = b"/".join(parts[: self._depth + 1])
        return key
