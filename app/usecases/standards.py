"""The fourteen components of the service standard, read from what is published: nothing is written twice."""

from dataclasses import dataclass

from app.domain.calendar import Limit
from app.storage import people, processes
from app.storage.people import Unit
from app.storage.processes import Service
from app.usecases import casework, catalogue

Text = str | list[str]


@dataclass(frozen=True)
class Standard:
    """One service's standard: (component, text or lines), the six of delivery first."""

    code: str
    name: str
    rows: list[tuple[str, Text]]


@dataclass(frozen=True)
class Office:
    """A unit of the city as the public information page lists it."""

    name: str
    kind: str
    address: str
    phone: str


def standards() -> list[Standard]:
    """The standard of every service offered."""
    offered = [service for service in processes.offered_services() if service.kind in catalogue.KINDS]
    return [Standard(service.code, service.name, _rows(service)) for service in offered]


def deadlines(code: str) -> list[tuple[str, str]]:
    """The official steps of a service with their time limits; nothing where the service is not offered."""
    service = processes.find_service(code)
    if service is None or service.current_version_id is None:
        return []
    stops = catalogue.stops_of(casework.drawing_of(service.current_version_id).outline)
    return [(stop.label, stop.time) for stop in stops if stop.time]


def offices() -> list[Office]:
    """Kecamatan and agencies, with their addresses."""
    kinds = {"kecamatan": "Kecamatan", "instansi": "Perangkat daerah"}
    return [_office(unit, kind) for level, kind in kinds.items() for unit in people.children_of(None, level)]


def privacy_contact() -> Unit | None:
    """The unit that answers requests about personal data."""
    return people.find_unit("diskominfo")


def _office(unit: Unit, kind: str) -> Office:
    return Office(unit.name, kind, unit.address, unit.phone)


def _rows(service: Service) -> list[tuple[str, Text]]:
    settings = service.settings
    drawing = casework.drawing_of(service.current_version_id)
    form = casework.applicant_form(service.current_version_id)
    stops = catalogue.stops_of(drawing.outline)
    promised = settings.get("waktu_layanan", "")
    return [
        ("Persyaratan", _requirements(form.requirements)),
        ("Sistem, mekanisme, dan prosedur", [_said(stop) for stop in stops]),
        ("Jangka waktu penyelesaian", Limit.read(promised).words if promised else ""),
        ("Biaya atau tarif", settings.get("biaya", "Gratis")),
        ("Produk pelayanan", settings.get("produk", "")),
        (
            "Penanganan pengaduan, saran, dan masukan",
            "Halaman Pengaduan pada portal ini, atau loket unit kerja.",
        ),
        ("Dasar hukum", list(catalogue.law_of(service))),
        ("Sarana, prasarana, dan fasilitas", settings.get("sarana", "Portal layanan dan loket unit kerja.")),
        ("Kompetensi pelaksana", settings.get("kompetensi", "Menguasai layanan dan alur pada jabatannya.")),
        (
            "Pengawasan internal",
            "Atasan langsung; setiap tindakan tercatat dalam riwayat yang tidak dapat diubah.",
        ),
        ("Jumlah pelaksana", f"Sedikitnya {len({stop.holder for stop in stops})} jabatan dalam alur."),
        ("Jaminan pelayanan", "Diselesaikan sesuai alur dan jangka waktu di atas, tanpa pungutan."),
        (
            "Jaminan keamanan dan keselamatan",
            "Data disimpan tersandi; surat ditandatangani secara elektronik.",
        ),
        ("Evaluasi kinerja pelaksana", "Dari waktu penyelesaian dan penilaian pemohon setiap permohonan."),
    ]


def _requirements(fields: tuple) -> Text:
    asked = [field.title if field.required else f"{field.title} (bila ada)" for field in fields]
    return asked or "Tidak ada berkas yang harus disiapkan."


def _said(stop: catalogue.Stop) -> str:
    return f"{stop.label}: {stop.holder}" + (f", paling lama {stop.time}" if stop.time else "")
