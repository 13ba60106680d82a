"""What the daemon is told beside the configurations: the table ``[watch]`` of hatools.toml.

::

    [watch]
    listen = ["127.0.0.1:9651", "192.0.2.1:9651"]     # its interface; one text where it is one
    token-file = "/etc/hatools/token"                 # who may ask, beyond this host
    state = "/var/lib/hatools"                        # what has to outlive it
    peers = ["192.0.2.3:9651"]                        # other hatools watch
    allow-scripts = false                             # run the scripts that checks name
    script-user = "nobody"

    [split_brain]                   # also [plugin.split_brain]
    on_confirmed = "/usr/local/sbin/fence lb2"    # run without a shell; by default nothing is

    [plugin.prometheus]             # settings of exporters and detectors, each its own
    compat = true
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from hatools.errors import BadSetting
from hatools.plugin.pages import is_loopback
from hatools.plugin.secrets import ADVICE, Secret, token
from hatools.reading import settings_file
from hatools.watch.access import doubts, read_token

KNOWN = ("listen", "token", "token-file", "tls-certificate", "tls-key", "state", "peers",
         "allow-scripts", "script-user", "interfaces", "reload-every")  # fmt: skip
API_PORT = 9651
SPLIT_BRAIN = "split_brain"  # a detector's settings that have a table of their own


class WatchSettings(NamedTuple):
    """The daemon's settings; times in seconds.

    *listen* is (address, port) of its interface, each of them.  *token* is what
    one has to show there, *token_file* where it stands, *certificate* and *key*
    the files of its TLS, if any.
    *plugins* are the tables ``[plugin.NAME]`` as they stand.
    """

    listen: tuple[tuple[str, int], ...] = (("127.0.0.1", API_PORT),)
    token: Secret = Secret("")
    token_file: str = ""
    certificate: str = ""
    key: str = ""
    state: str = ""
    peers: tuple[tuple[str, int], ...] = ()
    allow_scripts: bool = False
    script_user: str = "nobody"
    interfaces: tuple[str, ...] = ()
    reload_every: float = 5.0
    plugins: Mapping[str, Mapping[str, Any]] = {}


def load(path: str) -> WatchSettings:
    """Return the settings in *path*, the defaults where it is empty; raises `BadSetting`."""
    return read(path, settings_file.tables(path) if path else {})


def read(path: str, told: Mapping[str, Any]) -> WatchSettings:
    """Return the settings in *told*, which is what *path* says; raises `BadSetting`."""
    own = settings_file.table(path, told, "watch")
    settings_file.check(path, "watch", own, KNOWN)
    plugins = {
        SPLIT_BRAIN: settings_file.table(path, told, SPLIT_BRAIN),
        **settings_file.table(path, told, "plugin"),
    }
    for name in plugins:
        enabled = settings_file.table(path, plugins, name).get("enabled", True)
        _truth(path, f"[plugin.{name}] enabled", enabled)
    secret, kept = _token(path, own)
    return WatchSettings(
        tuple(endpoint(path, one) for one in _some(path, "listen", own.get("listen", "127.0.0.1"))),
        secret,
        kept,
        _text(path, "tls-certificate", own["tls-certificate"]) if "tls-certificate" in own else "",
        _text(path, "tls-key", own["tls-key"]) if "tls-key" in own else "",
        _text(path, "state", own.get("state", state_folder())),
        tuple(endpoint(path, peer) for peer in _list(path, "peers", own.get("peers", []))),
        _truth(path, "allow-scripts", own.get("allow-scripts", False)),
        _text(path, "script-user", own.get("script-user", "nobody")),
        tuple(_list(path, "interfaces", own.get("interfaces", []))),
        _number(path, "reload-every", own.get("reload-every", 5.0)),
        plugins,
    )


def _token(path: str, own: Mapping[str, Any]) -> tuple[Secret, str]:
    """Return the token, and the file that it stands in; both empty where there is none."""
    if "token" in own and "token-file" in own:
        raise BadSetting(f"{path}: [watch] has token and token-file", "keep token-file")
    if "token-file" in own:
        return Secret(""), _text(path, "token-file", own["token-file"])
    if "token" in own:
        return token(f"{path}: [watch] token", _text(path, "token", own["token"])), path
    return Secret(""), ""


def ready_to_listen(settings: WatchSettings) -> tuple[WatchSettings, list[str]]:
    """Return *settings* with the token that its file holds, and doubts about how it is kept.

    Raises `BadSetting` where everybody could ask: beyond loopback a token is wanted.
    """
    if settings.token_file and not settings.token:
        settings = settings._replace(token=read_token(settings.token_file))
    beyond = [host for host, _ in settings.listen if not is_loopback(host)]
    if beyond and not settings.token:
        raise BadSetting(
            f"[watch] listens beyond this host, at {beyond[0]}, and everybody could ask",
            'set token-file = "/etc/hatools/token"; make it with: ' + ADVICE,
        )
    if settings.key and not settings.certificate:
        raise BadSetting("[watch] tls-key has no tls-certificate", 'set tls-certificate = "FILE"')
    kept = doubts(settings.token_file, settings.token) if settings.token_file else []
    return settings, kept


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


def _some(path: str, key: str, value: object) -> list[str]:
    """Return one text or several."""
    found = [value] if isinstance(value, str) else _list(path, key, value)
    if not found:
        raise BadSetting(f"{path}: {key} names nothing")
    return found


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
