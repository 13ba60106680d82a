"""The wheel holds all packages with their data, each under its own import name."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from lab import ROOT

CONVERTERS = sorted(path.parent.name for path in (ROOT / "converters").glob("*/plugin.py"))


def test_the_wheel_is_whole(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
         "--no-index", "-w", tmp_path, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("hatools-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for package in ["hatools", *CONVERTERS]:
        assert f"{package}/__init__.py" in names
        folder = ROOT / package if package == "hatools" else ROOT / "converters" / package
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"{package}/{path.relative_to(folder)}" in names
    tops = {name.partition("/")[0] for name in names}
    assert not tops & {"converters", "plugins", "exporters", "tests", "fixtures", "README.md"}
