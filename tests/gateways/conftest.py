"""A city with its authority, two officials and a letter, for the tests of the world outside."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.domain.letter_markup import Block
from app.gateways.city_ca import Certificate, issue_certificate, make_city_ca
from app.gateways.pdf import Letterhead, LetterPicture, SignatureBlock
from app.gateways.signer import Credentials

MOMENT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
URL = "https://alur.example/verifikasi/Qw3rTy7uI0pAsDfGhJkL"
ROOT_WORD, OFFICIAL_WORD = b"root" * 16, b"official" * 8


@pytest.fixture(scope="session")
def ca() -> Certificate:
    return make_city_ca("Pemerintah Kota Probolinggo", moment=MOMENT, passphrase=ROOT_WORD)


@pytest.fixture(scope="session")
def official(ca) -> Callable[..., Credentials]:
    def issued(name: str, title: str, *, authority: Certificate = ca, days: int = 730) -> Credentials:
        made = issue_certificate(
            authority,
            name=name,
            title=title,
            unit="Kelurahan Mangunharjo",
            nip="197503142003121004",
            moment=MOMENT,
            ca_passphrase=ROOT_WORD,
            passphrase=OFFICIAL_WORD,
            days=days,
        )
        return Credentials(made.certificate, made.key, OFFICIAL_WORD, authority.certificate)

    return issued


@pytest.fixture(scope="session")
def lurah(official) -> Credentials:
    return official("Drs. Ahmad Fauzi", "Lurah Mangunharjo")


@pytest.fixture(scope="session")
def camat(official) -> Credentials:
    return official("Ir. Endang Wahyuni, M.Si.", "Camat Mayangan")


@pytest.fixture(scope="session")
def picture() -> Callable[..., LetterPicture]:
    def made(**changes: object) -> LetterPicture:
        seen = {
            "head": Letterhead(
                ("PEMERINTAH KOTA PROBOLINGGO", "KECAMATAN MAYANGAN"),
                "KELURAHAN MANGUNHARJO",
                ("Jalan Ikan Tongkol Nomor 3 Probolinggo 67217",),
            ),
            "title": "SURAT KETERANGAN TIDAK MAMPU",
            "number": "400.9/35/425.501.3/2026",
            "blocks": (
                Block("paragraph", text="Yang bertanda tangan di bawah ini menerangkan bahwa:"),
                Block("rows", rows=(("Nama", "Siti Aminah"), ("NIK", "3574035205900001"))),
                Block("table", rows=(("No.", "Nama"), ("1", "Dewi Lestari"))),
                Block("heading", text="Ketentuan"),
                Block("items", items=("Berlaku 90 hari.", "Tidak untuk keperluan lain.")),
                Block("paragraph", text="Demikian surat keterangan ini dibuat dengan sebenarnya."),
            ),
            "place": "Probolinggo",
            "day": "24 November 2026",
            "signer": SignatureBlock(
                ("LURAH MANGUNHARJO,",), "Drs. Ahmad Fauzi", "Penata", "197503142003121004"
            ),
            "acknowledged_by": SignatureBlock(
                ("CAMAT MAYANGAN,",), "Ir. Endang Wahyuni, M.Si.", "Pembina", "197001051996032003"
            ),
            "copies": ("Arsip",),
            "created": MOMENT,
            "qr": URL,
        }
        return LetterPicture(**{**seen, **changes})

    return made
