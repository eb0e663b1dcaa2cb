"""Messages from other systems to cases that wait for them."""

from typing import Any

from flask import g
from marshmallow import fields

from app.api.bodies import Sent
from app.api.operations import declare, feature
from app.api.shapes import Given, Taken, anything, bounded, text
from app.usecases import messages

bp = feature("messages")


class Message(Taken):
    name = bounded(200, "Nama pesan pada diagram.", required=True)
    case = bounded(40, "Nomor registrasi berkas yang dituju; boleh kosong bila korelasinya disebut.")
    correlation = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String()),
        metadata={"description": "Kunci korelasi → sifat → nilai, seperti pada diagram.", "is_object": True},
    )
    payload = anything("Yang dibawa pesan; hanya nama yang dibaca diagram yang disimpan.")


class Delivered(Given):
    number = text("Berkas yang menerimanya.")


@declare(
    bp, "POST", "/messages", scope="messages:write", takes=Message(), gives=Delivered(), for_office=True, is_deed=True,
    refuses=(404, 409),
)  # fmt: skip
def send(body: Sent) -> dict[str, Any]:
    """Hand a message to the one case in the office's reach that waits for it."""
    said = body.values
    case = messages.tell(
        said["name"],
        said.get("payload", {}),
        number=said.get("case", ""),
        keys=said.get("correlation"),
        actor=g.acting,
    )
    return {"number": case.number}
