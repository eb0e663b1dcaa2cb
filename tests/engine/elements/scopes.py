"""The table's rows about sub-processes, transactions, ad-hoc and event sub-processes."""

from tests.engine.diagrams.activities import until
from tests.engine.diagrams.build import boundary, end, par, script, start, sub, timer, user, xor
from tests.engine.diagrams.events import (
    CANCEL,
    error,
    escalation,
    event_sub,
    message,
    on_condition,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    signal,
    start_on,
    throw,
    undo,
)
from tests.engine.elements.row import Row, do, forward, hail, hears, see, tell, waits

THROUGH = "mulai>{0} {0}>selesai"
BUY = [
    start("m"), user("pesan"), undo("pesan", "hapus"), user("bayar"), xor("g", default="jadi"),
    end("batal", CANCEL), end("e"),
]  # fmt: skip
BOUGHT = "m>pesan pesan>bayar bayar>g g>e:jadi\ng>batal[gagal == 1]"

BOXES = [
    Row(
        "sub-process", "Sub-process",
        "Pemeriksaan lapangan: beberapa langkah yang dibaca sebagai satu.",
        "Begins at its own start event; the token leaves when nothing is left inside.",
        "m ukur hitung e lapangan lihat selesai",
        [sub("lapangan", [start("m"), user("ukur"), script("hitung", "luas = 6 * 7"), end("e")],
             "m>ukur ukur>hitung hitung>e"), user("lihat")],
        "mulai>lapangan lapangan>lihat lihat>selesai", [do("ukur"), see("lihat", luas=42), do("lihat")],
    ),
    Row(
        "sub-process-branches", "Sub-process whose branches end apart",
        "Dua petugas di lapangan; alur maju setelah keduanya pulang.",
        "Waits for all its tokens, also where they end at different ends.",
        "m p {ukur e; foto f} lapangan selesai",
        [sub("lapangan", [start("m"), par("p"), user("ukur"), user("foto"), end("e"), end("f")],
             "m>p p>ukur p>foto ukur>e foto>f")],
        THROUGH.format("lapangan"), [do("foto"), waits("ukur"), do("ukur")],
    ),
    Row(
        "sub-process-nested", "Sub-process in a sub-process",
        "Pengukuran di dalam pemeriksaan lapangan.",
        "To any depth that the portal takes.",
        "m n ukur o pengukuran e lapangan selesai",
        [sub("lapangan", [start("m"), sub("pengukuran", [start("n"), user("ukur"), end("o")], "n>ukur ukur>o"),
                          end("e")], "m>pengukuran pengukuran>e")],
        THROUGH.format("lapangan"), [do("ukur")],
    ),
    Row(
        "transaction", "Transaction",
        "Pesan dan bayar berhasil keduanya: tidak ada yang dibatalkan.",
        "A sub-process that can be cancelled as a whole; without a cancel it simply completes.",
        "m pesan bayar g e pembelian selesai",
        [sub("pembelian", BUY, BOUGHT, kind="transaction"), boundary("dibatalkan", "pembelian", CANCEL),
         user("jelaskan")],
        "mulai>pembelian pembelian>selesai dibatalkan>jelaskan jelaskan>selesai", [do("pesan"), do("bayar", gagal=0)],
    ),
    Row(
        "transaction-cancel", "Transaction, cancel end and cancel boundary",
        "Pembayaran gagal: pesanan dihapus, lalu petugas menjelaskan.",
        "What is done is compensated first; then the token leaves by the cancel boundary event.",
        "m pesan bayar g {batal; balik_pesan? hapus} dibatalkan jelaskan selesai",
        [sub("pembelian", BUY, BOUGHT, kind="transaction"), boundary("dibatalkan", "pembelian", CANCEL),
         user("jelaskan")],
        "mulai>pembelian pembelian>selesai dibatalkan>jelaskan jelaskan>selesai",
        [do("pesan"), do("bayar", gagal=1), waits("jelaskan"), do("jelaskan")],
    ),
    Row(
        "ad-hoc", "Ad-hoc sub-process, parallel",
        "Foto dan wawancara dikerjakan menurut urutan yang dipilih petugas.",
        "All its activities are open; after each one `completionCondition` is asked.",
        "wawancara foto bebas selesai",
        [sub("bebas", [user("foto"), user("wawancara")], "", until("lengkap == 1"), "adHocSubProcess")],
        THROUGH.format("bebas"), [waits("foto", "wawancara"), do("wawancara", lengkap=0), do("foto", lengkap=1)],
    ),
    Row(
        "ad-hoc-cancel", "Ad-hoc sub-process, condition met early",
        "Fotonya sudah cukup: wawancara ditarik.",
        "`cancelRemainingInstances` (usual): what is still open is withdrawn when the condition holds.",
        "foto bebas selesai",
        [sub("bebas", [user("foto"), user("wawancara")], "", until("lengkap == 1"), "adHocSubProcess")],
        THROUGH.format("bebas"), [do("foto", lengkap=1)],
    ),
    Row(
        "ad-hoc-wait", "Ad-hoc sub-process, `cancelRemainingInstances=\"false\"`",
        "Wawancara yang sudah terbuka tetap diselesaikan.",
        "What is still open is finished before the token leaves.",
        "foto wawancara bebas selesai",
        [sub("bebas", [user("foto"), user("wawancara")], "", until("lengkap == 1"), "adHocSubProcess",
             cancelRemainingInstances="false")],
        THROUGH.format("bebas"), [do("foto", lengkap=1), waits("wawancara"), do("wawancara")],
    ),
    Row(
        "ad-hoc-sequential", "Ad-hoc sub-process, sequential",
        "Satu petugas, satu pekerjaan sekaligus, urutannya bebas.",
        "One activity at a time: the next may begin when the one before is done.",
        "wawancara foto bebas selesai",
        [sub("bebas", [user("foto"), user("wawancara")], "", until("lengkap == 1"), "adHocSubProcess",
             ordering="Sequential")],
        THROUGH.format("bebas"), [do("wawancara", lengkap=0), do("foto", lengkap=1)],
    ),
    Row(
        "ad-hoc-flows", "Ad-hoc sub-process with flows inside",
        "Laporan dibuka setelah fotonya ada.",
        "An activity behind a flow opens when a token reaches it.",
        "foto laporan bebas selesai",
        [sub("bebas", [user("foto"), user("wawancara"), user("laporan")], "foto>laporan", until("lengkap == 1"),
             "adHocSubProcess")],
        THROUGH.format("bebas"),
        [waits("foto", "wawancara"), do("foto", lengkap=0), do("laporan", lengkap=1)],
    ),
]  # fmt: skip


