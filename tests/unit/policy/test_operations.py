"""Which operations a policy means, and what is said where it means none."""

from __future__ import annotations

import pytest

from gateway.policy.operations import TagOf, expand_operations

TAGS = {
    "population.person.lookup": ["core"],
    "population.person.lookup@2": ["core"],
    "population.family.lookup": [],
    "populations.count": [],
    "tax.compliance.check": ["core", "tax"],
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("population.person.lookup", {"population.person.lookup"}),
        ("population.person.lookup@1", {"population.person.lookup"}),
        ("population.person.lookup@2", {"population.person.lookup@2"}),
        ("population.*", {"population.person.lookup", "population.person.lookup@2", "population.family.lookup"}),
        ("population.person.*", {"population.person.lookup", "population.person.lookup@2"}),
        (TagOf("core"), {"population.person.lookup", "population.person.lookup@2", "tax.compliance.check"}),
    ],
)
def test_a_pattern_means_these_operations(pattern: str | TagOf, expected: set[str]) -> None:
    found = expand_operations([pattern], TAGS)
    assert found.operations == expected
    assert found.problems == ()


@pytest.mark.parametrize(
    ("pattern", "word", "meant"),
    [
        ("population.person.lokup", "JB-POL-001", "population.person.lookup"),
        ("population", "JB-POL-001", "population.*"),
        ("populatoin.*", "JB-POL-006", "population.*"),
        ("*", "JB-POL-001", ""),
        (".*", "JB-POL-006", ""),
        ("tax.compliance.check@2", "JB-POL-001", "tax.compliance.check"),
        (TagOf("taxx"), "JB-POL-007", "tax"),
    ],
)
def test_a_pattern_that_matches_nothing_is_a_problem(pattern: str | TagOf, word: str, meant: str) -> None:
    found = expand_operations(["tax.*", pattern], TAGS)
    assert found.operations == {"tax.compliance.check"}
    assert [(problem.path, problem.code, meant_by(problem)) for problem in found.problems] == [(("operations", 1), word, meant)]


def meant_by(problem):
    """Give the name that a hint asks about."""
    return problem.hint.partition('"')[2].rpartition('"')[0]
