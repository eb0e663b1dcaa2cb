"""Which pages are measured among very many cases, and how long each takes beside the same page among few."""

import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.usecases.bench import crowd_names
from app.usecases.bench.crowd import Landmark

FULL, QUICK = 40, 1  # rounds
FIRST, GROWN = 10_000, 1_000_000  # cases
FEW, MORE = 60, 240  # the same of a run that only shows that it works
LIMIT = 1.3


@dataclass(frozen=True)
class Page:
    """One page: who asks for which address; what is posted, where it is not only read."""

    key: str
    who: str  # big | small | wide | keeper | citizen
    address: str
    posted: Mapping[str, str] | None = None

    def at(self, landmark: Landmark) -> "Page":
        """The page about this case."""
        told = vars(landmark)
        posted = {name: text.format(**told) for name, text in self.posted.items()} if self.posted else None
        return Page(self.key, self.who, self.address.format(**told), posted)


INBOX = (
    Page("inbox_big", "big", "/tugas"),
    Page("inbox_small", "small", "/tugas"),
    Page("inbox_longest_waiting", "big", "/tugas?urut=terlama"),
    Page("inbox_newest", "big", "/tugas?urut=terbaru"),
    Page("inbox_late", "big", "/tugas?lihat=terlambat"),
    Page("inbox_today", "big", "/tugas?lihat=hari-ini"),
    Page("inbox_mine", "big", "/tugas?lihat=saya"),
    Page("inbox_taken", "big", "/tugas?status=diambil&urut=terbaru"),
    Page("inbox_free", "big", "/tugas?status=bebas"),
    Page("inbox_service", "big", "/tugas?layanan=sktm"),
    Page("inbox_service_none", "big", "/tugas?layanan=keramaian&urut=terbaru"),
    Page("inbox_area", "big", "/tugas?asal={area}"),
    Page("inbox_name_common", "big", f"/tugas?cari={crowd_names.COMMON}"),
    Page("inbox_name_middling", "big", f"/tugas?cari={crowd_names.MIDDLING}"),
    Page("inbox_name_nobody", "big", f"/tugas?cari={crowd_names.NOBODY}"),
    Page("inbox_name_elsewhere", "big", f"/tugas?cari={crowd_names.ELSEWHERE}"),
    Page("inbox_number", "big", "/tugas?cari={number}"),
    Page("inbox_nik", "big", "/tugas?cari={nik}"),
)
PAGES = (
    Page("case", "big", "/berkas/{number}"),
    Page("tracking", "citizen", "/lacak/{number}"),
    Page("tracking_lookup", "citizen", "/lacak", {"nomor": "{number}", "kode": "{code}"}),
    *(
        Page(f"{key}_{who}", who, address)
        for who in ("big", "wide")
        for key, address in (
            ("cases", "/berkas"),
            ("search_name_common", f"/berkas?cari={crowd_names.COMMON}"),
            ("search_name_middling", f"/berkas?cari={crowd_names.MIDDLING}"),
            ("search_name_rare", f"/berkas?cari={crowd_names.RARE}"),
            ("search_name_elsewhere", f"/berkas?cari={crowd_names.ELSEWHERE}"),
            ("search_name_nobody", f"/berkas?cari={crowd_names.NOBODY}"),
            ("search_number", "/berkas?cari={number}"),
            ("search_number_part", "/berkas?cari={number:.7}"),
            ("search_nik", "/berkas?cari={nik}"),
            ("running", "/berkas?keadaan=berjalan"),
            ("sent_back", "/berkas?keadaan=perbaikan"),
            ("late", "/berkas?keadaan=terlambat"),
            ("issued", "/berkas?keadaan=terbit"),
            ("withdrawn_service", "/berkas?keadaan=dibatalkan&layanan=keramaian"),
            ("letters", "/surat"),
            ("letters_number", "/surat?cari=/101"),
            ("letters_name", f"/surat?cari={crowd_names.COMMON}"),
            ("letters_name_rare", f"/surat?cari={crowd_names.RARE}"),
            ("letters_name_nobody", f"/surat?cari={crowd_names.NOBODY}"),
        )
    ),
    Page("search_small", "small", f"/berkas?cari={crowd_names.NOBODY}"),
    Page("incidents", "keeper", "/admin/insiden"),
)

Ask = Callable[[Page, Landmark], float]


def alternate(
    pages: Sequence[Page], asks: Mapping[str, Ask], landmarks: Sequence[Landmark], *, rounds: int, seed: int
) -> dict[str, dict[str, float]]:
    """Page → side → median milliseconds; both sides are asked in turn, so that a busy machine slows both alike."""
    chance = random.Random(seed)
    spent: dict[str, dict[str, list[float]]] = {page.key: {side: [] for side in asks} for page in pages}
    for turn in range(-1, rounds):  # the first is warm-up, not counted
        for page in chance.sample(pages, len(pages)):
            landmark = landmarks[turn % len(landmarks)]
            for side in chance.sample(sorted(asks), len(asks)):
                took = asks[side](page.at(landmark), landmark)
                if turn >= 0:
                    spent[page.key][side].append(took)
    return {
        key: {side: round(statistics.median(each) * 1000, 2) for side, each in sides.items()}
        for key, sides in spent.items()
    }


def growth(spent: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Page → time among many cases ÷ time among few."""
    return {key: round(sides["grown"] / sides["first"], 2) for key, sides in spent.items()}
