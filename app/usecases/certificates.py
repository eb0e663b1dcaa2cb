"""The city's certificate authority and its officials' certificates, keys locked by the installation's secret."""

from datetime import datetime

from app.errors import Invalid, NotAllowed
from app.gateways import city_ca
from app.gateways.city_ca import Credentials
from app.storage import db, people, transaction
from app.storage.people import Certificate, Person, Position
from app.usecases.parts import now, parts

CITY, OFFICIAL = "city ca", "official"


def found_authority(since: datetime | None = None) -> bool:
    """Make the city's CA, valid from now or an earlier moment, if there is none yet; True when it was made."""
    with transaction():
        if people.city_certificate() is not None:
            return False
        made = city_ca.make_city_ca(
            people.city_name(), moment=since or now(), passphrase=parts().sealer.passphrase(CITY)
        )
        db.session.add(_row(made, None))
        return True


def certify(person_id: int, position_id: int) -> None:
    """Give an official a signing certificate, unless a valid one is there. Raises Invalid without a city CA."""
    with transaction():
        if people.valid_certificate(person_id, now()) is not None:
            return
        root = _root()
        person, position = db.session.get_one(Person, person_id), db.session.get_one(Position, position_id)
        made = city_ca.issue_certificate(
            root,
            name=person.name,
            title=position.title,
            unit=position.unit.name,
            nip=person.nip,
            moment=now(),
            ca_passphrase=parts().sealer.passphrase(CITY),
            passphrase=parts().sealer.passphrase(OFFICIAL),
        )
        db.session.add(_row(made, person_id))


def credentials_of(person_id: int) -> Credentials:
    """What an official signs with now. Raises NotAllowed without a valid certificate."""
    row = people.valid_certificate(person_id, now())
    if row is None:
        raise NotAllowed(
            "Pejabat ini tidak mempunyai sertifikat yang berlaku, jadi belum dapat menandatangani."
        )
    return Credentials(row.pem.encode(), row.sealed_key, parts().sealer.passphrase(OFFICIAL), root_pem())


def root_pem() -> bytes:
    """The city's CA certificate, by which signatures are trusted."""
    return _root().certificate


def _root() -> city_ca.Certificate:
    row = people.city_certificate()
    if row is None:
        raise Invalid("Kota ini belum mempunyai otoritas sertifikat. Jalankan `alur init`.")
    return city_ca.Certificate(row.pem.encode(), row.sealed_key, row.serial, row.since, row.until)


def _row(made: city_ca.Certificate, person_id: int | None) -> Certificate:
    return Certificate(
        person_id=person_id,
        serial=made.serial,
        pem=made.certificate.decode(),
        sealed_key=made.key,
        since=made.valid_from,
        until=made.valid_to,
    )
