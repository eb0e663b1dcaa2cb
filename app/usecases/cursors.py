"""Where a list goes on: the last row shown, written into an address and read back."""

from datetime import UTC, datetime

Key = tuple[datetime | None, str | int]


def write_cursor(at: datetime | None, last: str | int) -> str:
    """A row's place in its list."""
    stamp = str(int(at.timestamp() * 1_000_000)) if at is not None else "-"
    return f"{stamp}~{last}"


def read_cursor(text: str, *, of_text: bool = False) -> Key | None:
    """The place an address names; None (the list's beginning) where it names none.

    `of_text`: the rows have texts as ids.
    """
    stamp, _, last = text[:120].partition("~")
    if not last or not (of_text or _is_number(last)):
        return None
    at = _moment(stamp)
    if at is None and stamp != "-":
        return None
    return at, last if of_text else int(last)


def _moment(stamp: str) -> datetime | None:
    if not _is_number(stamp):
        return None
    return datetime.fromtimestamp(int(stamp) // 1_000_000, UTC).replace(microsecond=int(stamp) % 1_000_000)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 17
