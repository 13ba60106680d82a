"""What every reading of the corpus obeys; `test_directions` has the laws of its conversions."""

from __future__ import annotations

import pytest
from corpus import CORPUS, WHY_NOT, Specimen, specimens

from hatools.convert.files import TreeFiles
from hatools.plugin import Place, Settings
from hatools.plugin_host import Host, codec
from hatools.text import Source

FORMATS = Host().formats()
SETTINGS = ("vip=192.0.2.10", "config_id=main")
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=WHY_NOT)
every = pytest.mark.parametrize("specimen", specimens(), ids=lambda s: s.id)


def source_of(specimen: Specimen) -> Source:
    return Source.from_bytes(specimen.path.name, specimen.path.read_bytes())


@pytest.mark.parametrize("specimen", specimens("haproxy"), ids=lambda s: s.id)
def test_haproxy_statements_are_the_lines_that_say_something(specimen: Specimen) -> None:
    source = source_of(specimen)
    lines = [n for n, line in enumerate(source.lines) if line.strip() and line.strip()[0] != "#"]
    document = codec(FORMATS["haproxy"]).parse(source)
    assert [document.rows[n] for n in document.counted()] == lines


@every
def test_reading_marks_what_it_did_not_understand(specimen: Specimen) -> None:
    machine = codec(FORMATS[specimen.format])
    place = Place("", Settings(SETTINGS), TreeFiles(str(specimen.path.parent)))
    reading = machine.read(machine.expand(machine.parse(source_of(specimen)), place))
    for index, fate in reading.fates.items():
        assert 0 <= index < len(reading.expansion.statements)
        assert fate.outcome.value == "kept" or fate.reason
