"""Environments: Gymnasium's own checks, the same bits for the same seeds, splits, and money."""

import json
from hashlib import sha256
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from simlab.controllers.learning import FEATURES
from simlab.core import UserError
from simlab.rl import IDS
from simlab.rl.default import DEFAULT, HEALING
from simlab.rl.requests import AutoscaleDES, SelfHeal
from simlab.rl.seeds import SPLITS, addressed, check_seed

SHORT: dict[str, dict[str, Any]] = {
    "Simlab/Autoscale-v0": {"episode_s": 600},
    "Simlab/AutoscaleDES-v0": {"episode_s": 150},
    "Simlab/SelfHeal-v0": {"episode_s": 150},
    "Simlab/SelfHealTiny-v0": {"steps": 40},
}
every = pytest.mark.parametrize("name", IDS, ids=lambda one: one.partition("/")[2])


def made(name: str, **words: Any) -> Any:
    return gym.make(name, **{**SHORT[name], **words})


def story(env: Any, seed: int, options: dict[str, Any] | None = None) -> str:
    """Return a hash of all that an episode of drawn actions shows."""
    told = sha256()
    observed, info = env.reset(seed=seed, options=options)
    env.action_space.seed(seed)
    over = False
    while not over:
        told.update(observed.tobytes() + json.dumps(info, sort_keys=True).encode())
        observed, reward, terminated, over, info = env.step(env.action_space.sample())
        told.update(np.float64(reward).tobytes())
        assert not terminated
    return told.hexdigest()


@every
def test_gymnasium_finds_nothing_wrong(name: str) -> None:
    check_env(made(name).unwrapped)


