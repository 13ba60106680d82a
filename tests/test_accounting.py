"""The ledger: every statement once, the weakest word counts, parts where they differ."""

from __future__ import annotations

from hatools.convert.accounting import Account, fate_of
from hatools.model import KEPT, Fate, Origin, Outcome, Pool, Record, Scheduler, Topology
from hatools.plugin import Assumption, Departure, OutFile, Reading, Writing
from hatools.text import Document, Expansion, Hop, Source, Statement
from hatools.text.document import CLOSE, OPEN

LOSS = Fate(Outcome.DROPPED, "no such thing there")
NEAR = Fate(Outcome.APPROXIMATED, "nearly")


def document(text: str = "pool p {\nweight 3\nname x\n}\n") -> Document:
    statements = [
        Statement(("pool", "p"), 0, 6, OPEN),
        Statement(("weight", "3"), 0, 8),
        Statement(("name", "x"), 0, 6),
        Statement((), kind=CLOSE),
    ]
    return Document(Source("f", text), statements, [0, 1, 2, 3])


def account(
    records: list[Record],
    expansion: Expansion,
    fates: dict[int, Fate] | None = None,
    departure: Departure | None = None,
) -> Account:
    writing = Writing(
        OutFile("out", ""), Topology(), records, assumptions=[Assumption("timeout", "needed", 4)]
    )
    return Account(Reading(Topology(), expansion, fates or {}), writing, departure)


def outcomes(of: Account) -> list[str]:
    return [entry.outcome.value for entry in of.entries()]


def test_a_field_takes_the_nearest_word() -> None:
    verdict = {"checks": NEAR, "checks.0.rise": LOSS, "": KEPT}
    assert fate_of(verdict, "checks.0.rise") is LOSS
    assert fate_of(verdict, "checks.0.fall") is NEAR
    assert fate_of(verdict, "") is KEPT
    assert fate_of(verdict, "weight").reason == "the target's writer has no word on it"
    assert fate_of({"*": LOSS}, "") is LOSS


def test_each_statement_has_one_entry_and_additions_come_last() -> None:
    one = document()
    expansion = Expansion([one], one.statements)
    origin = Origin(expansion, 0, {"": (0,), "weight": (1,)})
    pool = Pool("p", Scheduler("rr"), origin=origin)
    ledger = account([Record(pool.origin, {"": KEPT, "weight": NEAR}, 7)], expansion)
    assert outcomes(ledger) == ["kept", "approximated", "dropped", "assumed"]
    entries = list(ledger.entries())
    assert entries[1].targets == (("out", 7),)
    assert entries[2].reason == "not understood"
    assert entries[3].source is None
    assert ledger.summary()["assumed"] == 1


def test_the_weakest_counts_and_parts_are_listed() -> None:
    one = document()
    expansion = Expansion([one], one.statements)
    fields = {"weight": (1,), "share": (1,), "": (0,), "name": (2,)}
    verdict = {"weight": KEPT, "share": LOSS, "": KEPT, "name": KEPT}
    entries = list(account([Record(Origin(expansion, 0, fields), verdict)], expansion).entries())
    assert entries[1].outcome is Outcome.DROPPED
    assert [(part.fact, part.outcome.value) for part in entries[1].parts] == [
        ("weight", "kept"),
        ("share", "dropped"),
    ]
    assert entries[0].parts == ()


def test_a_statement_that_expands_twice_is_accounted_for_once() -> None:
    one = document()
    twice = [one.statements[1], one.statements[1]]
    expansion = Expansion(
        [one],
        twice,
        [Hop(0, 1), Hop(0, 1)],
        {(0, 0): ("kept", ""), (0, 2): ("dropped", "not for this place")},
    )
    first = Record(Origin(expansion, 0, {"weight": (0,)}), {"weight": KEPT})
    second = Record(Origin(expansion, 1, {"weight": (0,)}), {"weight": NEAR})
    ledger = account([first, second], expansion)
    assert outcomes(ledger)[:3] == ["kept", "approximated", "dropped"]
    assert ledger.summary() == {
        "kept": 1,
        "moved": 0,
        "approximated": 1,
        "dropped": 1,
        "assumed": 1,
    }


def test_what_stays_behind_is_moved_unless_it_was_kept() -> None:
    one = document()
    expansion = Expansion([one], one.statements)
    fields = {"": (0,), "weight": (1,), "name": (2,)}
    records = [Record(Origin(expansion, 0, fields), {"": KEPT, "weight": LOSS, "name": NEAR})]
    stays = frozenset({(0, 0), (0, 1), (0, 2)})
    ledger = account(records, expansion, None, Departure([OutFile("old.conf", "")], stays))
    assert outcomes(ledger)[:3] == ["kept", "moved", "approximated"]
    assert "stays in old.conf" in list(ledger.entries())[1].reason


def test_secrets_are_masked_in_entries() -> None:
    one = document("pool p {\nweight 3\nname x\n}\n")
    expansion = Expansion([one], one.statements)
    writing = Writing(None, Topology())
    masked = Account(
        Reading(Topology(), expansion), writing, None, lambda text: text.replace("3", "***")
    )
    assert [entry.fact for entry in masked.entries()] == ["pool p", "weight ***", "name x"]
