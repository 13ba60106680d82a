"""Every case of fixtures/links: remarks, account and files in each direction as expected."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from link_cases import FIXTURES, files, read, told, write

from hatools.model import differences
from hatools.model.bonding_options import EVERY, MODES, OPTIONS

CASES = sorted(path for path in FIXTURES.iterdir() if path.is_dir())
UPDATE = os.environ.get("HATOOLS_UPDATE") == "1"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    made = told(case)
    expected = case / "expected.txt"
    if UPDATE:
        expected.write_text(made)
    assert made == expected.read_text()


def test_a_text_that_looks_like_a_variable_survives_where_it_may_stand() -> None:
    text = "DEVICE=bond0\nTYPE=Bond\nBONDING_OPTS='mode=1 primary=$P'\nUUID='${ID}'\nZONE='<Z>'\n"
    topology = read("ifcfg", text, "ifcfg-bond0").topology
    for name in ("nmcli", "keyfile"):
        written = files(write(name, topology))[0].text
        assert ("<Z>" in written, "uuid" in written) == (True, False)


def test_an_interface_is_no_connection() -> None:
    made = "nmcli con add type bond ifname bond0 mode 1\n"
    for named, advice in (("bond0", "is called bond-bond0"), ("bond1", "convert what makes it")):
        reading = read("nmcli", f"{made}nmcli con mod {named} ipv4.method auto\n")
        (remark,) = [each for each in reading.diagnostics if each.code == "BD107"]
        assert advice in remark.help


def test_a_variable_is_given_with_set() -> None:
    text = "nmcli con add type bond ifname bond0 mode $MODE\n"
    assert read("nmcli", text, settings=("env@MODE=6",)).topology.bonds[0].mode == "balance-alb"


def test_the_new_words_are_for_new_versions() -> None:
    text = "nmcli con add type bond-slave ifname eth0 master bond0\n"
    bonds = read("nmcli", text).topology
    assert "controller bond0" in write("nmcli", bonds, "1.46").main.text  # type: ignore[union-attr]
    assert "master bond0" in write("nmcli", bonds, "1.44").main.text  # type: ignore[union-attr]
    assert "controller=bond0" in write("keyfile", bonds, "1.50").main.text  # type: ignore[union-attr]


def test_a_driver_watches_nothing_unless_it_is_told() -> None:
    """NetworkManager sets miimon to 100; the network scripts leave it to the driver."""
    text = "DEVICE=bond0\nBONDING_OPTS=mode={}\nNM_CONTROLLED={}\n"
    for mode, managed, miimon in ((1, "no", None), (4, "no", "100"), (1, "yes", "100")):
        bond = read("ifcfg", text.format(mode, managed)).topology.bonds[0]
        assert bond.option("miimon") == miimon
    script = write("nmcli", read("ifcfg", text.format(1, "no")).topology).main
    assert script is not None
    assert "miimon=0" in script.text


def test_text_and_json_of_ip_link_say_the_same() -> None:
    """What the same kernel shows in three ways, and one bond of it alone."""
    shown = {
        path.parent.name: read("bonding-state", path.read_text()).topology
        for path in FIXTURES.glob("driver-ip-link*/input.*")
    }
    whole = shown["driver-ip-link"]
    assert [(bond.name, bond.mode, len(bond.ports)) for bond in whole.bonds] == [
        ("bond0", "802.3ad", 2),
        ("bond1", "active-backup", 2),
    ]
    for name in ("driver-ip-link-json", "driver-ip-link-oneline"):
        assert differences(whole, shown[name]) == []
    (alone,) = shown["driver-ip-link-pretty"].bonds
    assert alone.options == whole.bonds[1].options


def test_secrets_are_masked() -> None:
    from link_cases import codec

    said = codec("nmcli").mask("nmcli con mod x 802-1x.password hunter2 ipv4.method auto")
    assert said == "nmcli con mod x 802-1x.password ******** ipv4.method auto"
    assert codec("keyfile").mask("password=hunter2") == "password=********"
    assert codec("ifcfg").mask("KEY_PASSWD=hunter2") == "KEY_PASSWD=********"


def test_the_page_of_options_is_the_table() -> None:
    page = (FIXTURES.parent.parent / "docs" / "formats" / "bonding-state.md").read_text()
    for name, option in OPTIONS.items():
        works = "every mode" if option.works == EVERY else ", ".join(
            mode for mode in MODES if mode in option.works
        )  # fmt: skip
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"| {option.since} | {works} |" in row
