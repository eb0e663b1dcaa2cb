"""The table's rows about markers: loops, multi-instance, quantities."""

from tests.engine.diagrams.activities import again, many, when
from tests.engine.diagrams.build import boundary, call, end, par, process, script, start, sub, user
from tests.engine.diagrams.events import on_signal, signal, signal_definition
from tests.engine.elements.row import Row, do, see, waits

THROUGH = "mulai>{0} {0}>selesai"
TOLD = [signal("S", "Kabar"), signal_definition("D", "S")]
LIST = script("daftar", 'rt = ["01", "02", "03"]')
ASK = [start("m"), user("tanya"), end("e")]
ASKED = "m>tanya tanya>e"


def _informed(name: str, what: str, note: str, trace: str, marker: str, told: int) -> Row:
    """A multi-instance task of two persons, and a boundary event that hears what its behaviour throws."""
    heard = boundary("dengar", "setujui", on_signal("S"), interrupting=False)
    return Row(
        name, f"Multi-instance, behavior {name.rpartition('-')[2].capitalize()}", what, note, trace,
        [user("setujui", marker), heard, end("dicatat")], "mulai>setujui setujui>selesai dengar>dicatat",
        [do("setujui"), do("setujui")], roots=TOLD, throws=["signal:Kabar"] * told,
    )  # fmt: skip


