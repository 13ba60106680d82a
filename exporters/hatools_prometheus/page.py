"""What /metrics says, and a server of its own for it, where one is wanted.

The server has threads of its own, few at a time, whatever is sent to it.
"""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Lock, Thread
from typing import Any

from hatools.plugin.pages import shows
from hatools_prometheus.state import State
from hatools_prometheus.writer import Page
from hatools_prometheus.writing import Writer

AT_ONCE = 16  # requests that are answered at a time; who comes beyond that is sent away
PATIENCE = 5.0  # seconds for a request to come, and for an answer to be taken


class Metrics:
    """What *state* comes to, written once at a time, whoever asks."""

    def __init__(self, state: State, writer: Writer) -> None:
        self._state = state
        self._writer = writer
        self._turn = Lock()

    def written(self, accept: str) -> Page:
        """Return Content-Type and text, in the format that ``Accept`` asks for."""
        with self._turn:
            return self._writer.written(self._state.now(), accept)


class Listener(ThreadingHTTPServer):
    """Answers ``GET /metrics`` with *metrics*, to who knows *token*, if any."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, place: tuple[str, int], metrics: Metrics, token: str) -> None:
        self.address_family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        self.metrics = metrics
        self.token = token
        self._places = BoundedSemaphore(AT_ONCE)
        super().__init__(place, Answering)
        self._thread = Thread(target=self.serve_forever, args=(0.1,), name="metrics", daemon=True)
        self._thread.start()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give *request* a thread, if there are not too many."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer *request*."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: whoever asked is gone, or never meant to ask."""

    def end(self) -> None:
        """Answer nobody any more."""
        self.shutdown()
        self.server_close()
        self._thread.join(1.0)


class Answering(BaseHTTPRequestHandler):
    """One request."""

    server: Listener
    timeout = PATIENCE
    server_version = "hatools"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Answer without the metrics."""
        self._answer(body=False)

    def _answer(self, body: bool) -> None:
        given = self.headers.get("Authorization", "")
        if self.server.token and not shows(given, self.server.token):
            self.send_response(401)
            self.send_header("WWW-Authenticate", "Bearer")
            self._finish(b"", body)
        elif self.path.partition("?")[0] != "/metrics":
            self.send_response(404)
            self._finish(b"there is /metrics\n", body)
        else:
            kind, text = self.server.metrics.written(self.headers.get("Accept", ""))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self._finish(text, body)

    def _finish(self, text: bytes, body: bool) -> None:
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if body:
            self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
