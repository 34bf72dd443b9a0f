"""What the checker says of issuers and identities."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.policy.issuers import IssuerOptions, JwtIdentity, KeyIdentity, check_identities, check_issuers

IDP = IssuerOptions("idp", "https://idp.example", ("jembatan",), jwks=b"{}")
KEY = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("issuers", "words"),
    [
        ([IDP], []),
        ([replace(IDP, jwks=None)], ["keys_source"]),
        ([replace(IDP, url="https://idp.example/keys")], ["keys_source"]),
        ([replace(IDP, jwks=None, url="https://idp.example/keys")], []),
        ([replace(IDP, algorithms=())], ["algorithms_none"]),
        ([replace(IDP, audiences=())], ["audiences_none"]),
        ([replace(IDP, algorithms=("ES256", "none"))], ["algorithm_unknown"]),
        ([replace(IDP, algorithms=("HS256",))], ["algorithm_unknown"]),
        ([IDP, replace(IDP, id="again")], ["iss_twice"]),
    ],
)
def test_an_issuer_that_could_judge_nothing_is_a_problem(issuers: list[IssuerOptions], words: list[str]) -> None:
    assert [problem.word for problem in check_issuers(issuers)] == words


def test_a_misspelt_algorithm_is_suggested() -> None:
    (problem,) = check_issuers([replace(IDP, algorithms=("ES265",))])
    assert (problem.at, problem.meant) == (("idp", "algorithms", 0), "ES256")


@pytest.mark.parametrize(
    ("identities", "words"),
    [
        ([JwtIdentity("a", "idp", (("agency", "a"),)), KeyIdentity("a", (KEY,))], []),
        ([JwtIdentity("a", "ipd", (("agency", "a"),))], ["issuer_unknown"]),
        ([JwtIdentity("a", "idp", ())], ["claims_none"]),
        ([JwtIdentity("a", "idp", (("agency", "x"),)), JwtIdentity("b", "idp", (("agency", "x"),))], ["identity_twice"]),
        ([JwtIdentity("a", "idp", (("agency", "x"),)), JwtIdentity("a", "idp", (("agency", "x"),))], []),
        ([KeyIdentity("a", (KEY,)), KeyIdentity("b", (KEY,))], ["identity_twice"]),
        ([KeyIdentity("a", ("sha256:" + "A" * 64,))], ["hash_form"]),
        ([KeyIdentity("a", ("my raw key",))], ["hash_form"]),
    ],
)
def test_an_identity_that_matches_nobody_or_two_is_a_problem(identities: list[JwtIdentity | KeyIdentity], words: list[str]) -> None:
    assert [problem.word for problem in check_identities(identities, [IDP])] == words


def test_a_raw_key_written_as_a_hash_is_not_repeated() -> None:
    (problem,) = check_identities([KeyIdentity("a", ("my raw key",))], [IDP])
    assert "raw key" not in problem.detail
