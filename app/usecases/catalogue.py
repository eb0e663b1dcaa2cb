"""The catalogue of services as citizens read it: what there is, what one asks for and how long it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.domain.calendar import Limit
from app.domain.forms import Field, Form
from app.engine import Picture, StepOutline
from app.errors import NotFound
from app.storage import processes, public
from app.storage.processes import Service
from app.storage.work import Announcement
from app.usecases import casework
from app.usecases.parts import calendar, now

KINDS = {
    "keterangan": "Surat keterangan",
    "rekomendasi": "Rekomendasi",
    "legalisasi": "Legalisasi",
    "pengaduan": "Pengaduan",
}
COMPLAINT = "pengaduan"  # the kind of service that takes complaints
ENOUGH = 5  # finished cases before "biasanya …" says anything
LATEST = 100
_RECENT = timedelta(days=90)


@dataclass(frozen=True)
class Offer:
    """A service on a card."""

    code: str
    name: str
    kind: str
    summary: str
    time: str
    fee: str
    icon: str
    words: str

    def answers(self, asked: str) -> bool:
        """Whether every word that was typed occurs in what the search reads."""
        return all(word in self.words for word in asked.lower().split())


@dataclass(frozen=True)
class Stop:
    """One official step of a service, as its page shows it before there is a case."""

    label: str
    holder: str
    time: str = ""


@dataclass(frozen=True)
class Leaflet:
    """Everything the page of one service says."""

    offer: Offer
    who: str
    product: str
    law: tuple[str, ...]
    usually: str
    requirements: tuple[Field, ...]
    questions: tuple[str, ...]
    stops: tuple[Stop, ...]
    picture: Picture
    confidential: bool


def offers(asked: str = "", kind: str = "") -> list[Offer]:
    """The services of the catalogue, narrowed to the words and the kind that were asked for."""
    found = [_offer(service) for service in processes.offered_services() if service.kind in KINDS]
    return [each for each in found if each.answers(asked[:100]) and kind in ("", each.kind)]


def wanted_offers(limit: int = 6) -> list[Offer]:
    """The services asked for most often of late; the catalogue's own order fills the rest."""
    known = offers()
    rank = {code: place for place, code in enumerate(public.most_wanted(now() - _RECENT, limit))}
    return sorted(known, key=lambda each: rank.get(each.code, len(rank)))[:limit]


def kinds_offered(found: list[Offer]) -> dict[str, str]:
    """The kinds that occur, with their names."""
    return {kind: name for kind, name in KINDS.items() if any(each.kind == kind for each in found)}


def offered(code: str) -> Service:
    """A service that can be asked for now. Raises NotFound."""
    service = processes.find_service(code)
    if service is None or service.current_version_id is None or service.kind not in KINDS:
        raise NotFound(
            "Layanan itu tidak ada atau tidak lagi diberikan. Buka daftar layanan untuk memilih yang lain."
        )
    return service


def leaflet(code: str) -> Leaflet:
    """The page of one service. Raises NotFound."""
    service = offered(code)
    drawing = casework.drawing_of(service.current_version_id)
    form = casework.applicant_form(service.current_version_id)
    settings = service.settings
    return Leaflet(
        offer=_offer(service),
        who=settings.get("siapa", ""),
        product=settings.get("produk", ""),
        law=law_of(service),
        usually=usual_time(code),
        requirements=tuple(field for field in form.fields if field.is_upload),
        questions=_questions(form),
        stops=stops_of(drawing.outline),
        picture=drawing.picture,
        confidential=service.confidential,
    )


def form_schema(code: str) -> tuple[dict, dict]:
    """The application's form as JSON Schema and uiSchema, as they were published. Raises NotFound."""
    return casework.published(offered(code).current_version_id).applicant_schema()


def usual_time(code: str) -> str:
    """How long it took lately, in words, once enough cases have ended; the time with the applicant does not count."""
    spans = public.spans(code, LATEST)
    if len(spans) < ENOUGH:
        return ""
    pauses, days = public.pauses_in([number for number, _opened, _closed in spans]), calendar()
    used = sorted(
        days.usage(opened, closed, "1 hk", pauses=pauses.get(number, ())).used
        for number, opened, closed in spans
    )
    fast, slow = used[len(used) // 5], used[len(used) * 4 // 5]
    if slow == 0:
        return "pada hari yang sama"
    if fast == 0:
        return f"paling lama {slow} hari kerja"
    return f"{fast} hari kerja" if fast == slow else f"{fast}–{slow} hari kerja"


def figures() -> public.Figures:
    """What the city shows of its own work over the last 90 days."""
    return public.figures(now() - _RECENT)


def complaint_service() -> str | None:
    """The code of the service that takes complaints: the first of that kind, if the city offers one."""
    return next((each.code for each in processes.offered_services() if each.kind == COMPLAINT), None)


def notices() -> list[Announcement]:
    """The announcements that hold now."""
    return public.announcements(now())


def stops_of(outline: Sequence[StepOutline]) -> tuple[Stop, ...]:
    """The official steps of a service that citizens see, in walking order."""
    return tuple(
        Stop(
            label=step.public_label,
            holder=step.lane,
            time=Limit.read(step.time_limit).words if step.time_limit else "",
        )
        for step in outline
        if step.public_label and step.role != casework.APPLICANT
    )


def _offer(service: Service) -> Offer:
    settings = service.settings
    promised = settings.get("waktu_layanan", "")
    summary = service.description.strip()
    words = " ".join(
        (service.name, service.code, service.words, summary, KINDS.get(service.kind, ""))
    ).lower()
    return Offer(
        code=service.code,
        name=service.name,
        kind=service.kind,
        summary=summary,
        time=Limit.read(promised).words if promised else "",
        fee=settings.get("biaya", "Gratis"),
        icon=settings.get("ikon", "surat"),
        words=words,
    )


def law_of(service: Service) -> tuple[str, ...]:
    """The legal basis, one line a rule."""
    return tuple(line.strip() for line in service.settings.get("dasar_hukum", "").split(";") if line.strip())


def _questions(form: Form) -> tuple[str, ...]:
    return tuple(page.title for page in form.pages)
