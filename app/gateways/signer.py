"""Puts an official's electronic signature on a letter (PAdES), and reads back what a file's signatures say.

`Signer` is the door: the city's own keys today (`LocalSigner`), BSrE when the city has it. Signing never
happens inside a transaction.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Protocol

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate as SignerCertificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfSigningSession
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.errors import Conflict
from app.gateways.city_ca import Credentials

# What strangers upload to be checked is no event of ours, and tracebacks about it name officials.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class SignatureFacts:
    """What one signature in a file says.

    `intact`: what it covers is unchanged, and only further signatures were added after it. `trusted`: its
    certificate comes from the given authority. `covers_whole_file`: nothing at all was added after it.
    """

    field: str
    signer: str
    title: str
    serial: str
    when: datetime | None
    intact: bool
    trusted: bool
    covers_whole_file: bool


class Signer(Protocol):
    """Signs a PDF in the name of one official."""

    def sign(
        self,
        pdf: bytes,
        credentials: Credentials,
        *,
        reason: str,
        location: str,
        field_name: str,
        moment: datetime,
        reserve: Sequence[str] = (),
    ) -> bytes: ...


class LocalSigner:
    """Signs with a key of the city's own authority."""

    def sign(
        self,
        pdf: bytes,
        credentials: Credentials,
        *,
        reason: str,
        location: str,
        field_name: str,
        moment: datetime,
        reserve: Sequence[str] = (),
    ) -> bytes:
        """Append one signature. The first closes the content; `reserve` keeps places for those to come."""
        _check_validity(credentials.certificate, moment)
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        first = not writer.prev.embedded_signatures
        for name in dict.fromkeys((field_name, *reserve)) if first else ():
            append_signature_field(writer, SigFieldSpec(name))
        meta = PdfSignatureMetadata(
            field_name=field_name,
            md_algorithm="sha256",
            reason=reason,
            location=location,
            name=_common_name(credentials.certificate),
            subfilter=SigSeedSubFilter.PADES,
            certify=first,
            docmdp_permissions=MDPPerm.FILL_FORMS,
        )
        signed = _SignerAt(moment, meta, _key_holder(credentials)).sign_pdf(writer)
        return signed.getvalue()


class _SignerAt(PdfSigner):
    """A signer whose signing time is the city's clock, not the machine's."""

    def __init__(self, moment: datetime, meta: PdfSignatureMetadata, signer: SimpleSigner) -> None:
        super().__init__(meta, signer=signer)
        self._moment = moment

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._moment
        return session


def inspect(pdf: bytes, ca_certificate: bytes) -> list[SignatureFacts]:
    """Every signature in a file, oldest first; an unreadable file has none."""
    root = _certificate(ca_certificate)
    found: list[SignatureFacts] = []
    # A tampered file may fail anywhere in the parser: whatever is raised, nothing is proven.
    with suppress(Exception):
        for signature in PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures:
            found.append(_facts(signature, root))
    return found


def is_genuine(facts: Sequence[SignatureFacts]) -> bool:
    """Whether a file is as its last signer left it, all signatures being good and from the authority."""
    return bool(facts) and facts[-1].covers_whole_file and all(fact.intact and fact.trusted for fact in facts)


def _facts(signature: EmbeddedPdfSignature, root: SignerCertificate) -> SignatureFacts:
    when = signature.self_reported_timestamp
    context = ValidationContext(trust_roots=[root], moment=when, allow_fetching=False)
    intact, trusted, whole = False, False, False
    with suppress(Exception):
        status = validate_pdf_signature(signature, context)
        intact = bool(status.intact and status.valid and status.docmdp_ok and status.modification_level)
        trusted = bool(status.trusted)
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    subject = signature.signer_cert.subject.native
    return SignatureFacts(
        field=signature.field_name,
        signer=str(subject.get("common_name", "")),
        title=str(subject.get("title", "")),
        serial=f"{signature.signer_cert.serial_number:x}",
        when=when,
        intact=intact,
        trusted=trusted,
        covers_whole_file=whole,
    )


def _check_validity(certificate: bytes, moment: datetime) -> None:
    read = x509.load_pem_x509_certificate(certificate)
    if not read.not_valid_before_utc <= moment <= read.not_valid_after_utc:
        raise Conflict(
            "Sertifikat elektronik pejabat ini tidak berlaku pada saat ini. Hubungi administrator."
        )


def _key_holder(credentials: Credentials) -> SimpleSigner:
    key = load_pem_private_key(credentials.key, credentials.passphrase)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=_certificate(credentials.certificate),
        signing_key=PrivateKeyInfo.load(plain),
        cert_registry=SimpleCertificateStore.from_certs([_certificate(credentials.issuer)]),
    )


def _certificate(pem: bytes) -> SignerCertificate:
    return SignerCertificate.load(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER))


def _common_name(pem: bytes) -> str:
    subject = x509.load_pem_x509_certificate(pem).subject
    return str(subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)
