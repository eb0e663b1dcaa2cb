"""What a letter says and shows: a case's answers as plain words, its letterhead and its signature blocks."""

from datetime import date

from app.domain import forms, letters, words
from app.domain.letters import LetterTemplate
from app.errors import ProcessFault
from app.gateways.pdf import Letterhead, LetterPicture, SignatureBlock
from app.storage import db, people
from app.storage.cases import Case
from app.storage.letters import Letter
from app.storage.people import Person, Unit
from app.usecases import areas, casework, routing
from app.usecases.parts import now, parts, today

ALWAYS_KNOWN = frozenset(
    {f"unit.{name}" for name in ("nama", "kota", "kecamatan", "kelurahan", "rw", "rt")}
    | {f"{who}.{name}" for who in ("penandatangan", "mengetahui") for name in ("jabatan", "nama", "nip")}
    | {"nomor", "nomor_registrasi", "tanggal"}
)
LEVEL_WORDS = {"kota": "PEMERINTAH", "kecamatan": "KECAMATAN", "kelurahan": "KELURAHAN"}


def picture_of(
    case: Case, template: LetterTemplate, signers: list[dict], *, letter: Letter | None
) -> LetterPicture:
    """The letter as it will be drawn; without a `letter` it is a draft."""
    dated = letter.dated if letter else today()
    unit = db.session.get_one(Unit, signers[0]["unit_id"])
    text = letters.compose(
        template, context_of(case, signers, number=letter.number if letter else "", dated=dated)
    )
    blocks = [signature_block(signer) for signer in signers]
    return LetterPicture(
        head=letterhead(unit),
        title=text.title,
        number=text.number,
        blocks=text.blocks,
        place=people.city_name().removeprefix("Kota "),
        day=words.date_short(dated),
        signer=blocks[0],
        created=letter.created_at if letter else now(),
        shape=text.shape,
        acknowledged_by=blocks[1] if len(blocks) > 1 else None,
        nature=text.nature,
        attachments=text.attachments,
        subject=text.subject,
        addressee=text.addressee,
        copies=text.copies,
        qr=verification_url(letter.token) if letter else None,
        draft=letter is None,
    )


def context_of(case: Case, signers: list[dict], *, number: str, dated: date) -> dict:
    """Everything a template may name, as plain texts."""
    answers = casework.answers_of(case.id)
    form = casework.applicant_form(case.version_id, case.process_id)
    applicant = _readable(form, answers.get(casework.APPLICATION, {}))
    steps = casework.drawing_of(case.version_id, case.process_id).steps
    said = {
        step: _readable(form, given)
        for step, given in answers.items()
        if step in steps and (form := casework.step_form(case.version_id, step, case.process_id))
    }
    facts = [{"jabatan": s["title"], "nama": s["name"], "nip": s.get("nip", "")} for s in signers]
    return {
        **applicant,
        "pemohon": applicant,
        "unit": unit_words(case.home_unit),
        "nomor": number,
        "nomor_registrasi": case.number,
        "tanggal": words.date_short(dated),
        "penandatangan": facts[0] if facts else {},
        "mengetahui": facts[1] if len(facts) > 1 else {},
        "langkah": said,
    }


def unit_words(home: Unit) -> dict[str, str]:
    """The names of the areas a case belongs to: {"kelurahan": "Mangunharjo", "rt": "03", …}."""
    chain = people.units_by_id(home.ancestor_ids)
    found = {unit.level: unit.name for unit in chain.values()}
    found["kota"] = found.get("kota", "").removeprefix("Kota ")
    for level, prefix in (("rt", "RT"), ("rw", "RW")):
        code = next((unit.code for unit in chain.values() if unit.level == level), "")
        found[level] = code.rsplit(".", 1)[-1].removeprefix(prefix)
    return {**found, "nama": home.name}


def letterhead(unit: Unit) -> Letterhead:
    """The kop of a unit: the city, what stands between, and the unit's own line."""
    chain = [
        u
        for u in people.units_by_id(unit.ancestor_ids).values()
        if u.level in LEVEL_WORDS and u.id != unit.id
    ]
    chain.sort(key=lambda above: len(above.path))
    contact = ", ".join(part for part in (unit.address, f"Telp. {unit.phone}" if unit.phone else "") if part)
    mail = ", ".join(part for part in (unit.email, unit.postal_code) if part)
    return Letterhead(
        government=tuple(_line(above) for above in chain),
        unit=_line(unit),
        address=tuple(line for line in (contact, mail) if line),
    )


def signature_block(signer: dict) -> SignatureBlock:
    """The office in capitals as letters write it, the name, rank and NIP."""
    prefix, _, office = (
        signer["title"].rpartition(". ")
        if signer["title"].startswith(("Plh", "Plt"))
        else ("", "", signer["title"])
    )
    title = f"{prefix}. {office.upper()}," if prefix else f"{office.upper()},"
    return SignatureBlock(
        office=(title,), name=signer["name"], rank=signer.get("rank", ""), nip=signer.get("nip", "")
    )


def signer_of(
    kind: str, *, person: Person, role: str, unit_id: int, title: str, position_id: int | None
) -> dict:
    """One signer as a letter keeps it."""
    return {
        "kind": kind,
        "role": role,
        "title": title,
        "name": person.name,
        "nip": person.nip,
        "rank": person.rank,
        "person_id": person.id,
        "position_id": position_id,
        "unit_id": unit_id,
    }


def expected_signer(case: Case, kind: str, role_key: str) -> dict:
    """Who would sign for this role today, for a draft."""
    unit = routing.office(routing.role_named(role_key), None, case.home_unit, case.variables)
    position = people.holder(role_key, unit.id, today())
    if position is None:
        raise ProcessFault(f"letter of case {case.number}: the office {role_key} of {unit.code} is vacant")
    return signer_of(
        kind,
        person=position.person,
        role=role_key,
        unit_id=unit.id,
        title=position.title,
        position_id=position.id,
    )


def verification_url(token: str) -> str:
    """What the QR code opens."""
    return f"{parts().settings.base_url}/verifikasi/{token}"


def title_of(template: LetterTemplate) -> str:
    """What kind of letter this is, for registers and the verification page."""
    return (template.header.get("judul") or template.header.get("hal") or "Surat").title()


def _readable(form: forms.Form, answers: dict) -> dict:
    return dict(forms.readable(form, answers, name_area=areas.name_of))


def _line(unit: Unit) -> str:
    word = LEVEL_WORDS.get(unit.level, "")
    return f"{word} {unit.name}".strip().upper()
