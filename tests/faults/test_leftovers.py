"""A killed upload leaves a file that nothing points to: it goes when it is old, and no other file ever does."""

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import NotFound
from app.storage import db, transaction
from app.storage.cases import Attachment
from app.usecases import leftovers
from app.usecases.parts import parts
from tests.faults import invariants, wrong
from tests.faults.attack import Attack
from tests.faults.deeds import DEEDS
from tests.faults.siege import by_the_wall
from tests.faults.stage import Stage
from tests.faults.wrong import Wrong

UPLOAD, STORED = DEEDS["upload"], "after file stored"


def lying(stage: Stage) -> set[str]:
    with stage.inside():
        return set(parts().files.keys())


def sweep(stage: Stage, **later: float) -> None:
    """Every shelf has its turn, from so much later on."""
    stage.clock.set(datetime.now(UTC) + timedelta(**later))
    with stage.inside():
        for _hour in range(leftovers.TURNS):
            stage.clock.forward(hours=1)
            leftovers.sweep()


def killed_upload(stage: Stage) -> str:
    """The key of the file that it left."""
    attack = Attack(stage, UPLOAD)
    point = attack.count().index(STORED) + 1
    before = lying(stage)
    assert attack.live(UPLOAD.prepare(stage), point).was_killed
    (key,) = lying(stage) - before
    return key


def test_what_a_killed_upload_left_is_set_aside_and_then_thrown_away(each_stage: Stage):
    key, others = killed_upload(each_stage), lying(each_stage)
    files = each_stage.app.extensions["alur"].files
    others.discard(key)

    sweep(each_stage, hours=1)
    assert lying(each_stage) == {key, *others}, "it may still be needed"
    sweep(each_stage, days=3)
    assert lying(each_stage) == others
    assert files.get(key), "who has its key finds it all the same"
    sweep(each_stage, days=40)
    assert not list((files.folder / "aside").iterdir())
    with each_stage.inside():
        assert invariants.broken() == []


def test_what_was_set_aside_comes_back_when_a_record_names_it(stage: Stage):
    key = killed_upload(stage)
    sweep(stage, days=3)
    with stage.inside(), transaction():
        db.session.query(Attachment).first().file_key = key
    sweep(stage, days=40)
    assert key in lying(stage), (
        "as after a database was restored from the wrong day and then from the right one"
    )


def test_half_a_file_goes_too(stage: Stage):
    files = stage.app.extensions["alur"].files
    half = files.folder / "ab" / f"{'ab' * 20}.part"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")

    sweep(stage, hours=1)
    assert half.exists()
    sweep(stage, days=3)
    assert not half.exists()


def upload_while_it_is_swept(stage: Stage, mistake: Wrong) -> None:
    """An upload stands still between its file and its record for as long as a sweep lasts."""
    by_the_wall(stage)
    attack = Attack(stage, UPLOAD)
    point = attack.count().index(STORED) + 1

    def sweeps() -> None:
        mistake(print)
        for shelf in range(leftovers.TURNS):
            parts().clock = lambda hour=shelf: datetime.now(UTC) + timedelta(hours=hour)
            leftovers.sweep()

    thing = UPLOAD.prepare(stage)
    attack._stopped(thing, point, sweeps)
    by_the_wall(stage)
    UPLOAD.check(stage, thing, 302)
    with stage.inside():
        found = invariants.broken()
        assert not found, found


def test_a_sweep_takes_nothing_from_a_running_upload(each_stage: Stage):
    upload_while_it_is_swept(each_stage, wrong.nothing)


def test_a_sweep_that_takes_young_files_would_be_found(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leftovers, "OLD", leftovers.OLD)
    monkeypatch.setattr(leftovers, "KEPT", leftovers.KEPT)
    with pytest.raises((AssertionError, NotFound), match="is lost|tidak tersimpan"):
        upload_while_it_is_swept(stage, wrong.swept_at_once)