LOOPS = [
    Row(
        "loop", "Standard loop",
        "Petugas menelepon lagi selama pemohon belum mengangkat.",
        "Once, then again as long as `loopCondition` holds.",
        "telepon telepon selesai",
        [user("telepon", again("belum == 1", 5))], THROUGH.format("telepon"),
        [do("telepon", belum=1), do("telepon", belum=0)],
    ),
    Row(
        "loop-test-before", "Standard loop, `testBefore`",
        "Petugas menelepon hanya selama masih ada nomor.",
        "The condition is asked before the first turn as well.",
        "siap telepon telepon selesai",
        [script("siap", "ada = 1"), user("telepon", again("ada == 1", 5, before=True))],
        "mulai>siap siap>telepon telepon>selesai", [do("telepon", ada=1), do("telepon", ada=0)],
    ),
    Row(
        "loop-not-once", "Standard loop, `testBefore`, not even once",
        "Tidak ada nomor: teleponnya dilewati.",
        "A condition that does not hold at first: no turn at all.",
        "siap telepon? selesai",
        [script("siap", "ada = 0"), user("telepon", again("ada == 1", 5, before=True))],
        "mulai>siap siap>telepon telepon>selesai",
    ),
    Row(
        "loop-maximum", "Standard loop, `loopMaximum`",
        "Paling banyak tiga kali, walau pemohon tetap tidak mengangkat.",
        "Never more turns than the maximum (1 to 100), whatever the condition says.",
        "telepon telepon telepon selesai",
        [user("telepon", again("belum == 1", 3))], THROUGH.format("telepon"),
        [do("telepon", belum=1)] * 3,
    ),
    Row(
        "loop-counted", "Standard loop, only a maximum",
        "Tepat tiga kali kunjungan.",
        "Without a condition: as many turns as the maximum.",
        "kunjungi kunjungi kunjungi selesai",
        [user("kunjungi", again(maximum=3))], THROUGH.format("kunjungi"), [do("kunjungi")] * 3,
    ),
    Row(
        "loop-script", "Standard loop on a script task",
        "Sistem menambah satu sampai genap lima.",
        "What one turn writes, the next one reads.",
        "nol tambah tambah tambah tambah tambah lihat selesai",
        [script("nol", "n = 0"), script("tambah", "n = n + 1", again("n < 5", 50)), user("lihat")],
        "mulai>nol nol>tambah tambah>lihat lihat>selesai", [see("lihat", n=5), do("lihat")],
    ),
    Row(
        "loop-sub-process", "Standard loop on a sub-process",
        "Satu putaran terdiri atas beberapa langkah.",
        "The whole sub-process is one turn.",
        "m tanya e putaran m tanya e putaran selesai",
        [sub("putaran", ASK, ASKED, again("belum == 1", 5))], THROUGH.format("putaran"),
        [do("tanya", belum=1), do("tanya", belum=0)],
    ),
    Row(
        "loop-call", "Standard loop on a call activity",
        "Proses yang dipanggil diulang sampai selesai.",
        "The whole called process is one turn.",
        "m tanya e putaran m tanya e putaran selesai",
        [call("putaran", "rt", again("belum == 1", 5))], THROUGH.format("putaran"),
        [do("tanya", belum=1), do("tanya", belum=0)], roots=[process("rt", ASK, ASKED)],
    ),
]  # fmt: skip
SEVERAL = [
    Row(
        "many-parallel", "Multi-instance, parallel",
        "Tiga ketua RT diminta menjawab bersamaan.",
        "All instances at once; the token leaves when all are done.",
        "jawab jawab jawab selesai",
        [user("jawab", many("3"))], THROUGH.format("jawab"),
        [waits("jawab", "jawab", "jawab"), *[do("jawab")] * 3],
    ),
    Row(
        "many-sequential", "Multi-instance, sequential",
        "Tiga ketua RT menjawab bergiliran.",
        "One instance after the other.",
        "jawab jawab jawab selesai",
        [user("jawab", many("3", one_by_one=True))], THROUGH.format("jawab"), [waits("jawab"), do("jawab")] * 3,
    ),
    Row(
        "many-items", "Multi-instance over a list, parallel",
        "Satu tugas untuk tiap RT dalam daftar; jawabannya terkumpul menurut urutan daftar.",
        "`inputDataItem` holds one item of `loopDataInputRef`; `outputDataItem` is collected in `loopDataOutputRef`.",
        "daftar jawab jawab jawab lihat selesai",
        [LIST, user("jawab", many(over="rt", item="satu_rt", kept="semua", each="hasil")), user("lihat")],
        "mulai>daftar daftar>jawab jawab>lihat lihat>selesai",
        [do("jawab", {"satu_rt": "03"}, hasil="c"), do("jawab", {"satu_rt": "01"}, hasil="a"),
         do("jawab", {"satu_rt": "02"}, hasil="b"), see("lihat", semua=["a", "b", "c"]), do("lihat")],
    ),
    Row(
        "many-items-sequential", "Multi-instance over a list, sequential",
        "Daftar RT dikunjungi satu per satu.",
        "The same, one item after the other in the list's order.",
        "daftar jawab jawab jawab lihat selesai",
        [LIST, user("jawab", many(over="rt", item="satu_rt", kept="semua", each="hasil", one_by_one=True)),
         user("lihat")],
        "mulai>daftar daftar>jawab jawab>lihat lihat>selesai",
        [see("jawab", satu_rt="01"), do("jawab", hasil="a"), see("jawab", satu_rt="02"), do("jawab", hasil="b"),
         see("jawab", satu_rt="03"), do("jawab", hasil="c"), see("lihat", semua=["a", "b", "c"]), do("lihat")],
    ),
    Row(
        "many-none", "Multi-instance over an empty list",
        "Daftar kosong: tidak ada yang ditanya.",
        "No instance; the token passes.",
        "daftar jawab? selesai",
        [script("daftar", "rt = []"), user("jawab", many(over="rt", item="satu_rt"))],
        "mulai>daftar daftar>jawab jawab>selesai",
    ),
    Row(
        "many-until", "Multi-instance, parallel, `completionCondition`",
        "Dua dari tiga jawaban sudah cukup; tugas ketiga ditarik.",
        "Asked after every instance; the rest is withdrawn when it holds.",
        "jawab jawab selesai",
        [user("jawab", many("3", until="numberOfCompletedInstances == 2"))], THROUGH.format("jawab"),
        [do("jawab")] * 2,
    ),
    Row(
        "many-until-sequential", "Multi-instance, sequential, `completionCondition`",
        "Berhenti pada saksi pertama yang membenarkan.",
        "Asked after every instance; no further one begins when it holds.",
        "jawab jawab selesai",
        [user("jawab", many("3", until="benar == 1", one_by_one=True))], THROUGH.format("jawab"),
        [do("jawab", benar=0), do("jawab", benar=1)],
    ),
    Row(
        "many-sub-process", "Multi-instance on a sub-process",
        "Tiap RT menjalani beberapa langkah, bersamaan.",
        "Every instance runs the whole sub-process with data of its own.",
        "daftar {m tanya e tiap_rt; m tanya e tiap_rt; m tanya e tiap_rt} selesai",
        [LIST, sub("tiap_rt", ASK, ASKED, many(over="rt", item="satu_rt"))],
        "mulai>daftar daftar>tiap_rt tiap_rt>selesai",
        [do("tanya", {"satu_rt": "02"}), do("tanya", {"satu_rt": "01"}), do("tanya", {"satu_rt": "03"})],
    ),
    Row(
        "many-sub-process-sequential", "Multi-instance on a sub-process, sequential",
        "Tiap RT menjalani beberapa langkah, bergiliran.",
        "The next instance begins when the one before is done.",
        "m tanya e giliran m tanya e giliran selesai",
        [sub("giliran", ASK, ASKED, many("2", one_by_one=True))], THROUGH.format("giliran"),
        [waits("tanya"), do("tanya")] * 2,
    ),
    Row(
        "many-call", "Multi-instance on a call activity",
        "Proses RT dipanggil untuk tiap RT.",
        "Every instance is a run of the called process.",
        "{m tanya e tiap_rt; m tanya e tiap_rt} selesai",
        [call("tiap_rt", "rt", many("2"))], THROUGH.format("tiap_rt"), [do("tanya")] * 2,
        roots=[process("rt", ASK, ASKED)],
    ),
    Row(
        "many-script", "Multi-instance on a script task",
        "Satu rumus dihitung untuk tiap lembar.",
        "The collected results stand in the list's order.",
        "daftar hitung hitung hitung lihat selesai",
        [script("daftar", "lembar = [1, 2, 3]"),
         script("hitung", "harga = satu * 500", many(over="lembar", item="satu", kept="semua", each="harga")),
         user("lihat")],
        "mulai>daftar daftar>hitung hitung>lihat lihat>selesai",
        [see("lihat", semua=[500, 1000, 1500]), do("lihat")],
    ),
    _informed(
        "many-behavior-none", "Setiap tanda tangan yang masuk dikabarkan.",
        "Throws `noneBehaviorEventRef` for every instance that is done; a boundary event hears it.",
        "setujui {dengar dicatat; setujui {dengar dicatat; selesai}}", many("2", behavior="None"), 2,
    ),
    _informed(
        "many-behavior-one", "Tanda tangan pertama dikabarkan.",
        "Throws `oneBehaviorEventRef` for the first instance only.",
        "setujui {dengar dicatat; setujui selesai}", many("2", behavior="One"), 1,
    ),
    _informed(
        "many-behavior-all", "Tanpa kabar: cukup setelah semua menandatangani.",
        "The usual one: throws nothing.",
        "setujui setujui selesai", many("2", behavior="All"), 0,
    ),
    _informed(
        "many-behavior-complex", "Kabar keluar begitu tanda tangan kedua masuk.",
        "Throws the event of every `complexBehaviorDefinition` whose condition holds after an instance.",
        "setujui setujui {dengar dicatat; selesai}",
        many("2", behavior="Complex", complex_=when("numberOfCompletedInstances == 2", on_signal("S"))), 1,
    ),
]  # fmt: skip
QUANTITIES = [
    Row(
        "start-quantity", "`startQuantity`",
        "Surat ditulis setelah dua berkas masuk.",
        "Begins when so many tokens (1 to 20) have come, over whichever flow.",
        "bagi {berkas_a; berkas_b} surat selesai",
        [par("bagi"), user("berkas_a"), user("berkas_b"), user("surat", attributes={"startQuantity": "2"})],
        "mulai>bagi bagi>berkas_a bagi>berkas_b berkas_a>surat berkas_b>surat surat>selesai",
        [do("berkas_b"), waits("berkas_a"), do("berkas_a"), do("surat")],
    ),
    Row(
        "completion-quantity", "`completionQuantity`",
        "Dari satu keputusan lahir dua surat.",
        "So many tokens (1 to 20) leave over every outgoing flow.",
        "putuskan {surat selesai; surat selesai}",
        [user("putuskan", attributes={"completionQuantity": "2"}), user("surat")],
        "mulai>putuskan putuskan>surat surat>selesai",
        [do("putuskan"), waits("surat", "surat"), do("surat"), do("surat")],
    ),
]  # fmt: skip
ROWS = [*LOOPS, *SEVERAL, *QUANTITIES]
