"""Signatures on letters: others call them valid, and any change whatever is found."""

import random
import re
import subprocess
from datetime import timedelta
from io import BytesIO

import pytest
from pyhanko.pdf_utils.generic import DictionaryObject, NameObject, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from app.errors import Conflict
from app.gateways.city_ca import make_city_ca
from app.gateways.pdf import draw_letter
from app.gateways.signer import LocalSigner, inspect, is_genuine
from tests.gateways.conftest import MOMENT, ROOT_WORD

HOUR = timedelta(hours=1)


def sign(pdf, credentials, field, *, moment=MOMENT + HOUR, reserve=()):
    return LocalSigner().sign(
        pdf,
        credentials,
        reason="Penandatanganan surat 400.9/35/425.501.3/2026",
        location="Probolinggo",
        field_name=field,
        moment=moment,
        reserve=reserve,
    )


@pytest.fixture(scope="module")
def once(picture, lurah) -> bytes:
    return sign(draw_letter(picture()), lurah, "Lurah", reserve=("Camat",))


@pytest.fixture(scope="module")
def twice(once, camat) -> bytes:
    return sign(once, camat, "Camat", moment=MOMENT + 2 * HOUR)


def pdfsig(pdf: bytes, folder) -> str:
    (folder / "letter.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdfsig", folder / "letter.pdf"], capture_output=True, text=True, check=False
    ).stdout


def test_poppler_calls_both_signatures_valid(twice, tmp_path):
    said = pdfsig(twice, tmp_path)
    assert said.count("Signature is Valid.") == 2
    assert said.count("ETSI.CAdES.detached") == 2
    assert "Drs. Ahmad Fauzi" in said
    assert "Ir. Endang Wahyuni, M.Si." in said
    assert said.count("Total document signed") == 1


def test_poppler_finds_one_changed_byte(twice, tmp_path):
    changed = twice.replace(b"PEMERINTAH", b"PEMERINTAX", 1)
    if changed == twice:
        changed = bytearray(twice)
        changed[4000] ^= 1
    assert "Signature is Valid." not in pdfsig(bytes(changed), tmp_path)


def test_the_city_reads_back_who_signed_and_when(twice, ca):
    first, second = inspect(twice, ca.certificate)

    assert (first.field, first.signer, first.title) == ("Lurah", "Drs. Ahmad Fauzi", "Lurah Mangunharjo")
    assert (second.signer, second.when) == ("Ir. Endang Wahyuni, M.Si.", MOMENT + 2 * HOUR)
    assert first.when == MOMENT + HOUR
    assert first.intact and second.intact and first.trusted and second.trusted
    assert (first.covers_whole_file, second.covers_whole_file) == (False, True)
    assert is_genuine([first, second])


def test_a_letter_with_one_signature_is_genuine(once, ca):
    (fact,) = inspect(once, ca.certificate)
    assert fact.covers_whole_file
    assert is_genuine([fact])


def test_any_changed_byte_is_found(twice, ca):
    chance = random.Random(20261124)
    *_, last = re.finditer(rb"/Contents <([0-9A-F]+)>", twice)  # its own place no signature can cover
    places = [place for place in range(len(twice)) if not last.start(1) <= place < last.end(1)]
    for place in chance.sample(places, 60):
        changed = bytearray(twice)
        changed[place] ^= 1 << chance.randrange(8)
        assert not is_genuine(inspect(bytes(changed), ca.certificate)), place


@pytest.mark.parametrize("tail", [b"\n", b"% lampiran\n", b"\0" * 50])
def test_anything_appended_is_found(twice, ca, tail):
    assert not is_genuine(inspect(twice + tail, ca.certificate))


def test_a_later_change_of_the_content_is_found_although_the_bytes_are_kept(twice, ca):
    writer = IncrementalPdfFileWriter(BytesIO(twice))
    writer.root["/Pages"]["/Kids"][0]["/Contents"].get_object()._data = b"q Q"
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = NameObject("/180")
    writer.update_container(page)
    changed = BytesIO()
    writer.write(changed)
    facts = inspect(changed.getvalue(), ca.certificate)
    assert not is_genuine(facts)
    assert not any(fact.intact for fact in facts)


def test_a_note_added_later_is_found(once, ca):
    writer = IncrementalPdfFileWriter(BytesIO(once))
    page = writer.root["/Pages"]["/Kids"][0]
    note = DictionaryObject(
        {NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Text")}
    )
    note[NameObject("/Contents")] = pdf_string("Berlaku seumur hidup")
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    changed = BytesIO()
    writer.write(changed)
    assert not is_genuine(inspect(changed.getvalue(), ca.certificate))


def test_the_file_before_the_second_signature_is_another_file(once, twice, ca):
    assert twice.startswith(once)
    assert is_genuine(inspect(once, ca.certificate))


def test_a_signature_of_another_authority_is_not_trusted(picture, ca, official):
    stranger = make_city_ca("Pemerintah Kota Probolinggo", moment=MOMENT, passphrase=ROOT_WORD)
    forged = sign(draw_letter(picture()), official("Drs. Ahmad Fauzi", "Lurah", authority=stranger), "Lurah")
    (fact,) = inspect(forged, ca.certificate)
    assert (fact.intact, fact.trusted) == (True, False)
    assert not is_genuine([fact])


@pytest.mark.parametrize("junk", [b"", b"bukan pdf", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_signed_pdf_has_no_signatures(junk, ca):
    assert inspect(junk, ca.certificate) == []


def test_an_unsigned_letter_is_not_genuine(picture, ca):
    assert not is_genuine(inspect(draw_letter(picture()), ca.certificate))


def test_an_official_cannot_sign_with_an_expired_certificate(picture, official):
    """SE6: no valid certificate, no signature."""
    brief = official("Drs. Ahmad Fauzi", "Lurah", days=1)
    with pytest.raises(Conflict, match="tidak berlaku"):
        sign(draw_letter(picture()), brief, "Lurah", moment=MOMENT + timedelta(days=2))


def test_signing_keeps_the_rules_of_pdf_a_3(twice):
    reader = PdfFileReader(BytesIO(twice))
    fields = [field.get_object() for field in reader.root["/AcroForm"]["/Fields"]]

    assert [field["/T"] for field in fields] == ["Lurah", "Camat"]
    assert (
        "<pdfaid:part>3" in (packet := reader.root["/Metadata"].data.decode()) or 'pdfaid:part="3"' in packet
    )
    assert list(reader.root["/Perms"]) == ["/DocMDP"]
    assert "/NeedAppearances" not in reader.root["/AcroForm"]
    for field in fields:
        assert field["/F"] & 4  # printed
        assert not field["/F"] & 2  # not hidden
        assert list(field["/Rect"]) == [0, 0, 0, 0]
    for forbidden in (b"/DigestValue", b"/DigestLocation", b"/XFA"):
        assert forbidden not in twice
