"""Which agency calls: one credential, one agency, remembered within bounds, and counted once."""

from __future__ import annotations

from hashlib import sha256

import pytest

from gateway.policy.identity import SCHEMES, Identifier
from gateway.policy.issuers import JwtIdentity, KeyIdentity
from gateway.policy.keys import NotKeys
from gateway.policy.refusals import OUTCOMES
from gateway.values.faults import Fault
from gateway.values.model import Caller, Json, Request
from gateway.values.route import Identify

from .minting import ISS, NOW_S, TASPEN, Bench, bear, make_issuer, make_pair, mint

KEY = b"synthetic-key-0123456789abcdef"
BKN = KeyIdentity("bkn", ("sha256:" + sha256(KEY).hexdigest(), "sha256:" + "0" * 64))


def with_headers(repeated: tuple[bytes, ...] = (), **headers: bytes) -> Request:
    return Request("GET", "/", "", {name.replace("_", "-").encode(): value for name, value in headers.items()}, "192.0.2.1", repeated)


def read_reason(found: object) -> str:
    assert isinstance(found, Fault)
    return found.reason


def test_the_identifier_is_what_the_exchange_expects() -> None:
    identify: Identify = Bench().identifier
    assert identify.recall_caller(bear(mint()), NOW_S) is None


def test_a_token_is_verified_once_and_then_recalled() -> None:
    bench = Bench()
    token = mint()
    assert bench.recall(token) is None
    first = bench.verify(token)
    assert bench.recall(token) is first
    assert bench.counted == [("jwt", "accepted")] * 2


def test_a_verdict_ends_when_a_fresh_look_would_refuse() -> None:
    bench = Bench()
    token = mint(exp=int(NOW_S) + 60)
    bench.verify(token)
    assert isinstance(bench.recall(token, NOW_S + 89.9), Caller)
    assert bench.recall(token, NOW_S + 90) is None
    assert read_reason(bench.verify(token, NOW_S + 90)) == "expired"


def test_a_bad_verdict_is_recalled_for_a_short_time() -> None:
    bench = Bench(bad_s=10.0)
    token = mint(aud="other")
    bench.verify(token)
    assert read_reason(bench.recall(token, NOW_S + 9.9)) == "audience_other"
    assert bench.recall(token, NOW_S + 10) is None
    assert bench.counted == [("jwt", "invalid")] * 2


@pytest.mark.parametrize("changes", [{"nbf": int(NOW_S) + 31}, {"iat": int(NOW_S) + 31}])
def test_a_token_that_is_early_is_good_as_soon_as_its_time_comes(changes: dict[str, Json]) -> None:
    bench = Bench()
    token = mint(**changes)
    assert isinstance(bench.call(bear(token), NOW_S), Fault)
    assert isinstance(bench.call(bear(token), NOW_S + 1), Caller)


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "BeArEr"])
def test_the_scheme_is_case_insensitive(scheme: str) -> None:
    assert isinstance(Bench().call(with_headers(authorization=f"{scheme} {mint()}".encode())), Caller)


@pytest.mark.parametrize("value", [b"Basic dTpw", b"", b"Bearer", b"Bearer\t" + mint().encode(), mint().encode(), b"Digest x=y"])
def test_another_scheme_is_no_credential_of_ours(value: bytes) -> None:
    assert read_reason(Bench().call(with_headers(authorization=value))) in ("scheme_unknown", "token_parts")


def test_two_credentials_are_one_too_many_even_if_both_are_good() -> None:
    bench = Bench(identities=(TASPEN, BKN))
    token = mint()
    bench.verify(token)
    found = bench.call(with_headers(authorization=b"Bearer " + token.encode(), x_api_key=KEY))
    assert read_reason(found) == "credential_two"


@pytest.mark.parametrize("name", [b"authorization", b"x-api-key"])
def test_a_repeated_credential_is_refused_whatever_its_parts(name: bytes) -> None:
    good = {b"authorization": b"Bearer " + mint().encode(), b"x-api-key": KEY}[name]
    request = Request("GET", "/", "", {name: good}, "192.0.2.1", (name,))
    assert read_reason(Bench(identities=(TASPEN, BKN)).call(request)) == "credential_repeated"


def test_another_repeated_header_changes_nothing() -> None:
    bench = Bench(identities=(TASPEN, BKN))
    assert isinstance(bench.call(with_headers((b"accept",), authorization=b"Bearer " + mint().encode())), Caller)
    assert bench.call(with_headers((b"accept",), x_api_key=KEY)) == Caller("bkn", "api_key")


def test_an_api_key_is_known_by_its_hash() -> None:
    bench = Bench(identities=(BKN,))
    assert bench.call(with_headers(x_api_key=KEY)) == Caller("bkn", "api_key")
    for wrong in (KEY[:-1], KEY + b" ", KEY.upper(), sha256(KEY).hexdigest().encode(), b"x"):
        assert read_reason(bench.call(with_headers(x_api_key=wrong))) == "api_key_unknown"
    assert read_reason(bench.call(with_headers(x_api_key=b""))) == "api_key_size"
    assert read_reason(bench.call(with_headers(x_api_key=b"x" * 1_000))) == "api_key_size"


def test_nothing_of_a_credential_is_kept() -> None:
    bench = Bench()
    token = mint()
    bench.verify(token)
    bench.verify(mint(aud="other"))
    verdicts = bench.identifier._verdicts
    kept = repr((verdicts.good, verdicts.bad))
    assert token.split(".")[2] not in kept
    assert token not in kept


