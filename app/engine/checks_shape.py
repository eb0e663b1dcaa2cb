"""Rules about how elements hang together: where a token starts, where it can go, and that it can always end."""

from collections.abc import Collection, Iterator

from app.engine.graph import Flow, Node, Process
from app.engine.problems import Problem

CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
GATEWAYS = frozenset({*CHOOSING, "parallelGateway", "eventBasedGateway", "complexGateway"})
WAITING = frozenset({"userTask", "serviceTask", "callActivity", "subProcess", "intermediateCatchEvent"})


def shape(process: Process) -> Iterator[Problem]:
    """All rules of this kind, for the process and each sub-process in it."""
    yield from _flows(process)
    yield from _boundaries(process)
    scopes = [process.id, *(node.id for node in process.nodes.values() if node.kind == "subProcess")]
    for scope in scopes:
        inside = process.inside(scope)
        yield from _ends(process, scope, inside)
        yield from _ways_on(process, inside)
    for node in process.nodes.values():
        yield from _leaving(process, node)
    yield from _rounds(process)


def _flows(process: Process) -> Iterator[Problem]:
    for flow in process.flows:
        ends = [process.nodes.get(name) for name in (flow.source, flow.target)]
        if any(end is None or end.scope != flow.scope for end in ends):
            yield _at_flow(
                flow,
                "alur-putus",
                "Panah ini tidak menghubungkan dua elemen.",
                "Sambungkan kedua ujungnya, atau hapus.",
            )
        elif ends[0].kind == "endEvent" or ends[1].kind in ("startEvent", "boundaryEvent"):
            yield _at_flow(
                flow,
                "alur-terlarang",
                "Panah keluar dari akhir, atau masuk ke awal atau kejadian tepi.",
                "Hapus panahnya.",
            )


def _boundaries(process: Process) -> Iterator[Problem]:
    for node in process.nodes.values():
        if node.kind != "boundaryEvent":
            continue
        host = process.nodes.get(node.attached_to or "")
        if host is None or host.kind in GATEWAYS or host.kind.endswith("Event"):
            yield _at(
                node,
                "tepi-lepas",
                "Kejadian tepi ini tidak menempel pada tugas.",
                "Tempelkan pada sebuah tugas.",
            )


def _ends(process: Process, scope: str, inside: list[Node]) -> Iterator[Problem]:
    where = process.nodes.get(scope)
    name = where.name if where else process.name
    starts = [node for node in inside if node.kind == "startEvent"]
    if not starts:
        yield Problem("tanpa-awal", scope, name, "Tidak ada kejadian awal.", "Tambahkan satu kejadian awal.")
    if len(starts) > 1:
        yield Problem(
            "awal-ganda", scope, name, "Ada lebih dari satu kejadian awal.", "Sisakan satu kejadian awal."
        )
    if not any(node.kind == "endEvent" for node in inside):
        yield Problem("tanpa-akhir", scope, name, "Tidak ada kejadian akhir.", "Tambahkan kejadian akhir.")


def _ways_on(process: Process, inside: list[Node]) -> Iterator[Problem]:
    """Nothing stands where no token comes, and from everywhere a token can reach an end."""
    starts = [node.id for node in inside if node.kind == "startEvent"]
    leads_out = behind(process, [node.id for node in inside if node.kind == "endEvent"])
    reached = ahead(process, starts)
    dead = [node for node in inside if node.kind != "endEvent" and not process.leaving(node.id)]
    for node in dead:
        yield _at(
            node, "jalan-buntu", "Dari sini tidak ada panah keluar.", "Tarik panah ke langkah berikutnya."
        )
    for node in inside:
        if starts and node.id not in reached:
            yield _at(
                node,
                "tak-terjangkau",
                "Tidak ada jalan dari awal ke sini.",
                "Sambungkan, atau hapus.",
                blocks=False,
            )
        elif leads_out and not dead and node.id not in leads_out:
            yield _at(
                node, "tanpa-jalan-keluar", "Dari sini akhir tidak dapat dicapai.", "Tarik panah ke akhir."
            )
        if starts and node.kind == "parallelGateway":
            yield from _waits_for_itself(process, node, starts, reached)


