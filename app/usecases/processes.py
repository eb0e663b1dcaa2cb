"""Publishing services: a diagram, its forms and letters become one immutable version of the catalogue."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from app import engine
from app.domain import forms, letters
from app.engine import Drawing
from app.errors import Invalid, NotFound
from app.storage import db, events, people, processes, transaction
from app.storage.events import Entrance
from app.storage.processes import ProcessFile, ProcessVersion, Service
from app.usecases import letter_words
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
    tree = read_tree(folder)
    bundles = {main: bundle(tree, main) for main in mains(tree)}
    if not bundles:
        raise Invalid(f"Tidak ada diagram di {folder.name}/bpmn. Letakkan berkas .bpmn di sana, lalu ulangi.")
    _refuse(text for main, files in bundles.items() for text in _wrong_diagrams(files, main))
    with transaction():
        known = frozenset(people.roles()) | {"pemohon"}
        _refuse(text for main, files in bundles.items() for text in _unfit(files, main, known))
        there = {service.code for service in processes.offered_services()} if only_new else set()
        return [
            _publish_one(main, files, by) for main, files in bundles.items() if Path(main).stem not in there
        ]


def export(code: str, folder: Path) -> list[Path]:
    """Write the current version of a service back as files; returns what was written. Raises NotFound."""
    service = processes.find_service(code)
    if service is None or service.current_version_id is None:
        raise NotFound(f"Layanan {code} tidak ada. Lihat daftar dengan `alur process list`.")
    written = []
    for name, content in processes.files_of(service.current_version_id).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written.append(target)
    return written


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
        if path.endswith(".bpmn") and _forms_folder(path) in {p.rsplit("/", 1)[0] for p in tree}
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


def _unfit(files: Mapping[str, bytes], main: str, roles: Iterable[str]) -> list[str]:
    """Sentences on what of a bundle of good diagrams does not fit together, or not this city."""
    drawing, drawn = engine.read(files, main), _drawings(files, main)
    known = frozenset().union(*(_known_names(each, main, files) for each in drawn))
    return [
        *_wrong_name(drawing, main),
        *_no_application(drawing, main),
        *(text for each in drawn for text in _unknown_roles(each, main, roles)),
        *(text for each in drawn for text in _missing_forms(each, main, files)),
        *(text for each in drawn for text in _missing_letters(each, main, files)),
        *_broken_letters(files, known),
    ]


def _drawings(files: Mapping[str, bytes], main: str) -> list[Drawing]:
    """The main process, and the other pools of its diagram: kinds of case of their own."""
    return [engine.read(files, name) for name in (main, *engine.pools(files, main))]


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
    _describe(service, drawing)
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
        for each in _drawings(files, version.main)
        for entrance in each.entrances
    ]  # fmt: skip
    db.session.add_all(found)
    events.wake({entrance.name for entrance in found}, now())


def _describe(service: Service, drawing: Drawing) -> None:
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
    service.retired_at = None


def _forms_folder(main: str) -> str:
    return f"forms/{Path(main).stem}"


def _wrong_name(drawing: Drawing, main: str) -> list[str]:
    if drawing.process_id == Path(main).stem:
        return []
    return [f"{main}: id proses {drawing.process_id!r} harus sama dengan nama berkas. Samakan salah satunya."]


def _unknown_roles(drawing: Drawing, main: str, roles: Iterable[str]) -> list[str]:
    return [
        f"{main}: langkah {step.name!r}: peran {step.role!r} tidak dikenal. Pakai kunci peran yang terdaftar."
        for step in drawing.steps.values()
        if step.kind == "user" and step.role not in roles
    ]


def _missing_forms(drawing: Drawing, main: str, files: Mapping[str, bytes]) -> list[str]:
    folder = f"{_forms_folder(main)}/"
    found = []
    for step in drawing.steps.values():
        if step.kind not in {"start", "user"} or not step.form:
            continue
        if folder + step.form not in files:
            found.append(
                f"{main}: langkah {step.name!r}: formulir {folder}{step.form} tidak ada. Tambahkan berkasnya."
            )
        else:
            found += _broken_form(files, folder + step.form, folder + (step.form_ui or ""))
    return found


def _no_application(drawing: Drawing, main: str) -> list[str]:
    if any(step.kind == "start" and step.form for step in drawing.steps.values()):
        return []
    return [f"{main}: start event belum menyebut formulir pemohon (formJsonSchemaFilename). Isi propertinya."]


def _broken_form(files: Mapping[str, bytes], path: str, ui_path: str) -> list[str]:
    try:
        forms.read(orjson.loads(files[path]), orjson.loads(files.get(ui_path, b"{}")))
    except orjson.JSONDecodeError:
        return [f"{path}: bukan JSON yang benar. Periksa tanda kurung dan koma."]
    except Invalid as refusal:
        return [f"{path}: {refusal}"]
    return []


def _missing_letters(drawing: Drawing, main: str, files: Mapping[str, bytes]) -> list[str]:
    folder = f"templates/letters/{Path(main).stem}/"
    named = {
        step.name: folder + step.params["templat"]
        for step in drawing.steps.values()
        if "templat" in step.params
    }
    return [
        f"{main}: langkah {step!r}: templat surat {path} tidak ada. Tambahkan berkasnya."
        for step, path in named.items()
        if path not in files
    ]


def _known_names(drawing: Drawing, main: str, files: Mapping[str, bytes]) -> frozenset[str]:
    """What a letter may name: the applicant's fields, what every letter knows, and the steps' own answers."""
    folder = f"{_forms_folder(main)}/"
    asked = [step for step in drawing.steps.values() if step.form and folder + step.form in files]
    names = set(letter_words.ALWAYS_KNOWN)
    for step in asked:
        fields = _fields_of(files[folder + step.form])
        names |= fields if step.kind == "start" else {f"langkah.{step.id}.{field}" for field in fields}
    return frozenset(names)


def _fields_of(schema: bytes) -> set[str]:
    """The fields a schema file asks for; none where it cannot be read (that is said elsewhere)."""
    try:
        return set(orjson.loads(schema).get("properties", {}))
    except (orjson.JSONDecodeError, AttributeError):
        return set()


def _broken_letters(files: Mapping[str, bytes], known: frozenset[str]) -> list[str]:
    found = []
    for path, content in files.items():
        if path.startswith("templates/letters/"):
            try:
                template = letters.read_template(content.decode())
            except UnicodeDecodeError:
                found.append(f"{path}: bukan teks UTF-8. Simpan ulang berkasnya.")
            except Invalid as refusal:
                found.append(f"{path}: {refusal}")
            else:
                found += [
                    f"{path}: {name} tidak dikenal. Pakai nama isian formulir, atau langkah.<id>.<isian>."
                    for name in sorted(letters.names_used(template))
                    if name.removeprefix("pemohon.") not in known
                ]
    return found
