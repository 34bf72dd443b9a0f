"""What a provider's answer means."""

import pytest

from gateway.translate.dialect import RETRY_AFTER_MAX_S, compile_dialect, parse_retry_after
from gateway.values.faults import CATALOGUE, Kind, Refused

OWN = Kind("FACILITY_READ_ONLY", "caller", 422, False, "read only", "hanya baca")
FAULTS = {**CATALOGUE, OWN.name: OWN}
ENVELOPE = {
    "code": "meta.status",
    "success": ["00"],
    "payload": "data",
    "faults": {"14": "SUBJECT_NOT_FOUND", "21": "FACILITY_READ_ONLY", "else": "PROVIDER_FAILED"},
}


def kind_of(dialect, status, retry_after=b""):
    found = dialect.judge_status(status, retry_after, 0.0)
    return found.kind.name if found else None


def opened(dialect, document):
    try:
        return dialect.open_envelope(document)
    except Refused as error:
        return error.fault.kind.name


@pytest.mark.parametrize(
    ("statuses", "wanted"),
    [
        ((200, 201, 204, 299), None),
        ((404, 410, 402, 418, 499, 500, 502, 504, 599), "PROVIDER_FAILED"),
        ((409, 412, 428), "CONFLICT"),
        ((400, 415, 422), "PROVIDER_REFUSED_TRANSLATION"),
        ((401, 403), "PROVIDER_REFUSED_GATEWAY"),
        ((429, 503), "PROVIDER_BUSY"),
        ((300, 301, 302, 304, 307, 308), "PROVIDER_REDIRECTED"),
        ((100, 101, 103, 99, 600, 999, 0), "PROVIDER_PROTOCOL"),
    ],
)
def test_a_status_means_what_the_table_says(statuses, wanted):
    dialect = compile_dialect({}, FAULTS)
    assert dialect.problems == ()
    assert {kind_of(dialect, status) for status in statuses} == {wanted}


def test_a_dialect_refines_a_status_and_a_route_refines_the_dialect():
    dialect = compile_dialect(
        {"http": {404: "SUBJECT_NOT_FOUND", 422: OWN.name}}, FAULTS, {"http": {422: "CONFLICT", 204: "SUBJECT_NOT_FOUND"}}
    )
    assert dialect.problems == ()
    assert [kind_of(dialect, status) for status in (404, 422, 204, 200)] == ["SUBJECT_NOT_FOUND", "CONFLICT", "SUBJECT_NOT_FOUND", None]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"7", 7),
        (b"0", 0),
        (b"99999999999999999999", RETRY_AFTER_MAX_S),
        (b"Sun, 06 Nov 1994 08:50:07 GMT", 30),
        (b"Sun, 06 Nov 1994 08:00:00 GMT", 0),
        (b"Mon, 07 Nov 1994 08:49:37 GMT", RETRY_AFTER_MAX_S),
        (b"-1", None),
        (b"1.5", None),
        (b"soon", None),
        (b"\xb2", None),
        (b"", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped(value, seconds):
    assert parse_retry_after(value, 784111777.0) == seconds


def test_retry_after_is_passed_on_only_where_a_retry_helps():
    dialect = compile_dialect({}, FAULTS)
    assert dialect.judge_status(503, b"9", 0.0).retry_after_s == 9
    assert dialect.judge_status(500, b"9", 0.0).retry_after_s is None


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ({"meta": {"status": "00"}, "data": {"a": 1}}, {"a": 1}),
        ({"meta": {"status": "00"}, "data": []}, []),
        ({"meta": {"status": "00"}}, "PROVIDER_INVALID"),
        ({"meta": {"status": "14"}, "pesan": "RAHASIA"}, "SUBJECT_NOT_FOUND"),
        ({"meta": {"status": "21"}}, "FACILITY_READ_ONLY"),
        ({"meta": {"status": "99"}}, "PROVIDER_FAILED"),
        ({"meta": {"status": 0}}, "PROVIDER_INVALID"),
        ({"meta": {"status": None}}, "PROVIDER_INVALID"),
        ({"meta": "00"}, "PROVIDER_INVALID"),
        ({}, "PROVIDER_INVALID"),
        ([], "PROVIDER_INVALID"),
        (None, "PROVIDER_INVALID"),
    ],
)
def test_an_envelope_is_opened_or_means_a_fault(document, wanted):
    dialect = compile_dialect({"envelope": ENVELOPE}, FAULTS)
    assert dialect.problems == ()
    assert opened(dialect, document) == wanted


