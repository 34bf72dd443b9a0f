"""What holds for every test: property tests are drawn alike on every machine, and never fail for being slow."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("fast", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("deep", deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
