"""The daemon: learns from configurations, runs checks and observers, tells exporters."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from hatools import __version__
from hatools.engine.machine import Send
from hatools.engine.node import Node
from hatools.errors import HatoolsError
from hatools.model import Mail, Topology
from hatools.model.event import Event, Publish, Run, SetTimer
from hatools.plugin.balancing import Scheduler
from hatools.plugin.behaviour import Detector, Exporter, Figures, Observer, Probe, Watched
from hatools.plugin.clocks import Clocks
from hatools.watch import systemd
from hatools.watch.access import server_tls
from hatools.watch.api import Api
from hatools.watch.board import Board
from hatools.watch.first_answers import FirstAnswers
from hatools.watch.garbage import give_back_what_is_large, spare_what_came, spare_what_stays
from hatools.watch.leaving import left_behind
from hatools.watch.prober import Prober
from hatools.watch.routers import router_events
from hatools.watch.running import LATENESS, SLACK, RunningNode
from hatools.watch.services import service_events
from hatools.watch.settings import WatchSettings
from hatools.watch.targets import Targets, run_script

if TYPE_CHECKING:
    from hatools.plugin.pages import Page
    from hatools.watch.interface import Interface

STOPPING = 1.0  # seconds within which everything has ended
TURN = 0.1  # seconds
SETTLED = (10.0, 120.0)  # seconds after which nearly all checks, and all of them, were answered
COMMAND_LIMIT = 60.0  # seconds for a command that a detector has run
WORDS = {  # a detail -> how it is said where it is false, and true
    "up": ("up False", "up True"), "reached": ("lost", "reached"), "used": ("not used", "used"),
}  # fmt: skip
Learn = Callable[[], Sequence[Topology]]


class Registry:
    """What plugins brought: all that a watch uses, by kind."""

    def __init__(
        self,
        schedulers: Mapping[str, Scheduler],
        probes: Mapping[str, Probe],
        observers: Iterable[Observer] = (),
        detectors: Iterable[Detector] = (),
        exporters: Iterable[Exporter] = (),
    ) -> None:
        self.schedulers = schedulers
        self.probes = probes
        self.observers = list(observers)
        self.detectors = list(detectors)
        self.exporters = list(exporters)


class Daemon:
    """One `hatools watch`.

    *learn* reads the configurations anew and returns what they mean; *changed*
    tells whether their files are other ones than when they were last read.
    """

    def __init__(
        self,
        name: str,
        learn: Learn,
        changed: Callable[[], bool],
        settings: WatchSettings,
        registry: Registry,
        log: Callable[[str, str], None],
    ) -> None:
        self.name = name
        self.settings = settings
        self.board = Board()
        self._learn = learn
        self._changed = changed
        self._registry = registry
        self._log = log
        self._started = time.time()
        self._clocks = Clocks(self._started, time.monotonic())
        self._node: RunningNode | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._reload = asyncio.Event()
        self._detectors = [one for one in registry.detectors if self._enabled(one.name)]
        self._exporting: list[Exporter] = []
        self._topologies: Sequence[Topology] = ()
        self._timers: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self._interface: Interface | None = None
        self.problem = ""

    async def run(self) -> None:
        """Watch until a signal, or `stop`, says otherwise."""
        give_back_what_is_large()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload.set)
        prober = Prober(loop)
        self._targets = Targets(
            prober,
            self._registry.probes,
            allow_scripts=self.settings.allow_scripts,
            script_user=self.settings.script_user,
        )
        self._topologies = self._learn()
        try:
            self._start_exporters()
            self._start_interface()
            self._start_detectors()
            self._begin(self._topologies)
            for observer in self._registry.observers:
                if observer.observe is not None and self._enabled(observer.name):
                    self._task(self._observe(observer))
            self._task(self._watch_files())
            self._task(self._turn())
            self._tell_systemd(f"READY=1\n{self._sum}")
            self._task(systemd.keep_alive())
            await self._stop.wait()
        finally:
            self._tell_systemd("STOPPING=1")
            self._end(prober)

    async def _turn(self) -> None:
        """Note that the event loop turns: what the board says is as old as that."""
        while True:
            self.board.as_of = time.time()
            await asyncio.sleep(TURN)

    def _enabled(self, plugin: str) -> bool:
        return bool(self.settings.plugins.get(plugin, {}).get("enabled", True))

    def _tell_systemd(self, text: str) -> None:
        if problem := systemd.tell(text):
            self._log("warning", problem)

    def stop(self) -> None:
        """Let `run` end."""
        self._stop.set()

    def _end(self, prober: Prober) -> None:
        for task in self._tasks:
            task.cancel()
        if self._node is not None:
            self._node.kill()
        self._targets.close()
        prober.close()
        if self._interface is not None:
            self._interface.close()
        deadline = STOPPING / max(len(self._exporting), 1)
        for exporter in self._exporting:
            self._guarded(exporter.name, partial(exporter.close, deadline))

    # Configurations -----------------------------------------------------------------------------

    def _begin(self, topologies: Sequence[Topology]) -> None:
        """Check what *topologies* name, instead of what was checked before."""
        before, routers = self._topologies, [one.subject for one in self.board.of("router")]
        if self._node is not None:
            self._node.kill()
            self.board.forget(("server", "service", "quorum", "sorry", "check", "router"))
            self._targets.forget()
        self._targets.learn(topologies)
        self._topologies = topologies
        node = Node(self.name, topologies, self._registry.schedulers, electing=False)
        first = FirstAnswers(node, self._targets.ask, self.board, self.publish)
        running = RunningNode(
            node, self._heard, send=_never, probe=first.probe, track=_untracked, slack=SLACK
        )
        self._node = running
        for pool in node.pools.values():
            for label, member in pool.members.items():
                checks = pool.servers[label].checks
                asked = any(not check.tracks for check in checks)
                tracked = f"it tracks {checks[0].tracks}" if checks else "no check"
                details = {
                    "up": pool.live[label],
                    "weight": member.weight,
                    "reason": "not checked yet" if asked else tracked,
                    "checked": not asked,
                    "pool": pool.name,
                    "address": member.address,
                    "port": member.port,
                }
                self.publish(Event(time.time(), "server", f"{pool.name}/{label}", details))
        for event in service_events(node, time.time()):
            self.publish(event)
        for event in router_events(self.name, topologies, time.time()):
            self.publish(event)
        interfaces = self.settings.interfaces
        self.board.drop(left_behind(self.board.standings, routers, before, topologies, interfaces))
        spare_what_stays()
        for after in SETTLED:
            asyncio.get_running_loop().call_later(after, spare_what_came)
        running.start(Random(f"{self.name} {self._started}").random())
        state = {"state": "watching", "targets": len(node.checkers), "problem": self.problem}
        self.publish(Event(time.time(), "daemon", self.name, state))

    async def _watch_files(self) -> None:
        """Read the configurations anew when they change, or when SIGHUP asks for it."""
        while True:
            if by := self._clocks.jump(time.time(), time.monotonic()):
                way = "on" if by > 0 else "back"
                self._log("warning", f"the clock was set {way} by {abs(by):.0f} s")
            try:
                async with asyncio.timeout(self.settings.reload_every):
                    await self._reload.wait()
            except TimeoutError:
                if not self._changed():
                    continue
            self._reload.clear()
            self._tell_systemd(systemd.reloading())
            try:
                self._learn_anew()
            except HatoolsError as error:
                self._keep_the_old(error.message)
            except Exception as error:  # the plugin border
                self._keep_the_old(f"{type(error).__name__}: {error}")
            self._tell_systemd(f"READY=1\n{self._sum}")

    def _learn_anew(self) -> None:
        topologies = self._learn()
        self.problem = ""
        self._log("info", "the configuration changed and is in force")
        self._begin(topologies)

    def _keep_the_old(self, problem: str) -> None:
        """Tell why the configuration that was read anew is not in force."""
        self.problem = problem
        self._log("error", f"{problem}; the old configuration stays in force")
        state = {"state": "watching", "problem": problem}
        self.publish(Event(time.time(), "daemon", self.name, state))

    @property
    def _sum(self) -> str:
        """What `systemctl status` shows."""
        checks = len(self._node.node.checkers) if self._node else 0
        problem = f"; {self.problem}" if self.problem else ""
        return f"STATUS=watching, {checks} checks{problem}".replace("\n", " ")

    # Events -------------------------------------------------------------------------------------

    def _heard(self, event: Event) -> None:
        """Take what a machine of the engine published, in this clock's time."""
        self.publish(Event(time.time(), event.kind, event.subject, event.details))

    def publish(self, event: Event) -> None:
        """Make *event* known to the board, to detectors and to exporters."""
        self.board.note(event)
        if self._interface is not None:
            self._interface.wake()
        if event.kind in ("server", "quorum", "sorry", "role", "split brain"):
            self._log("event", f"{event.kind} {event.subject}: {_said(event)}")
        for exporter in self._exporting:
            self._guarded(exporter.name, partial(exporter.export, [event]))
        for detector in self._detectors:
            self._follow(detector, event)

    def _follow(self, detector: Detector, event: Event) -> None:
        """Let *detector* draw its conclusions; its timers come back to it."""
        actions = self._guarded(detector.name, lambda: list(detector.handle(event))) or []
        for action in actions:
            if isinstance(action, Publish):
                self.publish(action.event)
            elif isinstance(action, SetTimer):
                key = (detector.name, action.name)
                if before := self._timers.pop(key, None):
                    before.cancel()
                loop = asyncio.get_running_loop()
                self._timers[key] = loop.call_later(action.delay, self._due, detector, action.name)
            elif isinstance(action, Run):
                self._task(self._run(action))

    async def _run(self, action: Run) -> None:
        """Run what the user wants to be run, as the user of this process."""
        status = await run_script(action.command, COMMAND_LIMIT, "", action.facts)
        ended = f"status {status.decode()}" if status else f"not within {COMMAND_LIMIT:.0f} s"
        self._log("event", f"{action.command} was run: {ended}")

    def _due(self, detector: Detector, name: str) -> None:
        self._timers.pop((detector.name, name), None)
        self._follow(detector, Event(time.time(), "timer", name))

    async def _observe(self, observer: Observer) -> None:
        """Take what *observer* sees; when it fails it is tried again, ever more rarely."""
        pause = 1.0
        assert observer.observe is not None
        watched = Watched(
            self.name,
            lambda: self._topologies,
            self.settings.interfaces,
            self.settings.peers,
            self.settings.plugins.get(observer.name, {}),
            self._log,
            self.settings.token,
        )
        while True:
            try:
                async for event in observer.observe(watched):
                    pause = 1.0
                    self.publish(event)
                return
            except HatoolsError as error:
                self._log("warning", f"{observer.name}: {error.message}")
                return
            except Exception as error:  # the plugin border
                self._log("error", f"{observer.name} failed: {type(error).__name__}: {error}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)

    def _start_detectors(self) -> None:
        for detector in self._detectors:
            settings = self.settings.plugins.get(detector.name, {})
            self._follow(detector, Event(time.time(), "start", self.name, {"settings": settings}))

    def _start_exporters(self) -> None:
        for exporter in self._registry.exporters:
            settings = self.settings.plugins.get(exporter.name, {})
            if not settings.get("enabled", True):
                continue
            given = {
                "state": self.settings.state,
                "node": self.name,
                "board": self.board,
                "mail": lambda: _mail(self._topologies),  # those of the configurations in force
                "log": self._log,
                "checks": lambda: list(self._targets.known.values()),
                "figures": self._figures,
            }
            try:
                exporter.start({**settings, **given})
            except HatoolsError:
                raise  # a setting is wrong: better no watch than one that does half of it
            except Exception as error:  # the plugin border
                self._log("error", f"{exporter.name} failed: {type(error).__name__}: {error}")
                continue
            self._exporting.append(exporter)

    def _start_interface(self) -> None:
        """Begin to answer over HTTP; raises `BadSetting` where that cannot be."""
        from hatools.watch.interface import Interface

        settings = self.settings
        run = f"{time.time_ns():x}"
        api = Api(self.name, self.board, run, self._started, lambda: self.problem)
        tls = server_tls(settings.certificate, settings.key)
        interface = Interface(api, settings.listen, settings.token, tls, self._log)
        interface.start(page for exporter in self._exporting for page in self._pages(exporter))
        self._interface = interface

    def _pages(self, exporter: Exporter) -> Sequence[Page]:
        """Return the pages that *exporter* has, if it has any."""
        pages = getattr(exporter, "pages", None)  # HasPages
        return self._guarded(exporter.name, lambda: list(pages())) or [] if pages else []

    def _figures(self) -> Figures:
        """Return how the daemon itself is."""
        node = self._node
        late, lateness = (
            (tuple(node.late), node.lateness) if node else ((0,) * (len(LATENESS) + 1), 0.0)
        )
        under_way = self._targets.under_way()
        return Figures(self._started, under_way, LATENESS, late, lateness, __version__)

    def _guarded(self, name: str, work: Callable[[], Any]) -> Any:
        """Return what *work* of the plugin *name* returns; its faults are told, and end there."""
        try:
            return work()
        except Exception as error:  # the plugin border
            self._log("error", f"{name} failed: {type(error).__name__}: {error}")
            return None

    # Outside ------------------------------------------------------------------------------------

    def _task(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _mail(topologies: Iterable[Topology]) -> list[Mail]:
    """Return whom the configurations tell of changes."""
    return [one.mail for one in topologies if one.mail is not None]


def _never(action: Send) -> None:
    """Send nothing: a watch never speaks VRRP."""


async def _untracked(action: object) -> Mapping[str, Any]:
    return {"passed": True}


def _said(event: Event) -> str:
    """Return what the log says of an event, in words."""
    details = event.details
    said = [words[bool(details[key])] for key, words in WORDS.items() if key in details]
    said += [f"{key} {details[key]}" for key in ("role", "verdict") if key in details]
    reason = details.get("reason")
    return ", ".join([*said, *([str(reason)] if reason else [])])
