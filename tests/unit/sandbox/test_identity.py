"""The identity provider: one key, kept; tokens that its JWKS verifies."""

from __future__ import annotations

import stat
from pathlib import Path

import jwt
import pytest

from gateway.sandbox.identity import AUDIENCE, ISSUER, KEY_FILE, describe_key, load_key, mint_token
from gateway.sandbox.seeds import read_seeds


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = describe_key(load_key(tmp_path / "state"))
    assert describe_key(load_key(tmp_path / "state")) == first
    assert stat.S_IMODE((tmp_path / "state" / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "state").iterdir()] == [KEY_FILE]


def test_a_token_is_verified_by_the_published_key(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    token = mint_token(key, "taspen", "pegawai-1", lifetime_s=60)
    published = jwt.PyJWK(describe_key(key))
    claims = jwt.decode(token, published, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER)
    assert (claims["agency"], claims["sub"], claims["exp"] - claims["iat"]) == ("taspen", "pegawai-1", 60)
    assert jwt.get_unverified_header(token)["kid"] == describe_key(key)["kid"]


def test_claims_can_be_set_for_tests_of_refusals(tmp_path: Path) -> None:
    key = load_key(tmp_path)
    expired = mint_token(key, "taspen", lifetime_s=-60)
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(expired, jwt.PyJWK(describe_key(key)), algorithms=["ES256"], audience=AUDIENCE)
    assert jwt.decode(mint_token(key, "taspen", iss="x"), options={"verify_signature": False})["iss"] == "x"


def test_data_that_are_not_marked_synthetic_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "djp.yaml").write_text("wajib_pajak: []\n")
    with pytest.raises(ValueError, match="synthetic"):
        read_seeds(tmp_path, "djp")
