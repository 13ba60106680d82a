"""haproxy's agent-check: a line of words about health, state and weight."""

from __future__ import annotations

import re

from hatools.plugin import Asked, Verdict
from hatools_probes.ruleset import Conversing, Expect, Rule, Send

HEALTH = {"up": True, "down": False, "stopped": False, "fail": False}
STATES = {"ready": "ready", "drain": "drain", "maint": "maintenance"}
END = re.compile(rb"[\r\n\0]")
BETWEEN = re.compile(r"[ \t,]+")


class Agent(Conversing):
    """What an agent says; of words of one kind the last one counts."""

    def __init__(self, asked: Asked) -> None:
        detail = asked.check.detail
        said = detail.encode("utf-8", "surrogateescape") if isinstance(detail, str) else b""
        rules: list[Rule] = [Send(said)] if said else []
        super().__init__((*rules, Expect("custom", judge=heard, failure="the agent says nothing")))


def heard(data: bytes, last: bool) -> Verdict | None:
    """Return what the agent's first line says; it is over with the first line's end."""
    end = END.search(data)
    if end is None:
        return Verdict(False, "the agent's line is not complete") if last else None
    text, sharp, why = data[: end.start()].decode("utf-8", "replace").partition("#")
    words = [word for word in BETWEEN.split(text) if word]
    up: bool | None = None
    agent: dict[str, object] = {}
    unknown = ""
    for word in words:
        lower = word.lower()
        if lower in HEALTH:
            up = HEALTH[lower]
        elif lower in STATES:
            agent["state"] = STATES[lower]
        elif word[:1].isdigit() and "%" in word:
            agent["percent"] = word
        elif lower.startswith("maxconn:"):
            agent["connections"] = word
        else:
            unknown = unknown or word
    percent = re.fullmatch(r"(\d+)%", str(agent.pop("percent", "")))
    if percent:
        agent["percent"] = int(percent[1][:9])
    agent["up"] = up
    line = " ".join(words)[:120]
    reason = f"the agent says {line!r}" + (f": {why.strip()[:80]}" if sharp and why else "")
    if unknown:
        reason += f"; hatools and haproxy do not know {unknown[:40]!r}"
    return Verdict(up is not False, reason, more={"agent": agent})
