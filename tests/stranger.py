"""A user without rights, with a home, a copy of hatools and a fresh environment of its own."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import tomllib
from importlib import metadata
from pathlib import Path

from lab import ROOT

NOBODY = 65534
COPIED = ("hatools", "converters", "plugins", "exporters", "fixtures/readme", "pyproject.toml",
          "README.md")  # fmt: skip
RIGHTS = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
          "--no-new-privs"]  # fmt: skip


class Stranger:
    """Makes the user's home below /var/tmp, which anybody may enter; `close` removes it.

    Where these tests do not run as root the user is whoever runs them.
    """

    def __init__(self) -> None:
        self.root = os.geteuid() == 0
        self.home = Path(tempfile.mkdtemp(prefix="hatools-", dir="/var/tmp"))
        self.home.chmod(0o755)
        self.clone = self.home / "hatools"
        try:
            self._set_up()
        except BaseException:
            self.close()
            raise

    def _set_up(self) -> None:
        for name in COPIED:
            source, target = ROOT / name, self.clone / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy(source, target)
        if self.root:
            self._own()
        done = self.run("python3 -m venv --without-pip .venv")
        assert done.returncode == 0, done.stdout + done.stderr
        self._install()
        if self.root:
            self._own()

    def _own(self) -> None:
        subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", self.home], check=True)

    def _install(self) -> None:
        """Put hatools and what it needs there as `pip install -e` would, without a network."""
        (site,) = (self.clone / ".venv" / "lib").glob("python3*/site-packages")
        for name in {"hatools", *needed()}:
            for file in metadata.files(name) or ():
                source = Path(str(file.locate()))
                known = name != "hatools" or ".dist-info" in file.parts[0]
                if known and ".." not in file.parts and source.exists():
                    target = site / file
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(source, target)  # what was compiled of it is good for its time
        paths = [self.clone / folder for folder in ("", "converters", "exporters", "plugins")]
        (site / "hatools.pth").write_text("".join(f"{path}\n" for path in paths))
        program = self.clone / ".venv" / "bin" / "hatools"
        start = "from hatools.cli import main\nmain()\n"
        program.write_text(f"#!{self.clone}/.venv/bin/python\n{start}")
        program.chmod(0o755)

    def run(
        self, script: str, seconds: float = 60.0, capability: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Return what came of *script* in bash, in the copy; as root, in a network of its own.

        There *capability* is what the user has of root's.
        """
        words = ["bash", "-c", script]
        if self.root:
            sets = ("inh-caps", "ambient-caps", "bounding-set")
            more = f",+{capability}" if capability else ""
            words = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up; exec "$@"', "sh",
                     *RIGHTS, *(f"--{one}=-all{more}" for one in sets), *words]  # fmt: skip
        return subprocess.run(
            words,
            cwd=self.clone,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.home),
                 "LC_ALL": "C.UTF-8", "COLUMNS": "100"},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )  # fmt: skip

    def close(self) -> None:
        shutil.rmtree(self.home)


def needed() -> set[str]:
    """Return the distributions that hatools needs, and those that these need, as far as
    installed: some are wanted by other Pythons only.
    """
    found: set[str] = set()
    todo = list(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"])
    while todo:
        line = todo.pop()
        name = re.split(r"[^\w.-]", line, maxsplit=1)[0]
        if "extra ==" not in line and name not in found:
            with contextlib.suppress(metadata.PackageNotFoundError):
                todo += metadata.requires(name) or ()
                found.add(name)
    return found
