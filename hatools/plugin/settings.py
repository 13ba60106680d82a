"""What the user said with ``--set KEY=VALUE``: facts that a configuration lacks."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.errors import BadSetting
from hatools.text import near


class Settings:
    """Facts given from outside, each ``fact[@object]=value``.

    `get` notes what was asked for, so that a setting nobody wanted can be
    pointed out to the user.
    """

    def __init__(self, facts: Iterable[str] = ()) -> None:
        self._facts: dict[str, str] = {}
        self._asked: set[str] = set()
        for text in facts:
            key, equals, value = text.partition("=")
            if not equals or not key.strip():
                raise BadSetting(
                    f"--set {text}: no '=' in it", "write --set KEY=VALUE, such as vip=192.0.2.10"
                )
            self._facts[key.strip()] = value.strip()

    def get(self, fact: str, item: str = "") -> str | None:
        """Return the value of *fact* for object *item*, else of *fact* for all, else None."""
        for key in (f"{fact}@{item}", fact) if item else (fact,):
            self._asked.add(key)
            if key in self._facts:
                return self._facts[key]
        return None

    def add(self, fact: str, item: str, value: str) -> None:
        """Give *fact* of *item* a value, unless the user gave one."""
        key = f"{fact}@{item}" if item else fact
        self._asked.add(key)
        self._facts.setdefault(key, value)

    def copy(self) -> Settings:
        """Return settings with the same facts; what is asked of them is noted together."""
        same = Settings()
        same._facts = dict(self._facts)
        same._asked = self._asked
        return same

    def items(self, fact: str) -> dict[str, str]:
        """Return the values of *fact* by object, such as all ``env@NAME``."""
        prefix = fact + "@"
        found = {k[len(prefix) :]: v for k, v in self._facts.items() if k.startswith(prefix)}
        self._asked.update(prefix + name for name in found)
        return found

    def unused(self) -> list[tuple[str, str]]:
        """Return the keys that were given and never asked for, with the one perhaps meant."""
        asked = {key.partition("@")[0] for key in self._asked}
        return [(key, near(key.partition("@")[0], asked)) for key in self._facts
                if key not in self._asked]  # fmt: skip

    def __len__(self) -> int:
        return len(self._facts)

    def __contains__(self, key: str) -> bool:
        return key in self._facts

    def __repr__(self) -> str:
        return f"Settings({sorted(self._facts)})"
