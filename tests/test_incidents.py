"""When people are told: laws of the machine that groups, damps and reminds."""

from __future__ import annotations

import copy
import json
from email import message_from_bytes

from hypothesis import given, settings
from hypothesis import strategies as st

from hatools.model.event import Event
from hatools_email.incidents import NEVER, Incidents, Letter
from hatools_email.letters import write
from hatools_email.meaning import FAILED, NOTE, WELL, Report, report
from hatools_email.settings import EmailSettings

RULES = EmailSettings(
    group_wait=5.0, update_every=60.0, recovery_wait=10.0, remind_every=1000.0, flap_count=4,
    flap_window=300.0, flap_quiet=100.0,
)  # fmt: skip
OBJECTS = ("a/1", "a/2", "b/1", "c/1")
COURSES = st.lists(
    st.tuples(
        st.floats(0.0, 120.0),
        st.sampled_from(OBJECTS),
        st.sampled_from((FAILED, FAILED, WELL, WELL, NOTE)),
    ),
    max_size=40,
)
Course = list[tuple[float, str, str]]


def told(state: str, key: str, now: float) -> Report:
    return Report(f"server {key}", key[0], state, f"is {state}", now)


def play(course: Course, machine: Incidents, often: float = 0.0) -> list[tuple[float, Letter]]:
    """Return the letters of *course*, each with its time; *often*: look every so many seconds."""
    letters: list[tuple[float, Letter]] = []
    now = 1000.0

    def until(end: float) -> None:
        nonlocal now
        while True:
            due = machine.due()
            if often:
                due = min(due, now + often)
                machine._due = -NEVER
            if due > end:
                break
            now = max(due, now)
            letters.extend((now, letter) for letter in machine.advance(now))
        now = end

    for pause, key, state in course:
        until(now + pause)
        machine.handle(now, told(state, key, now))
    until(now + 500.0)
    return letters


def heads(letters: list[tuple[float, Letter]]) -> list[tuple[float, str, str, int]]:
    return [(at, one.incident, one.kind, one.number) for at, one in letters]


@given(COURSES)
@settings(max_examples=150, deadline=None)
def test_waking_when_due_misses_nothing(course: Course) -> None:
    """Whoever looks all the time sees the same letters."""
    exact, eager = Incidents(RULES), Incidents(RULES)
    assert heads(play(course, exact)) == heads(play(course, eager, often=7.3))


@given(COURSES)
@settings(max_examples=150, deadline=None)
def test_each_failure_is_told_and_each_incident_ends_once(course: Course) -> None:
    machine = Incidents(RULES)
    letters = play(course, machine)
    by_incident: dict[str, list[Letter]] = {}
    for _, letter in letters:
        by_incident.setdefault(letter.incident, []).append(letter)
    for own in by_incident.values():
        assert [one.number for one in own] == list(range(1, len(own) + 1))
        assert [one.kind for one in own].count("opened") == 1
        assert own[0].kind == "opened"
        assert "recovered" not in [one.kind for one in own[:-1]]
    named = {key for _, letter in letters for key, _ in letter.lines}
    assert {f"server {key}" for _, key, state in course if state != WELL} == named
    last = {key: state for _, key, state in course}
    assert machine.failing() == {f"server {k}" for k, state in last.items() if state == FAILED}
    if FAILED not in last.values():
        assert not machine.open, "everything has worked for long enough"


@given(COURSES)
@settings(max_examples=100, deadline=None)
def test_there_are_never_many_letters(course: Course) -> None:
    """A group has one incident at a time; it flaps once, then keeps silent."""
    letters = play(course, Incidents(RULES))
    updates: dict[str, float] = {}
    for at, letter in letters:
        if letter.kind == "updated" and letter.tally.get(FAILED):
            assert at >= updates.get(letter.incident, -NEVER) + RULES.update_every - 1e-6
        updates[letter.incident] = at
    falls = sum(state != WELL for _, _, state in course)
    assert len(letters) <= 2 * falls + len({one.incident for _, one in letters}) * 2


@given(COURSES, st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_a_crash_changes_nothing(course: Course, crash: int) -> None:
    """State that went through JSON goes on as if nothing had happened."""
    whole = Incidents(RULES)
    letters = play(course, whole)
    first = Incidents(RULES)
    now = 1000.0
    before: list[tuple[float, Letter]] = []
    for at, (pause, key, state) in enumerate(course):
        if at == crash:
            told = json.loads(json.dumps(first.dump()))
            first = Incidents(RULES)
            first.load(told, now)
        end = now + pause
        while first.due() <= end:
            now = max(first.due(), now)
            before += ((now, letter) for letter in first.advance(now))
        now = end
        first.handle(now, Report(f"server {key}", key[0], state, f"is {state}", now))
    end = now + 500.0
    while first.due() <= end:
        now = max(first.due(), now)
        before += ((now, letter) for letter in first.advance(now))
    assert heads(before) == heads(letters)


def test_a_server_that_flaps_is_told_of_once() -> None:
    course: Course = [(3.0, "a/1", state) for _ in range(100) for state in (FAILED, WELL)]
    letters = play(course, Incidents(RULES))
    assert [one.kind for _, one in letters] == ["opened", "updated", "recovered"]
    assert letters[1][1].tally == {"flapping": 1}


def test_what_is_down_for_long_is_reminded_of() -> None:
    course: Course = [(0.0, "a/1", FAILED), (3600.0, "a/1", WELL)]
    letters = play(course, Incidents(RULES))
    assert [one.kind for _, one in letters] == [
        "opened", "reminder", "reminder", "reminder", "recovered",
    ]  # fmt: skip


def test_a_clock_that_was_set_back_keeps_nobody_waiting() -> None:
    machine = Incidents(RULES)
    machine.handle(5_000_000.0, told(FAILED, "a/1", 5_000_000.0))
    state = copy.deepcopy(machine.dump())
    after = Incidents(RULES)
    after.load(state, 1000.0)
    letters = after.advance(1000.0)
    assert after.due() <= 1000.0 + RULES.group_wait
    assert [one.kind for one in letters + after.advance(1005.0)] == ["opened"]


def test_a_takeover_is_a_note_and_a_start_is_none() -> None:
    role = Event(0.0, "role", "lb1/vip", {"role": "MASTER", "reason": ""})
    first, second = report(role, ""), report(role, "BACKUP")
    assert first is not None
    assert second is not None
    assert (first.state, second.state, second.text) == (WELL, NOTE, "is MASTER, was BACKUP")
    assert report(Event(0.0, "server", "a/1", {"up": True, "checked": False})) is None


@given(st.text(), st.text())
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_a_mail(key: str, text: str) -> None:
    machine = Incidents(RULES)
    machine.handle(0.0, Report(key, "", FAILED, text, 0.0))
    (letter,) = machine.advance(5.0)
    mail = message_from_bytes(write(letter, "lb1\n", "a@example.com", ("b@example.com",), 0.0))
    assert mail["To"] == "b@example.com"
    assert mail["Bcc"] is None
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Hatools-Incident",
        "X-Hatools-Letter", "MIME-Version", "Content-Type",
    }  # fmt: skip
