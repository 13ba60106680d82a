"""A real kernel with IPVS takes what we write, and shows it as we wrote it."""

from __future__ import annotations

from pathlib import Path

import ipvs_kernel
import pytest
from ipvsadm_cases import FIXTURES, read, write
from test_ipvsadm_options import SERVERS, SERVICES, WEB

from hatools.plugin import Writing

_EACH = """
for file in *.rules; do
    echo "== $file"
    ipvsadm -C
    ipvsadm --restore < "$file" || echo "refused: $?"
    ipvsadm -S -n
done
echo "== settings"
ipvsadm -C
ipvsadm --restore < settings.rules
sh -e settings.sh || echo "refused: $?"
ipvsadm -L --timeout
ipvsadm -Ln --thresholds
"""


@pytest.mark.xdist_group("live")
@pytest.mark.real("linux.uml", "ipvsadm")
def test_restored_rules_are_shown_as_written(tmp_path: Path) -> None:
    written: dict[str, list[str]] = {}
    for case in sorted(path.parent for path in FIXTURES.glob("*/input.*")):
        text = next(case.glob("input.*")).read_bytes().decode("utf-8", "surrogateescape")
        _keep(tmp_path, case.name, write(read(text).topology), written)
    for number, (rule, _) in enumerate(SERVICES):
        _keep(tmp_path, f"service-{number}", write(read(rule + "\n").topology), written)
    for number, (rule, _) in enumerate(SERVERS):
        text = f"{WEB}-a -t 10.0.0.1:80 {rule}\n"
        _keep(tmp_path, f"server-{number}", write(read(text).topology), written)
    long = read((FIXTURES / "script-of-long-options" / "input.sh").read_text())
    companion = next(each for each in write(long.topology).companions if "settings" in each.name)
    (tmp_path / "settings.sh").write_text(companion.text.replace("eth0", "lo"))
    _keep(tmp_path, "settings", write(long.topology), written)

    status, output = ipvs_kernel.run(tmp_path, _EACH)

    assert status == 0, output
    shown = _sections(output)
    for name, lines in written.items():
        assert sorted(shown[name + ".rules"]) == sorted(lines), name
    assert "Timeout (tcp tcpfin udp): 7200 120 60" in shown["settings"]
    assert any("100        50" in line for line in shown["settings"])
    assert not any(line.startswith("refused") for line in shown["settings"])


def _keep(folder: Path, name: str, writing: Writing, written: dict[str, list[str]]) -> None:
    """Write the rules of a case; what a save does not show is left out of what is expected."""
    if writing.main is None:
        return
    (folder / f"{name}.rules").write_text(writing.main.text)
    written[name] = [line.partition(" -x ")[0] for line in writing.main.text.splitlines()]


def _sections(output: str) -> dict[str, list[str]]:
    """Return the lines of each part of the output, without ``--tun-type ipip``."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in output.splitlines():
        if line.startswith("== "):
            lines = found.setdefault(line[3:], [])
        else:
            lines.append(line.replace(" --tun-type ipip", ""))
    return found
