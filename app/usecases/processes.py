"""Publishing services: a diagram, its forms and letters become one immutable version of the catalogue."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app import engine
from app.engine import Drawing
from app.errors import Invalid, NotFound
from app.storage import db, events, people, processes, transaction, versions
from app.storage.events import Entrance
from app.storage.processes import ProcessFile, ProcessVersion, Service
from app.usecases import fitting
from app.usecases.checking import check
from app.usecases.parts import now

MAX_FILE = 2 * 1024 * 1024  # bytes
PATIENCE = 20.0  # seconds for the check of one bundle: nobody waits at a screen, and a busy machine is no fault of it


@dataclass(frozen=True)
class Published:
    """What publishing one service did."""

    service: str
    number: int
    changed: bool


def publish(folder: Path, *, by: str, only_new: bool = False) -> list[Published]:
    """Publish every service found in `folder` (bpmn/, forms/, templates/letters/), all or none.

    Unchanged services keep their version; `only_new` leaves every service alone that is there already.
    Raises Invalid naming every problem, its file and the repair.
    """
    return publish_tree(read_tree(folder), by=by, only_new=only_new)


def publish_tree(tree: Mapping[str, bytes], *, by: str, only_new: bool = False) -> list[Published]:
    """The same from files by their path. Raises Invalid."""
    bundles = {main: bundle(tree, main) for main in mains(tree)}
    if not bundles:
        raise Invalid(
            "Tidak ada diagram di bpmn/ yang punya formulir di forms/. Sertakan keduanya, lalu ulangi."
        )
    _refuse(text for main, files in bundles.items() for text in _wrong_diagrams(files, main))
    with transaction():
        known = frozenset(people.roles()) | {"pemohon"}
        _refuse(text for main, files in bundles.items() for text in fitting.unfit(files, main, known))
        there = {service.code for service in versions.services()} if only_new else set()
        return [
            _publish_one(main, files, by) for main, files in bundles.items() if Path(main).stem not in there
        ]


def export(code: str, folder: Path) -> list[Path]:
    """Write the current version of a service back as files; returns what was written. Raises NotFound."""
    written = []
    for name, content in current_files(code).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written.append(target)
    return written


def current_files(code: str) -> dict[str, bytes]:
    """The files of the current version of a service by their path. Raises NotFound."""
    service = processes.find_service(code)
    if service is None or service.current_version_id is None:
        raise NotFound(f"Layanan {code} tidak ada. Lihat daftar dengan `alur process list`.")
    return processes.files_of(service.current_version_id)


def read_tree(folder: Path) -> dict[str, bytes]:
    """The diagrams, decisions, forms and letters below a folder, by their path in it."""
    places = ("bpmn/*.bpmn", "bpmn/*.dmn", "forms/*/*.json", "templates/letters/*/*.liquid")
    found = [path for place in places for path in sorted(folder.glob(place)) if path.is_file()]
    large = [path.name for path in found if path.stat().st_size > MAX_FILE]
    if large:
        raise Invalid(f"Berkas terlalu besar (paling besar 2 MB): {', '.join(large)}.")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def mains(tree: Mapping[str, bytes]) -> list[str]:
    """The diagrams that are services: those with an applicant's form of their own."""
    return [
        path
        for path in tree
        if path.endswith(".bpmn") and fitting.forms_folder(path) in {p.rsplit("/", 1)[0] for p in tree}
    ]


def bundle(tree: Mapping[str, bytes], main: str) -> dict[str, bytes]:
    """Everything one service is published with: its own files and the diagrams it calls."""
    code = Path(main).stem
    own = (f"forms/{code}/", f"templates/letters/{code}/")
    services = set(mains(tree)) - {main}
    return {
        path: content
        for path, content in tree.items()
        if path.startswith(own) or (path.startswith("bpmn/") and path not in services)
    }


def drawing_of_version(version: ProcessVersion) -> Drawing:
    """What a version draws, read from its files."""
    return engine.read(processes.files_of(version.id), version.main)


def _refuse(problems: Iterable[str]) -> None:
    found = list(dict.fromkeys(problems))
    if found:
        raise Invalid("\n".join(found))


def _wrong_diagrams(files: Mapping[str, bytes], main: str) -> list[str]:
    """Sentences on what is wrong with the diagrams of a bundle: all that is said before anything of them is used."""
    diagrams = {path: content for path, content in files.items() if path.startswith("bpmn/")}
    return [
        f"{problem.path or main}: {problem.name or problem.element}: {problem.message} {problem.advice}"
        for problem in check(diagrams, patience=PATIENCE)
    ]


def _publish_one(main: str, files: dict[str, bytes], by: str) -> Published:
    drawing = engine.read(files, main)
    service = db.session.get(Service, drawing.process_id) or Service(code=drawing.process_id)
    sha256 = hashlib.sha256(
        b"".join(p.encode() + b"\0" + c + b"\0" for p, c in sorted(files.items()))
    ).hexdigest()
    current = (
        db.session.get(ProcessVersion, service.current_version_id) if service.current_version_id else None
    )
    if current is not None and current.sha256 == sha256:
        return Published(service.code, current.number, changed=False)
    describe(service, drawing)
    db.session.add(service)
    db.session.flush()
    version = ProcessVersion(
        service_code=service.code,
        number=processes.latest_number(service.code) + 1,
        main=main,
        sha256=sha256,
        published_at=now(),
        published_by=by,
        files=[ProcessFile(path=path, content=content) for path, content in files.items()],
    )
    db.session.add(version)
    db.session.flush()
    service.current_version_id = version.id
    _keep_entrances(version, files)
    return Published(service.code, version.number, changed=True)


def _keep_entrances(version: ProcessVersion, files: Mapping[str, bytes]) -> None:
    """Where messages and signals open cases; messages that wait for such a door are tried again."""
    found = [
        Entrance(
            version_id=version.id, process_id=each.process_id, is_main=each.process_id == version.service_code,
            step=entrance.step, kind=entrance.kind, name=entrance.name,
        )
        for each in fitting.drawings(files, version.main)
        for entrance in each.entrances
    ]  # fmt: skip
    db.session.add_all(found)
    events.wake({entrance.name for entrance in found}, now())


def describe(service: Service, drawing: Drawing) -> None:
    """What the catalogue says of a service is what its diagram says."""
    settings = drawing.properties
    service.name = drawing.name
    service.kind = settings.get("jenis", "keterangan")
    service.description = drawing.documentation
    service.words = " ".join(
        (drawing.name, drawing.process_id, drawing.documentation, settings.get("kata_kunci", ""))
    ).lower()
    service.rank = int(settings.get("urutan", "100"))
    service.confidential = settings.get("rahasia") == "ya"
    service.settings = dict(settings)
