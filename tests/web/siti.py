"""Siti Aminah of scenario C1: what she types on each page, and how she sends it with a plain browser."""

import re
from io import BytesIO

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.storage.cases import Case
from app.usecases import clock
from tests import factories

REASON = "Foto rumah buram, mohon diulang."
WHO = {
    "nama": "Siti Aminah",
    "nik": "3574035205900001",
    "kk": "3574032203150004",
    "tempat_lahir": "Probolinggo",
    "tanggal_lahir": "1990-05-12",
    "jenis_kelamin": "P",
    "agama": "islam",
    "status_kawin": "kawin",
    "pekerjaan": "Ibu rumah tangga",
    "telepon": "081234500001",
    "alamat": "Jl. Ikan Tongkol 12",
    "wilayah": "35.74.03.1002.RW05.RT03",
}
WHAT = {
    "tujuan": "sekolah",
    "nama_anak": "Dewi Lestari",
    "sekolah": "SMPN 2 Probolinggo",
    "keperluan": "Pengajuan beasiswa",
    "penghasilan": "900.000",
    "tanggungan.0.nama": "Dewi Lestari",
    "tanggungan.0.hubungan": "anak",
}
PAPERS = ("berkas_ktp", "berkas_kk", "surat_pernyataan", "foto_rumah")


def photo(colour: str = "white", *, kind: str = "JPEG") -> BytesIO:
    """A small picture."""
    target = BytesIO()
    Image.new("RGB", (64, 48), colour).save(target, kind)
    target.seek(0)
    return target


def papers() -> dict[str, tuple[BytesIO, str]]:
    return {field: (photo(), f"{field}.jpg") for field in PAPERS}


def post(
    client: FlaskClient, page: int | str, fields: dict, action: str = "lanjut", code: str = "sktm"
) -> TestResponse:
    return upload(client, f"/layanan/{code}/ajukan/{page}", {**fields, "aksi": action})


def upload(client: FlaskClient, address: str, fields: dict) -> TestResponse:
    """A multipart post built in memory: the test client's own leaves temporary files open."""
    parts = {
        name: FileStorage(*value) if isinstance(value, tuple) else value for name, value in fields.items()
    }
    boundary, body = encode_multipart(parts)
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def fill_in(client: FlaskClient) -> str:
    """All pages of an SKTM up to the review; gives the request key that the page carries."""
    for page, fields in enumerate((WHO, WHAT, papers()), start=1):
        answer = post(client, page, fields)
        assert answer.status_code == 302, answer.text
    return key_on(client.get("/layanan/sktm/ajukan/periksa").text)


def send(client: FlaskClient) -> tuple[str, str]:
    """A whole application; gives number and code from the receipt."""
    client.post("/layanan/sktm/ajukan/periksa", data={"kunci": fill_in(client)})
    return receipt_on(client.get("/layanan/sktm/terima").text)


def key_on(page: str) -> str:
    return re.search(r'name="kunci" value="([^"]+)"', page)[1]


def receipt_on(page: str) -> tuple[str, str]:
    return re.search(r'id="nomor">([^<]+)<', page)[1], re.search(r'id="kode">([^<]+)<', page)[1]


def unlock(client: FlaskClient, number: str, code: str) -> str:
    """Opens a case with its code; gives the tracking page."""
    answer = client.post("/lacak", data={"nomor": number, "kode": code})
    assert answer.status_code == 302, answer.text
    return client.get(answer.location).text


def send_back(case: Case) -> None:
    factories.walk(case, until="periksa_operator")
    task = factories.open_task(case)
    factories.decide(task, "kembalikan", alasan=REASON, perbaikan=["foto_rumah"])


def refuse(case: Case) -> None:
    factories.decide(factories.open_task(case), "tolak", alasan="Tidak bertempat tinggal di RT ini")
    clock.settle()


def finish(case: Case) -> None:
    factories.walk(case)
    clock.settle()
