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
        ([replace(IDP, jwks=None)], ["JB-KEY-002"]),
        ([replace(IDP, url="https://idp.example/keys")], ["JB-KEY-002"]),
        ([replace(IDP, jwks=None, url="https://idp.example/keys")], []),
        ([replace(IDP, algorithms=())], ["JB-KEY-006"]),
        ([replace(IDP, audiences=())], ["JB-KEY-006"]),
        ([replace(IDP, algorithms=("ES256", "none"))], ["JB-KEY-007"]),
        ([replace(IDP, algorithms=("HS256",))], ["JB-KEY-007"]),
        ([IDP, replace(IDP, id="again")], ["JB-ISS-001"]),
    ],
)
def test_an_issuer_that_could_judge_nothing_is_a_problem(issuers: list[IssuerOptions], words: list[str]) -> None:
    assert [problem.code for problem in check_issuers(issuers)] == words


def test_a_misspelt_algorithm_is_suggested() -> None:
    (problem,) = check_issuers([replace(IDP, algorithms=("ES265",))])
    assert (problem.path, meant_by(problem)) == (("idp", "algorithms", 0), "ES256")


@pytest.mark.parametrize(
    ("identities", "words"),
    [
        ([JwtIdentity("a", "idp", (("agency", "a"),)), KeyIdentity("a", (KEY,))], []),
        ([JwtIdentity("a", "ipd", (("agency", "a"),))], ["JB-REF-003"]),
        ([JwtIdentity("a", "idp", ())], ["JB-KEY-006"]),
        ([JwtIdentity("a", "idp", (("agency", "x"),)), JwtIdentity("b", "idp", (("agency", "x"),))], ["JB-ISS-006"]),
        ([JwtIdentity("a", "idp", (("agency", "x"),)), JwtIdentity("a", "idp", (("agency", "x"),))], []),
        ([KeyIdentity("a", (KEY,)), KeyIdentity("b", (KEY,))], ["JB-ISS-006"]),
        ([KeyIdentity("a", ("sha256:" + "A" * 64,))], ["JB-KEY-008"]),
        ([KeyIdentity("a", ("my raw key",))], ["JB-KEY-008"]),
    ],
)
def test_an_identity_that_matches_nobody_or_two_is_a_problem(identities: list[JwtIdentity | KeyIdentity], words: list[str]) -> None:
    assert [problem.code for problem in check_identities(identities, [IDP])] == words


def test_a_raw_key_written_as_a_hash_is_not_repeated() -> None:
    (problem,) = check_identities([KeyIdentity("a", ("my raw key",))], [IDP])
    assert "raw key" not in problem.message


def meant_by(problem):
    """Give the name that a hint asks about."""
    return problem.hint.partition('"')[2].rpartition('"')[0]