def _woken(
    kind: str, what: str, note: str, definition: str, move: object, root: str = "", *, mild: bool = False
) -> Row:
    """A sub-process with one task and an event sub-process that this wakes from outside."""
    woken = event_sub(
        "darurat",
        [start_on("d", definition, interrupting=not mild), user("amankan"), end("f")],
        "d>amankan amankan>f",
    )
    box = sub("ruang", [start("m"), user("kerja"), end("e"), woken], "m>kerja kerja>e")
    mode = "non-interrupting" if mild else "interrupting"
    trace = (
        "m {d amankan f darurat; kerja e} ruang selesai" if mild else "m d amankan f darurat ruang selesai"
    )
    after = (
        [waits("amankan", "kerja"), do("amankan"), do("kerja")] if mild else [waits("amankan"), do("amankan")]
    )
    return Row(
        f"event-sub-{kind}{'-mild' if mild else ''}", f"Event sub-process, {kind}, {mode}", what, note, trace,
        [box], THROUGH.format("ruang"), [move, *after], roots=[root] if root else [],
    )  # fmt: skip


def _thrown(
    kind: str, what: str, note: str, trace: str, definition: str, root: str, *, mild: bool = False
) -> Row:
    """A sub-process that throws this itself and has an event sub-process for it."""
    woken = event_sub(
        "darurat",
        [start_on("d", definition, interrupting=not mild), user("amankan"), end("f")],
        "d>amankan amankan>f",
    )
    thrower = throw("lapor", definition) if kind == "escalation" else end("gagal", definition)
    way = "m>kerja kerja>gagal" if kind == "error" else "m>lapor lapor>kerja kerja>e"
    rest = [] if kind == "error" else [end("e")]
    box = sub("ruang", [start("m"), thrower, user("kerja"), *rest, woken], way)
    before = [do("kerja")] if kind == "error" else []
    after = (
        [waits("amankan", "kerja"), do("kerja"), do("amankan")] if mild else [waits("amankan"), do("amankan")]
    )
    mode = "non-interrupting" if mild else "interrupting"
    return Row(
        f"event-sub-{kind}{'-mild' if mild else ''}", f"Event sub-process, {kind}, {mode}", what, note, trace,
        [box], THROUGH.format("ruang"), [*before, *after], roots=[root],
    )  # fmt: skip


