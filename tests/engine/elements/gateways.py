"""The table's rows about gateways and flows."""

from tests.engine.diagrams.activities import complex_gateway, event_gateway, receive
from tests.engine.diagrams.build import end, inclusive, par, script, timer, user, xor
from tests.engine.diagrams.events import catch, message, on_condition, on_message, on_signal, signal
from tests.engine.elements.row import Row, do, forward, hail, hears, tell, waits

PARTED = "the two ways are the row: behind a merging gateway they would not stand at the start event"
THREE = [par("bagi"), user("a"), user("b"), user("c")]
TO_THREE = "mulai>bagi bagi>a bagi>b bagi>c a>g b>g c>g"

CHOICES = [
    Row(
        "exclusive", "Exclusive gateway",
        "Lurah menyetujui atau menolak: satu jalan saja yang ditempuh.",
        "The first flow in drawing order whose condition holds; none and no default is a fault.",
        "putusan g tolak selesai",
        [user("putusan"), xor("g"), user("setuju"), user("tolak")],
        'mulai>putusan putusan>g setuju>selesai tolak>selesai\ng>setuju[jawab == "ya"]\ng>tolak[jawab == "tidak"]',
        [do("putusan", jawab="tidak"), waits("tolak"), do("tolak")],
    ),
    Row(
        "exclusive-first", "Exclusive gateway, two conditions hold",
        "Dua syarat benar: yang digambar lebih dulu yang ditempuh.",
        "Only one flow is taken: the first in order.",
        "siap g a selesai",
        [script("siap", "nilai = 9"), xor("g"), user("a"), user("b")],
        "mulai>siap siap>g a>selesai b>selesai\ng>a[nilai > 5]\ng>b[nilai > 1]", [waits("a"), do("a")],
    ),
    Row(
        "exclusive-default", "Exclusive gateway, default flow",
        "Tidak ada syarat yang cocok: jalan baku yang ditempuh.",
        "The default flow is taken when no condition holds.",
        "siap g biasa selesai",
        [script("siap", "nilai = 1"), xor("g", default="baku"), user("khusus"), user("biasa")],
        "mulai>siap siap>g khusus>selesai biasa>selesai g>biasa:baku\ng>khusus[nilai > 5]", [do("biasa")],
    ),
    Row(
        "exclusive-merge", "Exclusive gateway as a merge",
        "Dua jalan bertemu; tiap token terus sendiri.",
        "Waits for nobody: every token passes by itself.",
        "bagi {a g surat selesai; b g surat selesai}",
        [par("bagi"), user("a"), user("b"), xor("g"), user("surat")],
        "mulai>bagi bagi>a bagi>b a>g b>g g>surat surat>selesai",
        [do("a"), do("b"), waits("surat", "surat"), do("surat"), do("surat")],
    ),
    Row(
        "parallel", "Parallel gateway, split and join",
        "RT dan RW memeriksa bersamaan; surat ditulis setelah keduanya selesai.",
        "A token for every outgoing flow; the join waits for one over every incoming flow.",
        "bagi {rt; rw} kumpul surat selesai",
        [par("bagi"), user("rt"), user("rw"), par("kumpul"), user("surat")],
        "mulai>bagi bagi>rt bagi>rw rt>kumpul rw>kumpul kumpul>surat surat>selesai",
        [do("rw"), waits("rt"), do("rt"), do("surat")],
    ),
    Row(
        "parallel-ends", "Parallel split that ends apart",
        "Tembusan disimpan sementara surat diteruskan.",
        "A branch may have an end of its own; the case ends with its last token.",
        "bagi {simpan tersimpan; surat selesai}",
        [par("bagi"), user("simpan"), end("tersimpan"), user("surat")],
        "mulai>bagi bagi>simpan bagi>surat simpan>tersimpan surat>selesai", [do("simpan"), do("surat")],
    ),
    Row(
        "inclusive", "Inclusive gateway, split and join",
        "Hanya dinas yang terkait yang dimintai pendapat, lalu semuanya ditunggu.",
        "A token over every flow whose condition holds; the join waits for exactly those.",
        "pilih g {dinsos; dishub} kumpul selesai",
        [user("pilih"), inclusive("g"), user("dinsos"), user("dishub"), user("satpol"), inclusive("kumpul")],
        "mulai>pilih pilih>g dinsos>kumpul dishub>kumpul satpol>kumpul kumpul>selesai\n"
        "g>dinsos[sosial == 1]\ng>dishub[jalan == 1]\ng>satpol[tertib == 1]",
        [do("pilih", sosial=1, jalan=1, tertib=0), waits("dinsos", "dishub"), do("dishub"), do("dinsos")],
    ),
    Row(
        "inclusive-default", "Inclusive gateway, default flow",
        "Tidak ada dinas yang terkait: kelurahan menjawab sendiri.",
        "The default flow is taken only when no condition holds.",
        "siap g kelurahan kumpul selesai",
        [script("siap", "sosial = 0"), inclusive("g", default="baku"), user("dinsos"), user("kelurahan"),
         inclusive("kumpul")],
        "mulai>siap siap>g dinsos>kumpul kelurahan>kumpul kumpul>selesai g>kelurahan:baku\ng>dinsos[sosial == 1]",
        [do("kelurahan")],
    ),
    Row(
        "inclusive-join", "Inclusive gateway as a join",
        "Menunggu jawaban yang masih dapat datang, tidak lebih.",
        "Fires when no token that is under way can still arrive over an empty flow.",
        "bagi {a; b p} {kumpul selesai; lain cukup}",
        [par("bagi"), user("a"), user("b"), xor("p"), user("c"), user("lain"), end("cukup"), inclusive("kumpul")],
        "mulai>bagi bagi>a bagi>b b>p a>kumpul c>kumpul lain>cukup kumpul>selesai\np>c[jalan == 1]\np>lain[jalan == 2]",
        [do("a"), waits("b"), do("b", jalan=2), do("lain")],
    ),
    Row(
        "complex-join", "Complex gateway, `activationCondition`",
        "Dua dari tiga pendapat cukup untuk maju; yang ketiga boleh menyusul.",
        "Fires when the condition holds (`activationCount` counts the tokens), then takes in the rest and starts anew.",
        "bagi {a; b} g {selesai; c g?}",
        [*THREE, complex_gateway("g", "activationCount >= 2")], f"{TO_THREE}\ng>selesai[waitingForStart]",
        [do("a"), waits("b", "c"), do("b"), do("c")],
    ),
    Row(
        "complex-reset", "Complex gateway, `waitingForStart`",
        "Pendapat yang terlambat disimpan sebagai arsip.",
        "Outgoing conditions are asked twice: when it fires (`waitingForStart` is true) and when it starts anew.",
        "bagi {a; c} g {selesai; b g arsip disimpan}",
        [*THREE, complex_gateway("g", "activationCount >= 2"), user("arsip"), end("disimpan")],
        f"{TO_THREE} arsip>disimpan\ng>selesai[waitingForStart]\ng>arsip[not waitingForStart]",
        [do("c"), do("a"), do("b"), do("arsip")],
    ),
    Row(
        "complex-split", "Complex gateway as a split",
        "Semua jalan yang syaratnya terpenuhi ditempuh.",
        "A token over every flow whose condition holds; as they are asked again when it starts anew, say when.",
        "siap g {a; b} kumpul selesai",
        [script("siap", "nilai = 5"), complex_gateway("g"), user("a"), user("b"), user("c"), inclusive("kumpul")],
        "mulai>siap siap>g a>kumpul b>kumpul c>kumpul kumpul>selesai\n"
        "g>a[waitingForStart and nilai > 1]\ng>b[waitingForStart and nilai > 3]\ng>c[waitingForStart and nilai > 7]",
        [waits("a", "b"), do("b"), do("a")],
    ),
]  # fmt: skip


