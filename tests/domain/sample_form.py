"""A form with every kind of field, and how Siti fills it in."""

from datetime import date

SCHEMA = {
    "type": "object",
    "title": "Permohonan SKTM",
    "description": "Surat keterangan tidak mampu.",
    "required": ["nama", "nik", "alamat", "tujuan", "sekolah", "penghasilan", "foto_rumah", "benar"],
    "properties": {
        "nama": {"type": "string", "title": "Nama lengkap", "minLength": 3},
        "nik": {"type": "string", "format": "nik", "title": "NIK"},
        "kk": {"type": "string", "format": "kk", "title": "Nomor KK"},
        "telepon": {"type": "string", "format": "telepon", "title": "Nomor HP"},
        "surel": {"type": "string", "format": "email", "title": "Surel"},
        "tanggal_lahir": {
            "type": "string",
            "format": "date",
            "title": "Tanggal lahir",
            "formatMaximum": "today",
        },
        "jenis_kelamin": {"type": "string", "title": "Jenis kelamin", "enum": ["laki-laki", "perempuan"]},
        "alamat": {"type": "string", "format": "wilayah", "title": "RT tempat tinggal"},
        "tujuan": {
            "type": "string",
            "title": "Keperluan",
            "oneOf": [
                {"const": "sekolah", "title": "Beasiswa atau sekolah"},
                {"const": "rs", "title": "Rumah sakit"},
                {"const": "lain", "title": "Lainnya"},
            ],
        },
        "sekolah": {"type": "string", "title": "Nama sekolah"},
        "kelas": {"type": "string", "title": "Kelas", "pattern": "^[0-9]{1,2}[A-Z]?$"},
        "uraian": {"type": "string", "title": "Uraian"},
        "penghasilan": {
            "type": "integer",
            "title": "Penghasilan sebulan",
            "minimum": 0,
            "maximum": 5_000_000,
        },
        "luas": {"type": "number", "title": "Luas rumah"},
        "jam": {"type": "string", "format": "time", "title": "Jam bertemu"},
        "bantuan": {
            "type": "array",
            "title": "Bantuan yang diterima",
            "items": {"enum": ["pkh", "bpnt", "kip"]},
            "maxItems": 2,
        },
        "tanggungan": {
            "type": "array",
            "title": "Tanggungan",
            "maxItems": 3,
            "items": {
                "type": "object",
                "required": ["nama", "hubungan", "sekolah"],
                "properties": {
                    "nama": {"type": "string", "title": "Nama"},
                    "nik": {"type": "string", "format": "nik", "title": "NIK anak"},
                    "hubungan": {"type": "string", "title": "Hubungan", "enum": ["anak", "orang tua"]},
                    "sekolah": {"type": "string", "title": "Sekolah"},
                },
            },
        },
        "foto_rumah": {
            "type": "array",
            "title": "Foto rumah",
            "items": {"type": "string", "format": "berkas"},
            "maxItems": 2,
        },
        "surat": {"type": "string", "format": "berkas", "title": "Surat pengantar"},
        "punya_rekening": {"type": "boolean", "title": "Punya rekening bank"},
        "benar": {"type": "boolean", "title": "Data ini benar", "const": True},
    },
}
UI = {
    "ui:halaman": [
        {
            "judul": "Pemohon",
            "isian": ["nama", "nik", "kk", "telepon", "surel", "tanggal_lahir", "jenis_kelamin", "alamat"],
        },
        {
            "judul": "Isi",
            "isian": [
                *("tujuan", "sekolah", "kelas", "uraian", "penghasilan", "luas", "jam", "bantuan"),
                *("tanggungan", "punya_rekening"),
            ],
        },
        {"judul": "Berkas", "isian": ["foto_rumah", "surat", "benar"]},
    ],
    "nama": {"ui:help": "Seperti pada KTP.", "ui:autocomplete": "name"},
    "uraian": {"ui:widget": "textarea", "ui:options": {"baris": 6}},
    "sekolah": {"ui:options": {"jika": {"isian": "tujuan", "nilai": ["sekolah"]}}},
    "kelas": {
        "ui:placeholder": "8B",
        "ui:options": {"jika": {"isian": "tujuan", "nilai": ["sekolah"]}},
    },
    "penghasilan": {"ui:widget": "rupiah"},
    "luas": {"ui:options": {"satuan": "m2"}},
    "punya_rekening": {"ui:widget": "radio"},
    "foto_rumah": {"ui:options": {"accept": ["image/jpeg", "image/png"], "kamera": True, "maks_mb": 8}},
    "tanggungan": {
        "sekolah": {"ui:options": {"jika": {"isian": "hubungan", "nilai": ["anak"]}}},
        "ui:options": {"tambah": "Tambah anggota keluarga"},
    },
}
RT = "35.74.03.1002.RW05.RT03"
TODAY = date(2026, 11, 23)
TYPED = {
    "nama": "Siti Aminah",
    "nik": "3574035205900001",
    "kk": "3574032203150004",
    "telepon": "081234500001",
    "tanggal_lahir": "1990-05-12",
    "jenis_kelamin": "perempuan",
    "alamat": RT,
    "tujuan": "sekolah",
    "sekolah": "SMPN 2",
    "kelas": "8B",
    "penghasilan": "Rp900.000",
    "tanggungan": [{"nama": "Dewi Lestari", "hubungan": "anak", "sekolah": "SMPN 2"}],
    "foto_rumah": ["f1"],
    "benar": "ya",
}


def is_area(code, level):
    return (code, level) == (RT, "rt")
