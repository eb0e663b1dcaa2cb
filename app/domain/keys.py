"""Keys of other systems: how one looks, and what each scope lets its holder do.

A key reads `alur_` and 31 characters: 30 random ones of 4.52 bits (135 bits together) and a check character, so that
a key that was cut or mistyped is told from one that was revoked, and one that leaked into a text can be searched for.
"""

import secrets
from collections.abc import Callable, Collection, Sequence

from app.domain.references import ALPHABET

PREFIX = "alur_"
RANDOM = 30
LONGEST = len(PREFIX) + RANDOM + 1

SCOPES = {
    "services:read": "Membaca daftar layanan, formulirnya, dan wilayah kota",
    "applications:write": "Mengajukan permohonan dan mengirim perbaikan atas nama pemohon",
    "applications:read": "Melacak permohonan dengan nomor dan kode lacak",
    "tasks:read": "Melihat kotak tugas jabatan",
    "tasks:write": "Mengambil, melepaskan, dan menyelesaikan tugas jabatan",
    "tasks:sign": "Menyetujui langkah yang menandatangani surat, dengan sertifikat pemegang jabatan",
    "cases:read": "Membaca berkas yang sampai ke jabatan, dengan lampirannya",
    "messages:write": "Menyampaikan pesan kepada berkas yang menunggunya",
    "letters:read": "Membaca surat yang diterbitkan jabatan",
    "letters:verify": "Memeriksa keaslian surat",
    "processes:read": "Membaca diagram layanan, versinya, dan latihan pindah versi",
    "processes:write": "Menerbitkan, menarik, dan memindahkan versi layanan",
    "incidents:read": "Melihat insiden",
    "incidents:write": "Mencoba lagi atau melewati insiden",
    "calendar:read": "Membaca kalender kerja kota",
}

_DEEDS = {
    "tasks:read": {"open task", "open case"},
    "tasks:write": {"open task", "open case", "take task", "complete task"},
    "tasks:sign": {"sign letter"},
    "cases:read": {"open case"},
    "messages:write": {"tell case"},
    "letters:read": {"open case"},
    "processes:read": {"look at version"},
    "processes:write": {"look at version", "change version"},
    "incidents:read": {"look at incident"},
    "incidents:write": {"look at incident", "mend case"},
    "calendar:read": {"look at calendar"},
}


def new_key(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A key nobody can guess."""
    body = "".join(choose(ALPHABET) for _ in range(RANDOM))
    return PREFIX + body + _check_character(body)


def looks_right(key: str) -> bool:
    """Whether this can be a key at all."""
    body, check = key[len(PREFIX) : -1], key[-1:]
    is_whole = key.startswith(PREFIX) and len(key) == LONGEST and set(body) <= set(ALPHABET)
    return is_whole and _check_character(body) == check


def deeds_of(scopes: Collection[str]) -> frozenset[str]:
    """What the one door of permission lets a key with these scopes do for its offices."""
    return frozenset().union(*(_DEEDS.get(scope, set()) for scope in scopes))


def _check_character(body: str) -> str:
    """Every place weighs other than its neighbours and never nothing: one wrong or two swapped are found."""
    total = sum(ALPHABET.index(char) * (at % 22 + 1) for at, char in enumerate(body))
    return ALPHABET[-total % len(ALPHABET)]
