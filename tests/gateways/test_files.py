"""The file store: whole or not at all, sealed, and never under a name that somebody gave."""

import os
from hashlib import sha256

import pytest

from app.errors import NotFound, ProcessFault, Unavailable
from app.gateways.files import FilesInMemory, FileStore
from app.gateways.sealing import Sealer


@pytest.fixture
def store(tmp_path) -> FileStore:
    return FileStore(tmp_path / "berkas", Sealer("s" * 40))


@pytest.fixture(params=["disk", "memory"])
def files(request, store):
    return store if request.param == "disk" else FilesInMemory()


def test_a_file_comes_back_as_it_went_in(files):
    stored = files.put(b"isi berkas")
    assert files.get(stored.key) == b"isi berkas"
    assert (stored.size, stored.sha256) == (10, sha256(b"isi berkas").hexdigest())


def test_a_deleted_file_is_gone_and_deleting_again_is_no_mistake(files):
    stored = files.put(b"isi")
    files.delete(stored.key)
    files.delete(stored.key)
    with pytest.raises(NotFound, match="tidak tersimpan"):
        files.get(stored.key)


def test_the_same_bytes_twice_are_two_files(files):
    assert files.put(b"isi").key != files.put(b"isi").key


def test_nothing_on_disk_is_readable_or_open_to_others(store):
    stored = store.put(b"3574035205900001")
    (path,) = [path for path in store.folder.rglob("*") if path.is_file()]
    assert b"3574035205900001" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert list(store.keys()) == [stored.key]


def test_a_file_put_in_the_place_of_another_does_not_open(store):
    one, two = store.put(b"satu"), store.put(b"dua")
    paths = {path.name: path for path in store.folder.rglob("*") if path.is_file()}
    paths[one.key].write_bytes(paths[two.key].read_bytes())
    with pytest.raises(ProcessFault, match="moved"):
        store.get(one.key)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "a" * 39, "A" * 40, "a" * 39 + "/", "a" * 40 + "\n"])
def test_only_a_key_of_the_store_is_a_path(store, key):
    """ASVS 5.0 V5.3.2: file paths from internal names only."""
    for deed in (store.get, store.delete):
        with pytest.raises(ProcessFault, match="40"):
            deed(key)


def test_a_write_that_fails_leaves_nothing_behind(store, monkeypatch):
    store.put(b"ada")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="coba lagi"):
        store.put(b"baru")
    assert len(list(store.keys())) == 1
    assert not list(store.folder.rglob("*.part"))
