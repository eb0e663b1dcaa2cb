"""How a step's form becomes buttons and the questions that belong to them."""

from app.domain import forms
from app.domain.decisions import arrange


def form(
    options: list[str], conditions: dict[str, list[str]], buttons: dict[str, str] | None = None
) -> forms.Form:
    properties: dict = {"keputusan": {"type": "string", "title": "Lengkap?", "enum": options}}
    properties |= {name: {"type": "string", "title": name.capitalize()} for name in (*conditions, "catatan")}
    ui = {
        name: {"ui:help": "Singkat saja.", "ui:options": {"jika": {"isian": "keputusan", "nilai": values}}}
        for name, values in conditions.items()
    }
    return forms.read(
        {"type": "object", "title": "Langkah", "properties": properties}, ui | {"ui:tombol": buttons or {}}
    )


def test_consent_stands_first_and_the_rest_is_folded_with_its_questions() -> None:
    laid = arrange(
        form(
            ["setuju", "kembalikan", "tolak"],
            {"alasan": ["kembalikan", "tolak"], "perbaikan": ["kembalikan"]},
        )
    )

    assert laid.question == "Lengkap?"
    assert [choice.value for choice in laid.forward] == ["setuju"]
    assert [choice.value for choice in laid.against] == ["kembalikan", "tolak"]
    assert [field.name for field in laid.asked] == ["catatan"]
    assert [field.name for field in laid.asked_against] == ["alasan", "perbaikan"]
    assert laid.words_against == "Kembalikan atau tolak"


def test_a_question_for_one_button_of_several_says_for_which() -> None:
    laid = arrange(
        form(
            ["setuju", "setuju_bersyarat", "tolak"],
            {"syarat": ["setuju_bersyarat"], "alasan": ["tolak"]},
            {"setuju_bersyarat": "Setuju dengan syarat"},
        )
    )

    hints = {field.name: field.hint for field in (*laid.asked, *laid.asked_against)}
    assert hints["syarat"] == "Untuk “Setuju dengan syarat”. Singkat saja."
    assert hints["alasan"] == "Singkat saja."
    assert all(field.condition is None for field in (*laid.asked, *laid.asked_against))


def test_other_words_than_consent_still_make_a_first_button() -> None:
    laid = arrange(form(["teruskan", "tutup"], {}))
    assert [choice.value for choice in laid.forward] == ["teruskan"]
    assert laid.words_against == "Keputusan lain"


def test_a_form_without_a_decision_is_simply_finished() -> None:
    plain = forms.read(
        {
            "type": "object",
            "title": "Langkah",
            "properties": {"catatan": {"type": "string", "title": "Catatan"}},
        }
    )
    laid = arrange(plain)
    assert (laid.forward, laid.against, [field.name for field in laid.asked]) == ((), (), ["catatan"])
