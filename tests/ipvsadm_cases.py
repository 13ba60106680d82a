"""Runs one case of fixtures/ipvsadm: what is read, what becomes of each line, what is written."""

from __future__ import annotations

from pathlib import Path

from hatools.convert.accounting import Account
from hatools.model import Outcome, Topology, differences
from hatools.plugin import Place, Reading, Target, Writing
from hatools.reading.files import TreeFiles
from hatools.text import Source
from hatools_ipvsadm.codec import IpvsadmCodec
from hatools_ipvsadm.plugin import recognise

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "ipvsadm"
CODEC = IpvsadmCodec()


def read(text: str, place: Place | None = None, path: str = "input") -> Reading:
    """Return what *text* means; the text must survive."""
    document = CODEC.parse(Source(path, text))
    assert document.text == text
    return CODEC.read(CODEC.expand(document, place or Place()))


def write(topology: Topology, target: Target | None = None) -> Writing:
    """Return *topology* as rules; what they read back to must be what was intended."""
    writing = CODEC.write(topology, target or Target())
    if writing.main is not None:
        again = read(writing.main.text)
        assert differences(writing.intended, again.topology) == []
        assert again.diagnostics == []
    return writing


def account(reading: Reading, writing: Writing) -> list[str]:
    """Return what became of each statement, as ``line outcome reason``."""
    lines = []
    for entry in Account(reading, writing, None, CODEC.mask).entries():
        if entry.source is not None and (entry.outcome is not Outcome.KEPT or entry.reason):
            lines.append(f"{entry.source.line} {entry.outcome.value}: {entry.reason}")
    return lines


def told(path: Path) -> str:
    """Return all that hatools makes of a case's input, as text."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    assert recognise(path.name, text) >= 90
    reading = read(text, Place(files=TreeFiles(str(path.parent))), str(path))
    writing = write(reading.topology)
    expansion = reading.expansion
    remarks = [*expansion.documents[0].diagnostics, *expansion.diagnostics, *reading.diagnostics]
    parts = ["[rules]", writing.main.text.rstrip("\n") if writing.main else "nothing"]
    parts += ["", "[account]", *account(reading, writing), "", "[remarks]"]
    parts += sorted(
        str(each).partition(":")[2].replace(f" outside {path.parent}", " outside the folder")
        for each in remarks
    )
    parts += ["", "[lost]", *(f"{name}: {why}" for name, why in writing.lost)]
    parts += ["", "[companions]", *(companion.name for companion in writing.companions)]
    return "\n".join(parts) + "\n"
