"""The bench of translation measures two functions that do the same."""

import json

import pytest

from bench.report import merge_results, read_committed
from bench.translate_work import compile_get, make_document, translate_by_hand
from gateway.translate.problems import Untranslatable


def test_the_generated_function_and_the_written_one_give_the_same():
    document = make_document()
    assert compile_get()(document) == translate_by_hand(document)
    assert 1_800 <= len(json.dumps(document, separators=(",", ":"))) <= 2_300


@pytest.mark.parametrize("change", [{"TGL_LHR": "31-02-1991"}, {"JENIS_KLMIN": "X"}, {"TGL_LHR": "1991"}])
def test_both_refuse_what_is_wrong(change):
    for function in (compile_get(), translate_by_hand):
        with pytest.raises((ValueError, KeyError, Untranslatable)):
            function(make_document() | change)


def test_a_case_that_is_measured_alone_leaves_the_other_results(tmp_path):
    path = tmp_path / "results.json"
    path.write_text('{"exchanges": {"full POST": {"ratio": 4.0}}}')
    merge_results({"translate": {"us": {}}}, path)
    assert json.loads(path.read_text()) == {"exchanges": {"full POST": {"ratio": 4.0}}, "translate": {"us": {}}}
    assert read_committed(path) == {"full POST": 4.0}
    path.write_text('{"translate": {}}')
    assert read_committed(path) == {}
