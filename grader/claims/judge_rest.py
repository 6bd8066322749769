"""Judges what is said of the training, and the cover."""

from collections.abc import Iterator

from grader.claims.facts import Facts
from grader.claims.found import Found
from grader.claims.judge_matrices import QUESTIONS
from grader.claims.verdicts import Claim, Draft


def judge_cover(found: Found, facts: Facts) -> Iterator[Claim]:
    """Whether the report names the student who handed it in."""
    base: Draft = {
        "id": "cover-id",
        "question": "cover",
        "title": "Student id",
        "computed": "",
    }
    base["computed"] = f"handed in as {facts.submission}"
    if not found.ids:
        verdict = "absent" if found.complete else "not reproducible"
        yield Claim.model_validate(base | {"verdict": verdict, "said": "The report names no id."})
    elif facts.submission in found.ids or not facts.submission.startswith("z"):
        yield Claim.model_validate(base | {"verdict": "confirmed", "said": ", ".join(found.ids)})
    else:
        yield Claim.model_validate(base | {"verdict": "contradicted", "said": ", ".join(found.ids)})
    yield Claim(
        id="cover-name",
        question="cover",
        title="Student name",
        verdict="confirmed" if found.named else "absent" if found.complete else "not reproducible",
        said="The cover has a name." if found.named else "No name was recognised on the cover.",
    )


def judge_settings(found: Found, facts: Facts) -> Iterator[Claim]:
    """Stated learning rate, momentum, epochs, hidden size and filters, each once a network."""
    usual = {
        "learning rate": facts.learning_rate,
        "momentum": facts.momentum,
        "epochs": float(facts.epochs),
    }
    seen = set()
    for setting in found.settings:
        key = (setting.network, setting.name)
        if not setting.network or key in seen:
            continue
        values = {s.value for s in found.settings if (s.network, s.name) == key}
        wanted = {usual[setting.name]} if setting.name in usual else _in_code(facts, *key)
        seen.add(key)
        if setting.name == "filters" and not wanted:
            continue
        base: Draft = {
            "id": f"{setting.network}-{setting.name.replace(' ', '-')}",
            "question": QUESTIONS.get(setting.network, ""),
            "title": f"{setting.name.capitalize()} of {setting.network}",
            "said": ", ".join(f"{value:g}" for value in sorted(values)),
            "computed": ", ".join(f"{value:g}" for value in sorted(wanted)),
            "place": setting.place,
        }
        if wanted and wanted <= values:
            yield Claim.model_validate(base | {"verdict": "confirmed"})
        else:
            yield Claim.model_validate(base | {"verdict": "not reproducible", "certain": False})


def _in_code(facts: Facts, network: str, name: str) -> set[float]:
    """Nodes of the first fully connected layer that is no output, or filters of all convolutions.

    Empty where the network has none, or could not be captured.
    """
    result = facts.networks.get(network)
    layers = result.layers if result else []
    if name == "filters":
        return {float(layer.shape[0]) for layer in layers if layer.kind == "conv"}
    linear = [layer for layer in layers if layer.kind == "linear"]
    return {float(linear[0].shape[-1])} if len(linear) > 1 else set()
