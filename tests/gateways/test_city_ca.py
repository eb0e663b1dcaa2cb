"""The city's certificates: who they name, how long, and that their keys lie locked."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.gateways.city_ca import issue_certificate, relock
from tests.gateways.conftest import MOMENT, OFFICIAL_WORD, ROOT_WORD


@pytest.fixture(scope="module")
def issued(ca):
    return issue_certificate(
        ca,
        name="Ir. Bambang Sutrisno",
        title="Lurah Jati",
        unit="Kelurahan Jati",
        nip="197001012000031001",
        moment=MOMENT,
        ca_passphrase=ROOT_WORD,
        passphrase=OFFICIAL_WORD,
    )


def test_a_certificate_names_the_official_the_office_and_the_city(issued, ca):
    read = x509.load_pem_x509_certificate(issued.certificate)
    root = x509.load_pem_x509_certificate(ca.certificate)

    read.verify_directly_issued_by(root)
    assert read.subject.rfc4514_string() == (
        "CN=Ir. Bambang Sutrisno,2.5.4.5=197001012000031001,2.5.4.12=Lurah Jati,OU=Kelurahan Jati,"
        "O=Pemerintah Kota Probolinggo,C=ID"
    )
    usage = read.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert issued.serial == f"{read.serial_number:x}"
    assert issued.valid_to == MOMENT + timedelta(days=730)


def test_the_root_signs_certificates_only(ca):
    root = x509.load_pem_x509_certificate(ca.certificate)
    limits = root.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (limits.ca, limits.path_length) == (True, 0)
    assert root.public_key().key_size == 3072


def test_a_key_opens_with_its_passphrase_only(issued):
    assert b"ENCRYPTED" in issued.key
    assert load_pem_private_key(issued.key, OFFICIAL_WORD).key_size == 2048
    with pytest.raises(ValueError, match="password"):
        load_pem_private_key(issued.key, b"lain")


def test_a_key_can_be_locked_anew_when_the_secret_changes(issued):
    again = relock(issued, old=OFFICIAL_WORD, new=b"baru" * 16)
    assert again.certificate == issued.certificate
    assert load_pem_private_key(again.key, b"baru" * 16).key_size == 2048


def test_a_very_long_office_still_fits_a_certificate(ca):
    made = issue_certificate(
        ca, name="N" * 200, title="T" * 200, unit="U" * 200, nip="", moment=MOMENT,
        ca_passphrase=ROOT_WORD, passphrase=OFFICIAL_WORD,
    )  # fmt: skip
    assert (
        x509.load_pem_x509_certificate(made.certificate)
        .subject.rfc4514_string()
        .startswith(f"CN={'N' * 64},")
    )