@every
def test_specs_are_json(name: str) -> None:
    env = made(name)
    again = gym.make(gym.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert story(again, 5) == story(env, 5)


@every
def test_the_same_seed_and_actions_are_the_same_to_the_bit(name: str) -> None:
    one, two = made(name), made(name)
    assert story(one, 7) == story(two, 7) == story(one, 7)
    assert story(one, 7) != story(one, 8)


@every
@pytest.mark.parametrize("action", [-1, 999, 1.7, float("nan"), None], ids=repr)
def test_an_action_that_is_none_of_them_is_refused(name: str, action: Any) -> None:
    env = made(name).unwrapped
    env.reset(seed=5)
    with pytest.raises(UserError, match=r"^action must be a whole number from 0 to \d, got "):
        env.step(action)


@every
def test_an_episode_that_is_over_does_not_go_on(name: str) -> None:
    env = made(name).unwrapped
    env.reset(seed=5)
    over = False
    while not over:
        over = env.step(0)[3]
    with pytest.raises(UserError, match="the episode is over: reset comes first"):
        env.step(0)
    env.reset(seed=5)
    env.step(0)


@every
def test_observations_have_names(name: str) -> None:
    env = made(name).unwrapped
    assert env.observation_space.shape == (len(env.feature_names),)
    if "Tiny" not in name:
        assert env.feature_names == FEATURES


@pytest.mark.parametrize("name", ["Simlab/Autoscale-v0", "Simlab/AutoscaleDES-v0"])
def test_reward_is_what_it_cost(name: str) -> None:
    env = made(name)
    env.reset(seed=3)
    total, over, info = 0.0, False, {}
    while not over:
        _, reward, _, over, info = env.step(2)
        assert reward == pytest.approx(-sum(info["cost_usd"].values()))
        assert 0 <= info["late"] + info["dropped"] <= info["requests"] * 1.5
        total += reward
    assert info["episode_kpi"]["cost_usd"] == pytest.approx(-total)


def test_an_episode_is_as_long_as_was_asked_and_is_cut() -> None:
    env = made("Simlab/Autoscale-v0", period_s=30)
    env.reset(seed=1)
    ends = [env.step(0)[2:4] for _ in range(20)]
    assert ends == [(False, False)] * 19 + [(False, True)]


# Splits.


def test_no_seed_is_of_two_splits() -> None:
    for one, seeds in SPLITS.items():
        for other, theirs in SPLITS.items():
            assert one == other or not set(seeds[:2000]) & set(theirs)
            assert one == other or seeds[-1] not in theirs


@pytest.mark.parametrize("name", ["Simlab/Autoscale-v0", "Simlab/AutoscaleDES-v0"])
@pytest.mark.parametrize(
    ("split", "seed", "good"),
    [
        pytest.param("train", 20_000, True, id="its own"),
        pytest.param("train", 10_000, False, id="a test seed in training"),
        pytest.param("train", 9_029, False, id="a validation seed in training"),
        pytest.param("test", 10_099, True, id="a test seed in a test"),
        pytest.param("test", 20_000, False, id="a training seed in a test"),
        pytest.param("validation", 5, False, id="one of no split"),
    ],
)
def test_seeds_of_another_split_are_refused(name: str, split: str, seed: int, good: bool) -> None:
    env = made(name, split=split)
    if good:
        assert env.reset(options={"trace_seed": seed})[1]["trace_seed"] == seed
        return
    with pytest.raises(UserError, match=f"must be of the {split} split"):
        env.reset(options={"trace_seed": seed})


@pytest.mark.parametrize("split", list(SPLITS))
def test_what_is_drawn_is_of_the_split(split: str) -> None:
    env = made("Simlab/Autoscale-v0", split=split)
    for seed in range(5):
        drawn = env.reset(seed=seed)[1]["trace_seed"]
        assert check_seed(drawn, split) == drawn
    assert all(addressed(1, episode) in SPLITS["train"] for episode in range(50))


# Words.


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"split": "all"}, "split must be"),
        ({"workload": "wild"}, "workload must be"),
        ({"action_mode": "any"}, "action_mode must be"),
        ({"period_s": 20.0}, "multiple of tick_s"),
        ({"period_s": -15.0}, "period_s must be positive"),
        ({"min_replicas": 30}, "min_replicas must be"),
        ({"service": "db"}, "there is no service 'db'"),
        ({"randomize": {"luck": 1}}, "randomize may hold scale"),
        ({"scenario": {**DEFAULT, "duration": "never"}}, "duration"),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_words_that_make_no_sense_are_refused(words: dict[str, Any], why: str) -> None:
    with pytest.raises(UserError, match=why):
        made("Simlab/Autoscale-v0", **words)


def test_options_that_are_not_known_are_refused() -> None:
    with pytest.raises(UserError, match="options may be"):
        made("Simlab/Autoscale-v0").reset(options={"speed": 2})


