"""`hatools availability` of setups: cases as data, the numbers of the literature, honest errors."""

from __future__ import annotations

import json
import os
import shlex
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from corpus import WHY_NOT, specimens
from lab import ROOT, hatools

from hatools.cli import run

FOLDER = ROOT / "fixtures" / "availability"
CASES = sorted(path.parent for path in FOLDER.glob("*/arguments"))
SCHEMA = json.loads((ROOT / "docs" / "availability.schema.json").read_text("utf-8"))
PAIR = FOLDER / "pair"
ALONE = ("--mttf", "node=4380h,server=never,link=never", "--mttr", "node=4h",
         "--interruption", "0s")  # fmt: skip


def arguments(case: Path) -> list[str]:
    return shlex.split((case / "arguments").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case: Path) -> None:
    ran = hatools("availability", *arguments(case), cwd=case)
    said = f"exit status {ran.status}\n\n{ran.stderr}\n{ran.stdout}"
    expected = case / "expected.txt"
    if os.environ.get("HATOOLS_UPDATE"):
        expected.write_text(said, "utf-8")
    assert said == expected.read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_json_fits_the_schema_and_adds_up(case: Path, tmp_path: Path) -> None:
    picture = tmp_path / "nines.svg"
    more = ("--output", "json", "--plot", picture)
    shape = json.loads(hatools("availability", *arguments(case), *more, cwd=case).stdout)
    jsonschema.validate(shape, SCHEMA)
    for service in shape["services"]:
        lost = service["unavailability"]
        for shares in ("costs", "components"):
            assert sum(one["lost"] for one in service[shares]) == pytest.approx(lost, rel=1e-12)
        assert service["availability"] + lost == pytest.approx(1, abs=1e-15)
        gains = [change["gained"] for change in service["changes"]]
        assert gains == sorted(gains, reverse=True)
        assert all(0 < gain <= lost for gain in gains)
        for change in service["changes"]:
            after = service["availability"] + change["gained"]
            assert change["availability"] == pytest.approx(after, abs=1e-15)
    stays_inside(picture.read_text("utf-8"))


def stays_inside(picture: str) -> None:
    """Hold that nothing is drawn outside *picture*, which tells of what is lost."""
    root = ET.fromstring(picture)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for one in root.iter("{http://www.w3.org/2000/svg}rect"):
        if "x" in one.attrib:
            assert float(one.attrib["x"]) >= 0
            assert float(one.attrib["x"]) + float(one.attrib["width"]) <= width
            assert float(one.attrib["y"]) + float(one.attrib["height"]) <= height
    texts = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Lost in a year, by cause" in texts


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


# The active/standby chain of Trivedi and Bobbio, by hand: 1/4380 h, 1/4 h.
@pytest.mark.parametrize(
    ("more", "availability", "minutes"),
    [
        (("--coverage", "100%", "--common-cause", "0%"), 0.99999810635, 0.996),
        (("--coverage", "95%", "--common-cause", "0%"), 0.99999241593, 3.989),
        (("--coverage", "95%", "--common-cause", "5%"), 0.99994717521, 27.78),
        (
            ("--coverage", "99%", "--common-cause", "0%", "--failover", "30s",
             "--manual-recovery", "1h"), 0.99999417271, 3.065,
        ),
    ],
    ids=["perfect", "coverage", "common cause", "slow"],
)  # fmt: skip
def test_a_pair_has_the_numbers_of_the_chain(
    more: tuple[str, ...], availability: float, minutes: float
) -> None:
    failover = () if "--failover" in more else ("--failover", "3.609s")
    ran = hatools("availability", "lb1", "lb2", *ALONE, *failover, *more, "--output", "json",
                  cwd=PAIR)  # fmt: skip
    (service,) = json.loads(ran.stdout)["services"]
    assert service["availability"] == pytest.approx(availability, abs=5e-12)
    assert service["minutes_a_year"] == pytest.approx(minutes, rel=3e-4)


def test_a_node_alone_has_the_textbook_availability() -> None:
    ran = hatools("availability", "lb1", *ALONE, "--output", "json", cwd=PAIR)
    (service,) = json.loads(ran.stdout)["services"]
    assert service["availability"] == pytest.approx(4380 / 4384, abs=1e-12)
    assert service["minutes_a_year"] == pytest.approx(480, rel=1e-3)


@pytest.mark.parametrize(("least", "status"), [("99.99%", 0), ("99.999%", 1), ("5 nines", 1)])
def test_the_exit_status_is_the_answer(least: str, status: int) -> None:
    ran = hatools("availability", "lb1", "lb2", "--at-least", least, cwd=PAIR)
    assert ran.status == status
    assert ("does not reach" in ran.stdout) == bool(status)


