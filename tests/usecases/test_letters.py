"""Letters: the number is taken once, at signing, and a signature never stands under words its owner did not see."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.errors import ProcessFault
from app.gateways.signer import inspect, is_genuine
from app.storage import db, letters, transaction
from app.storage.cases import Case
from app.storage.letters import Letter, NumberRegister
from app.usecases import casework, certificates, clock, processes
from app.usecases import letters as issuing
from app.usecases.letters import Order
from app.usecases.parts import parts
from tests import factories

SHORT, LONG = 25, 100  # letters signed at the same time
DOMISILI = {"templat": "domisili.liquid", "penandatangan": "lurah"}
NEW_SERVICE = Path(__file__).parent.parent / "services" / "kehilangan"  # one human step: Lurah signs


def test_a_letter_is_numbered_signed_and_kept_twice(city):
    case = factories.apply("domisili")
    factories.walk(case)

    (letter,) = letters.letters_of(case.id)
    original, signed = parts().files.get(letter.original_key), parts().files.get(letter.signed_key)
    facts = inspect(signed, certificates.root_pem())
    assert is_genuine(facts)
    assert [fact.signer for fact in facts] == ["Drs. Agung Wicaksono"]
    assert signed.startswith(original)
    assert letter.seq == 1


def test_the_camat_signs_after_the_lurah_on_the_same_paper(city):
    case = factories.apply("sktm")
    factories.walk(case)

    (letter,) = letters.letters_of(case.id)
    facts = inspect(parts().files.get(letter.signed_key), certificates.root_pem())
    assert [fact.title for fact in facts] == ["Lurah Mangunharjo", "Camat Mayangan"]
    assert is_genuine(facts)


def test_a_refusal_takes_no_number(city):
    case = factories.apply("sktm")
    factories.walk(case, until="mengetahui_camat")
    factories.decide(factories.open_task(case), "tolak")
    clock.settle()

    db.session.refresh(case)
    assert case.outcome == "ditolak"
    assert db.session.query(NumberRegister).count() == 0


def test_the_same_order_gets_the_same_number(city):
    case = factories.apply("domisili")
    factories.walk(case)
    (letter,) = letters.letters_of(case.id)

    again = issuing.reserve(Order(letter.operation_id, case.id, DOMISILI))

    assert again.number == letter.number
    assert db.session.query(Letter).count() == 1


def test_nobody_signs_words_that_changed_after_the_consent(city):
    case = factories.apply("domisili")
    factories.walk(case, until="tandatangan_lurah")
    factories.decide(factories.open_task(case))
    with transaction():
        held = db.session.get_one(Case, case.id)
        answers = casework.answers_of(case.id)[casework.APPLICATION]
        casework.store_answers(
            held, casework.APPLICATION, "", {**answers, "nama": "Orang Lain"}, by="Pemohon"
        )

    with pytest.raises(ProcessFault, match="changed after"):
        issuing.reserve(Order("lain", case.id, DOMISILI))


@pytest.mark.parametrize("letters_at_once", [SHORT, pytest.param(LONG, marks=pytest.mark.long)])
def test_parallel_signings_leave_no_gap_and_no_double(app, letters_at_once):
    with app.app_context():
        processes.publish(NEW_SERVICE, by="pengujian")
        for index in range(letters_at_once):
            factories.decide(factories.open_task(factories.apply("kehilangan", index=index)))
        db.session.remove()

    def work(_):
        with app.app_context():
            try:
                return clock.settle()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, range(8)))

    with app.app_context():
        numbers = sorted(seq for (seq,) in db.session.query(Letter.seq).filter(Letter.signed_at.is_not(None)))
        assert numbers == list(range(1, letters_at_once + 1))
        db.session.remove()
