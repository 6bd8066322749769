"""The attacks themselves, on the strongest sandbox that works here."""

import pytest

from grader.attack import running
from grader.attack.attack import Attack, load_attacks
from grader.attack.running import run_attacks
from grader.capturing.isolation import Rlimits, choose_isolation, sandbox_fault

needs_sandbox = pytest.mark.skipif(bool(sandbox_fault()), reason=sandbox_fault())


@needs_sandbox
def test_no_attack_of_the_catalogue_wins() -> None:
    verdicts = list(run_attacks(load_attacks(), choose_isolation().tier, 2))
    assert {v.name: v.wins for v in verdicts if v.wins} == {}
    assert len(verdicts) == len(load_attacks()) > 100


@needs_sandbox
def test_an_attack_that_wins_is_seen() -> None:
    """Right code in the place of wrong code is what no wall can stop, and what must show here."""
    right = """
class NetFull(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(784, 150), nn.Linear(150, 10)
    def forward(self, x):
        return F.log_softmax(self.b(torch.tanh(self.a(x.view(x.shape[0], -1)))), dim=1)
"""
    (verdict,) = run_attacks({"right": Attack(idea="", end=right)}, choose_isolation().tier, 1)
    assert "netfull_activation is passed, not failed" in verdict.wins


def test_a_control_run_that_went_well_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = iter(["No space left on device", ""])
    monkeypatch.setattr(running, "control_fault", lambda _isolation, _limits: next(faults))
    monkeypatch.setattr(running, "_CONTROLLED", set[str]())
    found = [running._controlled_once(Rlimits(), running.LIMITS) for _ in range(3)]
    assert found == ["No space left on device", "", ""]


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["landlock", "rlimits"])
def test_no_attack_wins_against_a_weaker_tier(tier: str) -> None:
    promised = {n: a for n, a in load_attacks().items() if tier != "rlimits" or not a.walls}
    if tier == "landlock":
        from grader.capturing.landlocked import landlock_fault

        if fault := landlock_fault():
            pytest.skip(fault)
    verdicts = list(run_attacks(promised, tier, 2))
    assert {v.name: v.wins for v in verdicts if v.wins} == {}
