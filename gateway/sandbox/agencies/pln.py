"""PLN: a verdict in `RC`, flat names in capitals, texts of fixed widths, contacts that count their changes, an API key."""

from __future__ import annotations

import hashlib

import orjson

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, Many, dated, digits, matches, one_of, text, whole
from gateway.values.model import Json

_REFUSALS: dict[Reason, str] = {"credential": "63", "busy": "91", "no_such_path": "40", "method": "40"}
_PHONE = Fields({"NOMOR": matches("08[0-9]{8,10}"), "MILIK": one_of("S", "T")}, {"DIPERIKSA": dated("%d%m%Y")})
_CONTACT = Fields(
    {
        "IDPEL": digits(12),
        "NAMA_KONTAK": text(60),
        "TAGIHAN": one_of("KERTAS", "DIGITAL"),
        "TELEPON": Many(_PHONE),
        "VER": whole(1, 1 << 31),
    },
    {"PETUGAS": text(200)},
)


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"RC": _REFUSALS.get(reason, "30"), "RD": reason.upper(), "ISIAN": list(fields)})


def _say(found: Json) -> Answer:
    return Answer({"RC": "14", "RD": "IDPEL TIDAK DIKENAL"} if found is None else {"RC": "00", "RD": "SUKSES", "DATA": found})


def _count(contact: Json) -> Json:
    """Give a contact with its version: each content has its own."""
    said = {name: value for name, value in contact.items() if name != "VER"}
    return {**said, "VER": int(hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:7], 16) + 1}


def open_pln(seeds: dict[str, Json]) -> Agency:
    """Open PLN over its seeds: `pelanggan` and `kontak` by number; a contact is changed only over the version that is there."""
    customers = {row["IDPEL"]: row for row in seeds["pelanggan"]}
    contacts = {row["IDPEL"]: _count(row) for row in seeds["kontak"]}

    def find_customer(call: Call) -> Answer:
        return _say(customers.get(call.body["IDPEL"]))

    def find_contact(call: Call) -> Answer:
        return _say(contacts.get(call.body["IDPEL"]))

    def put_contact(call: Call) -> Answer:
        old = contacts.get(call.body["IDPEL"])
        if old is None:
            return _say(None)
        if old["VER"] != call.body["VER"]:
            return Answer({"RC": "94", "RD": "SUDAH BERUBAH"})
        contacts[call.body["IDPEL"]] = _count(call.body)
        return _say(contacts[call.body["IDPEL"]])

    by_number = Fields({"IDPEL": digits(12)})
    return Agency(
        "pln",
        "PLN",
        "api_key",
        (
            Endpoint("POST", "/pelanggan", find_customer, body=by_number),
            Endpoint("POST", "/kontak/cari", find_contact, body=by_number),
            Endpoint("PUT", "/kontak", put_contact, body=_CONTACT),
        ),
        _refuse,
        header="X-Kode",
    )
