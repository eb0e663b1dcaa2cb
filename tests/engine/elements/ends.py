"""The table's rows about start and end events."""

from tests.engine.diagrams.activities import event_gateway, receive
from tests.engine.diagrams.build import boundary, document, end, par, process, start, sub, user
from tests.engine.diagrams.events import (
    TERMINATE,
    catch,
    compensate,
    error,
    escalation,
    message,
    on_error,
    on_escalation,
    on_message,
    on_signal,
    signal,
    start_on,
    undo,
)
from tests.engine.elements.row import Row, do, see, sent, waits

THROUGH = "mulai>{0} {0}>selesai"
ENTRANCE = {"all": "an entrance opens a case, so it stands only at the beginning of a process"}
REPORT = message("M", "Laporan", variable="laporan")


def _opened(name: str, element: str, what: str, note: str, trace: str, nodes: list, flows: str, opens: tuple,
            play: list, *roots: str) -> Row:  # fmt: skip
    """A whole process that this event opens."""
    drawn = document(*roots, process("layanan", [*nodes, end()], flows))
    return Row(name, element, what, note, trace, play=play, whole=drawn, opens=opens, unfit=ENTRANCE)


STARTS = [
    Row(
        "start", "Start event",
        "Warga mengirim permohonan.",
        "A case begins here; its first token leaves at once.",
        "terima selesai", [user("terima")], THROUGH.format("terima"), [do("terima")],
    ),
    _opened(
        "start-message", "Message start event",
        "Surat dari kecamatan membuka perkara di kelurahan.",
        "Opens a case when its message comes from outside and no case waits for it.",
        "datang terima selesai", [start_on("datang", on_message("M")), user("terima")], "datang>terima terima>selesai",
        ("message", "Laporan", {"isi": "lampu padam"}), [see("terima", laporan={"isi": "lampu padam"}), do("terima")],
        REPORT,
    ),
    _opened(
        "start-signal", "Signal start event",
        "Siaga kota membuka satu perkara di tiap layanan yang mendengarnya.",
        "Opens a case of every service that listens.",
        "siaga terima selesai", [start_on("siaga", on_signal("S")), user("terima")], "siaga>terima terima>selesai",
        ("signal", "Siaga", {}), [do("terima")], signal("S", "Siaga"),
    ),
    _opened(
        "start-several", "Several start events",
        "Laporan datang lewat surat atau lewat loket.",
        "Exactly one of them gets the token: the one whose event came.",
        "datang terima selesai", [start("loket"), start_on("datang", on_message("M")), user("tanya"), user("terima")],
        "loket>tanya tanya>selesai datang>terima terima>selesai",
        ("message", "Laporan", {}), [waits("terima"), do("terima")], REPORT,
    ),
    _opened(
        "start-receive", "Receive task, `instantiate`",
        "Pesan pertama membuka perkara dan sekaligus menjadi langkah pertamanya.",
        "A receive task without incoming flow may open the case instead of a start event.",
        "datang terima selesai", [receive("datang", "M", instantiate="true"), user("terima")],
        "datang>terima terima>selesai",
        ("message", "Laporan", {}), [do("terima")], REPORT,
    ),
    _opened(
        "start-event-gateway", "Event-based gateway, `instantiate`",
        "Perkara dibuka oleh laporan atau oleh pengaduan, mana yang datang.",
        "Several messages may open the case; the one that comes is the way it takes.",
        "g? adu terima selesai",
        [event_gateway("g", instantiate="true"), catch("lapor", on_message("M")), catch("adu", on_message("N")),
         user("catat"), user("terima")],
        "g>lapor g>adu lapor>catat catat>selesai adu>terima terima>selesai",
        ("message", "Pengaduan", {}), [waits("terima"), do("terima")], REPORT, message("N", "Pengaduan"),
    ),
]  # fmt: skip
ENDS = [
    Row(
        "end", "End event",
        "Permohonan selesai; bila cabang lain masih berjalan, perkara menunggunya.",
        "Takes its token away; the case ends with the last one.",
        "bagi {a di_sini; b selesai}",
        [par("bagi"), user("a"), user("b"), end("di_sini")], "mulai>bagi bagi>a bagi>b a>di_sini b>selesai",
        [do("a"), waits("b"), do("b")],
    ),
    Row(
        "end-message", "Message end event",
        "Perkara selesai dengan kabar kepada kecamatan.",
        "Sends its message, then ends.",
        "bagi {a kabari; b selesai}",
        [par("bagi"), user("a"), user("b"), end("kabari", on_message("M"))],
        "mulai>bagi bagi>a bagi>b a>kabari b>selesai",
        [do("a"), sent("Kabar", hasil="terbit"), do("b")],
        roots=[message("M", "Kabar", payload='{"hasil": "terbit"}')], throws=["message:Kabar"],
    ),
    Row(
        "end-signal", "Signal end event",
        "Perkara selesai dan semua yang menunggu tahu.",
        "Sends its signal to everything that waits, here and in other cases.",
        "bagi {a umumkan; dengar selesai}",
        [par("bagi"), user("a"), catch("dengar", on_signal("S")), end("umumkan", on_signal("S"))],
        "mulai>bagi bagi>a bagi>dengar a>umumkan dengar>selesai", [do("a")],
        roots=[signal("S", "Selesai")], throws=["signal:Selesai"],
    ),
    Row(
        "end-error", "Error end event",
        "Data ganda: pemeriksaan dihentikan dan berkas dibetulkan.",
        "Withdraws its whole scope; the innermost catcher of its code takes over.",
        "m p periksa ganda galat betulkan selesai",
        [sub("pemeriksaan", [start("m"), par("p"), user("periksa"), user("foto"), end("ganda", on_error("E")),
                             end("e")], "m>p p>periksa p>foto periksa>ganda foto>e"),
         boundary("galat", "pemeriksaan", on_error("E")), user("betulkan")],
        "mulai>pemeriksaan pemeriksaan>selesai galat>betulkan betulkan>selesai",
        [do("periksa"), waits("betulkan"), do("betulkan")], roots=[error("E", "ganda")],
    ),
    Row(
        "end-error-uncaught", "Error end event that nobody catches",
        "Galat yang tidak ditangani siapa pun menutup seluruh perkara.",
        "Ends the whole case, all its tokens.",
        "bagi a gagal",
        [par("bagi"), user("a"), user("b"), end("gagal", on_error("E"))], "mulai>bagi bagi>a bagi>b a>gagal b>selesai",
        [do("a")], roots=[error("E", "ganda")], stops="case",
    ),
    Row(
        "end-escalation", "Escalation end event",
        "Perkara berat: pemeriksaan berakhir dan atasan mulai bekerja.",
        "Ends its token and tells the innermost catcher.",
        "m periksa naik tangkap camat selesai",
        [sub("pemeriksaan", [start("m"), user("periksa"), end("naik", on_escalation("K"))], "m>periksa periksa>naik"),
         boundary("tangkap", "pemeriksaan", on_escalation("K")), user("camat")],
        "mulai>pemeriksaan pemeriksaan>selesai tangkap>camat camat>selesai", [do("periksa"), do("camat")],
        roots=[escalation("K", "berat")],
    ),
    Row(
        "end-compensation", "Compensation end event",
        "Permohonan dibatalkan: pesanan yang sudah dibuat dihapus.",
        "Takes back what is done in its scope, then ends.",
        "m pesan balik_pesan? hapus batal belanja selesai",
        [sub("belanja", [start("m"), user("pesan"), undo("pesan", "hapus"), end("batal", compensate())],
             "m>pesan pesan>batal")],
        THROUGH.format("belanja"), [do("pesan")],
    ),
    Row(
        "end-terminate", "Terminate end event",
        "Pemohon mencabut: semua cabang berhenti.",
        "Withdraws everything in its own scope; of a process that is the case.",
        "bagi a henti",
        [par("bagi"), user("a"), user("b"), end("henti", TERMINATE)], "mulai>bagi bagi>a bagi>b a>henti b>selesai",
        [do("a")], stops="scope",
    ),
    Row(
        "end-terminate-inside", "Terminate end event in a sub-process",
        "Pemeriksaan dihentikan, perkaranya berjalan terus.",
        "Only the sub-process ends; the token leaves it as usual.",
        "m p a henti pemeriksaan lanjut selesai",
        [sub("pemeriksaan", [start("m"), par("p"), user("a"), user("b"), end("henti", TERMINATE), end("e")],
             "m>p p>a p>b a>henti b>e"), user("lanjut")],
        "mulai>pemeriksaan pemeriksaan>lanjut lanjut>selesai", [do("a"), waits("lanjut"), do("lanjut")],
    ),
    Row(
        "end-multiple", "Multiple end event",
        "Perkara selesai dengan surat dan pengumuman sekaligus.",
        "Throws all that it holds.",
        "bagi {a tutup_semua; b selesai}",
        [par("bagi"), user("a"), user("b"), end("tutup_semua", on_message("M") + on_signal("S"))],
        "mulai>bagi bagi>a bagi>b a>tutup_semua b>selesai", [do("a"), do("b")],
        roots=[message("M", "Kabar"), signal("S", "Selesai")], throws=["message:Kabar", "signal:Selesai"],
    ),
]  # fmt: skip
ROWS = [*STARTS, *ENDS]
