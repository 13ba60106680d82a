"""The laws over the whole corpus: lossless, no exception, accounted once, re-read, accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import CORPUS, WHY_NOT, Specimen, specimens
from lab import haproxy_check, keepalived_check

from hatools.convert import Conversion, Request, convert
from hatools.convert.files import TreeFiles
from hatools.errors import BrokenLaw, HatoolsError, PluginProblem
from hatools.plugin import Place, Settings
from hatools.plugin_host import Host, codec
from hatools.text import Source

FORMATS = Host().formats()
OTHER = {"keepalived": "haproxy", "haproxy": "keepalived"}
SETTINGS = ("vip=192.0.2.10", "config_id=main")
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=WHY_NOT)
every = pytest.mark.parametrize("specimen", specimens(), ids=lambda s: s.id)


def source_of(specimen: Specimen) -> Source:
    return Source.from_bytes(specimen.path.name, specimen.path.read_bytes())


def converted(specimen: Specimen) -> Conversion | None:
    """Convert to the other service format; None where hatools says why it cannot."""
    request = Request(
        source_of(specimen),
        OTHER[specimen.format],
        specimen.format,
        settings=Settings(SETTINGS),
        files=TreeFiles(str(specimen.path.parent)),
    )
    try:
        return convert(request, FORMATS, codec)
    except (BrokenLaw, PluginProblem):
        raise
    except HatoolsError:
        return None


@every
def test_lossless(specimen: Specimen) -> None:
    data = specimen.path.read_bytes()
    document = codec(FORMATS[specimen.format]).parse(Source.from_bytes("x", data))
    assert document.text.encode("utf-8", "surrogateescape") == data


@every
def test_every_statement_is_accounted_for_exactly_once(specimen: Specimen) -> None:
    conversion = converted(specimen)
    assert conversion is not None
    documents = conversion.reading.expansion.documents
    counted = [(d, n) for d, document in enumerate(documents) for n in document.counted()]
    assert [(line.document, line.number) for line in conversion.account.lines()] == counted
    entries = list(conversion.account.entries())
    assert len([entry for entry in entries if entry.source]) == len(counted)
    for entry in entries:
        assert entry.outcome.value == "kept" or entry.reason, entry
        assert "no word on it" not in entry.reason, entry


@pytest.mark.parametrize("specimen", specimens("haproxy"), ids=lambda s: s.id)
def test_haproxy_statements_are_the_lines_that_say_something(specimen: Specimen) -> None:
    source = source_of(specimen)
    lines = [n for n, line in enumerate(source.lines) if line.strip() and line.strip()[0] != "#"]
    document = codec(FORMATS["haproxy"]).parse(source)
    assert [document.rows[n] for n in document.counted()] == lines


@pytest.mark.real
@every
def test_what_is_written_is_accepted(specimen: Specimen, tmp_path: Path) -> None:
    conversion = converted(specimen)
    assert conversion is not None
    for file in conversion.files:
        path = tmp_path / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, "utf-8", "surrogateescape")
        path.chmod(0o755 if file.executable else 0o644)
    if conversion.writing.main is None:
        return
    main = tmp_path / conversion.files[0].name
    check = haproxy_check if conversion.target.name == "haproxy" else keepalived_check
    verdict = check(main)
    assert verdict.accepted, f"{verdict.output}\n{main.read_text('utf-8', 'surrogateescape')}"


@every
def test_the_same_format_gives_the_input_back(specimen: Specimen) -> None:
    source = source_of(specimen)
    request = Request(
        source, specimen.format, specimen.format, settings=Settings(SETTINGS)
    )  # no files: a missing include is a diagnostic
    conversion = convert(request, FORMATS, codec)
    assert conversion.files[0].text == source.text
    assert conversion.account.summary()["dropped"] == 0


@every
def test_reading_marks_what_it_did_not_understand(specimen: Specimen) -> None:
    machine = codec(FORMATS[specimen.format])
    place = Place("", Settings(SETTINGS), TreeFiles(str(specimen.path.parent)))
    reading = machine.read(machine.expand(machine.parse(source_of(specimen)), place))
    for index, fate in reading.fates.items():
        assert 0 <= index < len(reading.expansion.statements)
        assert fate.outcome.value == "kept" or fate.reason
