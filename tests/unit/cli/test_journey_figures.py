"""What journeys have come to: quantiles of a histogram, callers who left, days to the decision, how many were abandoned. Synthetic data."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli import main
from gateway.cli.journey_figures import find_quantile, read_metrics
from tests.playbook.writing_lab import FOLDER, journey_of, open_lab

SCRAPE = """# HELP http_server_request_duration_seconds From a call's first byte to its last byte sent.
http_server_request_duration_seconds_bucket{route="lab.promotion",le="0.1"} 50
http_server_request_duration_seconds_bucket{route="lab.promotion",le="0.25"} 90
http_server_request_duration_seconds_bucket{route="lab.promotion",le="+Inf"} 100
http_server_request_duration_seconds_sum{route="lab.promotion"} 9.5
jembatan_responses_total{route="lab.promotion",origin="provider",status="200",fault=""} 97
jembatan_responses_total{route="lab.promotion",origin="gateway",status="499",fault="CALLER_GONE"} 3
jembatan_responses_total{route="other",origin="provider",status="200",fault="a \\"b\\" {c}"} 7
jembatan_connections{state="open"} 1
no line at all
"""


def test_a_scrape_tells_latency_and_who_left() -> None:
    measured = read_metrics(SCRAPE)
    hire = measured["lab.promotion"]
    assert (hire.calls, hire.left, hire.buckets) == (100.0, 3.0, {0.1: 50.0, 0.25: 90.0, inf: 100.0})
    assert find_quantile(hire.buckets, 0.5) == pytest.approx(0.1)
    assert find_quantile(hire.buckets, 0.7) == pytest.approx(0.175)
    assert find_quantile(hire.buckets, 0.99) == 0.25, "beyond the last bound nothing is known"


def test_of_nothing_there_is_no_quantile() -> None:
    assert find_quantile({}, 0.5) is None
    assert find_quantile({0.1: 0.0, inf: 0.0}, 0.5) is None


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_quantile_lies_within_the_bounds_and_grows_with_its_share(counts: list[int], one: float, other: float) -> None:
    buckets = {0.1: float(counts[0]), 1.0: float(sum(counts[:2])), inf: float(sum(counts))}
    low, high = (find_quantile(buckets, share) for share in sorted((one, other)))
    if low is not None and high is not None:
        assert 0 <= low <= high <= 1.0


def test_the_store_tells_days_to_the_decision_and_what_was_abandoned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab = open_lab(path=tmp_path / "state.db")
    approved, withdrawn = journey_of(lab.begin("one")), journey_of(lab.begin("two"))
    lab.wait(1.5 * 86_400)
    lab.decide(approved)
    lab.run_due()
    main(["journey", "cancel", withdrawn, str(FOLDER), "--state", str(tmp_path)])
    lab.run_due()
    (tmp_path / "metrics").write_text(SCRAPE)
    capsys.readouterr()
    words = [str(FOLDER), "--state", str(tmp_path), "--metrics", str(tmp_path / "metrics"), "--format", "json"]
    assert main(["journey", "report", *words]) == 0
    row = next(row for row in json.loads(capsys.readouterr().out) if row["journey"] == "lab.promotion")
    assert (row["ended"], row["abandoned"]) == (2, 1)
    assert row["days_to_decision"] == pytest.approx(1.5, abs=0.1)
    assert row["latency_p50_s"] == pytest.approx(0.1)


def test_without_a_store_and_metrics_nothing_is_claimed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["journey", "report", str(FOLDER), "--state", str(tmp_path), "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert not {"ended", "abandoned", "days_to_decision", "latency_p50_s"} & row.keys()


def test_metrics_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    assert main(["journey", "report", str(FOLDER), "--metrics", str(tmp_path / "none")]) == 3
