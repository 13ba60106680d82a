"""Prints what was adapted as keepalived.conf, noting on which line each object begins."""

from __future__ import annotations

from hatools.model import Origin, RealServer, Section, Tunnel
from hatools_keepalived.rendering_checks import Common, check_rows, common, spell_row
from hatools_keepalived.spelling import dotted, remark, seconds
from hatools_keepalived.writing_blocks import Adapted, Block
from hatools_keepalived.writing_checks import DECIMALS, Version

_KINDS = {"masquerade": "NAT", "direct": "DR", "tunnel": "TUN"}
_SHORT = 100
Bodies = dict[tuple[Common, str, Tunnel | None], dict[int, tuple[str, int]]]


class Page:
    """The text so far, and the number of the line to come."""

    __slots__ = ("line", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.line = 1

    def rows(self, rows: list[str], indent: str = "") -> None:
        """Add *rows*, each indented by *indent*."""
        self.parts += [f"{indent}{row}\n" if row else "\n" for row in rows]
        self.line += len(rows)

    def text(self) -> str:
        """Return the whole text."""
        return "".join(self.parts)


def render(adapted: Adapted, version: Version) -> str:
    """Return the text of *adapted*; fills in the lines of its blocks."""
    page = Page()
    for section in adapted.intended.sections:
        _section(page, section)
    talkative: dict[int, bool] = {}
    bodies: Bodies = {}
    for block in adapted.blocks:
        if page.line > 1:
            page.rows([""])
        _Printer(page, block, version, talkative, bodies).print()
    return page.text()


def _section(page: Page, section: Section) -> None:
    head = f"{section.kind} {section.name}".rstrip()
    page.rows([f"{head} {{", *("    " + spell_row(words) for words in section.own), "}"])


class _Printer:
    """Prints one virtual server with its group."""

    def __init__(
        self,
        page: Page,
        block: Block,
        version: Version,
        talkative: dict[int, bool],
        bodies: Bodies,
    ) -> None:
        self.page = page
        self.block = block
        self.talkative = talkative
        self.bodies = bodies
        checks = {id(server.checks): server.checks for server in block.pool.servers}
        found = [check for group in checks.values() for check in group]
        self.shared = common(found, version >= DECIMALS)
        self.checked = bool(found)

    def print(self) -> None:
        block, page = self.block, self.page
        above, behind = self.comments(block.source.origin)
        if block.source_pool.origin is not block.source.origin and (
            block.source_pool.origin.at != block.source.origin.at
        ):
            more, last = self.comments(block.source_pool.origin)
            above += more
            behind += last
        title = block.source.name
        if block.source_pool.name != title:
            title += f" -> {block.source_pool.name}"
        page.rows([*above, *behind])
        if block.group:
            self.print_group()
        if title != block.service.name:
            page.rows([remark(title)])
        block.line = page.line
        page.rows([f"virtual_server {self.head()} {{"])
        if not block.group:
            block.listener_lines = [block.line]
        page.rows(self.settings(), "    ")
        self.print_servers()
        page.rows(["}"])

    def print_group(self) -> None:
        """Print the virtual_server_group with its addresses."""
        block, page = self.block, self.page
        page.rows([f"virtual_server_group {block.group} {{"])
        for endpoint in block.endpoints:
            above, behind = self.comments(endpoint.source.origin)
            page.rows([*above, *behind], "    ")
            block.listener_lines.append(page.line)
            page.rows([f"{endpoint.address} {endpoint.port or ''}".rstrip()], "    ")
        page.rows(["}", ""])

    def head(self) -> str:
        if self.block.group:
            return f"group {self.block.group}"
        first = self.block.endpoints[0]
        if first.mark is not None:
            return f"fwmark {first.mark}"
        return f"{first.address} {first.port or ''}".rstrip()

    def settings(self) -> list[str]:
        """Return the rows that a virtual server begins with."""
        block, pool, shared = self.block, self.block.pool, self.shared
        first = block.endpoints[0]
        rows = []
        if self.checked and shared.delay_loop != 60.0:
            rows.append(f"delay_loop {seconds(shared.delay_loop)}")
        note = self.comment_on(block.source_pool.origin, "scheduler")
        rows.append(f"lb_algo {pool.scheduler.name}{note}")
        rows += pool.scheduler.parameters
        self.method, self.tunnel = pool.servers[0].forwarding, pool.servers[0].tunnel
        rows.append(f"lb_kind {_method(self.method, self.tunnel)}")
        if pool.one_packet:
            rows.append("ops")
        if pool.persistence is not None:
            note = self.comment_on(block.source_pool.origin, "persistence")
            rows.append(f"persistence_timeout {seconds(pool.persistence.timeout or 360)}{note}")
            mask = pool.persistence.mask
            if mask is not None:
                text = str(mask) if first.family == 6 else dotted(mask)
                rows.append(f"persistence_granularity {text}")
        if first.mark is None:
            rows.append(f"protocol {first.protocol.upper()}")
        elif first.family:
            rows.append("ip_family inet6" if first.family == 6 else "ip_family inet")
        rows += shared.rows()
        quorum = pool.quorum
        if quorum is not None:
            rows.append(f"quorum {quorum.weight}")
            if quorum.hysteresis:
                rows.append(f"hysteresis {quorum.hysteresis}")
            for keyword, script in (
                ("quorum_up", quorum.up_script), ("quorum_down", quorum.down_script)
            ):  # fmt: skip
                if script:
                    rows.append(f"{keyword} {script}")
        return rows + [spell_row(words) for words in pool.own]

    def print_servers(self) -> None:
        """Print the sorry server, then the real servers."""
        page, pool, block = self.page, self.block.pool, self.block
        servers, sources = pool.servers, block.placed.sources
        lines = [0] * len(servers)
        if servers and servers[-1].role == "sorry":
            page.rows([""])
            lines[-1] = self.print_sorry(servers[-1], sources[-1])
        if any(server.role != "sorry" for server in servers):
            page.rows([""])
        bodies = self.bodies.setdefault((self.shared, self.method, self.tunnel), {})
        talks = self.has_comments(block.source_pool.origin)
        verdicts, parts, at = block.placed.verdicts, page.parts, page.line
        for number, server in enumerate(servers):
            if server.role == "sorry":
                continue
            source = sources[number]
            alike = id(verdicts[number])  # servers with one verdict differ only in their heads
            body = bodies.get(alike)
            if body is None:
                rows = self.body(server)
                text = "".join([f"        {row}\n" for row in rows]) + "    }\n"
                body = bodies[alike] = text, len(rows) + 2
            name, address = source.name, server.address
            if talks or not name.isalnum() or len(name) > _SHORT or name == address:
                above, behind = self.server_comments(source, server.address)
                parts += [f"    {row}\n" for row in above]
                at += len(above)
            else:
                behind = f"  # {name}"
            lines[number] = at
            port = f" {server.port}" if server.port is not None else ""
            parts.append(f"    real_server {address}{port} {{{behind}\n{body[0]}")
            at += body[1]
        page.line = at
        block.server_lines = lines

    def print_sorry(self, server: RealServer, source: RealServer) -> int:
        above, behind = self.server_comments(source, server.address)
        page = self.page
        page.rows(list(above), "    ")
        line = page.line
        place = f"{server.address} {server.port}" if server.port is not None else server.address
        page.rows([f"sorry_server {place}{behind}"], "    ")
        if (server.forwarding, server.tunnel) != (self.method, self.tunnel):
            kind = _method(server.forwarding, server.tunnel)
            page.rows([f"sorry_server_lvs_method {kind}"], "    ")
        if server.on_failure == "zero-weight":
            page.rows(["sorry_server_inhibit"], "    ")
        return line

    def body(self, server: RealServer) -> list[str]:
        """Return the rows inside a real_server block."""
        rows = []
        if server.weight != 1:
            rows.append(f"weight {server.weight}")
        if (server.forwarding, server.tunnel) != (self.method, self.tunnel):
            rows.append(f"lvs_method {_method(server.forwarding, server.tunnel)}")
        if server.upper_threshold:
            rows.append(f"uthreshold {server.upper_threshold}")
        if server.lower_threshold:
            rows.append(f"lthreshold {server.lower_threshold}")
        if server.on_failure == "zero-weight":
            rows.append("inhibit_on_failure")
        rows += [spell_row(words) for words in server.own]
        for check in server.checks:
            rows += check_rows(check, self.shared)
        return rows

    # comments

    def server_comments(self, source: RealServer, address: str) -> tuple[list[str], str]:
        """Return the comment lines above a server, and what stands behind it: name and comment."""
        origin = source.origin
        name = source.name if source.name != address else ""
        if origin.expansion is None or not self.has_comments(origin):
            return [], "  " + remark(name) if name else ""
        above, behind = origin.comments("")
        note = ": ".join(text for text in (name, behind.strip()) if text)
        return [remark(text) for text in above], "  " + remark(note) if note else ""

    def comments(self, origin: Origin) -> tuple[list[str], list[str]]:
        """Return the comment lines above what *origin* names, and the one behind it as a line."""
        above, behind = origin.comments("")
        return [remark(text) for text in above], [remark(behind)] if behind.strip() else []

    def comment_on(self, origin: Origin, field: str) -> str:
        """Return the comment behind *field* in the source, ready to stand behind its row."""
        _, behind = origin.comments(field)
        return "  " + remark(behind) if behind.strip() else ""

    def has_comments(self, origin: Origin) -> bool:
        """Tell whether the source has any comment at all: most large files have none."""
        expansion = origin.expansion
        if expansion is None:
            return False
        found = self.talkative.get(id(expansion))
        if found is None:
            found = any(
                document.remarks or any(statement.comment for statement in document.statements)
                for document in expansion.documents
            )
            self.talkative[id(expansion)] = found
        return found


def _method(forwarding: str, tunnel: Tunnel | None) -> str:
    """Return how packets reach a server, in keepalived's words."""
    words = [_KINDS.get(forwarding, "NAT")]
    if tunnel is not None and forwarding == "tunnel":
        if tunnel.kind != "ipip":
            words += ["type", tunnel.kind]
        if tunnel.port is not None:
            words += ["port", str(tunnel.port)]
        if tunnel.checksum:
            words.append(tunnel.checksum)
    return " ".join(words)
