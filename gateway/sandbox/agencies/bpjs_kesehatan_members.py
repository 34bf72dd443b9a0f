"""VClaim's changes of members: a mutation into another segment, and a newborn under a parent's card; deep wrappers, and both taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gateway.sandbox.desk import Answer, Call, Endpoint
from gateway.sandbox.fields import Fields, dated, digits, one_of, text
from gateway.sandbox.papers import open_papers
from gateway.values.model import Json

Say = Callable[[str, str, Json, str], Answer]
_DAY = dated("%Y-%m-%d")
_MUTATION = Fields({"noKartu": digits(13), "segmen": one_of("PPU", "BP", "PBI"), "tmt": _DAY, "user": text(40)})
_NEWBORN = Fields({"nik": digits(16), "nama": text(100), "sex": one_of("L", "P"), "tglLahir": _DAY, "nikIbu": digits(16), "user": text(40)})


def _wrap(name: str, form: Fields) -> Fields:
    return Fields({"request": Fields({name: form})})


def list_member_endpoints(by_nik: Mapping[str, Json], by_card: Mapping[str, Json], before: list[str], say: Say) -> tuple[Endpoint, ...]:
    """Give the endpoints that change members; `say` writes the envelope: code, message, payload, deed."""
    mutations, newborns = open_papers("MUT{:05d}", before), open_papers("00099001{:05d}", before)

    def mutate(call: Call) -> Answer:
        wanted = call.body["request"]["t_mutasi"]
        if wanted["noKartu"] not in by_card:
            return say("201", "Kartu tidak ditemukan", None, "")
        number = mutations.give(wanted["noKartu"], wanted["segmen"], wanted["tmt"])
        return say("200", "OK", {"mutasi": {"noMutasi": number, "segmen": wanted["segmen"]}}, "mutasi")

    def cancel(call: Call) -> Answer:
        number = call.body["request"]["noMutasi"]
        if not mutations.take_back(number):
            return say("201", "Mutasi tidak ditemukan", None, "")
        return say("200", "OK", {"mutasi": {"noMutasi": number, "segmen": "SEMULA"}}, "mutasi batal")

    def enrol(call: Call) -> Answer:
        child = call.body["request"]["t_bayi"]
        if child["nikIbu"] not in by_nik:
            return say("201", "Ibu bukan peserta", None, "")
        return say("200", "OK", {"peserta": {"noKartu": newborns.give(child["nik"])}}, "bayi daftar")

    def withdraw(call: Call) -> Answer:
        card = call.body["request"]["noKartu"]
        if not newborns.take_back(card):
            return say("201", "Kartu tidak ditemukan", None, "")
        return say("200", "OK", {"peserta": {"noKartu": card}}, "bayi batal")

    return (
        Endpoint("POST", "/Peserta/mutasi", mutate, body=_wrap("t_mutasi", _MUTATION)),
        Endpoint("POST", "/Peserta/mutasi/batal", cancel, body=Fields({"request": Fields({"noMutasi": text(20)})})),
        Endpoint("POST", "/Peserta/bayi", enrol, body=_wrap("t_bayi", _NEWBORN)),
        Endpoint("POST", "/Peserta/bayi/batal", withdraw, body=Fields({"request": Fields({"noKartu": digits(13)})})),
    )
