"""The laws over every configuration and direction: no exception, accounted once, read back."""

from __future__ import annotations

from collections import Counter

import pytest
from corpus import CORPUS, WHY_NOT
from directions import (
    FORMATS,
    KNOWN,
    Beside,
    Specimen,
    converted,
    specimens,
    targets,
)

from hatools.convert import Conversion, Request, convert
from hatools.model import Outcome, Topology, differences, replace
from hatools.model.bond import Bond
from hatools.plugin import Place, Settings
from hatools.plugin_host import codec
from hatools.reading.files import TreeFiles
from hatools.text import Severity, Source

FORGOTTEN = "the target's writer has no word on it"
every = pytest.mark.parametrize("specimen", specimens(), ids=lambda specimen: specimen.id)


@pytest.mark.skipif(not CORPUS.exists(), reason=WHY_NOT)
def test_the_corpus_is_among_them() -> None:
    found = Counter(each.format for each in specimens() if not each.is_fixture)
    assert found["keepalived"] > 100
    assert found["haproxy"] > 180
    assert found["ipvsadm"] > 25
    assert found["nmcli"] + found["keyfile"] + found["ifcfg"] > 20


@every
def test_its_own_format_gives_the_input_back(specimen: Specimen) -> None:
    data = specimen.path.read_bytes()
    document = codec(FORMATS[specimen.format]).parse(specimen.source)
    assert document.text.encode("utf-8", "surrogateescape") == data
    if not FORMATS[specimen.format].writes:
        return
    for known in KNOWN.values():
        settings = Settings(known)
        files = TreeFiles(str(specimen.path.parent))
        request = Request(
            specimen.source, specimen.format, specimen.format, settings=settings, files=files
        )
        conversion = convert(request, FORMATS, codec)
        assert conversion.files[0].text.encode("utf-8", "surrogateescape") == data
        assert set(+Counter(conversion.account.summary())) <= {"kept"}
        _accounted(conversion)


@every
def test_every_direction_accounts_for_every_statement_once(specimen: Specimen) -> None:
    for target in targets(specimen):
        for known in KNOWN:
            _accounted(converted(specimen, target, known))


def _accounted(conversion: Conversion) -> None:
    documents = conversion.reading.expansion.documents
    counted = [(d, n) for d, document in enumerate(documents) for n in document.counted()]
    assert [(line.document, line.number) for line in conversion.account.lines()] == counted
    entries = list(conversion.account.entries())
    assert len([entry for entry in entries if entry.source]) == len(counted)
    for entry in entries:
        assert (entry.outcome is Outcome.ASSUMED) == (entry.source is None), entry
        assert entry.reason or entry.outcome is Outcome.KEPT, entry
        for word in (entry, *entry.parts):
            assert FORGOTTEN not in word.reason, entry


@every
def test_what_every_direction_writes_reads_back_from_its_files(specimen: Specimen) -> None:
    """A fresh reader that has only the files, the companions among them, finds what was meant."""
    for target in targets(specimen):
        for known in KNOWN:
            conversion = converted(specimen, target, known)
            assert bool(conversion.files) == (conversion.writing.main is not None)
            if conversion.files:
                _reads_back(conversion)


def _reads_back(conversion: Conversion) -> None:
    form = conversion.target
    intended, again = conversion.writing.intended, Topology()
    for number, file in enumerate(conversion.files):
        if number and form.kind != "link":
            break
        machine = codec(form)
        place = Place("", Settings(), Beside(conversion.files))
        reading = machine.read(machine.expand(machine.parse(Source(*file[:2])), place))
        remarks = [*reading.expansion.diagnostics, *reading.diagnostics]
        assert [str(each) for each in remarks if each.severity is Severity.ERROR] == []
        if number == 0:
            again = reading.topology
            assert all(fate.outcome is Outcome.KEPT for fate in reading.fates.values()), file.text
        for bond in reading.topology.bonds:  # several bonds are files each, with those of ports
            if bond.name not in {known.name for known in again.bonds}:
                again.bonds.append(bond)
    if len(conversion.files) > 1:  # files have no order
        again.bonds = [_sorted(bond) for bond in again.bonds]
        intended = replace(intended, bonds=[_sorted(bond) for bond in intended.bonds])
    wrong = differences(intended, again)
    assert not wrong, wrong


def _sorted(bond: Bond) -> Bond:
    return replace(bond, ports=sorted(bond.ports, key=lambda port: (port.name, port.connection)))