@pytest.mark.parametrize(
    ("words", "said", "advice"),
    [
        (("--mttf", "node=-4h"), "-4h: a time cannot be negative", "write 30s"),
        (("--mttf", "node=4380"), "4380 has no unit", "write 4380h"),
        (("--mttf", "nodes=4h"), "there is no kind nodes", "did you mean node?"),
        (("--mttf", "node"), "no '=' in it", "write KIND=TIME"),
        (("--mttf", "node=0s"), "what fails at once", ""),
        (("--mttf", "node@=4h"), "no name after '@'", "write KIND=TIME"),
        (("--since", "30d"), "for what is measured", "leave it out"),
        (("--confidence", "90%"), "for what is measured", "leave it out"),
        (("--csv", "t.csv", "--coverage", "99%"), "for what is computed", "leave it out"),
        (("--history", "state"), "one is measured, the other computed", "one after the other"),
        (("--mttf", "node@lb3=4h"), "there is no such node", "did you mean node@lb"),
        (("--mttr", "server@192.0.2.21:8080=4h"), "no such server", "did you mean server@192"),
        (("--mttr", "node=never"), "is no span of time", "write 30s"),
        (("--mttr", "disk=1h"), "there is no kind disk", "kinds are node, server"),
        (("--coverage", "95"), "more than everything", "write 95%"),
        (("--coverage", "-5%"), "outside 0% to 100%", ""),
        (("--common-cause", "much"), "no share", "write 95% or 0.95"),
        (("--failover", "fast"), "is no span of time", ""),
        (("--at-least", "99.95"), "is no availability", "99.95%"),
        (("--service", "192.0.2.10:81"), "no such service", "did you mean 192.0.2.10:80?"),
        (("--simulated", "nowhere.json"), "No such file", ""),
        (("--simulated", "lb1/keepalived.conf"), "this is no JSON", "hatools simulate"),
        (("--plot", "lb1/keepalived.conf"), "not written over", "another file"),
        (("--plot", "no/where.svg"), "cannot be written", ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_input_is_told(
    words: tuple[str, ...],
    said: str,
    advice: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(PAIR)
    assert run(["availability", "lb1", "lb2", *words]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert advice in told.err
    assert not told.out


def test_files_without_anything_to_compute_are_told(tmp_path: Path) -> None:
    (tmp_path / "keepalived.conf").write_text("global_defs {\n}\n")
    ran = hatools("availability", "keepalived.conf", cwd=tmp_path)
    assert ran.status == 2
    assert "nothing to compute" in ran.stderr
    assert hatools("availability").status == 2


def test_wildcards_answer_on_addresses_of_their_family() -> None:
    case = FOLDER / "haproxy-on-both-families"
    services = json.loads(hatools("availability", *arguments(case), "--output", "json",
                                  cwd=case).stdout)["services"]  # fmt: skip
    fronts = {one["name"].partition(" ")[2]: one["front"]["name"] for one in services}
    assert fronts["(*:80): app"] == "192.0.2.10"
    assert "2001:db8::10" in fronts["(*:443): app"]


def test_all_links_of_a_sync_group_are_needed() -> None:
    case = FOLDER / "sync-group-and-idle-quorum"
    service = json.loads(hatools("availability", *arguments(case), "--output", "json",
                                 cwd=case).stdout)["services"][0]  # fmt: skip
    for member in service["front"]["members"]:
        links = {cause["component"] for cause in member["causes"]} - {f"node {member['node']}"}
        assert links == {f"link {member['node']}/eth0", f"link {member['node']}/eth1"}


def test_the_same_answer_gives_the_same_picture() -> None:
    first, second = (hatools("availability", "lb1", "lb2", "--plot", "-", cwd=PAIR).stdout
                     for _ in range(2))  # fmt: skip
    assert first == second
    stays_inside(first)


def test_the_help_has_examples() -> None:
    said = hatools("availability", "--help").stdout
    assert "hatools availability lb1/ lb2/ --mttf node=4380h" in said
    assert "availability" in hatools("--help").stdout


@pytest.mark.skipif(not specimens(), reason=WHY_NOT)
@pytest.mark.parametrize("part", range(4))
def test_real_configurations_are_answered_or_refused(
    part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is raised over the corpus; what is answered adds up."""
    files = [one.path for one in specimens("keepalived", "haproxy", "ipvsadm")][part::8]
    answered = 0
    for path in files:
        status = run(["availability", str(path), "--output", "json"])
        told = capsys.readouterr()
        assert status in (0, 2), path
        if status == 2:
            assert "hatools: " in told.err
            continue
        answered += 1
        for service in json.loads(told.out)["services"]:
            lost = sum(one["lost"] for one in service["costs"])
            assert lost == pytest.approx(service["unavailability"], rel=1e-9), path
            assert 0 <= service["unavailability"] <= 1
    assert answered > len(files) / 3
