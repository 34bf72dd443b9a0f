"""Law: whatever is kept, recalled and withdrawn, the verdicts agree with a plain dictionary, less what their bound let go."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.policy.refusals import FAULTS
from gateway.policy.verdicts import Bad, Generations, Good, Verdicts
from gateway.values.model import Caller

BOUND = 6
DIGESTS = st.integers(0, 14).map(lambda number: number.to_bytes(2))
KEYS = st.sampled_from(["k1", "k2", "k3"])


class VerdictMachine(RuleBasedStateMachine):
    """The cache beside its model: all verdicts ever kept, and the order in which their digests were last touched."""

    def __init__(self) -> None:
        super().__init__()
        self.verdicts = Verdicts(Generations(BOUND), Generations(BOUND))
        self.model: dict[bytes, Good] = {}
        self.bad: dict[bytes, Bad] = {}
        self.touched: list[bytes] = []
        self.now_s = 0.0

    @rule(digest=DIGESTS, key=KEYS, lasts_s=st.integers(1, 20))
    def keep_good(self, digest: bytes, key: str, lasts_s: int) -> None:
        good = Good(Caller(digest.hex(), "jwt"), self.now_s + lasts_s, key)
        self.verdicts.good.keep(digest, good)
        self.model[digest] = good
        self.touched.append(digest)

    @rule(digest=DIGESTS, lasts_s=st.integers(1, 20))
    def keep_bad(self, digest: bytes, lasts_s: int) -> None:
        bad = Bad(FAULTS["signature"], self.now_s + lasts_s)
        self.verdicts.bad.keep(digest, bad)
        self.bad[digest] = bad

    @rule(seconds=st.integers(1, 10))
    def pass_time(self, seconds: int) -> None:
        self.now_s += seconds

    @rule(gone=st.frozensets(KEYS, min_size=1))
    def withdraw(self, gone: frozenset[str]) -> None:
        self.verdicts.withdraw_keys(gone)
        self.model = {digest: good for digest, good in self.model.items() if good.key not in gone}

    @rule()
    def forget_bad(self) -> None:
        self.verdicts.forget_bad()
        self.bad = {}

    @rule(digest=DIGESTS)
    def recall(self, digest: bytes) -> None:
        found = self.verdicts.good.recall(digest, self.now_s)
        kept = self.model.get(digest)
        is_alive = kept is not None and self.now_s < kept.until_s
        if found is not None:
            assert is_alive
            assert found is kept
        elif is_alive:  # only the bound may have let it go: enough others were touched since
            since = len(self.touched) - 1 - self.touched[::-1].index(digest)
            assert len(set(self.touched[since + 1 :])) >= BOUND // 2
        if found is not None:
            self.touched.append(digest)

    @rule(digest=DIGESTS)
    def recall_bad(self, digest: bytes) -> None:
        found = self.verdicts.bad.recall(digest, self.now_s)
        kept = self.bad.get(digest)
        assert found is None or (found is kept and self.now_s < found.until_s)

    @invariant()
    def bound_holds(self) -> None:
        assert len(self.verdicts.good) <= BOUND
        assert len(self.verdicts.bad) <= BOUND


TestVerdicts = VerdictMachine.TestCase
TestVerdicts.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
