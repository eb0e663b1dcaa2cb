"""Invented applicants, answers and papers for the demonstration, made from what the forms ask."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any

import orjson
from PIL import Image, ImageDraw

from app.domain import forms
from app.domain.forms import Field, Form
from app.storage.cases import Attachment
from app.usecases.parts import now, parts, today

FIRST = [
    "Siti",
    "Agus",
    "Dwi",
    "Rina",
    "Wahyu",
    "Sri",
    "Joko",
    "Ani",
    "Hendra",
    "Lina",
    "Bambang",
    "Yuni",
    "Rudi",
    "Maya",
    "Eko",
    "Tuti",
    "Dian",
    "Slamet",
    "Ratna",
    "Heri",
]
LAST = [
    "Aminah",
    "Wijaya",
    "Kurniawati",
    "Santoso",
    "Lestari",
    "Handoko",
    "Rahmawati",
    "Prasetyo",
    "Susilo",
    "Puspita",
    "Hartono",
    "Ningsih",
    "Setyawan",
]
REASON = "Data pada berkas belum sesuai dengan isian formulir."
ANSWER = "Terima kasih atas laporan Anda. Petugas kami sudah memeriksa di lokasi dan menindaklanjutinya."
NOTE = "Sudah diperiksa dan sesuai."


@dataclass(frozen=True)
class Applicant:
    """An invented resident."""

    index: int
    name: str
    woman: bool
    born: date
    home: str  # unit code of the RT

    @property
    def nik(self) -> str:
        day = self.born.day + (40 if self.woman else 0)
        return f"357403{day:02}{self.born:%m%y}{self.index % 9000 + 1:04}"

    @property
    def kk(self) -> str:
        return f"357403{self.born.day:02}{self.born:%m}{15 + self.index % 10}{self.index % 9000 + 11:04}"


def applicant(index: int, home: str) -> Applicant:
    """The index-th invented resident."""
    born = date(1968, 3, 5) + timedelta(days=index * 137 % 11000)
    name = f"{FIRST[index % len(FIRST)]} {LAST[index * 3 % len(LAST)]}"
    return Applicant(index, name, index % len(FIRST) in {0, 3, 5, 7, 9, 11, 13, 15, 16, 18}, born, home)


def application(service: str, form: Form, person: Applicant, files: list[Attachment]) -> dict:
    """A whole application: what the seed says for this service, and something plausible for the rest."""
    known = {**_variant(service, person.index), **_identity(person)}
    by_field: dict[str, list[str]] = {}
    for file in files:
        by_field.setdefault(file.field, []).append(file.id)
    typed = {each.name: _answer(each, known, by_field, person) for each in form.fields}
    return forms.clean(form, typed, today=today(), areas=lambda code, level: True)


def decision(form: Form, wanted: str, applied: Form, index: int = 0) -> dict:
    """An official's answers that lead to `wanted` (setuju, kembalikan, tolak)."""
    said = {"alasan": _variant("alasan", index) or REASON, "catatan": NOTE, "tanggapan": ANSWER}
    typed: dict[str, object] = {}
    for each in form.fields:
        if each.widget == "isian-pemohon":
            typed[each.name] = [option.value for option in forms.correctable(applied)][:1]
        elif each.kind == "choice":
            typed[each.name] = _choice(each, wanted)
        elif each.name in said or each.required:
            typed[each.name] = said.get(each.name) or _plain(each)
    return forms.clean(form, typed, today=today(), areas=lambda code, level: True)


def files_for(form: Form) -> list[Attachment]:
    """One invented paper for every mandatory file field."""
    made = []
    for each in form.fields:
        if each.kind in {"file", "files"} and each.required:
            content = _paper(each.title)
            stored = parts().files.put(content)
            made.append(
                Attachment(
                    id=secrets.token_urlsafe(16),
                    field=each.name,
                    name=f"{each.name}.jpg",
                    media_type="image/jpeg",
                    size=len(content),
                    sha256=sha256(content).hexdigest(),
                    file_key=stored.key,
                    at=now(),
                )
            )
    return made


def _variant(kind: str, index: int) -> Any:
    """The seed's index-th set of answers of a kind, over and over; nothing where the seed has none."""
    variants = _seed().get(kind) or [{}]
    return variants[index % len(variants)]


def _identity(person: Applicant) -> dict:
    return {
        "nama": person.name,
        "nik": person.nik,
        "kk": person.kk,
        "no_kk": person.kk,
        "tempat_lahir": "Probolinggo",
        "tanggal_lahir": person.born.isoformat(),
        "jenis_kelamin": "P" if person.woman else "L",
        "telepon": f"0812345{person.index:05}",
    }


def _answer(each: Field, known: dict, files: dict[str, list[str]], person: Applicant) -> object:
    if each.kind in {"file", "files"}:
        return files.get(each.name, [])
    if each.kind == "area":
        return person.home if each.level == "rt" else person.home.split(".RW")[0]
    if each.kind == "group":
        return known.get(each.name, [])
    if each.name in known and (
        not each.options or known[each.name] in {option.value for option in each.options}
    ):
        return known[each.name]
    return _plain(each) if each.required else None


def _choice(each: Field, wanted: str) -> str:
    values = [option.value for option in each.options]
    return wanted if wanted in values else values[0 if wanted != "tolak" else -1]


def _plain(each: Field) -> object:
    """Something a person might have written in a field of this kind."""
    if each.options:
        return [each.options[0].value] if each.kind == "choices" else each.options[0].value
    return {
        "integer": 2,
        "number": 2,
        "boolean": True,
        "date": _day(each).isoformat(),
        "time": "09:00",
        "email": "warga@example.id",
        "phone": "081234500001",
    }.get(each.kind, "Keterangan sesuai dengan keadaan sebenarnya.")


def _day(each: Field) -> date:
    """A day this field accepts: two weeks ahead, or some days ago where the future is not allowed."""
    return each.latest.on(today()) - timedelta(days=3) if each.latest else today() + timedelta(days=14)


@cache
def _seed() -> dict:
    path = parts().settings.city / "demo.json"
    return orjson.loads(path.read_bytes()) if path.is_file() else {}


@cache
def _paper(title: str) -> bytes:
    """A picture that stands for a paper: its title on a card."""
    card = Image.new("RGB", (900, 560), "#f3f1ea")
    pen = ImageDraw.Draw(card)
    pen.rectangle((24, 24, 876, 536), outline="#0b5d6b", width=6)
    pen.text((60, 60), title, fill="#14213d", font_size=36)
    pen.text((60, 470), "CONTOH - bukan dokumen asli", fill="#b42318", font_size=30)
    for line in range(6):
        pen.rectangle((60, 150 + line * 48, 560 + line % 3 * 90, 170 + line * 48), fill="#c9cdd6")
    written = BytesIO()
    card.save(written, "JPEG", quality=70)
    return written.getvalue()