@pytest.mark.parametrize(
    "words",
    [
        {"workload": "spiky"}, {"startup_s": 300}, {"slo_s": 0.3}, {"price_replica_hour": 1.0},
        {"price_bad_per_1k": 9.0}, {"price_scale_op": 0.1}, {"max_step": 1},
        {"stabilization_s": 600}, {"patience_s": 1.0}, {"max_replicas": 7}, {"min_replicas": 6},
        {"randomize": {"scale": [2.0, 2.0]}}, {"action_mode": "delta"}, {"mean_rate": 5.0, "workload": "calm"},
        {"restart": True},
    ],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_every_word_counts(words: dict[str, Any]) -> None:
    one, two = made("Simlab/Autoscale-v0"), made("Simlab/Autoscale-v0", **words)
    assert story(one, 4) != story(two, 4)


@pytest.mark.parametrize(
    "options",
    [{"n0": 12}, {"start_s": 600}, {"trace": [9.0] * 40}],
    ids=lambda one: next(iter(one)),
)
def test_every_option_counts(options: dict[str, Any]) -> None:
    env, seed = made("Simlab/Autoscale-v0"), {"trace_seed": 30_000}
    assert story(env, 4, seed) != story(env, 4, {**seed, **options})


def test_masks_keep_counts_within_their_bounds() -> None:
    env = made("Simlab/Autoscale-v0", action_mode="delta", min_replicas=5, max_replicas=7).unwrapped
    env.reset(options={"n0": 5})
    assert env.action_masks().tolist() == [False, False, False, True, True, True, False]


# Many at once.


@pytest.mark.parametrize(
    "words",
    [{}, {"action_mode": "delta", "restart": True, "max_step": 2}, {"workload": "flash"},
     {"action_mode": "founding", "period_s": 60}, {"action_mode": "absolute", "startup_s": 0}],
    ids=["targets", "deltas", "flash", "founding", "counts"],
)  # fmt: skip
def test_many_are_as_each_by_itself(words: dict[str, Any]) -> None:
    many, seed = 5, 11
    words = {**SHORT["Simlab/Autoscale-v0"], **words}
    together = gym.make_vec("Simlab/Autoscale-v0", num_envs=many, **words)
    single = [gym.make("Simlab/Autoscale-v0", **words) for _ in range(many)]
    observed, _ = together.reset(seed=seed)
    alone = [one.reset(seed=seed + at)[0] for at, one in enumerate(single)]
    assert observed.tobytes() == np.stack(alone).tobytes()
    together.action_space.seed(1)
    for _ in range(2 * 40):
        actions = together.action_space.sample()
        observed, rewards, _, over, info = together.step(actions)
        found = [one.step(action) for one, action in zip(single, actions)]
        assert observed.tobytes() == np.stack([one[0] for one in found]).tobytes()
        assert rewards.tolist() == [one[1] for one in found]
        assert info["late"].tolist() == [one[4]["late"] for one in found]
        if over.all():
            assert all(one[3] for one in found)
            observed, rewards, _, over, _ = together.step(actions)  # It begins anew.
            assert observed.tobytes() == np.stack([one.reset()[0] for one in single]).tobytes()
            assert rewards.tolist() == [0.0] * many
            assert not over.any()
            break
    else:
        raise AssertionError("it never ended")


# Request level.


def test_a_leak_shows_and_a_restart_cures_it() -> None:
    leaking = {**HEALING, "faults": {"leaking": HEALING["faults"]["leaking"]}}
    env: Any = SelfHeal(leaking, episode_s=600)
    memory = FEATURES.index("memory")

    def risen(acts: bool) -> float:
        env.reset(options={"trace_seed": 30_001})
        for at in range(25):
            observed = env.step(8 if acts and at == 6 else 4)[0]
        return float(observed[memory])

    assert env.moves.names()[8] == "restart"
    assert risen(acts=False) > 0.7
    assert risen(acts=True) < 0.6


def test_what_is_unknown_is_said() -> None:
    blind = {"kind": "missing_metrics", "target": "web", "at": "60s"}
    env = AutoscaleDES({**DEFAULT, "faults": {"blind": blind}}, episode_s=150)
    env.reset(seed=1)
    for _ in range(4):
        observed, _, _, _, info = env.step(np.int64(4))
    assert "load" in info["unknown"]
    assert observed[FEATURES.index("load")] == -2.0


def test_the_shipped_scenario_is_the_default_one() -> None:
    from pathlib import Path

    from simlab.rl.setup import Setup

    shipped = Path(__file__).parents[2] / "scenarios" / "autoscale.yaml"
    assert Setup(scenario=str(shipped)).world() == Setup(scenario=DEFAULT).world()


@pytest.mark.parametrize("actions", [[0, -1], [0, 999], [0], [0.0, 1.5]], ids=repr)
def test_actions_of_many_are_ones_of_each(actions: list[float]) -> None:
    many = gym.make_vec("Simlab/Autoscale-v0", num_envs=2, **SHORT["Simlab/Autoscale-v0"])
    many.reset(seed=5)
    with pytest.raises(UserError, match=r"^actions must be 2 of Discrete\("):
        many.step(np.array(actions))
    many.step(np.array([0, 1]))
