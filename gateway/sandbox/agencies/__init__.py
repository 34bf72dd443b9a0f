"""The simulated agencies, one file each; this table is the only place that knows them all."""

from __future__ import annotations

from collections.abc import Callable

from gateway.sandbox.desk import Agency
from gateway.values.model import Json

from .atr_bpn import open_atr_bpn
from .bea_cukai import open_bea_cukai
from .bkn import open_bkn
from .bkpm import open_bkpm
from .bkpsdm_karawang import open_bkpsdm_karawang
from .bmkg import open_bmkg
from .bpjs_kesehatan import open_bpjs_kesehatan
from .bpjs_ketenagakerjaan import open_bpjs_ketenagakerjaan
from .bpom import open_bpom
from .bps import open_bps
from .dinkes_karawang import open_dinkes_karawang
from .disnaker_karawang import open_disnaker_karawang
from .djp import open_djp
from .djpb import open_djpb
from .dpmptsp_karawang import open_dpmptsp_karawang
from .dukcapil import open_dukcapil
from .imigrasi import open_imigrasi
from .inspektorat_karawang import open_inspektorat_karawang
from .karawang import open_karawang
from .kejaksaan import open_kejaksaan
from .kemenag import open_kemenag
from .kemendagri import open_kemendagri
from .kemendesa import open_kemendesa
from .kemendikbudristek import open_kemendikbudristek
from .kemenkes import open_kemenkes
from .kemenpanrb import open_kemenpanrb
from .kemensos import open_kemensos
from .kementan import open_kementan
from .kkp import open_kkp
from .komdigi import open_komdigi
from .korlantas import open_korlantas
from .lan import open_lan
from .lkpp import open_lkpp
from .mahkamah_agung import open_mahkamah_agung
from .pelindo import open_pelindo
from .pln import open_pln
from .polri import open_polri
from .pos_indonesia import open_pos_indonesia
from .surabaya import open_surabaya
from .taspen import open_taspen

AGENCIES: dict[str, Callable[[dict[str, Json]], Agency]] = {
    "dukcapil": open_dukcapil,
    "djp": open_djp,
    "kemenkes": open_kemenkes,
    "kemendikbudristek": open_kemendikbudristek,
    "bpjs-kesehatan": open_bpjs_kesehatan,
    "bkn": open_bkn,
    "kemensos": open_kemensos,
    "atr-bpn": open_atr_bpn,
    "karawang": open_karawang,
    "komdigi": open_komdigi,
    "bkpm": open_bkpm,
    "dinkes-karawang": open_dinkes_karawang,
    "kemendagri": open_kemendagri,
    "bps": open_bps,
    "bea-cukai": open_bea_cukai,
    "mahkamah-agung": open_mahkamah_agung,
    "bmkg": open_bmkg,
    "bpom": open_bpom,
    "lkpp": open_lkpp,
    "pln": open_pln,
    "surabaya": open_surabaya,
    "pos-indonesia": open_pos_indonesia,
    "imigrasi": open_imigrasi,
    "kemenag": open_kemenag,
    "korlantas": open_korlantas,
    "kementan": open_kementan,
    "kkp": open_kkp,
    "kejaksaan": open_kejaksaan,
    "pelindo": open_pelindo,
    "kemendesa": open_kemendesa,
    "dpmptsp-karawang": open_dpmptsp_karawang,
    "disnaker-karawang": open_disnaker_karawang,
    "bkpsdm-karawang": open_bkpsdm_karawang,
    "inspektorat-karawang": open_inspektorat_karawang,
    "kemenpanrb": open_kemenpanrb,
    "lan": open_lan,
    "polri": open_polri,
    "taspen": open_taspen,
    "bpjs-ketenagakerjaan": open_bpjs_ketenagakerjaan,
    "djpb": open_djpb,
}
