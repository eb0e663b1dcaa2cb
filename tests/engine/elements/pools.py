"""The table's rows about shared data, and about pools that talk to each other."""

from tests.engine.diagrams.activities import (
    collaboration,
    correlation_key,
    correlation_property,
    data_object,
    reads,
    receive,
    send,
    writes,
)
from tests.engine.diagrams.build import document, end, par, process, script, start, sub, user
from tests.engine.diagrams.events import message, on_message, start_on
from tests.engine.elements.row import Row, do, hears, see, sent, tell

POOLS = {"all": "a pool is a process of its own; it stands in nothing else"}
ASK = message("M", "Permohonan", payload='{"nomor": nomor}')
ANSWER = message("N", "Jawaban", payload='{"nomor": nomor, "hasil": "terbit"}')
RELATED = [
    ASK, ANSWER, correlation_property("P", {"M": "nomor", "N": "nomor"}),
]  # fmt: skip


def two_pools(keys: str = "", roots: tuple[str, ...] = (ASK, ANSWER)) -> bytes:
    """An applicant who asks and waits, and an office that answers."""
    applicant = process(
        "warga", [start(), script("siap", "nomor = 7"), send("minta", "M"), receive("tunggu", "N"), end()],
        "mulai>siap siap>minta minta>tunggu tunggu>selesai",
    )  # fmt: skip
    office = process(
        "kantor", [start_on("datang", on_message("M")), user("periksa"), end("jawab", on_message("N"))],
        "datang>periksa periksa>jawab",
    )  # fmt: skip
    talk = collaboration({"pemohon": "warga", "kelurahan": "kantor"}, ["minta>datang", "jawab>tunggu"], keys)
    return document(*roots, talk, applicant, office)


OBJECTS = [
    Row(
        "data-object", "Data object",
        "Berkas yang ditulis satu cabang dan dibaca cabang lain.",
        "Its value belongs to the scope: an output association writes it, an input association reads it.",
        "bagi {ukur catat; tunggu} temu_dua baca selesai",
        [data_object("luas"), par("bagi"), user("ukur"), script("catat", "luas = 42", writes("catat", "luas")),
         user("tunggu"), par("temu_dua"), user("baca", reads("baca", "luas"))],
        "mulai>bagi bagi>ukur bagi>tunggu ukur>catat catat>temu_dua tunggu>temu_dua temu_dua>baca baca>selesai",
        [do("tunggu"), do("ukur"), see("baca", luas=42), do("baca")],
    ),
    Row(
        "data-object-branches", "Data object read in another branch",
        "Cabang kedua melihat ukuran yang baru dicatat cabang pertama, tanpa menunggu gerbang.",
        "Read when the reading activity begins, whoever wrote it.",
        "bagi {ukur catat temu_dua?; tunggu baca} temu_dua selesai",
        [data_object("luas"), par("bagi"), user("ukur"), script("catat", "luas = 42", writes("catat", "luas")),
         user("tunggu"), user("baca", reads("baca", "luas")), par("temu_dua")],
        "mulai>bagi bagi>ukur bagi>tunggu ukur>catat catat>temu_dua tunggu>baca baca>temu_dua temu_dua>selesai",
        [do("ukur"), do("tunggu"), see("baca", luas=42), do("baca")],
    ),
    Row(
        "data-object-scope", "Data object of a sub-process",
        "Catatan lapangan hanya ada selama pemeriksaan lapangan.",
        "Belongs to its sub-process, each run of which has its own.",
        "m bagi {catat; tunggu baca} temu_dua e lapangan selesai",
        [sub("lapangan", [start("m"), data_object("luas"), par("bagi"),
                          script("catat", "luas = 42", writes("catat", "luas")), user("tunggu"),
                          user("baca", reads("baca", "luas")), par("temu_dua"), end("e")],
             "m>bagi bagi>catat bagi>tunggu catat>temu_dua tunggu>baca baca>temu_dua temu_dua>e")],
        "mulai>lapangan lapangan>selesai", [do("tunggu"), see("baca", luas=42), do("baca")],
    ),
]  # fmt: skip
TALK = [
    Row(
        "pools", "Pools and message flows",
        "Pemohon dan kelurahan: dua perkara yang saling berkirim pesan.",
        "Every pool with a process is a kind of case; a message goes from case to case. Closed pools are decoration.",
        "mulai siap minta tunggu selesai",
        play=[sent("Permohonan", nomor=7), hears("message:Jawaban"), tell("Jawaban", nomor=7, hasil="terbit")],
        whole=two_pools(), throws=["message:Permohonan"], unfit=POOLS,
    ),
    Row(
        "correlation", "Correlation key",
        "Jawaban sampai kepada perkara dengan nomor yang sama, bukan kepada yang lain.",
        "The first message of a key sets its values for the case; later ones must carry the same.",
        "mulai siap minta tunggu selesai",
        play=[lambda case: case.tell("Jawaban", {"K": {"P": 7}}, nomor=7, hasil="terbit")],
        whole=two_pools(correlation_key("K", "P"), tuple(RELATED)), throws=["message:Permohonan"], unfit=POOLS,
    ),
]  # fmt: skip
ROWS = [*OBJECTS, *TALK]
