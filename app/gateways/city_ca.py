"""The city's own certificate authority: one root, and one certificate for each official who signs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ROOT_BITS, OFFICIAL_BITS = 3072, 2048
ROOT_YEARS, OFFICIAL_DAYS = 20, 730
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
ALLOWED_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Certificate:
    """A certificate with its locked key, as stored; `serial` (hex) is what a revocation names."""

    certificate: bytes
    key: bytes
    serial: str
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True)
class Credentials:
    """An official's certificate and locked key (PEM), its passphrase, and the certificate of the issuer."""

    certificate: bytes
    key: bytes
    passphrase: bytes
    issuer: bytes


def make_city_ca(city: str, *, moment: datetime, passphrase: bytes) -> Certificate:
    """The city's root: it signs the officials' certificates and nothing else."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=ROOT_BITS)
    name = _name({NameOID.ORGANIZATION_NAME: city, NameOID.COMMON_NAME: f"Otoritas Sertifikat {city}"})
    builder = (
        _begin(name, name, key, moment, moment + timedelta(days=365 * ROOT_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    )
    return _stored(builder.sign(key, SHA256()), key, passphrase)


def issue_certificate(
    ca: Certificate,
    *,
    name: str,
    title: str,
    unit: str,
    nip: str,
    moment: datetime,
    ca_passphrase: bytes,
    passphrase: bytes,
    days: int = OFFICIAL_DAYS,
) -> Certificate:
    """A certificate that says who the official is, in which office of which unit, from this moment on."""
    issuer = x509.load_pem_x509_certificate(ca.certificate)
    issuer_key = load_pem_private_key(ca.key, ca_passphrase)
    key = rsa.generate_private_key(public_exponent=65537, key_size=OFFICIAL_BITS)
    city = issuer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
    subject = _name(
        {
            NameOID.ORGANIZATION_NAME: str(city),
            NameOID.ORGANIZATIONAL_UNIT_NAME: unit,
            NameOID.TITLE: title,
            NameOID.SERIAL_NUMBER: nip,
            NameOID.COMMON_NAME: name,
        }
    )
    until = min(moment + timedelta(days=days), issuer.not_valid_after_utc)
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        _begin(subject, issuer.subject, key, moment, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(authority, critical=False)
    )
    return _stored(builder.sign(issuer_key, SHA256()), key, passphrase)


def relock(certificate: Certificate, *, old: bytes, new: bytes) -> Certificate:
    """The same certificate with its key under another passphrase, for a change of the city's secret."""
    key = load_pem_private_key(certificate.key, old)
    return _stored(x509.load_pem_x509_certificate(certificate.certificate), key, new)


def _name(parts: dict[ObjectIdentifier, str]) -> x509.Name:
    """A subject within the lengths that certificates allow (64 signs a part)."""
    named = [x509.NameAttribute(NameOID.COUNTRY_NAME, "ID")]
    named += [x509.NameAttribute(kind, text[:64]) for kind, text in parts.items() if text]
    return x509.Name(named)


def _begin(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - ALLOWED_CLOCK_SKEW)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(**allowed: bool) -> x509.KeyUsage:
    kinds = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{kind: allowed.get(kind, False) for kind in kinds})


def _stored(certificate: x509.Certificate, key: rsa.RSAPrivateKey, passphrase: bytes) -> Certificate:
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))
    return Certificate(
        certificate=certificate.public_bytes(Encoding.PEM),
        key=locked,
        serial=f"{certificate.serial_number:x}",
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
    )
