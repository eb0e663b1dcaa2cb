"""The two ways a deed ends badly: the city says no (for the reader), or a drawing is broken (for an engineer)."""

from collections.abc import Mapping


class Refused(Exception):
    """The city says no. Its text is shown to the person as it stands."""

    text = "Ini tidak dapat dilakukan."

    def __init__(self, text: str | None = None, **facts: object) -> None:
        self.facts = facts
        super().__init__((text or self.text).format(**facts) if facts else text or self.text)


class NotFound(Refused):
    text = "Yang Anda cari tidak ditemukan. Periksa alamat atau nomornya."


class NotAllowed(Refused):
    text = "Anda tidak berwenang membuka atau mengubah ini. Hubungi administrator unit Anda bila ini keliru."


class SignInFirst(NotAllowed):
    text = "Masuk dahulu untuk membuka halaman ini."


class Conflict(Refused):
    text = "Keadaannya sudah berubah. Muat ulang halaman, lalu coba lagi."


class TaskAlreadyDone(Conflict):
    text = "Tugas ini sudah diselesaikan oleh {name} pada {at}. Yang Anda ketik masih ada di bawah ini."


class TooMany(Refused):
    text = "Terlalu banyak percobaan. Tunggu {minutes} menit, lalu coba lagi."


class Invalid(Refused):
    """What was sent cannot be used.

    `fields` maps a field's path (`tanggungan.0.nama`) to the sentence that says what is wrong and what to do.
    """

    text = "Ada isian yang perlu diperbaiki."

    def __init__(
        self, text: str | None = None, *, fields: Mapping[str, str] | None = None, **facts: object
    ) -> None:
        self.fields = dict(fields or {})
        super().__init__(text, **facts)


class Unavailable(Refused):
    text = "Layanan sedang sibuk. Yang Anda ketik tidak hilang; coba lagi sebentar lagi."


class ProcessFault(Exception):
    """A drawing cannot go on as drawn: an engineer or designer must look, the citizen sees a calm page."""
