"""`jembatan explain`, in process."""

import json
from pathlib import Path

from gateway.cli import main

REFERENCE = Path(__file__).parents[3]
VISITS = (
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><CariKunjunganResponse xmlns="urn:sikda:kunjungan:2"/>'
    "</e:Body></e:Envelope>"
)
CALL = ("explain", "POST", "/local/v1/visits/search", str(REFERENCE), "--as", "bpjs-kesehatan", "-H", "jembatan-purpose: health-service",
        "-d", '{"patient": {"nik": "3215014502930002"}}', "--format", "json")  # fmt: skip


def test_what_the_provider_is_stated_to_answer_comes_in_the_format_that_it_speaks(capsys):
    assert main([*CALL, "--provider", VISITS]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["status"], row.get("fault")) for row in rows if row["place"] == "response"] == [(200, None)], rows[-2:]
