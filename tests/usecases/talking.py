"""Services whose cases talk with one another, published from a few words; every form is the loss report's."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from app.storage import cases, db, events
from app.storage.cases import Case, Task
from app.usecases import processes as publishing
from tests import factories
from tests.engine.diagrams import activities, build
from tests.engine.diagrams import events as drawn

FORMS = Path(__file__).parent.parent / "services" / "kehilangan" / "forms" / "kehilangan"
ASKS = {"formJsonSchemaFilename": "permohonan.schema.json", "formUiSchemaFilename": "permohonan.ui.json"}
DECIDES = {"formJsonSchemaFilename": "keputusan.schema.json", "formUiSchemaFilename": "keputusan.ui.json"}

REQUEST = drawn.message("m_minta", "Permintaan", '{"nomor": nomor_registrasi, "barang": barang}')
ANSWER = drawn.message("m_jawab", "Jawaban", '{"nomor": nomor, "jawaban": keputusan}')
BY_NUMBER = (
    activities.collaboration(
        {"pool_tanya": "tanya", "pool_kantor": "kantor"},
        keys=activities.correlation_key("Nomor", "nomor_berkas"),
    ),
    activities.correlation_property("nomor_berkas", {"m_minta": "nomor", "m_jawab": "nomor"}),
)


def decision(name: str) -> str:
    return build.user(name, **DECIDES)


def process(
    name: str, nodes: list[str], flows: str, *, decides: tuple[str, ...] = (), role: str = "lurah"
) -> str:
    """A process whose decisions all belong to one role."""
    lanes = [build.lane(f"Kantor {name}", decides, role=role)] if decides else []
    return build.process(name, nodes, flows, lanes)


def asker(*, busy_first: bool = False, name: str = "tanya") -> str:
    """Asks, waits for the answer (first busy with something else, if so wished), and lets somebody read it."""
    between = ["sibuk"] if busy_first else []
    nodes = [
        build.start(**ASKS), drawn.throw("minta", drawn.on_message("m_minta")),
        *map(decision, between), drawn.catch("tunggu", drawn.on_message("m_jawab")),
        build.script("catat", "catatan = jawaban"), decision("baca"), build.end(),
    ]  # fmt: skip
    way = ["mulai", "minta", *between, "tunggu", "catat", "baca", "selesai"]
    return process(name, nodes, _along(way), decides=(*between, "baca"))


def office(*, at_once: bool = False, name: str = "kantor", entrance: str = "m_minta") -> str:
    """Is opened by a request and answers it: by itself, or when somebody has decided."""
    answers = build.script("jawab", 'keputusan = "setuju"') if at_once else decision("jawab")
    nodes = [
        drawn.start_on("masuk", drawn.on_message(entrance)), answers,
        drawn.throw("kirim", drawn.on_message("m_jawab")), build.end("tutup"),
    ]  # fmt: skip
    decides = () if at_once else ("jawab",)
    return process(name, nodes, _along(["masuk", "jawab", "kirim", "tutup"]), decides=decides, role="camat")


def listener(name: str, *definitions: str, entrance: str = "") -> str:
    """Waits for a message or signal (or is opened by it too), then for somebody to read it."""
    nodes = [build.start(**ASKS), drawn.catch("tunggu", *definitions), decision("baca"), build.end()]
    flows = "mulai>tunggu tunggu>baca baca>selesai"
    if entrance:
        nodes.append(drawn.start_on("masuk", entrance))
        flows += " masuk>baca"
    return process(name, nodes, flows, decides=("baca",))


def speaker(name: str, definition: str) -> str:
    """Says something as soon as it is applied for."""
    nodes = [build.start(**ASKS), drawn.throw("kirim", definition), build.end()]
    return process(name, nodes, "mulai>kirim kirim>selesai")


def publish(folder: Path, diagrams: Mapping[str, bytes]) -> None:
    """Publish these services (code → diagram) beside those the city has."""
    for code, diagram in diagrams.items():
        (folder / "bpmn").mkdir(parents=True, exist_ok=True)
        (folder / "bpmn" / f"{code}.bpmn").write_bytes(diagram)
        (folder / "forms" / code).mkdir(parents=True, exist_ok=True)
        for path in FORMS.iterdir():
            (folder / "forms" / code / path.name).write_bytes(path.read_bytes())
    publishing.publish(folder, by="pengujian")


def two_pools(**how: bool) -> bytes:
    """The asker and the office in one drawing, correlated by the asker's number."""
    first = asker(busy_first=how.get("busy_first", False))
    second = office(at_once=how.get("at_once", False))
    return build.document(REQUEST, ANSWER, *BY_NUMBER, first, second)


def opened_by(case: Case) -> list[Case]:
    found = db.session.query(Case).filter_by(opened_by_id=case.id).order_by(Case.id)
    return found.populate_existing().all()


def steps(case: Case) -> list[str]:
    return sorted(task.step for task in cases.open_tasks_of(case.id))


def kinds(case: Case) -> list[str]:
    """What its diary says of messages and signals."""
    said = ("message", "signal", "case opened")
    return [entry.kind for entry in cases.diary_of(case.id) if entry.kind.startswith(said)]


def decide(case: Case, decided: str = "setuju") -> Task:
    task = factories.open_task(case)
    more = {"alasan": "Barangnya sudah ditemukan."} if decided == "tolak" else {}
    factories.decide(task, decided, **more)
    return task


def posts() -> list[events.Post]:
    return db.session.query(events.Post).order_by(events.Post.id).populate_existing().all()


def _along(way: Iterable[str]) -> str:
    return " ".join(f"{one}>{other}" for one, other in pairwise(way))
