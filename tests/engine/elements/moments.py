"""The table's rows about intermediate events."""

from tests.engine.diagrams.build import boundary, end, par, script, start, sub, timer, user
from tests.engine.diagrams.events import (
    catch,
    escalation,
    link,
    message,
    on_condition,
    on_escalation,
    on_message,
    on_signal,
    referred,
    signal,
    signal_definition,
    throw,
)
from tests.engine.elements.row import Row, do, forward, hail, hears, see, sent, tell, waits

THROUGH = "mulai>{0} {0}>selesai"
TWO_WAYS = [user("tulis"), par("temu_dua")]


THROWS = [
    Row(
        "throw", "Intermediate event without a trigger",
        "Tonggak: berkas lengkap.",
        "A milestone; the token passes.",
        "tonggak selesai", [throw("tonggak")], THROUGH.format("tonggak"),
    ),
    Row(
        "throw-message", "Message throw event",
        "Kelurahan mengirim nomor surat kepada kecamatan.",
        "Goes to another case or to the outside; contents are worked out by `messagePayload`.",
        "nomori kirim selesai", [script("nomori", "nomor = 7"), throw("kirim", on_message("M"))],
        "mulai>nomori nomori>kirim kirim>selesai", [sent("Nomor", nomor=7)],
        roots=[message("M", "Nomor", payload='{"nomor": nomor}')], throws=["message:Nomor"],
    ),
    Row(
        "throw-message-here", "Message throw event, own case waits",
        "Satu bagian perkara mengabari bagian lain.",
        "A waiting element of the own case gets the message first; then nothing goes out.",
        "bagi tulis {kirim; tunggu} temu_dua selesai",
        [par("bagi"), *TWO_WAYS, throw("kirim", on_message("M")), catch("tunggu", on_message("M"))],
        "mulai>bagi bagi>tulis bagi>tunggu tulis>kirim kirim>temu_dua tunggu>temu_dua temu_dua>selesai", [do("tulis")],
        roots=[message("M", "Nomor")],
    ),
    Row(
        "throw-signal", "Signal throw event",
        "Siaga disiarkan: setiap yang menunggu mendengarnya, di perkara ini dan di perkara lain.",
        "Reaches every waiting element; nobody takes it away from another.",
        "bagi tulis {siarkan; dengar; dengar_juga} temu_dua selesai",
        [par("bagi"), *TWO_WAYS, throw("siarkan", on_signal("S")), catch("dengar", on_signal("S")),
         catch("dengar_juga", on_signal("S"))],
        "mulai>bagi bagi>tulis bagi>dengar bagi>dengar_juga tulis>siarkan siarkan>temu_dua dengar>temu_dua "
        "dengar_juga>temu_dua temu_dua>selesai", [do("tulis")],
        roots=[signal("S", "Siaga")], throws=["signal:Siaga"],
    ),
    Row(
        "throw-escalation", "Escalation throw event",
        "Petugas memberi tahu atasan dan bekerja terus.",
        "Tells the innermost catcher; without interruption the thrower goes on.",
        "m lapor {tangkap camat dilihat; kerja e pemeriksaan selesai}",
        [sub("pemeriksaan", [start("m"), throw("lapor", on_escalation("K")), user("kerja"), end("e")],
             "m>lapor lapor>kerja kerja>e"),
         boundary("tangkap", "pemeriksaan", on_escalation("K"), interrupting=False), user("camat"), end("dilihat")],
        "mulai>pemeriksaan pemeriksaan>selesai tangkap>camat camat>dilihat",
        [waits("camat", "kerja"), do("camat"), do("kerja")], roots=[escalation("K", "berat")],
    ),
    Row(
        "throw-escalation-uncaught", "Escalation that nobody catches",
        "Tidak ada atasan yang digambar: petugas bekerja terus.",
        "Is forgotten; the token passes.",
        "lapor kerja selesai", [throw("lapor", on_escalation("K")), user("kerja")],
        "mulai>lapor lapor>kerja kerja>selesai", [do("kerja")], roots=[escalation("K", "berat")],
    ),
    Row(
        "throw-multiple", "Multiple throw event",
        "Kabar kepada kecamatan dan siaran kepada semua.",
        "Throws all that it holds, in drawing order.",
        "kabari selesai", [throw("kabari", on_message("M"), on_signal("S"))], THROUGH.format("kabari"),
        roots=[message("M", "Kabar"), signal("S", "Siaga")], throws=["message:Kabar", "signal:Siaga"],
    ),
    Row(
        "link", "Link events",
        "Alur melompat ke bagian lain gambar.",
        "A throw goes on at the catch of the same name in the same scope; like a long flow.",
        "ke_arsip dari_mana_pun simpan selesai",
        [throw("ke_arsip", link("arsip")), catch("dari_mana_pun", link("arsip")), user("simpan")],
        "mulai>ke_arsip dari_mana_pun>simpan simpan>selesai", [do("simpan")],
    ),
    Row(
        "link-several", "Several link throws to one catch",
        "Dua cabang melompat ke arsip yang sama.",
        "Every token goes on by itself.",
        "bagi {a ke_sana arsip selesai; b ke_situ arsip selesai}",
        [par("bagi"), user("a"), user("b"), throw("ke_sana", link("A")), throw("ke_situ", link("A")),
         catch("arsip", link("A"))],
        "mulai>bagi bagi>a bagi>b a>ke_sana b>ke_situ arsip>selesai", [do("b"), do("a")],
    ),
]  # fmt: skip
CATCHES = [
    Row(
        "catch-message", "Message catch event",
        "Perkara menunggu jawaban kecamatan.",
        "Waits for the message; what it holds becomes variables.",
        "tunggu lihat selesai", [catch("tunggu", on_message("M")), user("lihat")],
        "mulai>tunggu tunggu>lihat lihat>selesai",
        [hears("message:Jawaban"), tell("Jawaban", isi="ya"), see("lihat", jawaban={"isi": "ya"}), do("lihat")],
        roots=[message("M", "Jawaban", variable="jawaban")],
    ),
    Row(
        "catch-timer", "Timer catch event, duration",
        "Masa sanggah tiga hari.",
        "Waits so long from the moment the token comes: `P3D`, `PT4H`.",
        "sanggah selesai", [catch("sanggah", timer("timeDuration", "P3D"))], THROUGH.format("sanggah"),
        [forward(days=2), waits(), forward(days=1)],
    ),
    Row(
        "catch-timer-date", "Timer catch event, date",
        "Menunggu dua hari kerja menurut kalender kota.",
        "Waits for a moment: `hari_kerja(2)`, `2026-12-01`, a variable.",
        "tunggu selesai", [catch("tunggu", timer("timeDate", "hari_kerja(2)"))], THROUGH.format("tunggu"),
        [forward(days=6)],
    ),
    Row(
        "catch-signal", "Signal catch event",
        "Perkara menunggu siaga dicabut.",
        "Waits for the signal; one signal frees everybody who waits.",
        "tunggu selesai", [catch("tunggu", on_signal("S"))], THROUGH.format("tunggu"),
        [hears("signal:Aman"), hail("Aman")], roots=[signal("S", "Aman")],
    ),
    Row(
        "catch-conditional", "Conditional catch event",
        "Cabang ini menunggu sampai cabang lain mencatat pembayaran.",
        "Looks at the newest values, whichever branch wrote them.",
        "siap bagi bayar tunggu temu_dua selesai",
        [script("siap", "lunas = 0"), par("bagi"), user("bayar"), catch("tunggu", on_condition("lunas == 1")),
         par("temu_dua")],
        "mulai>siap siap>bagi bagi>bayar bagi>tunggu bayar>temu_dua tunggu>temu_dua temu_dua>selesai",
        [do("bayar", lunas=1)],
    ),
    Row(
        "catch-conditional-true", "Conditional catch event, already true",
        "Sudah lunas: tidak ada yang ditunggu.",
        "The token passes at once when the condition holds on arrival.",
        "siap tunggu selesai", [script("siap", "lunas = 1"), catch("tunggu", on_condition("lunas == 1"))],
        "mulai>siap siap>tunggu tunggu>selesai",
    ),
    Row(
        "catch-multiple", "Multiple catch event",
        "Menunggu jawaban atau tiga hari, mana yang lebih dulu.",
        "The first of its triggers is enough.",
        "tunggu selesai", [catch("tunggu", on_message("M"), timer("timeDuration", "P3D"))], THROUGH.format("tunggu"),
        [hears("message:Jawaban"), tell("Jawaban")], roots=[message("M", "Jawaban")],
    ),
    Row(
        "catch-multiple-timer", "Multiple catch event, the other trigger",
        "Jawaban tidak datang; tiga hari lewat.",
        "The first of its triggers is enough.",
        "tunggu selesai", [catch("tunggu", on_message("M"), timer("timeDuration", "P3D"))], THROUGH.format("tunggu"),
        [forward(days=3)], roots=[message("M", "Jawaban")],
    ),
    Row(
        "event-definition-ref", "`eventDefinitionRef`",
        "Satu pemicu ditulis sekali dan ditunjuk dari beberapa tempat.",
        "A definition among the root elements counts as if it stood in the event.",
        "tunggu selesai", [catch("tunggu", referred("D"))], THROUGH.format("tunggu"), [hail("Aman")],
        roots=[signal("S", "Aman"), signal_definition("D", "S")],
    ),
]  # fmt: skip
ROWS = [*THROWS, *CATCHES]