CHANGES = sub(
    "ruang",
    [start("m"), par("bagi"), user("pantau"), user("kerja"), par("temu_dalam"), end("e"),
     event_sub("darurat", [start_on("d", on_condition("hujan == 1")), user("amankan"), end("f")],
               "d>amankan amankan>f")],
    "m>bagi bagi>pantau bagi>kerja pantau>temu_dalam kerja>temu_dalam temu_dalam>e",
)  # fmt: skip
MESSAGE, SIGNAL = message("M", "Darurat"), signal("S", "Siaga")
WOKEN = [
    _woken("message", "Laporan darurat masuk: pekerjaan di ruang itu dihentikan.",
           "What runs in its scope is withdrawn; the scope completes when the event sub-process does.",
           on_message("M"), tell("Darurat"), MESSAGE),
    _woken("message", "Pertanyaan warga dijawab sambil pekerjaan berjalan terus.",
           "Runs beside its scope.", on_message("M"), tell("Darurat"), MESSAGE, mild=True),
    _woken("timer", "Dua jam lewat: pekerjaan dihentikan dan diambil alih.",
           "Its clock runs from the moment the scope begins.", timer("timeDuration", "PT2H"), forward(hours=2)),
    _woken("timer", "Setelah dua jam atasan diberi tahu, pekerjaan berjalan terus.",
           "The same beside its scope.", timer("timeDuration", "PT2H"), forward(hours=2), mild=True),
    _woken("signal", "Siaga kota: pekerjaan di ruang itu dihentikan.",
           "As for a message.", on_signal("S"), hail("Siaga"), SIGNAL),
    _woken("signal", "Siaga kota dicatat, pekerjaan berjalan terus.",
           "As for a message.", on_signal("S"), hail("Siaga"), SIGNAL, mild=True),
    Row(
        "event-sub-conditional", "Event sub-process, conditional, interrupting",
        "Pemantau melaporkan hujan: pekerjaan luar dihentikan.",
        "Starts when its condition becomes true, whichever branch wrote the value.",
        "kering m bagi pantau d amankan f darurat ruang selesai",
        [script("kering", "hujan = 0"), CHANGES], "mulai>kering kering>ruang ruang>selesai",
        [do("pantau", hujan=1), waits("amankan"), do("amankan")],
    ),
    Row(
        "event-sub-conditional-mild", "Event sub-process, conditional, non-interrupting",
        "Pemantau melaporkan hujan: terpal dipasang sambil bekerja.",
        "The same beside its scope, once each time it becomes true.",
        "kering m bagi pantau {d amankan f darurat; kerja temu_dalam e} ruang selesai",
        [script("kering", "hujan = 0"),
         CHANGES.replace('<bpmn:startEvent id="d"', '<bpmn:startEvent id="d" isInterrupting="false"')],
        "mulai>kering kering>ruang ruang>selesai",
        [do("pantau", hujan=1), waits("amankan", "kerja"), do("kerja"), do("amankan")],
    ),
    _thrown("error", "Data ganda ditemukan: ditangani di ruang itu juga.",
            "Catches an error of its own scope, before any boundary event; always interrupts.",
            "m kerja gagal d amankan f darurat ruang selesai", on_error("E"), error("E", "ganda")),
    _thrown("escalation", "Petugas menyerahkan perkara: penggantinya bekerja di ruang itu.",
            "Catches an escalation of its own scope; what runs there is withdrawn.",
            "m lapor d amankan f darurat ruang selesai", on_escalation("K"), escalation("K", "serah")),
    _thrown("escalation", "Petugas melapor ke atasan dan bekerja terus.",
            "The same beside its scope.",
            "m lapor {d amankan f darurat; kerja e} ruang selesai", on_escalation("K"), escalation("K", "serah"),
            mild=True),
    Row(
        "event-sub-often", "Event sub-process, twice",
        "Dua pertanyaan warga, dua jawaban, satu pekerjaan.",
        "A non-interrupting one may run several times at once.",
        "m {d amankan f darurat; d amankan f darurat; kerja e} ruang selesai",
        [sub("ruang", [start("m"), user("kerja"), end("e"), event_sub(
            "darurat", [start_on("d", on_message("M"), interrupting=False), user("amankan"), end("f")],
            "d>amankan amankan>f")], "m>kerja kerja>e")],
        THROUGH.format("ruang"),
        [tell("Darurat"), tell("Darurat"), hears("message:Darurat"), do("kerja"), do("amankan"), do("amankan")],
        roots=[MESSAGE],
    ),
    Row(
        "event-sub-process-level", "Event sub-process of the whole process",
        "Pemohon mencabut permohonannya kapan pun: perkara ditutup dengan rapi.",
        "Of the process itself: withdraws everything in it, and the case ends when it is done.",
        "d catat f cabut",
        [user("kerja"), event_sub("cabut", [start_on("d", on_message("M")), user("catat"), end("f")],
                                  "d>catat catat>f")],
        "mulai>kerja kerja>selesai", [tell("Cabut"), waits("catat"), do("catat")],
        roots=[message("M", "Cabut")], stops="scope",
    ),
]  # fmt: skip
ROWS = [*BOXES, *WOKEN]
