"""What a password of an official must be: long, not common, not about its owner."""

import re

from app.errors import Invalid

SHORTEST = 12
LONGEST = 200
COMMON = frozenset(
    (
        *("password", "passw", "katasandi", "sandi", "rahasia", "indonesia", "jakarta", "surabaya"),
        *(
            "probolinggo",
            "mayangan",
            "kademangan",
            "kanigaran",
            "kedopok",
            "wonoasih",
            "merdeka",
            "pancasila",
        ),
        *(
            "bismillah",
            "alhamdulillah",
            "sayang",
            "cantik",
            "ganteng",
            "selamat",
            "datang",
            "welcome",
            "letmein",
        ),
        *("qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbnm", "abcdef", "abcdefgh", "abcdefghijkl"),
        *("admin", "administrator", "operator", "pelayanan", "pemerintah", "kelurahan", "kecamatan", "kota"),
        *("lurah", "camat", "walikota", "bupati", "satpolpp", "iloveyou", "monkey", "dragon", "football"),
        *("master", "superman", "sunshine", "princess", "charlie", "user", "guest", "test", "demo", "alur"),
    )
)
_LEET = str.maketrans("013457@$", "oieastas")
_RUNS = (
    "01234567890123456789",
    "09876543210987654321",
    "qwertyuiopasdfghjklzxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
)


def check_password(password: str, *, username: str, name: str) -> str:
    """The password itself when it may be used; raises Invalid with what to change."""
    sentence = _fault(password, username, name)
    if sentence:
        raise Invalid(fields={"sandi_baru": sentence})
    return password


def _fault(password: str, username: str, name: str) -> str:
    if len(password) < SHORTEST:
        return f"Kata sandi sedikitnya {SHORTEST} karakter. Beberapa kata yang Anda ingat sudah cukup."
    if len(password) > LONGEST:
        return f"Kata sandi paling banyak {LONGEST} karakter."
    plain = password.lower()
    own = [part for part in re.split(r"\W+", f"{username} {name}".lower()) if len(part) >= 4]
    if any(_is_mostly(plain, part) for part in own):
        return "Kata sandi terlalu mirip nama atau nama pengguna Anda. Pilih kata lain."
    if len(set(plain)) < 5 or _is_run(plain) or _is_common(plain):
        return (
            "Kata sandi itu terlalu umum dan mudah ditebak. Gabungkan beberapa kata yang tidak berhubungan."
        )
    return ""


def _is_mostly(password: str, part: str) -> bool:
    return part in password and len(password.replace(part, "")) < SHORTEST - 4


def _is_run(password: str) -> bool:
    return any(password in run * 2 for run in _RUNS)


def _is_common(password: str) -> bool:
    """Nothing but a well-known word or two, however it is dressed up with digits and signs."""
    for dressed in (password, password.translate(_LEET)):
        rest = re.sub(r"[\W\d_]+", "", dressed)
        for word in sorted(COMMON, key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < 4:
            return True
    return False