def test_the_providers_own_words_are_in_no_part_of_the_fault():
    dialect = compile_dialect({"envelope": ENVELOPE}, FAULTS)
    for code in ("14", "RAHASIA"):
        with pytest.raises(Refused) as caught:
            dialect.open_envelope({"meta": {"status": code}, "pesan": "RAHASIA"})
        assert "RAHASIA" not in repr(caught.value.fault)


@pytest.mark.parametrize(
    ("kind", "success", "code", "wanted"),
    [
        ("integer", [200], 200, "ok"),
        ("integer", [1], True, "PROVIDER_INVALID"),
        ("integer", [200], 404, "SUBJECT_NOT_FOUND"),
        ("integer", [200], "200", "PROVIDER_INVALID"),
        ("boolean", [True], True, "ok"),
        ("boolean", [True], 1, "PROVIDER_INVALID"),
        ("boolean", [True], False, "PROVIDER_FAILED"),
    ],
)
def test_a_code_has_a_type_and_another_type_is_invalid(kind, success, code, wanted):
    faults = {404: "SUBJECT_NOT_FOUND", "else": "PROVIDER_FAILED"} if kind == "integer" else {"else": "PROVIDER_FAILED"}
    dialect = compile_dialect({"envelope": {"code": "c", "type": kind, "success": success, "payload": "p", "faults": faults}}, FAULTS)
    assert dialect.problems == ()
    assert opened(dialect, {"c": code, "p": "ok"}) == wanted


def test_a_route_refines_the_faults_of_the_envelope():
    dialect = compile_dialect({"envelope": ENVELOPE}, FAULTS, {"faults": {"14": "CONFLICT", "77": OWN.name}})
    assert dialect.problems == ()
    assert opened(dialect, {"meta": {"status": "14"}}) == "CONFLICT"
    assert opened(dialect, {"meta": {"status": "77"}}) == OWN.name
    assert opened(dialect, {"meta": {"status": "99"}}) == "PROVIDER_FAILED"
    assert {OWN, CATALOGUE["CONFLICT"], CATALOGUE["PROVIDER_INVALID"]} <= set(dialect.kinds)


@pytest.mark.parametrize(
    ("dialect", "refine", "code", "at"),
    [
        ({"formt": "json"}, None, "JB-KEY-001", ("formt",)),
        ({"format": "soap11", "faults": {"else": "CONFLICT"}}, None, "JB-DIA-002", ()),
        ({"format": "soap11", "namespace": "urn:x"}, None, "JB-DIA-002", ("faults",)),
        ({"format": "soap13"}, None, "JB-DIA-002", ("format",)),
        ({"namespace": "urn:x"}, None, "JB-DIA-002", ("namespace",)),
        ({"faults": {"else": "CONFLICT"}}, None, "JB-DIA-002", ("faults",)),
        ({"format": "xml", "encoding": "utf-7"}, None, "JB-DIA-002", ("encoding",)),
        ({"format": "csv"}, None, "JB-DIA-002", ("format",)),
        ({"http": {"4xx": "CONFLICT"}}, None, "JB-DIA-002", ("http", "4xx")),
        ({"http": {404: "CONFLCT"}}, None, "JB-REF-003", ("http", 404)),
        ({"http": {401: "CREDENTIAL_INVALID"}}, None, "JB-DIA-003", ("http", 401)),
        ({"http": {500: "INTERNAL"}}, None, "JB-DIA-003", ("http", 500)),
        ({}, {"http": {404: "X"}}, "JB-REF-003", ("response", "http", 404)),
        ({}, {"faults": {"1": "CONFLICT"}}, "JB-DIA-002", ("response", "faults")),
        ({"envelope": {**ENVELOPE, "success": [0]}}, None, "JB-DIA-002", ("envelope", "success", 0)),
        ({"envelope": {**ENVELOPE, "success": []}}, None, "JB-DIA-002", ("envelope", "success")),
        ({"envelope": {**ENVELOPE, "faults": {"14": "CONFLICT"}}}, None, "JB-DIA-002", ("envelope", "faults")),
        ({"envelope": {**ENVELOPE, "faults": {14: "CONFLICT", "else": "CONFLICT"}}}, None, "JB-DIA-002", ("envelope", "faults", 14)),
        ({"envelope": {**ENVELOPE, "type": "number"}}, None, "JB-DIA-002", ("envelope", "type")),
        ({"envelope": {"success": ["1"], "faults": {"else": "CONFLICT"}}}, None, "JB-DIA-002", ("envelope",)),
        ({"envelope": {**ENVELOPE, "pesan": "x"}}, None, "JB-KEY-001", ("envelope", "pesan")),
    ],
)
def test_a_wrong_dialect_is_a_problem_at_its_place(dialect, refine, code, at):
    assert (code, at) in [(problem.code, problem.path) for problem in compile_dialect(dialect, FAULTS, refine).problems]
