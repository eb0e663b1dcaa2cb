"""The table's rows about boundary events and compensation."""

from tests.engine.diagrams.build import (
    boundary,
    call,
    end,
    node,
    par,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.engine.diagrams.events import (
    compensate,
    error,
    escalation,
    message,
    on_condition,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    signal,
    throw,
    undo,
)
from tests.engine.elements.row import Row, do, forward, hail, see, tell, waits

THROUGH = "mulai>{0} {0}>selesai"
JUMPS = "mulai>kerja kerja>selesai tepi>atasan atasan>selesai"
BESIDE = "mulai>kerja kerja>selesai tepi>atasan atasan>dilihat"
MESSAGE, SIGNAL = message("M", "Darurat"), signal("S", "Siaga")


def _edge(
    kind: str, what: str, note: str, definition: str, move: object, root: str = "", *, mild: bool = False
) -> Row:
    """A task with this event on its edge, which comes from outside while the task is open."""
    nodes = [user("kerja"), boundary("tepi", "kerja", definition, interrupting=not mild), user("atasan")]
    after = [waits("atasan", "kerja"), do("atasan"), do("kerja")] if mild else [waits("atasan"), do("atasan")]
    return Row(
        f"boundary-{kind}{'-mild' if mild else ''}",
        f"Boundary event, {kind}, {'non-interrupting' if mild else 'interrupting'}", what, note,
        "{tepi atasan dilihat; kerja selesai}" if mild else "tepi atasan selesai",
        [*nodes, *([end("dilihat")] if mild else [])], BESIDE if mild else JUMPS, [move, *after],
        roots=[root] if root else [],
    )  # fmt: skip


FROM_OUTSIDE = [
    _edge("timer", "Lurah tidak menjawab dalam dua hari: tugasnya pindah ke atasan.",
          "The task is withdrawn; the token leaves by the event.", timer("timeDuration", "P2D"), forward(days=2)),
    _edge("timer", "Setelah dua hari atasan diingatkan; tugasnya tetap terbuka.",
          "A token more leaves by the event.", timer("timeDuration", "P2D"), forward(days=2), mild=True),
    _edge("message", "Pemohon mencabut lewat pesan: tugasnya ditarik.",
          "Listens as long as the task is open.", on_message("M"), tell("Darurat"), MESSAGE),
    _edge("message", "Pesan susulan dibaca sementara tugasnya berjalan terus.",
          "A token for every message.", on_message("M"), tell("Darurat"), MESSAGE, mild=True),
    _edge("signal", "Siaga kota: tugas ini ditarik.", "As for a message.", on_signal("S"), hail("Siaga"), SIGNAL),
    _edge("signal", "Siaga kota dicatat, tugasnya berjalan terus.",
          "As for a message.", on_signal("S"), hail("Siaga"), SIGNAL, mild=True),
    _edge("multiple", "Siaga atau pesan darurat, mana yang datang, menarik tugasnya.",
          "Any of its triggers is enough.", on_message("M") + on_signal("S"), hail("Siaga"), MESSAGE + SIGNAL),
    _edge("multiple", "Siaga atau pesan darurat dicatat, tugasnya berjalan terus.",
          "Any of its triggers is enough.", on_message("M") + on_signal("S"), tell("Darurat"), MESSAGE + SIGNAL,
          mild=True),
    Row(
        "boundary-timer-cycle", "Boundary event, timer cycle, non-interrupting",
        "Pengingat setiap hari, paling banyak tiga kali.",
        "A token each time; `R3/P1D`, at most 100 times, at least a minute apart.",
        "{tepi ingat; tepi ingat; kerja selesai}",
        [user("kerja"), boundary("tepi", "kerja", timer("timeCycle", "R3/P1D"), interrupting=False), end("ingat")],
        "mulai>kerja kerja>selesai tepi>ingat", [forward(days=1), forward(days=1), do("kerja")],
    ),
    Row(
        "boundary-not-come", "Boundary event that does not come",
        "Lurah menjawab tepat waktu: pengingatnya hilang.",
        "When the task is done, nothing listens any more.",
        "kerja lanjut selesai",
        [user("kerja"), boundary("tepi", "kerja", timer("timeDuration", "P2D")), user("atasan"), user("lanjut")],
        "mulai>kerja kerja>lanjut lanjut>selesai tepi>atasan atasan>selesai",
        [forward(days=1), do("kerja"), forward(days=5), waits("lanjut"), do("lanjut")],
    ),
    Row(
        "boundary-sub-process", "Boundary event on a sub-process",
        "Pemeriksaan lapangan melewati batas: seluruhnya ditarik.",
        "All that runs inside is withdrawn.",
        "m p tepi atasan selesai",
        [sub("kerja", [start("m"), par("p"), user("a"), user("b"), end("e"), end("f")], "m>p p>a p>b a>e b>f"),
         boundary("tepi", "kerja", timer("timeDuration", "P2D")), user("atasan")],
        JUMPS, [forward(days=2), waits("atasan"), do("atasan")],
    ),
    Row(
        "boundary-call", "Boundary event on a call activity",
        "Proses yang dipanggil melewati batas: seluruhnya ditarik.",
        "The called process is withdrawn.",
        "m tepi atasan selesai",
        [call("kerja", "rt"), boundary("tepi", "kerja", timer("timeDuration", "P2D")), user("atasan")],
        JUMPS, [waits("a"), forward(days=2), waits("atasan"), do("atasan")],
        roots=[process("rt", [start("m"), user("a"), end("e")], "m>a a>e")],
    ),
    Row(
        "boundary-service", "Boundary event on a service task",
        "Penerbitan terlalu lama: petugas mengambil alih.",
        "The order is no longer waited for.",
        "tepi atasan selesai",
        [service("kerja", "status.publik", {"status": '"x"'}),
         boundary("tepi", "kerja", timer("timeDuration", "P2D")), user("atasan")],
        JUMPS, [forward(days=2), waits("atasan"), do("atasan")],
    ),
]  # fmt: skip
WATCH = [script("siap", "hujan = 0"), par("bagi"), user("pantau"), user("kerja")]
WATCHED = "mulai>siap siap>bagi bagi>pantau bagi>kerja pantau>temu_dua satu_jalan>temu_dua temu_dua>selesai"
FAILS = [start("m"), user("periksa"), end("ganda", on_error("E"))]
RAISES = [start("m"), throw("lapor", on_escalation("K")), user("periksa"), end("e")]
RAISED = "m>lapor lapor>periksa periksa>e"
FROM_INSIDE = [
    Row(
        "boundary-conditional", "Boundary event, conditional, interrupting",
        "Cabang lain mencatat hujan: pekerjaan luar ditarik.",
        "Fires when its condition becomes true, whichever branch wrote the value.",
        "siap bagi pantau tepi satu_jalan temu_dua selesai",
        [*WATCH, boundary("tepi", "kerja", on_condition("hujan == 1")), xor("satu_jalan"), par("temu_dua")],
        f"{WATCHED} kerja>satu_jalan tepi>satu_jalan", [do("pantau", hujan=1)],
    ),
    Row(
        "boundary-conditional-mild", "Boundary event, conditional, non-interrupting",
        "Cabang lain mencatat hujan: terpal dipasang sambil bekerja.",
        "Once each time it becomes true; the task stays open.",
        "siap bagi pantau {tepi atasan dilihat; kerja satu_jalan temu_dua selesai}",
        [*WATCH, boundary("tepi", "kerja", on_condition("hujan == 1"), interrupting=False), user("atasan"),
         end("dilihat"), xor("satu_jalan"), par("temu_dua")],
        f"{WATCHED} kerja>satu_jalan tepi>atasan atasan>dilihat",
        [do("pantau", hujan=1), waits("atasan", "kerja"), do("atasan"), do("kerja")],
    ),
    Row(
        "boundary-error", "Boundary event, error",
        "Pemeriksaan menemukan data ganda: berkas dibetulkan.",
        "Catches the error of this code out of the activity; always interrupts.",
        "m periksa ganda tepi atasan selesai",
        [sub("kerja", FAILS, "m>periksa periksa>ganda"), boundary("lain", "kerja", on_error("F")),
         boundary("tepi", "kerja", on_error("E")), user("atasan"), user("bukan")],
        f"{JUMPS} lain>bukan bukan>selesai", [do("periksa"), do("atasan")],
        roots=[error("E", "ganda"), error("F", "lain")],
    ),
    Row(
        "boundary-error-any", "Boundary event, any error",
        "Apa pun galatnya, berkas dibetulkan.",
        "Without a code it catches every error.",
        "m periksa ganda tepi atasan selesai",
        [sub("kerja", FAILS, "m>periksa periksa>ganda"), boundary("tepi", "kerja", on_error()), user("atasan")],
        JUMPS, [do("periksa"), do("atasan")], roots=[error("E", "ganda")],
    ),
    Row(
        "boundary-error-outwards", "Boundary event, error from further inside",
        "Galat dua tingkat di dalam sampai ke penangkap terdekat.",
        "Looks outwards, through sub-processes and call activities, for the first that catches it.",
        "n m periksa ganda tepi atasan selesai",
        [sub("kerja", [start("n"), call("panggil", "rt"), end("o")], "n>panggil panggil>o"),
         boundary("tepi", "kerja", on_error("E")), user("atasan")],
        JUMPS, [do("periksa"), do("atasan")],
        roots=[error("E", "ganda"), process("rt", FAILS, "m>periksa periksa>ganda")],
    ),
    Row(
        "boundary-escalation", "Boundary event, escalation, interrupting",
        "Petugas menyerahkan perkara: pemeriksaannya ditarik, atasan mulai.",
        "Catches the escalation of this code out of the activity.",
        "m lapor tepi atasan selesai",
        [sub("kerja", RAISES, RAISED), boundary("tepi", "kerja", on_escalation("K")), user("atasan")],
        JUMPS, [waits("atasan"), do("atasan")], roots=[escalation("K", "berat")],
    ),
    Row(
        "boundary-escalation-mild", "Boundary event, any escalation, non-interrupting",
        "Atasan diberi tahu; pemeriksaannya berjalan terus.",
        "Without a code it catches every escalation.",
        "m lapor {tepi atasan dilihat; periksa e kerja selesai}",
        [sub("kerja", RAISES, RAISED), boundary("tepi", "kerja", on_escalation(), interrupting=False), user("atasan"),
         end("dilihat")],
        BESIDE, [waits("atasan", "periksa"), do("periksa"), do("atasan")], roots=[escalation("K", "berat")],
    ),
]  # fmt: skip
PAID = [user("pesan"), undo("pesan", "hapus"), user("bayar"), undo("bayar", "tarik")]
ASKS_BACK = node("userTask", "hapus", isForCompensation="true")
UNDONE = [
    Row(
        "compensation", "Compensation throw event",
        "Pesanan dan pembayaran dibatalkan, yang terakhir lebih dulu.",
        "Runs the handlers of all that is done in its scope, in reverse order, each once.",
        "pesan bayar balik_bayar? tarik balik_pesan? hapus batal selesai",
        [*PAID, throw("batal", compensate())], "mulai>pesan pesan>bayar bayar>batal batal>selesai",
        [do("pesan"), do("bayar")],
    ),
    Row(
        "compensation-one", "Compensation throw event of one activity",
        "Hanya pembayarannya yang ditarik.",
        "With `activityRef`: the handler of that activity alone.",
        "pesan bayar balik_bayar? tarik batal selesai",
        [*PAID, throw("batal", compensate("bayar"))], "mulai>pesan pesan>bayar bayar>batal batal>selesai",
        [do("pesan"), do("bayar")],
    ),
    Row(
        "compensation-undone", "Compensation of what was not done",
        "Belum ada pembayaran: tidak ada yang ditarik.",
        "Only activities that completed are taken back.",
        "pesan g balik_pesan? hapus batal selesai",
        [*PAID, xor("g"), throw("batal", compensate())],
        "mulai>pesan pesan>g bayar>batal batal>selesai\ng>bayar[lanjut == 1]\ng>batal[lanjut == 0]",
        [do("pesan", lanjut=0)],
    ),
    Row(
        "compensation-data", "Compensation handler and its data",
        "Yang dihapus adalah pesanan seperti dicatat waktu itu.",
        "The handler sees the data of its activity's completion.",
        "satu pesan dua balik_pesan? hapus batal selesai",
        [script("satu", "jumlah = 1"), user("pesan"), undo("pesan", "hapus", ASKS_BACK), script("dua", "jumlah = 2"),
         throw("batal", compensate())],
        "mulai>satu satu>pesan pesan>dua dua>batal batal>selesai",
        [do("pesan"), see("hapus", jumlah=1), do("hapus")],
    ),
    Row(
        "compensation-sub-process", "Compensation of a sub-process",
        "Belanja yang sudah selesai dibatalkan dari luar.",
        "Of a completed sub-process the handlers inside it run.",
        "m pesan bayar e belanja balik_bayar? tarik balik_pesan? hapus batal selesai",
        [sub("belanja", [start("m"), *PAID, end("e")], "m>pesan pesan>bayar bayar>e"),
         throw("batal", compensate("belanja"))],
        "mulai>belanja belanja>batal batal>selesai", [do("pesan"), do("bayar")],
    ),
    Row(
        "compensation-boundary", "Compensation boundary event on a sub-process",
        "Belanja dibatalkan sebagai satu hal.",
        "A handler of the sub-process itself takes the place of those inside.",
        "m pesan bayar e belanja balik_belanja? ganti_rugi batal selesai",
        [sub("belanja", [start("m"), *PAID, end("e")], "m>pesan pesan>bayar bayar>e"), undo("belanja", "ganti_rugi"),
         throw("batal", compensate())],
        "mulai>belanja belanja>batal batal>selesai", [do("pesan"), do("bayar")],
    ),
]  # fmt: skip
ROWS = [*FROM_OUTSIDE, *FROM_INSIDE, *UNDONE]
