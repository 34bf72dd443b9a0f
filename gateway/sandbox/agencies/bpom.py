"""BPOM: `sukses` and numbered pages whose total is a text, rows in capitals as an old database exports them, HTTP Basic."""

from __future__ import annotations

from gateway.sandbox.desk import Agency, Answer, Call, Endpoint, Reason
from gateway.sandbox.fields import Fields, matches, one_of, text
from gateway.values.model import Json

_REFUSALS: dict[Reason, int] = {"credential": 401, "busy": 503, "no_such_path": 404, "method": 405}
_PAGE = Fields(
    {"hal": matches("[1-9][0-9]{0,5}"), "jml": matches("[1-9]|[1-9][0-9]|100")}, {"kelas": one_of("PO", "OB", "KO", "OT"), "nama": text(60)}
)


def _refuse(reason: Reason, fields: tuple[str, ...]) -> Answer:
    return Answer({"sukses": False, "alasan": reason, "isian": list(fields)}, _REFUSALS.get(reason, 422))


def open_bpom(seeds: dict[str, Json]) -> Agency:
    """Open the register of products over its seeds: `produk`."""
    products: list[Json] = seeds["produk"]

    def list_products(call: Call) -> Answer:
        word, kind = call.query.get("nama", "").upper(), call.query.get("kelas")
        found = [row for row in products if word in row["NAMA"] and kind in (None, row["KELAS"])]
        size = int(call.query["jml"])
        begin = (int(call.query["hal"]) - 1) * size
        return Answer({"sukses": True, "jumlah": str(len(found)), "produk": found[begin : begin + size]})

    return Agency("bpom", "BPOM", "basic", (Endpoint("GET", "/produk", list_products, query=_PAGE),), _refuse, base="/cekbpom")
