"""The inbox and the task page: deciding, being second, and never losing what was typed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.storage import cases, db
from app.usecases import inbox
from tests import factories

REASON = "Foto rumah buram, mohon difoto ulang dari depan."


@pytest.fixture
def rt(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        username = factories.account("rt", factories.SITI_HOME)
    return factories.sign_in(client, username)


def apply(app: Flask, count: int = 1, service: str = "domisili") -> list[tuple[str, str]]:
    """(task id, case number) of new cases that wait for the RT."""
    with app.app_context():
        made = [factories.apply(service, index=index) for index in range(count)]
        return [(factories.open_task(case).id, case.number) for case in made]


def status(app: Flask, task_id: str) -> str:
    with app.app_context():
        return cases.get_task(task_id).status


def key_on(page: str) -> str:
    return re.search(r'name="kunci" value="([^"]+)"', page)[1]


def next_on(page: str) -> str:
    found = re.search(r'name="berikutnya" value="([^"]+)"', page)
    return found[1] if found else ""


def listed_on(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/tugas/([0-9a-f-]{36})', page)))


def test_an_empty_inbox_says_so_and_where_to_go(rt: FlaskClient) -> None:
    page = rt.get("/tugas").text
    assert "Tidak ada yang menunggu Anda" in page
    assert "/berkas" in page


def test_the_list_links_to_its_tasks_and_counts_them(app: Flask, rt: FlaskClient) -> None:
    waiting = apply(app, 2)
    page = rt.get("/tugas").text
    for task_id, number in waiting:
        assert f'href="/tugas/{task_id}"' in page
        assert number in page
    assert re.search(r"Kotak tugas</span><span class=\"count\">2", page)


def test_agreeing_flashes_and_opens_the_next_task(app: Flask, rt: FlaskClient) -> None:
    (first, number), (second, _other) = apply(app, 2)

    answer = rt.post(f"/tugas/{first}?urut=terlama", data={"keputusan": "setuju"})

    assert answer.location == f"/tugas/{second}?urut=terlama"
    assert f"Permohonan {number} diteruskan" in rt.get(answer.location).text
    assert rt.post(f"/tugas/{second}", data={"keputusan": "setuju"}).location == "/tugas"


def test_a_decision_leads_to_the_task_that_the_page_showed_next(app: Flask, rt: FlaskClient) -> None:
    apply(app, 3)
    first, second, third = listed_on(rt.get("/tugas?urut=terlama").text)
    page = rt.get(f"/tugas/{first}?urut=terlama").text
    assert next_on(page) == second

    answer = rt.post(f"/tugas/{first}?urut=terlama", data={"keputusan": "setuju", "berikutnya": third})

    assert answer.location == f"/tugas/{third}?urut=terlama"
    assert next_on(rt.get(answer.location).text) == ""  # it is the last


def test_where_somebody_was_faster_with_the_next_task_the_one_after_it_opens(
    app: Flask, rt: FlaskClient
) -> None:
    numbers = dict(apply(app, 3))
    first, second, third = listed_on(rt.get("/tugas?urut=terlama").text)
    with app.app_context():
        factories.decide(cases.get_task(second))

    answer = rt.post(f"/tugas/{first}?urut=terlama", data={"keputusan": "setuju", "berikutnya": second})
    moved = rt.get(answer.location)

    assert (moved.status_code, moved.location) == (302, f"/tugas/{third}?urut=terlama")
    assert f"Permohonan {numbers[first]} diteruskan" in rt.get(moved.location).text
    assert rt.get(f"/tugas/{second}").status_code == 200  # who asks for it sees who finished it


@pytest.mark.parametrize("sent", ["", "x", "../../keluar", "//elsewhere.example", "é" * 36])
def test_a_next_task_that_no_page_showed_is_looked_up(app: Flask, rt: FlaskClient, sent: str) -> None:
    (first, _), (second, _) = apply(app, 2)
    answer = rt.post(f"/tugas/{first}?urut=terlama", data={"keputusan": "setuju", "berikutnya": sent})
    assert answer.location == f"/tugas/{second}?urut=terlama"


def test_each_way_on_is_a_button_that_says_it(app: Flask, rt: FlaskClient) -> None:
    ((task_id, _number),) = apply(app)
    page = rt.get(f"/tugas/{task_id}").text
    for decision, words in (
        ("setuju", "Sahkan dan teruskan ke RW"),
        ("kembalikan", "Kembalikan untuk perbaikan"),
        ("tolak", "Tidak, tolak"),
    ):
        assert re.search(
            rf'name="keputusan" value="{decision}"[^>]*>(<svg.*?</svg>)?<span>{words}', page, re.S
        )


def test_what_was_typed_stays_when_something_is_missing(app: Flask, rt: FlaskClient) -> None:
    ((task_id, _number),) = apply(app)

    answer = rt.post(f"/tugas/{task_id}", data={"keputusan": "kembalikan", "alasan": REASON})

    assert answer.status_code == 422
    assert REASON in answer.text
    assert "isian-perbaikan" in answer.text
    assert re.search(r'id="keputusan-lain" open', answer.text)
    assert "<title>Perlu diperbaiki:" in answer.text
    assert status(app, task_id) == "open"


def test_a_refusal_needs_ten_characters(app: Flask, rt: FlaskClient) -> None:
    ((task_id, _number),) = apply(app)
    answer = rt.post(f"/tugas/{task_id}", data={"keputusan": "tolak", "alasan": "tidak"})
    assert answer.status_code == 422
    assert 'value="tolak"' in answer.text


def test_the_second_gets_409_with_who_and_when_and_keeps_what_was_typed(app: Flask, rt: FlaskClient) -> None:
    ((task_id, _number),) = apply(app)
    with app.app_context():
        holder = factories.holder(cases.get_task(task_id))
        inbox.complete_task(task_id, {"keputusan": "setuju"}, actor=holder)

    answer = rt.post(
        f"/tugas/{task_id}", data={"keputusan": "tolak", "alasan": REASON, "perbaikan": ["alamat"]}
    )

    assert answer.status_code == 409
    assert f"sudah diselesaikan oleh {holder.name} pada" in answer.text
    assert "Yang Anda ketik" in answer.text
    assert REASON in answer.text
    assert 'id="putuskan"' not in answer.text
    with app.app_context():
        assert cases.get_task(task_id).case.is_open


def test_the_same_press_twice_is_one_deed(app: Flask, rt: FlaskClient) -> None:
    ((task_id, number),) = apply(app)
    key = key_on(rt.get(f"/tugas/{task_id}").text)

    answers = [rt.post(f"/tugas/{task_id}", data={"keputusan": "setuju", "kunci": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    with app.app_context():
        diary = cases.diary_of(cases.find_case(number).id)
        assert [entry.kind for entry in diary].count("task completed") == 1


def test_a_finished_task_is_read_but_not_decided(app: Flask, rt: FlaskClient) -> None:
    ((task_id, _number),) = apply(app)
    rt.post(f"/tugas/{task_id}", data={"keputusan": "setuju"})
    page = rt.get(f"/tugas/{task_id}").text
    assert "Tugas ini sudah selesai" in page
    assert 'id="putuskan"' not in page


def test_taking_and_releasing_stand_on_the_page(app: Flask, rt: FlaskClient) -> None:
    ((task_id, _number),) = apply(app)
    assert "Belum diambil siapa pun" in rt.get(f"/tugas/{task_id}").text
    assert rt.post(f"/tugas/{task_id}/ambil").location == f"/tugas/{task_id}"
    assert "Sedang Anda kerjakan" in rt.get(f"/tugas/{task_id}").text
    assert rt.get("/tugas?lihat=saya").text.count("task-link") == 1
    rt.post(f"/tugas/{task_id}/lepaskan")
    assert "Belum diambil siapa pun" in rt.get(f"/tugas/{task_id}").text


def test_the_page_shows_the_facts_and_hides_the_nik(app: Flask, rt: FlaskClient) -> None:
    ((task_id, number),) = apply(app, service="sktm")
    with app.app_context():
        from app.usecases import casework

        answers = casework.answers_of(cases.find_case(number).id)[casework.APPLICATION]
    page = rt.get(f"/tugas/{task_id}").text
    assert answers["nama"] in page
    assert answers["nik"] not in page
    assert answers["kk"] not in page
    assert "Riwayat" in page
    assert "is-now" in page
    assert f"/berkas/{number}/konsep" in page


def test_hostile_posts_get_a_sentence(app: Flask, rt: FlaskClient) -> None:
    ((task_id, _number),) = apply(app)
    for typed in (
        {"keputusan": "setuju'; DROP TABLE task; --"},
        {"keputusan": "tolak", "alasan": "x" * 200_000},
        {"keputusan": "\x00", "typename": "x", "__class__": "y", "alasan.0.a": "z"},
        {"aksi": "hapus:keputusan:999999", "keputusan": "tolak", "alasan": "a\x00b"},
        {"keputusan": "kembalikan", "alasan": REASON, "perbaikan": ["__class__", "typename"]},
    ):
        answer = rt.post(f"/tugas/{task_id}", data=typed)
        assert answer.status_code in (200, 422)
    assert rt.get("/tugas/%00").status_code == 404
    assert rt.get("/tugas?cari=%00%ff&urut=x&lihat=y&setelah=~&asal=1&status=z").status_code == 200
    assert status(app, task_id) == "open"


@pytest.mark.parametrize(
    "page", ["/tugas", "/tugas?urut=terbaru&lihat=terlambat", "/berkas", "/surat", "TASK"]
)
def test_a_page_asks_the_database_as_often_for_two_cases_as_for_twenty(
    app: Flask, rt: FlaskClient, page: str
) -> None:
    def statements(address: str) -> int:
        heard: list[str] = []
        with app.app_context():
            engine = db.engine

        def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            heard.append(statement)

        event.listen(engine, "before_cursor_execute", hear)
        try:
            assert rt.get(address).status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", hear)
        return len(heard)

    (first, _number), _second = apply(app, 2)
    address = f"/tugas/{first}" if page == "TASK" else page
    statements(address)  # the published version is read once a process
    few = statements(address)
    apply(app, 18)

    assert statements(address) == few
    assert few <= 40
