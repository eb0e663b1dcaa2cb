"""The table's rows about tasks and call activities."""

from tests.engine.diagrams.activities import global_task, plain, receive, rule, send
from tests.engine.diagrams.build import FORM, bpmn, call, end, process, script, service, start, user
from tests.engine.diagrams.dmn import decision, dmn, table
from tests.engine.diagrams.events import message
from tests.engine.elements.row import Row, do, hears, perform, see, sent, tell, waits

THROUGH = "mulai>{0} {0}>selesai"
SHOWN = "mulai>{0} {0}>lihat lihat>selesai"
FEES = dmn(
    decision("tarif", table(["golongan"], ["biaya"], [['"warga"', '"gratis"'], ['"usaha"', '"berbayar"']]))
)
BUSINESS = 'golongan = "usaha"'

ROWS = [
    Row(
        "user-task", "User task",
        "Petugas memeriksa berkas; perkara menunggu sampai ia menjawab.",
        "The token waits until a person of the lane completes the form.",
        "periksa selesai",
        [user("periksa")], THROUGH.format("periksa"), [waits("periksa"), do("periksa")],
    ),
    Row(
        "script-task", "Script task",
        "Sistem menghitung jumlah lembar sendiri, tanpa menunggu siapa pun.",
        "Lines of `name = expression`, worked out at once.",
        "hitung lihat selesai",
        [script("hitung", "lembar = 2 + 3"), user("lihat")], SHOWN.format("hitung"),
        [see("lihat", lembar=5), do("lihat")],
    ),
    Row(
        "service-task", "Service task",
        "Sistem menerbitkan surat; perkara berjalan lagi setelah suratnya ada.",
        "The order is carried out by the worker; the token waits for its result.",
        "terbitkan lihat selesai",
        [service("terbitkan", "status.publik", {"status": '"terbit"'}, result="surat"), user("lihat")],
        SHOWN.format("terbitkan"),
        [perform("terbitkan", nomor="400/7"), see("lihat", surat={"nomor": "400/7"}), do("lihat")],
    ),
    Row(
        "business-rule-task", "Business rule task",
        "Tabel tarif menentukan apakah pemohon membayar.",
        "Works out the DMN decision named by `spiffworkflow:calledDecisionId`; its answers become variables.",
        "golongkan tarif_layanan lihat selesai",
        [script("golongkan", BUSINESS), rule("tarif_layanan", "tarif"), user("lihat")],
        "mulai>golongkan golongkan>tarif_layanan tarif_layanan>lihat lihat>selesai",
        [see("lihat", biaya="berbayar"), do("lihat")],
        files=[FEES],
    ),
    Row(
        "send-task", "Send task",
        "Kelurahan mengabari kecamatan, lalu terus bekerja.",
        "Sends its message and goes on at once.",
        "isi kabari selesai",
        [script("isi", "nomor = 7"), send("kabari", "M")], "mulai>isi isi>kabari kabari>selesai",
        [sent("Kabar", nomor=7)],
        roots=[message("M", "Kabar", payload='{"nomor": nomor}')], throws=["message:Kabar"],
    ),
    Row(
        "receive-task", "Receive task",
        "Kelurahan menunggu jawaban kecamatan.",
        "The token waits for the message; its contents become variables.",
        "tunggu lihat selesai",
        [receive("tunggu", "M"), user("lihat")], SHOWN.format("tunggu"),
        [hears("message:Jawaban"), tell("Jawaban", setuju="ya"), see("lihat", jawaban={"setuju": "ya"}), do("lihat")],
        roots=[message("M", "Jawaban", variable="jawaban")],
    ),
    Row(
        "manual-task", "Manual task",
        "Petugas menyimpan berkas di lemari; sistem tidak ikut mencatat.",
        "Done outside the engine: the token passes at once, as the standard says.",
        "simpan selesai",
        [plain("simpan", "manualTask")], THROUGH.format("simpan"),
    ),
    Row(
        "task", "Task without a kind",
        "Langkah yang hanya digambar agar alurnya terbaca.",
        "Nothing to execute: the token passes at once.",
        "langkah_lain selesai",
        [plain("langkah_lain")], THROUGH.format("langkah_lain"),
    ),
    Row(
        "call-activity", "Call activity",
        "Pemeriksaan RT/RW digambar sekali dan dipanggil banyak layanan.",
        "Runs another process inside this case; variables go in and come back.",
        "m tanya hitung e periksa_rt lihat selesai",
        [call("periksa_rt", "rt"), user("lihat")], SHOWN.format("periksa_rt"),
        [do("tanya"), see("lihat", nilai=4), do("lihat")],
        roots=[process("rt", [start("m"), user("tanya"), script("hitung", "nilai = 4"), end("e")],
                       "m>tanya tanya>hitung hitung>e")],
    ),
    Row(
        "call-activity-file", "Call activity, process of another file",
        "Bagian bersama disimpan dalam berkas sendiri dan dipanggil layanan ini.",
        "The same; the version called is pinned when the service is published.",
        "m tanya e periksa_rt selesai",
        [call("periksa_rt", "rt")], THROUGH.format("periksa_rt"), [do("tanya")],
        files=[bpmn("rt", [start("m"), user("tanya"), end("e")], "m>tanya tanya>e")],
    ),
    Row(
        "global-user-task", "Call activity, global user task",
        "Satu tugas pemeriksaan yang sama dipakai beberapa layanan.",
        "Runs the global task as if it stood here.",
        "periksa_umum panggil selesai",
        [call("panggil", "periksa_umum")], THROUGH.format("panggil"), [do("periksa_umum")],
        roots=[global_task("globalUserTask", "periksa_umum", **FORM)],
    ),
    Row(
        "global-script-task", "Call activity, global script task",
        "Satu rumus yang sama dipakai beberapa layanan.",
        "Runs the global script as if it stood here.",
        "hitung_umum panggil lihat selesai",
        [call("panggil", "hitung_umum"), user("lihat")], SHOWN.format("panggil"), [see("lihat", denda=20), do("lihat")],
        roots=[global_task("globalScriptTask", "hitung_umum", "<bpmn:script>denda = 4 * 5</bpmn:script>")],
    ),
    Row(
        "global-business-rule-task", "Call activity, global business rule task",
        "Satu tabel tarif yang sama dipakai beberapa layanan.",
        "Works out the decision as if the task stood here.",
        "golongkan tarif_umum panggil lihat selesai",
        [script("golongkan", BUSINESS), call("panggil", "tarif_umum"), user("lihat")],
        "mulai>golongkan golongkan>panggil panggil>lihat lihat>selesai", [see("lihat", biaya="berbayar"), do("lihat")],
        roots=[global_task(
            "globalBusinessRuleTask", "tarif_umum",
            "<bpmn:extensionElements><spiffworkflow:calledDecisionId>tarif</spiffworkflow:calledDecisionId>"
            "</bpmn:extensionElements>",
        )],
        files=[FEES],
    ),
]  # fmt: skip
