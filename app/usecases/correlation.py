"""Correlation keys as they are kept: what a message and a waiting case agree on, without being readable."""

from collections.abc import Mapping

import orjson

from app.usecases.parts import parts

EXACT = 2**53

Keys = Mapping[str, Mapping[str, object]]  # correlation key → property → value


def hashes(keys: Keys) -> dict[str, str]:
    """Key → the hash its values are kept under; a key without a value is left out."""
    return {
        key: parts().sealer.blind_index(_said(key, values)) for key, values in keys.items() if _is_set(values)
    }


def every_hash(keys: Keys) -> dict[str, tuple[str, ...]]:
    """Key → the hashes its values may have been kept under, while secrets change."""
    return {
        key: parts().sealer.blind_indexes(_said(key, values))
        for key, values in keys.items()
        if _is_set(values)
    }


def _is_set(values: Mapping[str, object]) -> bool:
    return any(value is not None for value in values.values())


def _said(key: str, values: Mapping[str, object]) -> str:
    plain = {name: _plain(value) for name, value in values.items()}
    return "correlation " + orjson.dumps([key, plain], option=orjson.OPT_SORT_KEYS).decode()


def _plain(value: object) -> object:
    """One and 1.0 are the same number, as they are to a diagram; beyond EXACT a float is no longer any one integer."""
    return int(value) if isinstance(value, float) and abs(value) <= EXACT and value.is_integer() else value
