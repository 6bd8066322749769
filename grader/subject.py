"""What checks are made on: one submission's captures and trainings, or the oracle's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.assignment import Assignment
from grader.checking import CheckFailure, Ungraded
from grader.claims.verdicts import ReportClaims
from grader.graphs.network import Network
from grader.marks.failure_words import explain_failure
from grader.marks.perceptron import PerceptronAnalysis
from grader.results import NetworkResult, PerceptronResult, Training
from grader.wire import Failure


@dataclass(frozen=True)
class Subject:
    """Captures by network name ("NetLin", "MLP"), what training showed, and Part 2's analysis.

    `missing` are the files that were not handed in. A network without an entry in `captures`
    belongs to one of them. `faults` say why the grader could not train a network. `report` is the
    student's own report with its claims judged by `networks` and `hand_set`, the results;
    `stated` are trainings under the settings that it states.
    """

    assignment: Assignment
    captures: Mapping[str, Network | Failure]
    trainings: Mapping[str, Training] = field(default_factory=dict)
    perceptron: PerceptronAnalysis | None = None
    missing: frozenset[str] = frozenset()
    faults: Mapping[str, str] = field(default_factory=dict)
    report: ReportClaims = field(default_factory=ReportClaims)
    networks: Mapping[str, NetworkResult] = field(default_factory=dict)
    hand_set: PerceptronResult | None = None
    stated: Mapping[str, tuple[str, Training]] = field(default_factory=dict)

    def module_of(self, name: str) -> str:
        """The file that holds this network."""
        table = self.assignment.table
        if name in table.networks:
            return table.networks[name].module
        assert table.perceptron is not None
        return table.perceptron.module

    def network(self, name: str) -> Network:
        """The captured network.

        Raises:
            CheckFailure: it was not handed in, or could not be built, run or captured.
            Ungraded: the grader could not read its graph.
        """
        module = self.module_of(name)
        if module in self.missing:
            raise CheckFailure(
                f"{module} was not handed in", f"{module} with {name}", f"hand in {module}"
            )
        capture = self.captures[name]
        if isinstance(capture, Network):
            return capture
        if capture.stage == "export":
            reason = capture.message.strip().partition("\n")[0][:200] or "no reason given"
            raise Ungraded(
                f"{name} runs, but the grader could not read its graph ({reason}); a tutor will"
                " look at it"
            )
        if capture.stage == "fault":
            raise Ungraded(f"{name} was not captured, through no fault of the student's")
        raise explain_failure(capture, name, module)

    def training(self, name: str) -> Training:
        """What training this network showed.

        Raises:
            Ungraded: it was not trained, or not as often as would be fair.
        """
        if name in self.faults:
            raise Ungraded(self.faults[name])
        if name not in self.trainings:
            raise Ungraded(f"{name} was not trained")
        return self.trainings[name]

    def analysis(self) -> PerceptronAnalysis:
        """Part 2's analysis.

        Raises:
            Ungraded: there is none, because the network has other layers.
        """
        if self.perceptron is None:
            raise Ungraded(
                "the graph is not one hidden layer and an output layer with weights of their own,"
                " so the grader could not work out the points; a tutor will look at it"
            )
        return self.perceptron
