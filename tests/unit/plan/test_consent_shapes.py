"""What the gateway writes of a consent is what it says that it writes."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from gateway.plan.consent_shapes import CONSENT
from gateway.plan.consents import CONSENTS_MAX

REFERENCE = Path(__file__).parents[3] / "schemas" / "canonical" / "citizen.yaml"
PUBLISHED = next(each for each in yaml.safe_load_all(REFERENCE.read_text()) if each.get("schema") == "consent@1")


@pytest.mark.parametrize("schema", [CONSENT["properties"]["number"], PUBLISHED["properties"]["number"]], ids=["ours", "published"])
def test_the_number_of_a_consent_goes_on_beyond_what_one_agency_may_be_given(schema: object) -> None:
    jsonschema.validate(2 * CONSENTS_MAX, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(0, schema)
