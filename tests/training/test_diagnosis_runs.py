"""Whole trainings of all shapes, made up: healthy ones are no alarm at any moment, a dead worker is one soon."""

from __future__ import annotations

import heapq
import random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from dots_tui.custom_files.findings import ERROR, INFO
from dots_tui.training.containers import Container
from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from dots_tui.training.diagnosis import Diagnosis

ALGO = "x1kp0trgq9-algo-1-a1b2c"
ROW = "SIM_TRACE_LOG:{},{},1.5,-2.5,90.0,-30.0,1.00,0,1.0000,{},True,{:.4f},7,16.60,{:.3f},{},0.00"


class Line(NamedTuple):
    """What a container prints when."""

    at: float
    container: str
    text: str


def simulation(worker: int) -> str:
    """The container of a worker."""
    return f"deepracer-0_robomaker.{worker + 1}.abcdefghijklmnopqrstuvwxy"


class Training:
    """Makes the lines of a training: workers with unlike shares, slow evaluations, a trainer that takes its time."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.workers = self.random.choice([1, 2, 3, 5])
        self.episodes = self.workers * self.random.randint(1, 4) + self.random.randint(0, self.workers - 1)
        self.settings_known = self.random.random() < 0.7
        self.trials = self.random.choice([0, 1, 3]) if self.settings_known else self.random.choice([1, 3])
        self.slow = self.random.choice([1.0, 3.0, 8.0])
        self.epochs = self.random.randint(2, 8)
        self.driven = [0] * self.workers

    def lines(self, iterations: int = 3) -> Iterator[Line]:
        """All of them, in order of time."""
        return iter(sorted(self._start(iterations)))

    def _start(self, iterations: int) -> Iterator[Line]:
        ready = 1000.0 + self.random.uniform(20, 110)
        for worker in range(self.workers):
            name = simulation(worker)
            if self.workers > 1:
                yield Line(1000.0, name, f"Starting as worker {worker}, using world Albert and configuration a.yaml.")
            if self.settings_known:
                yield Line(1001.0, name, f'  "num_episodes_between_training": {self.episodes},')
            for waited in range(5, int(ready - 1000), 5):
                yield Line(
                    1000.0 + waited, name, f"Waiting for SageMaker Redis server IP: Time elapsed: {waited} seconds"
                )
        yield Line(ready, ALGO, "DoorMan: installing SIGINT, SIGTERM")
        begins = [ready + self.random.uniform(5, 60) for _ in range(self.workers)]
        for number in range(iterations):
            ends: list[float] = []
            for worker in range(self.workers):
                yield Line(begins[worker], simulation(worker), self._restored(number))
                ends.append((yield from self._drive(worker, begins[worker] + 3)))
            saved = yield from self._train(max(ends), number + 1)
            free = yield from self._evaluate(ends[0], saved, number)
            begins = [saved + self.random.uniform(2, 40) for _ in range(self.workers)]
            begins[0] = max(begins[0], free)

    def _restored(self, number: int) -> str:
        return f"Checkpoint> Restoring from path=./checkpoint_robomaker/agent/{number}_Step-{number * 100}.ckpt"

    def _drive(self, worker: int, at: float) -> Generator[Line, None, float]:
        share = self.episodes // self.workers + (worker < self.episodes % self.workers)
        for _ in range(share):
            number = self.driven[worker]
            self.driven[worker] += 1
            rows = self.random.randint(3, 40)
            for step in range(1, rows + 1):
                at += 1.0
                last = step == rows
                status = "prepare" if step == 1 else "off_track" if last else "in_progress"
                yield Line(at, simulation(worker), ROW.format(number, step, last, step * 2.0, at, status))
            text = f"Training> Name=main_level/agent, Worker=0, Episode={number + 1}, Total reward=9.0, Steps=9, "
            yield Line(at + 0.1, simulation(worker), text + "Training iteration=0")
            at += self.random.uniform(1, 9)
        return at

    def _train(self, at: float, number: int) -> Generator[Line, None, float]:
        at += self.random.uniform(1, 10) * self.slow
        for epoch in range(self.epochs):
            at += self.random.uniform(2, 12) * self.slow
            text = f"Policy training> Surrogate loss=-0.1, KL divergence=0.1, Entropy=2.0, training epoch={epoch}, "
            yield Line(at, ALGO, text + "learning_rate=0.0003")
        yield Line(
            at + 1, ALGO, f"Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/{number}_Step-{number}.ckpt']"
        )
        yield Line(at + 3, ALGO, f"Uploaded 3 files for checkpoint {number}")
        return at + 3

    def _evaluate(self, at: float, saved: float, number: int) -> Generator[Line, None, float]:
        name, made = simulation(0), 0
        while made < self.trials or (at < saved and self.trials):
            if made >= self.trials:
                yield Line(at, name, f"Additional evaluation. New Checkpoint: {number}, Last Checkpoint: {number}")
            yield Line(at + 0.5, name, "## agent: Starting evaluation phase")
            at += self.random.uniform(3, 15) * self.slow
            done = "## agent: Finished evaluation phase. Success rate = 0.0, Avg Total Reward = 4.0"
            yield Line(at, name, done)
            made += 1
        return at


def watched(lines: Iterator[Line], workers: int, stop: float = 0.0) -> Iterator[tuple[float, tuple[Diagnosis, ...]]]:
    """What is wrong every five seconds while the lines come, and for *stop* seconds after the last."""
    run = RunState()
    parsers: dict[str, Parser] = {}
    names = [*(simulation(worker) for worker in range(workers)), ALGO]
    run.containers(
        [Container(n, n, "trainer" if n == ALGO else "robomaker", i + 1, "running", "") for i, n in enumerate(names)]
    )
    looks = 1000.0
    for line in heapq.merge(lines):
        while looks <= line.at:
            yield looks, run.snapshot(looks).diagnoses
            looks += 5
        for record in parsers.setdefault(line.container, Parser()).batches(line.text.encode() + b"\n"):
            run.apply(line.container, record, line.at)
    end = looks + stop
    while looks <= end:
        yield looks, run.snapshot(looks).diagnoses
        looks += 5


@pytest.mark.parametrize("seed", range(40))
def test_a_healthy_training_is_no_alarm_at_any_moment(seed: int) -> None:
    training = Training(seed)
    for at, found in watched(training.lines(), training.workers):
        assert [one.sentence for one in found if one.severity != INFO] == [], at


@pytest.mark.parametrize("seed", range(40))
def test_a_worker_that_falls_silent_while_it_drives_is_told_within_two_minutes(seed: int) -> None:
    training = Training(seed)
    lines = list(training.lines())
    rows = [line for line in lines if "in_progress" in line.text]
    last = training.random.choice(rows)
    silent = last.container
    # The others get on until they need it: the trainer asks all workers before it trains.
    left = [line for line in lines if line.at <= last.at or (line.container != silent and line.at < last.at + 60)]
    kept = (line for line in left if line.container != ALGO or line.at <= last.at)
    told = [
        at
        for at, found in watched(iter(list(kept)), training.workers, stop=120)
        if any(one.severity == ERROR and one.container == silent for one in found)
    ]
    assert told
    assert told[0] > last.at
    assert told[0] - last.at <= 120
