"""Whether a bundle of good diagrams fits together and fits this city: roles, forms, letters, pools."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

from app import engine
from app.domain import forms, letters
from app.engine import Drawing
from app.errors import Invalid
from app.usecases import letter_words
from app.usecases.routing import APPLICANT


def unfit(files: Mapping[str, bytes], main: str, roles: Iterable[str]) -> list[str]:
    """Sentences on what of a bundle of good diagrams does not fit together, or not this city."""
    drawing, drawn = engine.read(files, main), drawings(files, main)
    known = frozenset().union(*(_known_names(each, main, files) for each in drawn))
    return [
        *_wrong_name(drawing, main),
        *_no_application(drawing, main),
        *(text for each in drawn for text in _unknown_roles(each, main, roles)),
        *(text for each in drawn for text in _missing_forms(each, main, files)),
        *(text for each in drawn for text in _missing_letters(each, main, files)),
        *(text for each in drawn[1:] for text in _out_of_reach(each, drawing, main)),
        *_broken_letters(files, known),
    ]


def drawings(files: Mapping[str, bytes], main: str) -> list[Drawing]:
    """The main process, and the other pools of its diagram: kinds of case of their own."""
    return [engine.read(files, name) for name in (main, *engine.pools(files, main))]


def forms_folder(main: str) -> str:
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
    folder = f"{forms_folder(main)}/"
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


def _out_of_reach(pool: Drawing, drawing: Drawing, main: str) -> list[str]:
    """Steps of the applicant in another pool: there must be something to mend, and a way to get there."""
    asked = [step.name for step in pool.outline if step.role == APPLICANT]
    why = ""
    if drawing.properties.get("rahasia") == "ya":
        why = "pemohon layanan rahasia tidak tahu berkas ini. Pindahkan ke proses utama."
    elif not any(step.kind == "start" and step.form for step in pool.steps.values()):
        why = f"{pool.name!r} tidak punya isian untuk diperbaiki. Beri start event-nya formulir."
    return [f"{main}: langkah {name!r}: {why}" for name in asked if why]


def _known_names(drawing: Drawing, main: str, files: Mapping[str, bytes]) -> frozenset[str]:
    """What a letter may name: the applicant's fields, what every letter knows, and the steps' own answers."""
    folder = f"{forms_folder(main)}/"
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
