"""A demonstration city: officials in every office, and cases in every state, made by the real use cases."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime

from app.storage import db, people, transaction
from app.storage.people import Person, Position, Role, Unit
from app.usecases import demo_cases, sign_in
from app.usecases.city import rows, slug
from app.usecases.parts import parts
from app.usecases.people import DEMO_PASSWORD

APPOINTED = date(2025, 1, 2)
BEGAN = datetime(2025, 1, 2, tzinfo=UTC)  # since when the demo city has its certificate authority
FIRST = [
    "Ahmad",
    "Budi",
    "Citra",
    "Dewi",
    "Eko",
    "Fitri",
    "Galih",
    "Hana",
    "Indra",
    "Joko",
    "Kartika",
    "Lukman",
    "Mega",
    "Nanda",
    "Oka",
    "Putri",
    "Rahmat",
    "Sinta",
    "Teguh",
    "Umi",
    "Vina",
    "Wahyu",
    "Yanti",
    "Zainal",
    "Agus",
    "Bayu",
    "Desi",
    "Farid",
    "Gita",
    "Heru",
    "Ika",
    "Kurnia",
    "Lestari",
    "Mulyadi",
    "Novi",
    "Retno",
    "Siti",
    "Tono",
    "Wati",
    "Yusuf",
]
LAST = [
    "Santoso",
    "Wijaya",
    "Pratama",
    "Kusuma",
    "Hidayat",
    "Nugroho",
    "Saputra",
    "Lestari",
    "Rahayu",
    "Setiawan",
    "Purnomo",
    "Susanto",
    "Utami",
    "Wibowo",
    "Hartono",
    "Suryani",
    "Maulana",
    "Firmansyah",
    "Gunawan",
    "Permata",
    "Anggraini",
    "Cahyono",
    "Irawan",
    "Mahendra",
    "Safitri",
]


def fill(say: Callable[[str], None]) -> None:
    """Bring the demo's officials and cases, unless they are there."""
    made = appoint_officials()
    if made:
        say(f"Pejabat dan petugas peragaan: {made} orang.")
    opened = demo_cases.play(say)
    if opened:
        say(f"Permohonan peragaan: {opened}.")


def appoint_officials() -> int:
    """One holder for every office of the city; all share the demo password. Returns how many were new."""
    with transaction():
        if people.anybody_appointed():
            return 0
        named, table = _named_officials(), _table()
        # one hash for all: these accounts are public knowledge
        password = sign_in.hash_password(DEMO_PASSWORD)
        offices = list(_offices(table))
        for index, (role, unit) in enumerate(offices):
            rank = table[role.key].get("pangkat") or ""
            name = named.get((role.key, unit.code)) or made_up_name(index)
            nip = _nip(index) if rank else ""  # who has a rank is a civil servant
            person = Person(
                username=username(role, unit), name=name, nip=nip, rank=rank, password_hash=password
            )
            person.positions.append(Position(role_key=role.key, unit_id=unit.id, since=APPOINTED))
            db.session.add(person)
        return len(offices)


def _table() -> dict[str, dict[str, str]]:
    """The seed's roles by key: `hanya_di` is the only unit that has the role, `pangkat` its holders' rank."""
    return {row["kunci"]: row for row in rows(parts().settings.city / "roles.csv")}


def _offices(table: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[Role, Unit]]:
    """Every role of the table in every unit of its level, but for those that stand in one unit only."""
    units = people.all_units()
    for role in sorted(people.roles().values(), key=lambda role: role.rank):
        if role.key in table:
            only = table[role.key].get("hanya_di")
            yield from (
                (role, unit) for unit in units if unit.level == role.level and (not only or unit.code == only)
            )


def _named_officials() -> dict[tuple[str, str], str]:
    path = parts().settings.city / "officials.csv"
    return {(row["peran"], row["unit"]): row["nama"] for row in rows(path)} if path.is_file() else {}


def username(role: Role, unit: Unit) -> str:
    """How a demo account is called: "lurah.mangunharjo", "rt03.rw05.mangunharjo"."""
    if unit.level in {"rt", "rw"}:
        *_, kelurahan, rw = [*unit.code.split(".RT")[0].rsplit(".RW", 1)]
        place = slug(people.find_unit(kelurahan).name)
        rt = unit.code.rpartition(".RT")[2] if unit.level == "rt" else ""
        return f"rt{rt}.rw{rw}.{place}" if rt else f"rw{rw}.{place}"
    short = unit.code if unit.level in {"instansi", "vertikal"} else slug(unit.name)
    return f"{role.key.replace('_', '-')}.{short}"


def made_up_name(index: int) -> str:
    """The index-th invented name; no two near each other are alike."""
    return f"{FIRST[index % len(FIRST)]} {LAST[(index * 7 + index // len(FIRST)) % len(LAST)]}"


def _nip(index: int) -> str:
    born, since = 1968 + index % 25, 1995 + index % 25
    return f"{born}{index % 12 + 1:02}{index % 28 + 1:02}{since}{index % 12 + 1:02}{1 + index % 2}{index % 999 + 1:03}"
