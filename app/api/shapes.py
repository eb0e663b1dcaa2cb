"""The shapes every feature uses: strict objects, lists in pages, moments, files and messages."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

CURSOR = "Lanjutan daftar: isi `next` dari halaman sebelumnya."
NEXT = "Cursor halaman berikut; null pada halaman terakhir."


class Taken(Schema):
    """What is sent to us; what it does not know is refused."""

    class Meta:
        unknown = RAISE


class Given(Schema):
    """What we give: every field is always there, and no other."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field) -> None:
        field_obj.required = True


class Paged(Taken):
    cursor = fields.String(
        validate=validate.Length(max=120, error="Isi paling panjang 120 karakter."),
        metadata={"description": CURSOR},
    )


def text(description: str = "", **others: Any) -> fields.String:
    return fields.String(metadata={"description": description} if description else {}, **others)


def bounded(most: int, description: str = "", **others: Any) -> fields.String:
    """A text somebody sends."""
    rule = validate.Length(max=most, error=f"Isi paling panjang {most} karakter.")
    return fields.String(
        validate=rule, metadata={"description": description} if description else {}, **others
    )


def choice(*known: str, description: str = "", **others: Any) -> fields.String:
    rule = validate.OneOf(known, error=f"Pilih salah satu: {', '.join(known)}.")
    return fields.String(
        validate=rule, metadata={"description": description} if description else {}, **others
    )


def moment(description: str = "", **others: Any) -> fields.DateTime:
    return fields.DateTime(metadata={"description": description} if description else {}, **others)


def anything(description: str, **others: Any) -> fields.Dict:
    """An object whose names depend on the service; in a multipart form it is a part of JSON."""
    return fields.Dict(
        keys=fields.String(), metadata={"description": description, "is_object": True}, **others
    )


def many(shape: type[Schema]) -> fields.List:
    return fields.List(fields.Nested(shape))


def one(shape: type[Schema], **others: Any) -> fields.Nested:
    return fields.Nested(shape, **others)


def page_of(shape: type[Schema], name: str) -> type[Given]:
    """A list in pages."""
    parts = {
        "items": fields.List(fields.Nested(shape)),
        "next": fields.String(allow_none=True, metadata={"description": NEXT}),
    }
    return Given.from_dict(parts, name=name)


class File(Given):
    id = text()
    name = text()
    media_type = text()
    size = fields.Integer(metadata={"description": "Byte."})


class Stop(Given):
    label = text()
    holder = text("Jabatan yang memegangnya.")
    state = choice("done", "now", "later", "returned", "refused")
    since = moment(allow_none=True)
    until = moment(allow_none=True)


class Row(Given):
    field = text()
    title = text()
    text = fields.String()
    files = fields.List(fields.String())
    masked = fields.Boolean()


class Group(Given):
    title = text()
    rows = many(Row)


class Letter(Given):
    token = text("Token pada QR surat.")
    number = text()
    title = text()
    dated = fields.Date()
    valid_until = fields.Date(allow_none=True)
    revoked_at = moment(allow_none=True)


class Due(Given):
    state = choice("aman", "segera", "terlambat", "berhenti")
    text = fields.String()


class Done(Given):
    """A deed that leaves nothing else to say."""

    done = fields.Boolean()
