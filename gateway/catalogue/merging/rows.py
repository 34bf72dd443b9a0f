"""Plans as JSON: every figure with the parts that it follows from.

Law: whoever recomputes coverage, effort, savings or the order from what stands here gets the same numbers. Must not know: files.
"""

from __future__ import annotations

from dataclasses import asdict

from ...values.model import Json
from .assumptions import Assumptions
from .columns import CanonicalField
from .plan import MergePlan
from .plan_texts import say
from .value import Candidate, Member, say_reason
from .words import Language


def write_plan(plan: MergePlan, assumptions: Assumptions) -> dict[str, Json]:
    """Give one plan whole."""
    saved = plan.savings
    return {
        "cluster": plan.cluster.id,
        "label": {"id": plan.label.id, "en": plan.label.en},
        "sector": plan.sector,
        "applications": len(plan.members),
        "owners": list(plan.owners),
        "users": plan.users,
        "coverage": round(plan.canonical.coverage, 4),
        "purity": round(plan.canonical.purity, 4),
        "columns": plan.canonical.columns,
        "canonical": [_write_field(field) for field in plan.canonical.fields],
        "records": [_write_candidate(candidate) for candidate in plan.records],
        "savings": {**asdict(saved), "payback_months": saved.payback_months, "worth_three_years": plan.worth},
        "citizen": {**asdict(plan.citizen), "supplied": [list(one) for one in plan.citizen.supplied]},
        "order": [_write_member(place, member) for place, member in enumerate(plan.members, 1)],
        "successions": [asdict(one) for one in plan.successions],
        "assumptions": write_assumptions(assumptions),
    }


def summarise_plan(plan: MergePlan) -> dict[str, Json]:
    """Give one plan as a row of a table."""
    return {
        "cluster": plan.cluster.id,
        "label": plan.label.id,
        "sector": plan.sector,
        "applications": len(plan.members),
        "owners": len(plan.owners),
        "users": plan.users,
        "yearly_now": plan.savings.yearly_now,
        "yearly_saved": plan.savings.yearly_saved,
        "avoided_new": plan.savings.avoided_new,
        "once": plan.savings.once,
        "coverage": round(plan.canonical.coverage, 3),
        "purity": round(plan.canonical.purity, 3),
        "worth": plan.worth,
    }


def write_assumptions(assumptions: Assumptions, language: Language = "en") -> dict[str, Json]:
    """Give the assumptions with what they mean."""
    return {name: {"value": value, "means": say(name, language)} for name, value in asdict(assumptions).items()}


def _write_field(field: CanonicalField) -> dict[str, Json]:
    return {
        "name": field.name,
        "support": field.support,
        "purity": round(field.purity, 4),
        "names": dict(field.names),
        "types": dict(field.types),
        "conflict": field.has_conflict,
    }


def _write_candidate(candidate: Candidate) -> dict[str, Json]:
    reasons = {say_reason(reason, "en"): reason.points for reason in candidate.reasons}
    return {"app": candidate.app.id, "owner": candidate.app.owner, "points": candidate.points, "reasons": reasons}


def _write_member(place: int, member: Member) -> dict[str, Json]:
    return {
        "place": place,
        "app": member.app.id,
        "owner": member.app.owner,
        "lifecycle": member.app.lifecycle,
        "users": member.app.users,
        "cost": member.app.cost_rupiah,
        "fields": len(member.app.fields),
        "mapped": member.mapped,
        "unmapped": list(member.unmapped),
        "conflicts": list(member.conflicts),
        "coverage": round(member.coverage, 4),
        "effort_days": member.effort_days,
        "value": round(member.value),
        "assumed": member.is_assumed,
    }
