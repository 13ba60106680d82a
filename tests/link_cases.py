"""Runs one case of fixtures/links: what is read, what becomes of each line, what is written."""

from __future__ import annotations

from pathlib import Path

from hatools.convert.accounting import Account
from hatools.convert.files import TreeFiles
from hatools.model import Outcome, Topology, differences
from hatools.plugin import Codec, OutFile, Place, Reading, Settings, Target, Writing
from hatools.reading import read_back
from hatools.text import Severity, Source
from hatools_bonding import plugin as bonding
from hatools_ifcfg import plugin as ifcfg
from hatools_keyfile import plugin as keyfile
from hatools_nmcli import plugin as nmcli

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "links"
FORMATS = {
    form.name: form
    for plugin in (nmcli, keyfile, ifcfg, bonding)
    for form in plugin.hatools_formats()
}
WRITTEN = [name for name, form in FORMATS.items() if form.writes]
FORGOTTEN = ("not understood", "the target's writer has no word on it")


def codec(name: str) -> Codec:
    """Return a fresh codec of format *name*."""
    return FORMATS[name].load()


def recognised(path: str, text: str) -> str:
    """Return the one link format that is surest of *text*; empty where none is sure."""
    marks = sorted((form.recognise(path, text), name) for name, form in FORMATS.items())
    return marks[-1][1] if marks[-1][0] >= 90 > marks[-2][0] else ""


def read(name: str, text: str, path: str = "input", settings: tuple[str, ...] = ()) -> Reading:
    """Return what *text* means; the text must survive."""
    form = codec(name)
    document = form.parse(Source(path, text))
    assert document.text == text
    for index in range(len(document.statements)):
        document.span(index)
        document.text_of(index)
    folder = str(Path(path).parent)
    place = Place(settings=Settings(settings), files=TreeFiles(folder))
    return form.read(form.expand(document, place))


def write(name: str, topology: Topology, version: str = "") -> Writing:
    """Return *topology* in format *name*; what it reads back to must be what was intended."""
    form = codec(name)
    writing = form.write(topology, Target(version))
    if writing.main is not None:
        again = read_back(form, writing, Place(version))
        assert differences(writing.intended, again.topology) == []
        diagnostics = [*again.expansion.diagnostics, *again.diagnostics]
        assert [str(each) for each in diagnostics if each.severity is Severity.ERROR] == []
        assert all(fate.outcome is Outcome.KEPT for fate in again.fates.values())
    return writing


def files(writing: Writing) -> list[OutFile]:
    """Return what was written, the main file first."""
    return [writing.main, *writing.companions] if writing.main else []


def account(name: str, reading: Reading, writing: Writing) -> list[str]:
    """Return what was not kept, as ``path:line outcome reason``; check that all is accounted."""
    entries = list(Account(reading, writing, None, codec(name).mask).entries())
    documents = reading.expansion.documents
    written = [entry for entry in entries if entry.source]
    assert len(written) == sum(len(document.counted()) for document in documents)
    told = []
    for entry in entries:
        if entry.source is None:
            assert entry.outcome is Outcome.ASSUMED
            told.append(f"added {entry.fact}: {entry.reason}")
            continue
        assert entry.reason not in FORGOTTEN, entry
        assert all(part.reason not in FORGOTTEN for part in entry.parts), entry
        assert entry.reason or entry.outcome is Outcome.KEPT
        if entry.reason:
            place = f"{Path(entry.source.path).name}:{entry.source.line}"
            told.append(f"{place} {entry.outcome.value}: {entry.reason}")
    return told


def remarks(reading: Reading) -> list[str]:
    """Return every remark of a reading, with its severity."""
    expansion = reading.expansion
    found = [each for document in expansion.documents for each in document.diagnostics]
    found += [*expansion.diagnostics, *reading.diagnostics]
    return [
        f"{Path(each.span.path).name}:{each.span.line} {each.code} {each.severity.value}:"
        f" {each.message}; {each.help}"
        for each in sorted(found, key=lambda each: each.span or ("",))
        if each.span
    ]


def source_of(case: Path) -> Path:
    """Return the file of a case that is read; others may stand beside it."""
    alone = list(case.glob("input.*"))
    return alone[0] if alone else next(iter(sorted((case / "input").glob("*bond0*"))))


def told(case: Path) -> str:
    """Return all that hatools makes of a case's input, as text."""
    path = source_of(case)
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    name = recognised(path.name, text)
    assert name, f"{path} is in no link format"
    reading = read(name, text, str(path))
    parts = [f"[{name}]", *remarks(reading)]
    for target in WRITTEN:
        writing = write(target, reading.topology)
        parts += ["", f"[{target}: account]", *account(name, reading, writing)]
        for file in files(writing):
            parts += ["", f"[{target}: {file.name}]", file.text.rstrip("\n")]
    return "\n".join(parts) + "\n"
