"""What the daemon is told beside the configurations: the table ``[watch]`` of hatools.toml.

::

    [watch]
    listen = "127.0.0.1:9651"       # its API, for `hatools status` and for peers
    state = "/var/lib/hatools"      # what has to outlive it
    peers = ["192.0.2.3:9651"]      # other hatools watch
    allow-scripts = false           # run the scripts that checks name
    script-user = "nobody"

    [split_brain]                   # also [plugin.split_brain]
    on_confirmed = "/usr/local/sbin/fence lb2"    # run without a shell; by default nothing is

    [plugin.prometheus]             # settings of exporters and detectors, each its own
    listen = "127.0.0.1:9650"
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from hatools.errors import BadSetting
from hatools.reading import settings_file

KNOWN = ("listen", "state", "peers", "allow-scripts", "script-user", "interfaces", "reload-every")
API_PORT = 9651
SPLIT_BRAIN = "split_brain"  # a detector's settings that have a table of their own


class WatchSettings(NamedTuple):
    """The daemon's settings; times in seconds.

    *listen* is (address, port) of its API.  *plugins* are the tables
    ``[plugin.NAME]`` as they stand.
    """

    listen: tuple[str, int] = ("127.0.0.1", API_PORT)
    state: str = ""
    peers: tuple[tuple[str, int], ...] = ()
    allow_scripts: bool = False
    script_user: str = "nobody"
    interfaces: tuple[str, ...] = ()
    reload_every: float = 5.0
    plugins: Mapping[str, Mapping[str, Any]] = {}


def load(path: str) -> WatchSettings:
    """Return the settings in *path*, the defaults where it is empty; raises `BadSetting`."""
    if not path:
        return WatchSettings(state=state_folder())
    told = settings_file.tables(path)
    own = settings_file.table(path, told, "watch")
    settings_file.check(path, "watch", own, KNOWN)
    plugins = settings_file.table(path, told, "plugin")
    for name in plugins:
        settings_file.table(path, plugins, name)
    plugins = {SPLIT_BRAIN: settings_file.table(path, told, SPLIT_BRAIN), **plugins}
    return WatchSettings(
        endpoint(path, own.get("listen", "127.0.0.1")),
        _text(path, "state", own.get("state", state_folder())),
        tuple(endpoint(path, peer) for peer in _list(path, "peers", own.get("peers", []))),
        _truth(path, "allow-scripts", own.get("allow-scripts", False)),
        _text(path, "script-user", own.get("script-user", "nobody")),
        tuple(_list(path, "interfaces", own.get("interfaces", []))),
        _number(path, "reload-every", own.get("reload-every", 5.0)),
        plugins,
    )


def state_folder() -> str:
    """Return where state is kept: the service's own folder, else the user's."""
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    if given:
        return given
    if os.geteuid() == 0:
        return "/var/lib/hatools"
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(base, "hatools")


def endpoint(path: str, text: object) -> tuple[str, int]:
    """Return the address and port that ``192.0.2.3:9651`` or ``[2001:db8::1]`` says."""
    said = _text(path, "an address", text)
    host, _, port = said.rpartition(":")
    whole = said.startswith("[") and said.endswith("]")
    if whole or not host or (":" in host and not host.startswith("[")):
        host, port = said, ""
    if port and not (port.isdigit() and 0 <= int(port) < 65536):
        raise BadSetting(f"{path}: {said} has no port", "write ADDRESS:PORT: 127.0.0.1:9651")
    return host.strip("[]"), int(port) if port else API_PORT


def _text(path: str, key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise BadSetting(f"{path}: {key} is no text", 'write it in quotes: "…"')
    return value


def _list(path: str, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadSetting(f"{path}: {key} is no list of texts", 'write ["…", "…"]')
    return value


def _truth(path: str, key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadSetting(f"{path}: {key} is neither true nor false")
    return value


def _number(path: str, key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise BadSetting(f"{path}: {key} is no number of seconds")
    return float(value)
