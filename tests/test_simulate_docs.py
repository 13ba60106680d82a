"""Every example of docs/simulate.md runs, every scenario of the gallery comes true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from lab import ROOT, hatools
from simulations import course

from hatools.simulate.language import read_scenario

PAGE = (ROOT / "docs" / "simulate.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```scenario\n(.*?)^```$", PAGE, re.M | re.S)
GALLERY = sorted((ROOT / "fixtures" / "scenarios").glob("*/*.scenario"))
KEEPALIVED = """\
vrrp_script check_web {{
  script "/usr/local/bin/check-web"
  interval 2
  weight -60
}}
vrrp_track_process nginx {{
  process nginx
  weight -60
}}
vrrp_track_file load {{
  file /run/load
  weight -10
}}
vrrp_instance VI_1 {{
  interface bond0
  virtual_router_id 51
  priority {priority}
  virtual_ipaddress {{
    192.0.2.150
  }}
  track_script {{
    check_web
  }}
  track_process {{
    nginx
  }}
  track_file {{
    load
  }}
}}
{services}"""
SERVICE = """\
virtual_server 192.0.2.150 {port} {{
  delay_loop 6
  lb_algo wrr
  lb_kind DR
  protocol {protocol}
  {persistence}
  real_server 192.0.2.40 {port} {{
    weight 2
    HTTP_GET {{
      url {{
        path /
        digest a880aa463404771cd6dbe0bef99825f1
      }}
      connect_timeout 3
    }}
  }}
  real_server 192.0.2.41 {port} {{
    weight 1
    HTTP_GET {{
      url {{
        path /
        digest a880aa463404771cd6dbe0bef99825f1
      }}
      connect_timeout 3
    }}
  }}
}}
"""
BOND = """\
nmcli connection add type bond ifname bond0 bond.options mode=active-backup,miimon=100
nmcli connection add type ethernet ifname eth0 con-name eth0 master bond0
nmcli connection add type ethernet ifname eth1 con-name eth1 master bond0
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the nodes that the examples speak of."""
    folder = tmp_path_factory.mktemp("documented")
    kinds = (("80", "TCP", ""), ("443", "TCP", "persistence_timeout 50"), ("53", "UDP", ""))
    services = "".join(
        SERVICE.format(port=port, protocol=protocol, persistence=persistence)
        for port, protocol, persistence in kinds
    )
    for node, priority in (("lb1", 150), ("lb2", 100)):
        (folder / node).mkdir()
        text = KEEPALIVED.format(priority=priority, services=services)
        (folder / node / "keepalived.conf").write_text(text, "utf-8")
        (folder / node / "bond.sh").write_text(BOND, "utf-8")
    return folder


def complete(example: str) -> str:
    """Return *example* with nodes, where it names none, and not endless."""
    nodes = "".join(
        f'node {node} uses "{node}/keepalived.conf" and "{node}/bond.sh"\n'
        for node in ("lb1", "lb2")
    )
    return example if re.search(r"^node ", example, re.M) else nodes + example


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split("\n")[0])
def test_an_example_runs_and_what_it_expects_comes_true(example: str, cluster: Path) -> None:
    path = cluster / "example.scenario"
    path.write_text(complete(example), "utf-8")
    result = course(path)
    assert [verdict for verdict in result.verdicts if not verdict.held] == []


def keywords() -> set[str]:
    """Return the words that stand in the grammar's statements."""
    grammar = (ROOT / "hatools" / "simulate" / "scenario.tx").read_text("utf-8")
    return set(re.findall(r"'([a-zA-Z][\w/]*)'", re.sub(r"//.*", "", grammar)))


def test_every_word_of_the_language_has_an_example() -> None:
    shown = set(re.findall(r"[\w/]+", " ".join(EXAMPLES)))
    assert keywords() - shown - {"sctp", "tcp", "FAULT"} == set()


def test_the_fault_in_the_docs_is_what_is_said() -> None:
    said = PAGE.rpartition("hatools: peak.scenario:")[2].split("```")[0]
    lines = ("hatools: peak.scenario:" + said).rstrip().split("\n")
    text = 'scenario "x"\nnode lb1 uses "a"\n\nat 10s  bursts into flames\n'
    with pytest.raises(Exception, match="is not understood here") as caught:
        read_scenario("peak.scenario", text)
    fault = caught.value
    assert f"hatools: {fault.args[0]}\n  {getattr(fault, 'advice', '')}".split("\n") == lines


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_scenario_of_the_gallery_comes_true(path: Path) -> None:
    assert hatools("simulate", path).status == 0


def test_the_example_of_the_data_fits_the_schema() -> None:
    schema = json.loads((ROOT / "docs" / "simulate.schema.json").read_text("utf-8"))
    page = (ROOT / "docs" / "simulation-report.md").read_text("utf-8")
    takeover = json.loads(page.split("```json\n")[1].split("```")[0])
    shape = {
        "format_version": 1, "kind": "what-if", "nodes": ["lb1", "lb2"], "outages": [],
        "problems": [],
        "failures": [{"failure": "lb1 crashes", "kind": "crash", "node": "lb1",
                      "subject": "lb1", "takeovers": [takeover]}],
    }  # fmt: skip
    jsonschema.validate(shape, schema)
