"""The table's rows about what hears and what is heard while an activity repeats, or while several wait."""

from tests.engine.diagrams.activities import again, complex_gateway, global_task, many, receive
from tests.engine.diagrams.build import boundary, call, end, par, script, start, sub, timer, user, xor
from tests.engine.diagrams.events import (
    catch,
    compensate,
    escalation,
    event_sub,
    message,
    on_condition,
    on_escalation,
    on_message,
    start_on,
    throw,
    undo,
)
from tests.engine.elements.row import Row, do, forward, hears, see, tell, waits

MESSAGE = message("M", "Jawaban")
JUMPS = "mulai>kerja kerja>selesai tepi>atasan atasan>selesai"
BESIDE = "mulai>kerja kerja>selesai tepi>dilihat"
TWO_DAYS = timer("timeDuration", "P2D")

ROWS = [
    Row(
        "message-one", "One message, two that wait",
        "Dua meja menunggu surat yang sama: satu surat untuk satu meja.",
        "A message is taken by exactly one of those that wait.",
        "bagi {a; b} temu_dua selesai",
        [par("bagi"), catch("a", on_message("M")), catch("b", on_message("M")), par("temu_dua")],
        "mulai>bagi bagi>a bagi>b a>temu_dua b>temu_dua temu_dua>selesai",
        [hears("message:Jawaban", "message:Jawaban"), tell("Jawaban"), hears("message:Jawaban"), tell("Jawaban")],
        roots=[MESSAGE],
    ),
    Row(
        "many-reminded", "Reminder on a multi-instance activity",
        "Satu pengingat untuk seluruh edaran, bukan satu untuk tiap RT.",
        "A boundary event belongs to the activity as a whole.",
        "{tepi dilihat; kerja kerja selesai}",
        [user("kerja", many("2")), boundary("tepi", "kerja", TWO_DAYS, interrupting=False), end("dilihat")],
        BESIDE, [forward(days=2), do("kerja"), do("kerja")],
    ),
    Row(
        "loop-withdrawn", "Time limit on a loop",
        "Batas waktunya untuk semua putaran bersama.",
        "The clock of a boundary event runs from the first turn on.",
        "kerja tepi atasan selesai",
        [user("kerja", again("belum == 1", 5)), boundary("tepi", "kerja", TWO_DAYS), user("atasan")],
        JUMPS, [forward(days=1), do("kerja", belum=1), waits("kerja"), forward(days=1), waits("atasan"), do("atasan")],
    ),
    Row(
        "many-escalates", "Escalation out of every instance",
        "Setiap RT yang melapor terdengar, dan semuanya bekerja terus.",
        "Every instance may throw; the boundary event hears each.",
        "{m lapor kabar dilihat; m lapor kabar dilihat} {tanya e kerja; tanya e kerja} selesai",
        [sub("kerja", [start("m"), throw("lapor", on_escalation("K")), user("tanya"), end("e")],
             "m>lapor lapor>tanya tanya>e", many("2")),
         boundary("kabar", "kerja", on_escalation("K"), interrupting=False), end("dilihat")],
        "mulai>kerja kerja>selesai kabar>dilihat", [waits("tanya", "tanya"), do("tanya"), do("tanya")],
        roots=[escalation("K", "berat")],
    ),
    Row(
        "many-compensated", "Compensation inside a multi-instance sub-process",
        "Pesanan tiap RT dihapus, masing-masing dengan isinya sendiri.",
        "Every completed instance is taken back, each with its own data.",
        "daftar {m pesan e kerja; m pesan e kerja} {balik_pesan? hapus; balik_pesan? hapus} batal selesai",
        [script("daftar", 'rt = ["01", "02"]'),
         sub("kerja", [start("m"), user("pesan"), undo("pesan", "hapus", user("hapus", attributes={
             "isForCompensation": "true"})), end("e")], "m>pesan pesan>e", many(over="rt", item="satu_rt")),
         throw("batal", compensate("kerja"))],
        "mulai>daftar daftar>kerja kerja>batal batal>selesai",
        [do("pesan", {"satu_rt": "01"}), do("pesan", {"satu_rt": "02"}), do("hapus"), do("hapus")],
    ),
    Row(
        "receive-limit", "Time limit on a receive task",
        "Jawaban tidak datang dalam dua hari: atasan menelepon.",
        "When the task is withdrawn, its message is no longer waited for.",
        "tepi atasan selesai",
        [receive("kerja", "M"), boundary("tepi", "kerja", TWO_DAYS), user("atasan")],
        JUMPS, [hears("message:Jawaban"), forward(days=2), hears(), do("atasan")], roots=[MESSAGE],
    ),
    Row(
        "global-manual-task", "Call activity, global manual task",
        "Satu langkah tangan yang sama dipakai beberapa layanan.",
        "Done outside the engine: the token passes at once.",
        "simpan_umum panggil selesai",
        [call("panggil", "simpan_umum")], "mulai>panggil panggil>selesai",
        roots=[global_task("globalManualTask", "simpan_umum")],
    ),
    Row(
        "complex-default", "Complex gateway, default flow",
        "Dua pendapat masuk, tidak ada yang mendukung: berkas ke bagian umum.",
        "The default flow is taken, in either phase, when no condition holds.",
        "bagi {a; b} g {umum selesai; g tercatat}",
        [par("bagi"), user("a"), user("b"), complex_gateway("g", "activationCount >= 2", default="baku"),
         user("khusus"), user("umum"), end("tercatat")],
        "mulai>bagi bagi>a bagi>b a>g b>g khusus>selesai umum>selesai g>umum:baku\n"
        "g>khusus[waitingForStart and dukung == 1]\ng>tercatat[not waitingForStart]",
        [do("a", dukung=0), do("b", dukung=0), waits("umum"), do("umum")],
    ),
    Row(
        "event-sub-condition-arrival", "Conditional event sub-process, true from the beginning",
        "Sudah hujan ketika pekerjaan dimulai: langsung diamankan.",
        "A condition that holds when the scope begins starts it at once.",
        "basah m? d amankan f darurat ruang selesai",
        [script("basah", "hujan = 1"),
         sub("ruang", [start("m"), user("kerja"), end("e"),
                       event_sub("darurat", [start_on("d", on_condition("hujan == 1")), user("amankan"), end("f")],
                                 "d>amankan amankan>f")], "m>kerja kerja>e")],
        "mulai>basah basah>ruang ruang>selesai", [waits("amankan"), do("amankan")],
    ),
    Row(
        "data-through-scopes", "Variables through nested scopes",
        "Angka dari dalam pemeriksaan terbaca sesudahnya di luar.",
        "What a sub-process or a called process writes comes back when it completes.",
        "awal m tambah e dalam n lagi_tambah o panggil lihat selesai",
        [script("awal", "n1 = 1"),
         sub("dalam", [start("m"), script("tambah", "n1 = n1 + 1"), end("e")], "m>tambah tambah>e"),
         sub("panggil", [start("n"), script("lagi_tambah", "n1 = n1 * 10"), end("o")], "n>lagi_tambah lagi_tambah>o"),
         user("lihat")],
        "mulai>awal awal>dalam dalam>panggil panggil>lihat lihat>selesai", [see("lihat", n1=20), do("lihat")],
    ),
    Row(
        "branch-with-scope-left", "Branch that ends inside while the other goes round",
        "Satu cabang sudah selesai, yang lain masih dikembalikan sekali.",
        "The join waits for the branch that goes round, however often.",
        "bagi {a; putar b g putar b g} kumpul selesai",
        [par("bagi"), user("a"), xor("putar"), user("b"), xor("g", "cukup_b"), par("kumpul")],
        "mulai>bagi bagi>a bagi>putar putar>b b>g a>kumpul g>kumpul:cukup_b kumpul>selesai\ng>putar[kurang == 1]",
        [do("a"), do("b", kurang=1), waits("b"), do("b", kurang=0)],
    ),
]  # fmt: skip
