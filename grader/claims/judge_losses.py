"""Judges losses. They are compared with the spread of what was computed and never contradicted:
a seed, a learning rate or a stopped training explains another loss.
"""

from collections.abc import Iterator

from grader.claims.facts import Facts
from grader.claims.found import Accuracy, Found, Loss, Place
from grader.claims.judge_matrices import QUESTIONS, accuracy_of, training_loss
from grader.claims.verdicts import Claim, Draft
from grader.results import Run
from reference.recurrent.tasks import TASKS

SPREAD = 0.15
"""Of a test loss: two seeds of one network lie closer together than this share of it."""

LANGUAGES = {"3.1": ("SRN", "anb2n"), "3.4": ("LSTM", "anb2nc3n")}


def judge_losses(found: Found, facts: Facts) -> Iterator[Claim]:
    """One claim a network of Part 1 and a question of Part 3 that states any loss.

    On other images no loss can be compared: the claim of the accuracy tells what was read.
    """
    for network in facts.networks:
        own = {str(loss.kind): loss for loss in found.losses if loss.network == network}
        accuracy = accuracy_of(network, found)
        comparable = facts.official or accuracy is None
        if comparable and (own or (accuracy is not None and accuracy.loss is not None)):
            yield _of_network(network, own, accuracy, facts)
    for question, (title, language) in LANGUAGES.items():
        stated = [loss for loss in found.losses if loss.question == question]
        if stated:
            yield _of_sequence(question, title, language, stated)


def _of_network(
    network: str, own: dict[str, Loss], accuracy: Accuracy | None, facts: Facts
) -> Claim:
    test, place = None, Place()
    if accuracy is not None and accuracy.loss is not None:
        test, place = accuracy.loss, accuracy.place
    elif "test" in own:
        test, place = own["test"].value, own["test"].place
    said, shown = [], training_loss(list(own.values()))
    if shown is not None:
        said.append(shown.words)
        place = shown.place
    if test is not None:
        said.append(f"test loss {test:g}")
    verdict, computed = _compared(network, test, facts)
    base: Draft = {
        "id": f"{network}-losses",
        "question": QUESTIONS.get(network, ""),
        "title": f"Losses of {network}",
        "said": ", ".join(said),
        "place": place,
        "certain": verdict == "confirmed",
    }
    return Claim.model_validate(base | {"verdict": verdict, "computed": computed})


def _compared(network: str, test: float | None, facts: Facts) -> tuple[str, str]:
    training = facts.networks[network].training
    if not facts.official:
        return "not reproducible", (
            f"The report speaks of the official images; here {facts.dataset} was used."
        )
    runs = [run for run in training.runs if not run.stopped] if training else []
    known = [(loss, run) for run in runs if (loss := _last(run)) is not None]
    if training is None or not training.decides or not known:
        return "not reproducible", "The network was not trained here by the full protocol."
    losses = [loss for loss, _ in known]
    shown = (
        f"Trained here: test loss {', '.join(f'{loss:.4f}' for loss in losses)}; mean training"
        f" loss of the last epoch {', '.join(f'{run.losses[-1]:.4f}' for _, run in known)}."
    )
    if test is None:
        return "not reproducible", f"{shown} A single batch has a loss of its own."
    low, high = (1 - SPREAD) * min(losses), (1 + SPREAD) * max(losses)
    if low <= test <= high:
        return "confirmed", f"{shown} The test loss agrees within the spread of seeds."
    return "not reproducible", f"{shown} Another learning rate or momentum may explain it."


def _last(run: Run) -> float | None:
    return run.test_losses[-1] if run.test_losses and run.losses else None


def _of_sequence(question: str, title: str, language: str, stated: list[Loss]) -> Claim:
    """What Part 3 says is set beside the limit; its network is not handed in."""
    loss = stated[-1]
    limit = TASKS[language].limit
    below = "below" if loss.bound else f"the last of {loss.printed}:" if loss.printed > 1 else ""
    asked = ""
    if limit is not None:
        side = "at or below" if loss.value <= limit else "above"
        asked = f" Consistently below {limit:g} is asked for; the figure is {side} that."
    return Claim(
        id=f"loss-{question}",
        question=question,
        title=f"Printed loss of the {title}",
        verdict="not reproducible",
        said=f"{below} {loss.value:g}".strip(),
        computed=f"The trained network is not handed in.{asked}",
        certain=False,
        place=loss.place,
    )
