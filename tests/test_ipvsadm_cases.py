"""Every case of fixtures/ipvsadm: rules, account, remarks and companions as expected."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ipvsadm_cases import FIXTURES, read, told, write

CASES = sorted(path.parent for path in FIXTURES.glob("*/input.*"))
UPDATE = os.environ.get("HATOOLS_UPDATE") == "1"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    made = told(next(case.glob("input.*")))
    expected = case / "expected.txt"
    if UPDATE:
        expected.write_text(made)
    assert made == expected.read_text()


@pytest.mark.parametrize("name", ["saved-rules", "script-of-long-options"])
def test_companions(name: str) -> None:
    case = FIXTURES / name
    writing = write(read(next(case.glob("input.*")).read_text()).topology)
    for companion in writing.companions:
        expected = case / "companions" / companion.name
        if UPDATE:
            expected.parent.mkdir(exist_ok=True)
            expected.write_text(companion.text)
        assert companion.text == expected.read_text()
        assert companion.executable == companion.name.endswith(".sh")
    assert len(writing.companions) == len(list((case / "companions").iterdir()))


def test_a_variable_is_given_with_set() -> None:
    from hatools.plugin import Place, Settings

    place = Place(settings=Settings(["env@VIP=192.0.2.9"]))
    reading = read("ipvsadm -A -t $VIP:80 -s rr\n", place)
    assert [service.name for service in reading.topology.services] == ["192.0.2.9:80"]
    assert reading.diagnostics == []


def test_another_branch_is_taken_with_set() -> None:
    from hatools.plugin import Place, Settings

    text = (FIXTURES / "script-with-variables-loop-and-case" / "input.sh").read_text()
    assert len(read(text).topology.services) == 1
    assert read(text, Place(settings=Settings(["case=stop"]))).topology.services == []


def test_ticks_are_counted_with_set() -> None:
    from hatools.plugin import Place, Settings

    text = (FIXTURES / "kernel-table" / "input.txt").read_text()
    reading = read(text, Place(settings=Settings(["hz=1000"])))
    persistence = reading.topology.pools[0].persistence
    assert persistence is not None
    assert persistence.timeout == 90.0
    assert reading.expansion.diagnostics == []


def test_secrets_beside_the_commands_are_masked() -> None:
    from ipvsadm_cases import CODEC

    assert CODEC.mask("mysql --password=hunter2 -e x") == "mysql --password=******** -e x"
    assert CODEC.mask("export DB_PASSWD=hunter2") == "export DB_PASSWD=********"
    assert CODEC.mask("ipvsadm -A -t 192.0.2.1:80") == "ipvsadm -A -t 192.0.2.1:80"
