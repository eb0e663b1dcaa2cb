"""Drawings of every kind that we run, for tests that play them at random."""

from tests.engine.diagrams.build import (
    boundary,
    bpmn,
    call,
    document,
    end,
    inclusive,
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

BACK = """g>ulang[keputusan == "kembalikan"]
g>selesai[keputusan != "kembalikan"]"""

CHAIN = bpmn(
    "rantai",
    [
        start(), xor("ulang"), user("rt"), boundary("ingat", "rt", timer("timeDate", "hari_kerja(1)"), False),
        service("kabari", "pemberitahuan.kirim", {"kepada": '"rt"'}), end("sudah"), user("lurah"),
        boundary("naik", "lurah", timer("timeDuration", "P1D")), user("camat"), xor("g"), end(),
    ],
    f"mulai>ulang ulang>rt rt>lurah ingat>kabari kabari>sudah lurah>g naik>camat camat>g\n{BACK}",
)  # fmt: skip

PARALLEL = bpmn(
    "paralel",
    [
        start(), xor("ulang"), par("bagi"), user("a"), user("b"), user("c"), script("sa", "na = 1"),
        boundary("ingat", "b", timer("timeCycle", "R2/PT10H"), False), end("sudah"), par("kumpul"), user("putus"),
        xor("g"), end(),
    ],
    f"""mulai>ulang ulang>bagi bagi>a bagi>b bagi>c a>sa sa>kumpul b>kumpul ingat>sudah
    c>kumpul kumpul>putus putus>g
    {BACK}""",
)  # fmt: skip

INCLUSIVE = bpmn(
    "inklusif",
    [
        start(), xor("ulang"), user("pilih"), inclusive("bagi", default="bawaan"), user("a"), user("b"),
        service("c", "status.publik"), inclusive("kumpul"), user("putus"), xor("g"), end(),
    ],
    f"""mulai>ulang ulang>pilih pilih>bagi
    bagi>a["a" in tujuan]
    bagi>b["b" in tujuan]
    bagi>c:bawaan
    a>kumpul b>kumpul c>kumpul kumpul>putus putus>g
    {BACK}""",
)  # fmt: skip

INNER = bpmn(
    "dalam",
    [
        start(), xor("ulang"),
        sub("isi", [start("m2"), par("p2"), user("x"), user("y"), par("j2"), end("e2")],
            "m2>p2 p2>x p2>y x>j2 y>j2 j2>e2"),
        boundary("habis", "isi", timer("timeDuration", "P2D")), user("putus"), xor("g"), end(),
    ],
    f"mulai>ulang ulang>isi isi>putus habis>putus putus>g\n{BACK}",
)  # fmt: skip

CALLS = (
    bpmn(
        "pemanggil",
        [start(), xor("ulang"), call("periksa", "terpanggil"), user("putus"), xor("g"), end()],
        f"mulai>ulang ulang>periksa periksa>putus putus>g\n{BACK}",
    ),
    document(
        process(
            "terpanggil",
            [start("m3"), user("u3"), xor("g3"), user("v3"), end("e3")],
            'm3>u3 u3>g3\ng3>v3[keputusan == "setuju"]\ng3>u3[keputusan != "setuju"]\nv3>e3',
        )
    ),
)

ALL: dict[str, tuple[bytes, ...]] = {
    "rantai": (CHAIN,),
    "paralel": (PARALLEL,),
    "inklusif": (INCLUSIVE,),
    "dalam": (INNER,),
    "panggil": CALLS,
}
