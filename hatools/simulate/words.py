"""What happened, told in words: one sentence for each note that a person wants to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hatools.engine.naming import endpoint
from hatools.simulate.result import Note

# What the scenario did, by kind; {value} chooses among the words of VALUES where it is there.
DONE = {
    "crash": "{subject} crashes",
    "return": "{subject} returns",
    "stop": "keepalived on {subject} stops",
    "start": "keepalived on {subject} starts",
    "kill": "keepalived on {subject} is killed",
    "restart": "keepalived on {subject} restarts",
    "server": "server {server} {value}",
    "cut": "link {node} {way} {subject} is cut",
    "heal": "link {node} {way} {subject} heals",
    "link": "interface {subject} on {node} {value}",
    "hears": "interface {subject} on {node} hears {value}",
    "script": "script {subject} on {node} {value}",
    "effect": "when script {subject} on {node} fails, it {value} keepalived",
    "weight": "weight of {subject} becomes {value}{on}",
    "state": "server {subject} {value}{on}",
}
VALUES = {
    ("server", "silent"): "stops answering",
    ("server", "answers"): "answers",
    ("server", "fails"): "answers wrongly",
    ("server", "refuses"): "refuses connections",
    ("server", "changed"): "changes its page",
    ("link", "up"): "comes up",
    ("link", "down"): "goes down",
    ("effect", "stop"): "stops",
    ("effect", "restart"): "restarts",
    ("state", "drain"): "is drained",
    ("state", "maintenance"): "is in maintenance",
    ("state", "ready"): "is ready",
}


def seconds(time: float) -> str:
    """Return *time* to the millisecond: ``63.546 s``."""
    return f"{time:.3f}".rstrip("0").rstrip(".") + " s"


def said(note: Note) -> str:
    """Return what *note* tells, in a sentence; nothing where a person need not hear of it."""
    if not note.node:
        return _done(note)
    teller = _PUBLISHED.get(note.kind)
    return teller(note, note.details) if teller is not None else ""


def _done(note: Note) -> str:
    details = note.details
    node, value = str(details.get("node", "")), str(details.get("value", ""))
    if note.kind == "tracked":
        kind, _, name = note.subject.partition(":")
        if kind == "file" and value not in ("up", "down"):
            return f"file {name} on {node} says {value}"
        return f"{kind} {name} on {node} {'dies' if value == 'down' else 'returns'}"
    port = details.get("port")
    return DONE.get(note.kind, "{kind} {subject} {value}").format(
        kind=note.kind,
        subject=note.subject,
        server=note.subject if port is None else endpoint(note.subject, port),
        node=node,
        value=VALUES.get((note.kind, value), value),
        way="->" if value == "one way" else "-",
        on=f" on {node}" if node else "",
    )


def because(reason: object) -> str:
    """Return *reason* as it follows a sentence: in parentheses, nothing for none."""
    return f" ({reason})" if reason else ""


Details = Mapping[str, object]


def _role(note: Note, details: Details) -> str:
    return f"{note.subject} on {note.node} is {details['role']}{because(details.get('reason'))}"


def _priority(note: Note, details: Details) -> str:
    change = f"{details.get('before')} to {details.get('priority')}"
    return f"priority of {note.subject} on {note.node}: {change}{because(details.get('reason'))}"


def _server(note: Note, details: Details) -> str:
    pool, _, server = note.subject.rpartition("/")
    way = "in" if details.get("up") else "out"
    weight = f", weight {details['weight']}" if details.get("up") and "weight" in details else ""
    why = because(details.get("reason"))
    of = f" of {pool}" if pool else ""
    return f"server {server}{of} is {way} on {note.node}{weight}{why}"


def _quorum(note: Note, details: Details) -> str:
    verb = "reaches" if details.get("reached") else "loses"
    sums = f"weight {details.get('weight')}, needed {details.get('needed')}"
    return f"{note.subject} {verb} its quorum on {note.node} ({sums})"


def _sorry(note: Note, details: Details) -> str:
    verb = "uses" if details.get("used") else "no longer uses"
    return f"{note.subject} {verb} the sorry server on {note.node}"


def _tracker(note: Note, details: Details) -> str:
    kind, _, name = note.subject.rpartition(":")
    value = details.get("value")
    number = f" (says {value})" if value is not None else ""
    verb = "is up" if details.get("up") else "is down"
    return f"{kind or 'script'} {name} {verb} on {note.node}{number}"


def _group(note: Note, details: Details) -> str:
    wanted = f"{note.subject} on {note.node} follows its group to {details.get('role')}"
    return wanted + because(details.get("reason"))


def _bond(note: Note, details: Details) -> str:
    carrying = details.get("carrying")
    state = "is up" if details.get("up") else "is down"
    if details.get("up") and isinstance(carrying, list):
        state = f"sends through {' and '.join(map(str, carrying)) or 'no port yet'}"
    return f"{note.subject} on {note.node} {state}{because(details.get('reason'))}"


def _effect(note: Note, details: Details) -> str:
    verb = VALUES["effect", str(details.get("value"))]
    return f"script {note.subject} {verb} keepalived on {note.node}"


_PUBLISHED: dict[str, Callable[[Note, Details], str]] = {
    "role": _role,
    "priority": _priority,
    "server": _server,
    "quorum": _quorum,
    "sorry": _sorry,
    "tracker": _tracker,
    "group": _group,
    "bond": _bond,
    "effect": _effect,
}