def _waits_for_itself(
    process: Process, node: Node, starts: list[str], reached: set[str]
) -> Iterator[Problem]:
    without = ahead(process, starts, closed={node.id})
    entering = [flow.source for flow in process.entering(node.id) if flow.source in reached]
    if len(entering) > 1 and any(source not in without for source in entering):
        yield _at(
            node, "menunggu-diri", "Gerbang paralel ini menunggu panah yang baru datang setelah ia sendiri lewat.",
            "Arahkan panah kembali ke gerbang eksklusif di depannya.",
        )  # fmt: skip


def _leaving(process: Process, node: Node) -> Iterator[Problem]:
    flows = process.leaving(node.id)
    if len(flows) > 1 and node.kind not in GATEWAYS:
        yield _at(
            node, "banyak-keluar", "Ada beberapa panah keluar dari elemen ini.",
            "Taruh gerbang eksklusif atau paralel sesudahnya.",
        )  # fmt: skip
    if node.kind in CHOOSING:
        yield from _choices(node, flows)
        return
    for flow in flows:
        if flow.condition is not None:
            yield _at_flow(
                flow, "syarat-diabaikan", "Syarat pada panah ini tidak akan dibaca.",
                "Syarat hanya berlaku sesudah gerbang eksklusif atau inklusif.",
            )  # fmt: skip


def _choices(node: Node, flows: list[Flow]) -> Iterator[Problem]:
    default = node.element.get("default")
    if default and default not in {flow.id for flow in flows}:
        yield _at(
            node,
            "jalur-lain-hilang",
            "Jalur bakunya tidak keluar dari gerbang ini.",
            "Pilih ulang jalur baku.",
        )
    for flow in flows:
        if len(flows) > 1 and not flow.condition and flow.id != default:
            yield _at_flow(
                flow, "tanpa-syarat", f"Panah keluar dari gerbang “{node.name or node.id}” ini tidak punya syarat.",
                "Isi syaratnya, atau jadikan jalur baku (default).",
            )  # fmt: skip


def _rounds(process: Process) -> Iterator[Problem]:
    """A round in which nobody and nothing is waited for would turn for ever."""
    waiting = {node.id for node in process.nodes.values() if node.kind in WAITING}
    for node in process.nodes.values():
        if node.id in waiting:
            continue
        after = [flow.target for flow in process.leaving(node.id) if flow.target not in waiting]
        if node.id in ahead(process, after, closed=waiting):
            yield _at(
                node, "putaran-otomatis", "Putaran ini tidak menunggu orang atau waktu.",
                "Taruh tugas atau pengatur waktu di dalam putarannya.", blocks=False,
            )  # fmt: skip
            return


def ahead(process: Process, starts: Collection[str], closed: Collection[str] = ()) -> set[str]:
    """These elements and all that a token can reach from them, boundary events included."""
    seen, todo = set(starts), list(starts)
    while todo:
        name = todo.pop()
        ways = [flow.target for flow in process.leaving(name)] + [
            node.id for node in process.boundaries(name)
        ]
        new = {way for way in ways if way not in seen and way not in closed}
        seen |= new
        todo.extend(new)
    return seen


def behind(process: Process, ends: Collection[str]) -> set[str]:
    """These elements and all from which a token can reach them."""
    seen, todo = set(ends), list(ends)
    while todo:
        name = todo.pop()
        ways = [flow.source for flow in process.entering(name)]
        host = process.nodes[name].attached_to if name in process.nodes else None
        new = {way for way in (*ways, *([host] if host else [])) if way not in seen}
        seen |= new
        todo.extend(new)
    return seen


def _at(node: Node, rule: str, message: str, advice: str, *, blocks: bool = True) -> Problem:
    return Problem(rule, node.id, node.name, message, advice, blocks)


def _at_flow(flow: Flow, rule: str, message: str, advice: str) -> Problem:
    return Problem(rule, flow.id, flow.name, message, advice)
