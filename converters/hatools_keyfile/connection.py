"""One connection of a keyfile, taken apart into its lines."""

from __future__ import annotations

Line = tuple[str, str, str, int]  # group, key, value, index


class Connection:
    """The lines of one connection; *groups* says where each group begins."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.groups: dict[str, int] = {}

    def get(self, group: str, key: str) -> str:
        """Return the last value of a key; empty where it is not said."""
        said = [line[2] for line in self.lines if line[:2] == (group, key)]
        return said[-1] if said else ""

    def heading(self) -> dict[str, str]:
        """Return the names by which a port can call this bond, by their keys."""
        return {key: self.get("connection", key) for key in ("id", "uuid", "interface-name")}

    @property
    def start(self) -> int:
        """The statement that this connection begins with."""
        lines = [line[3] for line in self.lines[:1]]
        return self.groups.get("connection", min([*self.groups.values(), *lines]))
