"""What makes a fitted model unfit: each problem alone, and a sound model with none."""

from __future__ import annotations

from dataclasses import replace

from omni_identity.linkage.fit import fit_problems
from omni_identity.linkage.mixture import Estimate
from omni_identity.linkage.model import LevelParameters
from tests.linkage.plain_comparisons import EMAIL

SOUND = Estimate(
    parameters={
        "email": (
            LevelParameters(0.6, 0.1, 0.01, 0.0001),
            LevelParameters(0.1, 0.1, 0.2, 0.0001),
            LevelParameters(0.3, 0.8, 0.79, 0.9998),
        )
    },
    pair_counts={"same": 2000.0, "relatives": 100.0, "namesakes": 10.0, "strangers": 5e5},
    rounds=30,
    last_change=1e-6,
    undecided_share=0.1,
)


def problems(**changes: object) -> str:
    return "; ".join(fit_problems((EMAIL,), replace(SOUND, **changes), 1000, SOUND))  # type: ignore[arg-type]


def test_a_sound_model_has_no_problem() -> None:
    assert problems() == ""


def test_an_unsettled_one_is_refused() -> None:
    assert "not settled after 30 rounds" in problems(last_change=0.05)


def test_one_that_cannot_tell_people_apart_is_refused() -> None:
    assert "70% cannot be told" in problems(undecided_share=0.7)


def test_one_in_which_everybody_is_everybody_is_refused() -> None:
    assert "everybody" in problems(pair_counts=SOUND.pair_counts | {"same": 60_000.0})


def test_one_whose_matches_do_not_agree_is_refused() -> None:
    turned = (LevelParameters(0.01, 0.1, 0.01, 0.5), *SOUND.parameters["email"][1:])
    assert "agree on email half as often" in problems(parameters={"email": turned})


def test_few_matches_are_left_to_the_priors() -> None:
    few = replace(SOUND, pair_counts=SOUND.pair_counts | {"same": 3.0}, undecided_share=0.9)
    assert fit_problems((EMAIL,), few, 1000, few) == ()


def test_one_that_gives_the_matches_to_relatives_is_refused() -> None:
    drifted = SOUND.pair_counts | {"same": 1.0, "relatives": 2100.0}
    assert problems(pair_counts=drifted) == (
        "of all pairs the fit takes 1 for one person, where the priors see 2,000:"
        " relatives have taken the matches (2,100 pairs)"
    )
