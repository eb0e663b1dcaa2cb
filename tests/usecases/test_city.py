"""Another city is another folder of CSV files and a setting."""

import pytest

from app.config import BadSetting, read_settings
from app.errors import Invalid
from app.storage import people
from app.usecases.city import seed_city, slug
from tests import founding

FILES = {
    "areas.csv": (
        "kode,kode_tanpa_titik,tingkat,nama,kode_induk,nama_kecamatan\n"
        "35.76,3576,kota,Kota Mojokerto,35,\n"
        "35.76.01,357601,kecamatan,Prajurit Kulon,35.76,Prajurit Kulon\n"
        "35.76.01.1001,3576011001,kelurahan,Surodinawan,35.76.01,Prajurit Kulon\n"
    ),
    "units.csv": (
        "kode,tingkat,nama,kode_induk,kode_surat,alamat,telepon,surel,kode_pos\n"
        "diskominfo,instansi,Dinas Kominfo,35.76,417.1,Jl. Gajah Mada,,,61311\n"
    ),
    "roles.csv": "kunci,nama,tingkat,urutan\nlurah,Lurah,kelurahan,1\n",
    "holidays.csv": "tanggal,jenis,nama\n2026-12-25,libur_nasional,Natal\n",
    "neighbourhoods.csv": "kelurahan,rw,rt\n35.76.01.1001,4,2\n",
}


@pytest.fixture
def seed(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_probolinggo_has_its_units_and_three_by_three_neighbourhoods(city):
    counted = {}
    for unit in people.all_units():
        counted[unit.level] = counted.get(unit.level, 0) + 1
    assert counted == {
        "kota": 1,
        "kecamatan": 5,
        "kelurahan": 29,
        "rw": 87,
        "rt": 261,
        "instansi": 6,
        "vertikal": 5,
    }


def test_seeding_again_changes_nothing(city):
    before = [(unit.code, unit.path) for unit in people.all_units()]
    seed_city(city.extensions["alur"].settings.city, neighbourhoods=(3, 3))
    assert [(unit.code, unit.path) for unit in people.all_units()] == before


def test_another_city_comes_from_its_own_folder(city, seed):
    seed_city(seed, neighbourhoods=(3, 3))

    rt = people.find_unit("35.76.01.1001.RW04.RT02")
    assert rt.name == "RT 02/RW 04"
    above = people.units_by_id(rt.ancestor_ids).values()
    assert [unit.name for unit in above if unit.level == "kota"] == ["Kota Mojokerto"]


def test_an_unknown_level_is_refused_and_nothing_is_kept(city, seed):
    (seed / "areas.csv").write_text(FILES["areas.csv"] + "35.76.02,357602,distrik,Magersari,35.76,\n")
    with pytest.raises(Invalid, match="distrik"):
        seed_city(seed)
    assert people.find_unit("35.76") is None


def test_a_missing_file_is_named(city, seed):
    (seed / "roles.csv").unlink()
    with pytest.raises(Invalid, match="roles.csv"):
        seed_city(seed)


def test_the_setting_names_the_folder(seed):
    assert founding.settings("sqlite:///x.db", seed, ALUR_CITY=str(seed)).city == seed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALUR_SECRET_KEY", "short"),
        ("ALUR_SECRET_KEY", "a" * 40),
        ("ALUR_DATABASE_URL", "mysql://localhost/alur"),
        ("ALUR_CITY", "9999"),
        ("ALUR_TIMEZONE", "Mars/Olympus"),
        ("ALUR_TRUSTED_PROXIES", "-1"),
        ("ALUR_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_weak_or_wrong_setting_is_refused_by_name(name, value):
    with pytest.raises(BadSetting, match=name):
        read_settings({"ALUR_SECRET_KEY": founding.SECRET, name: value})


def test_a_unit_or_person_is_called_by_a_plain_name():
    assert slug("Triwung  Lor") == "triwung-lor"
