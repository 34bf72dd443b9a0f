"""The same work by expression engines, run by the interpreter of a venv that holds them (`scripts/install-peers`): prints JSON.

Reads `{document, expected}` from standard input. The engines do less than the gateway: they cut and join texts and look codes up, but
neither check the calendar nor the widths. It must not import the gateway, which that venv has not.
"""

import gc
import json
import sys
import time
from statistics import median

import jmespath
import jsonata
import jsonatapy

ROUNDS, ROUND_S = 5, 0.05
CODES = {
    "sex": {"L": "male", "P": "female"},
    "marital": {"1": "single", "2": "married", "3": "divorced", "4": "widowed"},
    "relation": {"1": "head", "2": "spouse", "4": "child", "7": "parent"},
    "school": {"SD": "primary", "SMP": "junior", "SMA": "senior", "S1": "bachelor"},
}
DATE = '$substring({0}, 6, 4) & "-" & $substring({0}, 3, 2) & "-" & $substring({0}, 0, 2)'
JSONATA = (
    """(
  $sex := %s; $marital := %s; $relation := %s; $school := %s;
  {
    "identifiers": {"nik": NIK, "family_card": NO_KK},
    "name": {"full": NAMA_LGKP},
    "birth": {"place": TMPT_LHR, "date": DATE},
    "sex": $lookup($sex, JENIS_KLMIN),
    "marital_status": $lookup($marital, STAT_KWN),
    "address": {
      "street": ALAMAT.JALAN, "rt": ALAMAT.RT, "rw": ALAMAT.RW, "postal_code": ALAMAT.KODE_POS,
      "region": {"code": ALAMAT.NO_PROP & ALAMAT.NO_KAB & ALAMAT.NO_KEC & ALAMAT.NO_KEL, "scheme": "kemendagri"}
    },
    "income": {"value": PENGHASILAN.NILAI_RIBU * 1000, "currency": "IDR", "year": PENGHASILAN.TAHUN},
    "contact": {"phone": KONTAK.HP, "email": KONTAK.EMAIL},
    "members": ANGGOTA.{
      "nik": NIK, "name": {"full": NAMA_LGKP}, "relation": $lookup($relation, SHDK), "sex": $lookup($sex, JENIS_KLMIN),
      "birth": {"date": DATE}, "education": $lookup($school, PDDK), "occupation": PEKERJAAN
    }
  }
)""".replace("DATE", DATE.format("TGL_LHR"))
    % tuple(map(json.dumps, CODES.values()))
)
JMESPATH = """{
  identifiers: {nik: NIK, family_card: NO_KK}, name: {full: NAMA_LGKP},
  birth: {place: TMPT_LHR, date: turn(TGL_LHR)}, sex: code('sex', JENIS_KLMIN), marital_status: code('marital', STAT_KWN),
  address: {street: ALAMAT.JALAN, rt: ALAMAT.RT, rw: ALAMAT.RW, postal_code: ALAMAT.KODE_POS,
    region: {code: join('', [ALAMAT.NO_PROP, ALAMAT.NO_KAB, ALAMAT.NO_KEC, ALAMAT.NO_KEL]), scheme: 'kemendagri'}},
  income: {value: times(PENGHASILAN.NILAI_RIBU, `1000`), currency: 'IDR', year: PENGHASILAN.TAHUN},
  contact: {phone: KONTAK.HP, email: KONTAK.EMAIL},
  members: ANGGOTA[].{nik: NIK, name: {full: NAMA_LGKP}, relation: code('relation', SHDK), sex: code('sex', JENIS_KLMIN),
    birth: {date: turn(TGL_LHR)}, education: code('school', PDDK), occupation: PEKERJAAN}
}"""


class Functions(jmespath.functions.Functions):
    """What jmespath lacks, in Python."""

    @jmespath.functions.signature({"types": ["string"]})
    def _func_turn(self, text):
        return f"{text[6:]}-{text[3:5]}-{text[:2]}"

    @jmespath.functions.signature({"types": ["string"]}, {"types": ["string"]})
    def _func_code(self, name, code):
        return CODES[name][code]

    @jmespath.functions.signature({"types": ["number"]}, {"types": ["number"]})
    def _func_times(self, value, by):
        return value * by


def make_engines():
    """Give each engine's compiled expression as a function."""
    fast, slow, third = jsonatapy.compile(JSONATA), jsonata.Jsonata(JSONATA), jmespath.compile(JMESPATH)
    options = jmespath.Options(custom_functions=Functions())
    return {"jsonatapy": fast.evaluate, "jmespath": lambda d: third.search(d, options), "jsonata-python": slow.evaluate}


def time_calls(function, document):
    """Give the CPU time of a call. Units: microseconds, the median over rounds."""
    began = time.process_time()
    function(document)
    calls = max(3, int(ROUND_S / max(time.process_time() - began, 1e-6)))
    spent = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(calls):
            function(document)
        spent.append((time.process_time() - began) / calls * 1e6)
    return median(spent)


def main():
    """Check that each gives what is expected; measure; print."""
    given = json.load(sys.stdin)
    found = {}
    gc.disable()
    for name, function in make_engines().items():
        if json.loads(json.dumps(function(given["document"]))) != given["expected"]:
            raise SystemExit(f"{name} gives something else")
        found[name] = time_calls(function, given["document"])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
