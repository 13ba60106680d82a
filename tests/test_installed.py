"""Entry points are found as importlib.metadata finds them, only sooner."""

from __future__ import annotations

import sys
import zipfile
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from hatools import installed

METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: 1.2\n\nName: no more a header\n"
POINTS = "[console_scripts]\npen = pen:main\n\n[hatools]\n# a remark\npen = {} [formats, rules]\n"


def expected(group: str) -> list[tuple[str, str, str, str]]:
    found = []
    for point in entry_points(group=group):
        assert point.dist is not None
        about = point.dist.metadata
        found.append((point.name, point.value, about["Name"], about["Version"]))
    return sorted(found)


def distribution(folder: Path, name: str, file: str, points: str) -> None:
    folder.mkdir(parents=True)
    (folder / file).write_text(METADATA.format(name), "utf-8")
    (folder / "entry_points.txt").write_text(points, "utf-8")


@pytest.mark.parametrize("group", ["hatools", "console_scripts", "pytest11", "no such group"])
def test_what_is_installed_here(group: str) -> None:
    assert sorted(installed.points(group)) == expected(group)


def test_folders_of_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    distribution(one / "Pen_Tools-1.2.dist-info", "Pen.Tools", "METADATA", POINTS.format("first"))
    distribution(two / "pen.tools-1.1.dist-info", "pen-tools", "METADATA", POINTS.format("hidden"))
    distribution(two / "ink.egg-info", "ink", "PKG-INFO", POINTS.format("ink.plugin : thing"))
    distribution(two / "none-1.dist-info", "none", "METADATA", "[hatools2]\nx = y\n")
    (two / "flat.egg-info").write_text("Name: flat\n", "utf-8")
    monkeypatch.setattr(sys, "path", [str(one), str(two), str(tmp_path / "absent"), *sys.path])
    found = installed.points("hatools")
    assert sorted(found) == expected("hatools")
    assert {point.value.split()[0] for point in found} >= {"first", "ink.plugin"}
    assert "hidden" not in str(found)


def test_archives_and_eggs_are_left_to_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "pen.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("pen-1.2.dist-info/METADATA", METADATA.format("pen"))
        file.writestr("pen-1.2.dist-info/entry_points.txt", POINTS.format("zipped"))
    egg = tmp_path / "ink-1.2-py3.egg"
    distribution(egg / "EGG-INFO", "ink", "PKG-INFO", POINTS.format("laid"))
    for path in archive, egg:
        with monkeypatch.context() as context:
            context.setattr(sys, "path", [str(path), *sys.path])
            assert sorted(installed.points("hatools")) == expected("hatools")
            assert {"zipped", "laid"} & {
                one.value.split()[0] for one in installed.points("hatools")
            }
