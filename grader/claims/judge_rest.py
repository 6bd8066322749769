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
    """Stated learning rate, momentum, epochs and hidden size, each once a network."""
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
        known = _hidden(facts, setting.network) if setting.name == "hidden nodes" else None
        wanted = known if setting.name == "hidden nodes" else usual[setting.name]
        seen.add(key)
        base: Draft = {
            "id": f"{setting.network}-{setting.name.replace(' ', '-')}",
            "question": QUESTIONS.get(setting.network, ""),
            "title": f"{setting.name.capitalize()} of {setting.network}",
            "said": ", ".join(f"{value:g}" for value in sorted(values)),
            "computed": "" if wanted is None else f"{wanted:g}",
            "place": setting.place,
        }
        if wanted is not None and wanted in values:
            yield Claim.model_validate(base | {"verdict": "confirmed"})
        else:
            yield Claim.model_validate(base | {"verdict": "not reproducible", "certain": False})


def _hidden(facts: Facts, network: str) -> float | None:
    """Nodes of the network's first fully connected layer that is not the output."""
    result = facts.networks.get(network)
    layers = [layer for layer in result.layers if layer.kind == "linear"] if result else []
    return float(layers[0].shape[-1]) if len(layers) > 1 else None
