"""Lists through real sockets: the walk, the cursor that no other may use, and providers that contradict themselves."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from .lab import API_KEY, SHELF, Lab, run_lab
from .talk import check_problem


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with run_lab(tmp_path_factory.mktemp("lists")) as made:
        yield made


def ask(lab: Lab, query: str = "", **headers: str):
    return lab.ask("GET", "/lab/v1/shelf" + (query and f"?{query}"), {**lab.north, **headers})


@pytest.mark.parametrize("size", [1, 9, 10, 11, 23, 1000])
def test_a_walk_gives_each_element_once_in_order(lab: Lab, size: int) -> None:
    found, query = [], f"size={size}"
    while query:
        answer = ask(lab, query)
        assert answer.status == 200, answer.body
        assert 0 < len(answer.json["items"]) <= size
        found += [element["text"] for element in answer.json["items"]]
        query = f"size={size}&after={answer.json['next']}" if "next" in answer.json else ""
    assert found == SHELF


def test_the_elements_given_are_counted(lab: Lab) -> None:
    before = lab.metric("jembatan_list_elements_total", route="lab.shelf")
    assert len(ask(lab, "size=7").json["items"]) == 7
    lab.count(before + 7, "jembatan_list_elements_total", route="lab.shelf")


@pytest.mark.parametrize("query", ["size=0", "size=1001", "size=x", "size=1&size=2", "after=%20", "after="])
def test_a_size_or_cursor_of_another_form_is_the_callers_mistake(lab: Lab, query: str) -> None:
    assert ask(lab, query).fault == "CALL_INVALID"


def test_a_cursor_serves_its_own_call_only(lab: Lab) -> None:
    cursor = ask(lab, "size=5").json["next"]
    assert ask(lab, f"size=3&after={cursor}").json["items"][0]["text"] == SHELF[5], "the size may change on the way"
    assert ask(lab, f"how=single&after={cursor}").fault == "CURSOR_INVALID", "another filter"
    clerk = f"Bearer {lab.mint('north', user='clerk-1')}"
    assert ask(lab, f"after={cursor}", authorization=clerk).fault == "CURSOR_INVALID", "another user"
    changed = bytearray(base64.urlsafe_b64decode(cursor + "=="))
    changed[20] ^= 1
    assert ask(lab, f"after={base64.urlsafe_b64encode(changed).rstrip(b'=').decode()}").fault == "CURSOR_INVALID"


def test_an_agency_that_calls_for_no_user_is_the_same_caller_by_token_and_by_key(lab: Lab) -> None:
    cursor = ask(lab, "size=5").json["next"]
    by_key = lab.ask("GET", f"/lab/v1/shelf?after={cursor}", {"x-api-key": API_KEY, "jembatan-purpose": "testing"})
    assert by_key.json["items"][0]["text"] == SHELF[5]


def test_a_cursor_is_never_in_a_log_and_says_nothing(lab: Lab) -> None:
    cursor = ask(lab, "size=5").json["next"]
    assert ask(lab, f"after={cursor}").status == 200
    lab.log_lines(1)
    assert cursor not in lab.log.read_text()


@pytest.mark.parametrize("how", ["more", "short", "total", "no-total", "text", "breaks"])
def test_a_provider_that_contradicts_itself_is_told_so_without_its_values(lab: Lab, how: str) -> None:
    answer = ask(lab, f"how={how}")
    problem = check_problem(answer, "provider")
    assert (answer.status, problem["code"]) == (502, "PROVIDER_INVALID")
    assert "3215014502930002" not in answer.body.decode()
    if how == "breaks":
        assert [error["pointer"] for error in problem["errors"]] == ["/rak/1/teks"]


def test_one_element_as_an_object_and_none_as_null_are_lists(lab: Lab) -> None:
    assert ask(lab, "how=single").json == {"items": [{"text": "satu"}]}
    assert ask(lab, "how=none").json == {"items": []}