def _race(name: str, what: str, note: str, first: str, drawn: str, play: list, root: str = "") -> Row:
    """An event-based gateway with this event and a timer of two days behind it."""
    late = catch("habis", timer("timeDuration", "P2D"))
    return Row(
        name, f"Event-based gateway, {note.partition(':')[0]}", what, note.partition(": ")[2], f"g {first} selesai",
        [event_gateway("g"), drawn, late], "mulai>g g>jawaban g>habis jawaban>selesai habis>selesai", play,
        roots=[root] if root else [],
    )  # fmt: skip


RACES = [
    _race("event-gateway-message", "Jawaban warga ditunggu paling lama dua hari; jawabannya datang lebih dulu.",
          "message: The first event wins; what the others waited for is withdrawn.", "jawaban",
          catch("jawaban", on_message("M")), [hears("message:Jawaban"), tell("Jawaban")], message("M", "Jawaban")),
    _race("event-gateway-timer", "Jawaban warga tidak datang dalam dua hari: alur berjalan lewat batas waktu.",
          "timer: When the time comes first, the message is no longer waited for.", "habis",
          catch("jawaban", on_message("M")), [forward(days=2)], message("M", "Jawaban")),
    _race("event-gateway-timers", "Pengingat pendek dan batas panjang: yang lebih dulu tiba yang berlaku.",
          "several timers: Each has its own moment.", "jawaban",
          catch("jawaban", timer("timeDuration", "PT4H")), [forward(hours=4)]),
    _race("event-gateway-signal", "Siaga dicabut sebelum batas waktu.",
          "signal: The first event wins.", "jawaban",
          catch("jawaban", on_signal("S")), [hail("Aman")], signal("S", "Aman")),
    _race("event-gateway-receive", "Balasan kecamatan ditunggu paling lama dua hari.",
          "receive task: A receive task may stand behind it like a message event.", "jawaban",
          receive("jawaban", "M"), [tell("Jawaban")], message("M", "Jawaban")),
    Row(
        "event-gateway-conditional", "Event-based gateway, condition",
        "Menunggu sampai berkas lengkap, paling lama dua hari.",
        "A condition wins when it becomes true.",
        "siap bagi {lengkapi; g} lengkap satu_jalan kumpul selesai",
        [script("siap", "berkas = 0"), par("bagi"), user("lengkapi"), event_gateway("g"),
         catch("lengkap", on_condition("berkas == 1")), catch("habis", timer("timeDuration", "P2D")), xor("satu_jalan"),
         par("kumpul")],
        "mulai>siap siap>bagi bagi>lengkapi bagi>g g>lengkap g>habis lengkap>satu_jalan habis>satu_jalan "
        "satu_jalan>kumpul lengkapi>kumpul kumpul>selesai",
        [do("lengkapi", berkas=1)],
    ),
]  # fmt: skip
FLOWS = [
    Row(
        "split-task", "Several flows out of an activity",
        "Setelah diperiksa, RT dan RW bekerja bersamaan.",
        "A token over every flow: a parallel split.",
        "periksa {rt; rw} kumpul selesai",
        [user("periksa"), user("rt"), user("rw"), par("kumpul")],
        "mulai>periksa periksa>rt periksa>rw rt>kumpul rw>kumpul kumpul>selesai",
        [do("periksa"), waits("rt", "rw"), do("rw"), do("rt")],
    ),
    Row(
        "split-event", "Several flows out of an event",
        "Permohonan masuk: RT dan RW langsung bekerja bersamaan.",
        "A token over every flow.",
        "{rt; rw} kumpul selesai",
        [user("rt"), user("rw"), par("kumpul")], "mulai>rt mulai>rw rt>kumpul rw>kumpul kumpul>selesai",
        [waits("rt", "rw"), do("rw"), do("rt")], unfit={"round": PARTED},
    ),
    Row(
        "condition-task", "Conditional flow out of an activity",
        "Tembusan dibuat hanya bila diminta; suratnya selalu.",
        "Taken when its condition holds, beside the flows without one.",
        "periksa {tembusan disimpan; surat selesai}",
        [user("periksa"), user("surat"), user("tembusan"), end("disimpan")],
        "mulai>periksa periksa>surat surat>selesai tembusan>disimpan\nperiksa>tembusan[minta == 1]",
        [do("periksa", minta=1), waits("surat", "tembusan"), do("surat"), do("tembusan")],
    ),
    Row(
        "condition-task-false", "Conditional flow out of an activity, not taken",
        "Tembusan tidak diminta, jadi tidak dibuat.",
        "Not taken when it does not hold.",
        "periksa surat selesai",
        [user("periksa"), user("surat"), user("tembusan"), end("disimpan")],
        "mulai>periksa periksa>surat surat>selesai tembusan>disimpan\nperiksa>tembusan[minta == 1]",
        [do("periksa", minta=0), waits("surat"), do("surat")],
    ),
    Row(
        "default-task", "Default flow of an activity",
        "Bila tidak ada syarat yang cocok, berkas ke bagian umum.",
        "Taken when no conditional flow of the activity is.",
        "periksa umum selesai",
        [user("periksa", attributes={"default": "baku"}), user("khusus"), user("umum")],
        "mulai>periksa khusus>selesai umum>selesai periksa>umum:baku\nperiksa>khusus[jenis == 1]",
        [do("periksa", jenis=2), waits("umum"), do("umum")],
    ),
    Row(
        "merge-task", "Several flows into an activity",
        "Dua berkas tiba di meja yang sama: masing-masing dikerjakan.",
        "No gateway, no waiting: the activity is done once for every token.",
        "bagi {a surat selesai; b surat selesai}",
        [par("bagi"), user("a"), user("b"), user("surat")],
        "mulai>bagi bagi>a bagi>b a>surat b>surat surat>selesai",
        [do("a"), waits("b", "surat"), do("surat"), do("b"), do("surat")],
    ),
]  # fmt: skip
ROWS = [*CHOICES, *RACES, *FLOWS]