def test_agencies_of_one_issuer_are_told_apart_by_all_their_claims() -> None:
    region = JwtIdentity("karawang", "idp", (("agency", "region"), ("code", "32.15")))
    other = JwtIdentity("bandung", "idp", (("agency", "region"), ("code", "32.04")))
    bench = Bench(identities=(TASPEN, region, other))
    assert bench.verify(mint(agency="region", code="32.15")).agency == "karawang"  # type: ignore[union-attr]
    assert bench.verify(mint(agency="region", code="32.04")).agency == "bandung"  # type: ignore[union-attr]
    assert read_reason(bench.verify(mint(agency="region"))) == "agency_unknown"
    assert read_reason(bench.verify(mint(agency="region", code=3215))) == "agency_unknown"
    assert read_reason(bench.verify(mint(agency="region", code=["32.15"]))) == "agency_unknown"


def test_a_token_that_proves_two_agencies_proves_none() -> None:
    both = (TASPEN, JwtIdentity("bkn", "idp", (("unit", "7"),)))
    assert read_reason(Bench(identities=both).verify(mint(unit="7"))) == "agency_ambiguous"


def test_the_issuer_names_the_claims_of_agency_and_user() -> None:
    issuer = make_issuer(agency_claim="azp", user_claim="email")
    found = Bench(issuer).verify(mint(agency=None, azp="taspen", email="a@taspen.example"))
    assert isinstance(found, Caller)
    assert (found.agency, found.user) == ("taspen", "a@taspen.example")


@pytest.mark.parametrize("claims", [{"sub": "taspen"}, {"sub": "app-7", "client_id": "app-7"}, {"sub": "app-7", "azp": "app-7"}])
def test_a_machines_token_is_nobodys_so_that_no_machine_passes_for_a_person(claims: dict[str, str]) -> None:
    found = Bench().verify(mint(agency="taspen", **claims))
    assert isinstance(found, Caller)
    assert (found.agency, found.user) == ("taspen", "")


def test_a_token_is_judged_by_the_keys_of_its_own_issuer() -> None:
    ours = make_issuer()
    theirs = make_issuer(make_pair("ES256", "k9").entry(kid="k1"), id="other", iss="https://other.example")
    bench = Bench(ours, theirs, identities=(TASPEN, JwtIdentity("bkn", "other", (("agency", "bkn"),))))
    assert read_reason(bench.verify(mint(iss="https://other.example", agency="bkn"))) == "signature"
    assert read_reason(bench.verify(mint(iss="https://other.example"))) == "agency_unknown"
    assert isinstance(bench.verify(mint(iss=ISS)), Caller)


def test_a_strangers_token_buys_no_fetch_of_keys() -> None:
    bench = Bench(make_issuer(url="https://idp.example/keys"))
    assert read_reason(bench.verify(mint(agency="nobody"))) == "agency_unknown"


def test_verifications_of_one_peer_are_bounded_and_recalls_are_free() -> None:
    bench = Bench(verifications_per_s=1.0, verifications_burst=3.0)
    token = mint()
    for number in range(3):
        bench.verify(token if number == 0 else mint(sub=f"other-{number}"))
    spent = bench.verify(mint(sub="u-2"))
    assert isinstance(spent, Fault)
    assert (spent.kind.name, spent.retry_after_s) == ("VERIFICATIONS_SPENT", 1)
    assert isinstance(bench.recall(token), Caller)
    assert isinstance(bench.verify(mint(sub="u-2"), peer="192.0.2.2"), Caller)
    assert isinstance(bench.verify(mint(sub="u-2"), NOW_S + 1), Caller)


def test_a_token_that_was_good_is_looked_at_again_at_no_cost_to_its_peer() -> None:
    bench = Bench(verifications_per_s=0.001, verifications_burst=1.0)
    token = mint(exp=int(NOW_S) + 60)
    bench.verify(token)
    assert read_reason(bench.call(bear(token), NOW_S + 100)) == "expired"
    assert bench.recall(token, NOW_S + 101) == bench.recall(token, NOW_S + 102)  # the bad verdict is kept now
    assert isinstance(bench.verify(mint(sub="u-2"), NOW_S + 100), Fault)


def test_a_refusal_for_the_budget_is_no_verdict() -> None:
    bench = Bench(verifications_per_s=1.0, verifications_burst=1.0)
    token = mint()
    bench.verify(mint(aud="other"))
    bench.verify(token)
    assert bench.recall(token) is None


def test_what_is_counted_is_of_the_closed_sets() -> None:
    bench = Bench(identities=(TASPEN, BKN), verifications_burst=3.0)
    bench.call(with_headers())
    bench.call(with_headers(x_api_key=KEY))
    bench.call(with_headers(x_api_key=b"x"))
    for token in (mint(), mint(exp=1), mint(aud="x"), mint(sub="u-3")):
        bench.call(bear(token))
    assert [outcome for _, outcome in bench.counted] == ["missing", "accepted", "invalid", "accepted", "expired", "invalid", "spent"]
    assert {scheme for scheme, _ in bench.counted} == set(SCHEMES)
    assert {outcome for _, outcome in bench.counted} <= {"accepted", *OUTCOMES.values()}


def test_a_file_that_is_no_key_set_stops_the_plan_and_not_a_call() -> None:
    with pytest.raises(NotKeys):
        Identifier([make_issuer(jwks=b"{}")], (), lambda scheme, outcome: None)
