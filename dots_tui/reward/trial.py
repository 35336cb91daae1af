"""The course of a rehearsal in the child process: an episode, the sweep, the drivers, a second episode, policies.

A simulation calls the function in episodes that begin at step 2, one after the other in one process. The sweep calls it
with states in no order, which a function that remembers cannot take: such a function is found out first and then judged
by drives alone, and what fails in the sweep counts only when an episode can come to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Callable

from dots_tui.reward.approach import approach
from dots_tui.reward.course import LAP, Course, Drive
from dots_tui.reward.cross_entropy import worth_at_start
from dots_tui.reward.drive_map import DriveMap
from dots_tui.reward.drivers import CENTRE, DRIVERS, HITTING, RACING, hitting
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.policies import policies
from dots_tui.reward.ranking import ranking
from dots_tui.reward.results import FunctionFault, Ranked, RehearsalNote
from dots_tui.reward.second_episode import kept_state
from dots_tui.reward.states import STEPS_PER_SECOND, SimulatedWorld, car_at
from dots_tui.reward.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.bench import Bench
    from dots_tui.reward.results import Event
    from dots_tui.reward.states import CarState

_SAME = 1e-7
"""Two rewards that differ by less of their size are the same: so much does a clock reading move one."""
_PROBE_SECONDS = 0.4
"""For the first look at a function, at most, for each of its passes."""
_OTHER_STEPS = 12
"""Of another episode, which a function is given to remember."""
_WARM = 3
"""Steps after which a function has set up what it keeps of an episode."""
_SLOW_S = 0.004
"""From this time a call on there is not time for everything."""
_SWEEP_SHARE, _SLOW_SWEEP_SHARE, _ALL_SHARE = 0.5, 0.15, 0.92
"""Of the time for everything: when sweep and drives stop by themselves."""
_FATAL = ("memory",)
_LEAST_LAPS = 8
"""Fewer are not ranked."""


@dataclass(frozen=True)
class TrialSettings:
    """What a rehearsal has besides the function."""

    discount: float
    seconds: float
    """For all of it."""
    policies: int
    """How many are ranked."""
    other: SimulatedWorld | None = None
    """The track the other way round, where episodes alternate."""


class RewardTrial:
    """One rehearsal. ``run`` tells its events."""

    def __init__(self, bench: Bench, plan: TrialSettings, tell: Callable[[Event], None]) -> None:
        self._bench, self._plan, self._tell = bench, plan, tell
        self._world, self._actions = bench.world, bench.actions
        self._course = Course(self._world.track, self._world.traffic)
        self._map = DriveMap(self._world, self._actions)
        self._begun = monotonic()
        self._remembers = False
        self._per_call = 0.0
        self._skipped: list[str] = []
        self._thinned = False

    def run(self) -> bool:
        """All of it; whether there was a number to go on with."""
        centre = next(one for one in DRIVERS if one.name == CENTRE).drive(self._course, self._actions)
        if not self._first_look(centre):
            return False
        if not self._remembers:
            self._sweep()
        if self._remembers:
            self._tell(_REMEMBERS)
        laps = self._drive()
        self._second_episode(laps)
        self._drive_other_way(laps)
        self._rank()
        if self._remembers:
            self._tell(self._map.so_far())
        self._tell_of_time()
        return True

    # -- a first look -----------------------------------------------------------------------------

    def _first_look(self, centre: Drive) -> bool:
        """Pay for an episode, and find out whether what came before matters. False when nothing gets a number."""
        states = centre.states(self._world)
        begun, rewards = monotonic(), []
        for state in states:
            rewards.append(self._bench.pay(state))
            if monotonic() - begun > _PROBE_SECONDS:
                break
        self._per_call = (monotonic() - begun) / len(rewards)
        if all(reward is None for reward in rewards):
            return False
        states = states[: len(rewards)]
        again = self._quietly(list(reversed(states)))
        elsewhere = self._elsewhere()
        other = self._quietly([*elsewhere, *states[_WARM:]], anew=True)[len(elsewhere) :]
        pairs = [*zip(reversed(rewards), again), *zip(rewards[_WARM:], other)]
        self._remembers = any(_differ(one, two) for one, two in pairs)
        return True

    def _quietly(self, states: Sequence[CarState], *, anew: bool = False) -> list[float | None]:
        """Pay for states in an order no episode has; what fails there is no fault. *anew* loads the module before."""
        if anew:
            self._bench.load()
        rewards = []
        begun = monotonic()
        with self._bench.function.heard_by(self._only_fatal):
            for state in states:
                rewards.append(self._bench.pay(state))
                if monotonic() - begun > _PROBE_SECONDS:
                    break
        return rewards

    def _elsewhere(self) -> list[CarState]:
        """The first steps of an episode that begins half a lap farther on."""
        track = self._world.track
        half = track.length_m / 2.0
        wanted = self._world.state(car_at(track, half, 0.0, 0.0), self._actions.speeds[0], 0.0, 2, 0.0)
        return list(approach(self._world, wanted))[:_OTHER_STEPS]

    def _only_fatal(self, fault: FunctionFault) -> None:
        if fault.kind in _FATAL:
            self._tell(fault)

    # -- the sweep --------------------------------------------------------------------------------

    def _sweep(self) -> None:
        """Try the states; a fault counts when an episode that comes to its state has it, too."""
        suspects: list[tuple[FunctionFault, CarState]] = []
        function = self._bench.function
        share = _SLOW_SWEEP_SHARE if self._per_call > _SLOW_S else _SWEEP_SHARE
        until = self._begun + share * self._plan.seconds

        def suspect(fault: FunctionFault) -> None:
            if fault.kind in _FATAL:
                self._tell(fault)
            elif function.state is not None:
                suspects.append((fault, function.state))

        self._bench.load()
        seen: set[tuple[str, int | None]] = set()
        with function.heard_by(suspect):
            for part in sweep(self._world, self._actions, self._bench.pay, lambda: monotonic() > until):
                self._tell(part)
                for fault, state in suspects:
                    if (fault.kind, fault.line) not in seen:
                        seen.add((fault.kind, fault.line))
                        if not self._recurs(fault, state):
                            self._remembers = True
                if suspects:
                    self._bench.load()
                    suspects.clear()
                if self._remembers:
                    return

    def _recurs(self, suspected: FunctionFault, state: CarState) -> bool:
        """Whether an episode that comes to a state fails there, too; then it is told."""
        found: list[FunctionFault] = []
        self._bench.load()
        with self._bench.function.heard_by(found.append):
            for step in approach(self._world, state):
                self._bench.pay(step)
        for fault in found:
            self._tell(fault)
        return any(fault.kind == suspected.kind and fault.line == suspected.line for fault in found)

    # -- drives -----------------------------------------------------------------------------------

    def _drive(self) -> dict[str, tuple[Drive, list[float | None]]]:
        """Let everybody drive; each meets a module without a past. The drives and what they were paid."""
        done: dict[str, tuple[Drive, list[float | None]]] = {}
        for driver in DRIVERS:
            drive = driver.drive(self._course, self._actions)
            if driver.name not in (RACING, CENTRE) and self._cost(drive) > self._left:
                self._skipped.append(driver.name)
                continue
            rewards = self._paid(drive)
            done[driver.name] = drive, rewards
            self._tell(self._row(driver.name, drive, rewards, honest=driver.honest))
            if self._remembers:
                self._tell(self._map.so_far())
        if self._course.traffic is not None:
            drive = hitting(self._course, self._actions)
            self._tell(self._row(HITTING, drive, self._paid(drive), honest=False))
        return done

    def _row(self, name: str, drive: Drive, rewards: list[float | None], *, honest: bool) -> DriverEpisode:
        row = DriverEpisode.of(name, drive, rewards, honest=honest)
        return replace(row, discounted=worth_at_start([reward or 0.0 for reward in rewards], self._plan.discount))

    def _paid(self, drive: Drive) -> list[float | None]:
        """What the steps of a first episode are paid; where time is short only some, the others like those."""
        self._bench.load()
        states = drive.states(self._world)
        every = 1
        if not self._remembers and self._cost(drive) > self._left / 2.0:
            every = max(1, round(self._cost(drive) / max(self._left / 2.0, self._per_call)))
            self._thinned = self._thinned or every > 1
        rewards: list[float | None] = []
        for number, state in enumerate(states):
            if number % every == 0 or number == len(states) - 1:
                rewards.append(self._bench.pay(state))
            else:
                rewards.append(rewards[-1])
        for state, reward in zip(states, rewards):
            self._map.add(state, reward)
        return rewards

    def _second_episode(self, laps: dict[str, tuple[Drive, list[float | None]]]) -> None:
        if CENTRE in laps and 6 * self._cost(laps[CENTRE][0]) < self._left:
            note = kept_state(self._bench, laps[CENTRE][0], self._tell)
            if note is not None:
                self._tell(note)

    def _drive_other_way(self, laps: dict[str, tuple[Drive, list[float | None]]]) -> None:
        """Every second episode goes the other way: the same two drivers do."""
        world = self._plan.other
        if world is None:
            return
        course, before = Course(world.track, world.traffic), self._world
        self._bench.function.world = world
        try:
            for driver in DRIVERS[:2]:
                drive = driver.drive(course, self._actions)
                if self._cost(drive) > self._left and self._per_call > _SLOW_S:
                    continue
                self._bench.load()
                rewards = [self._bench.pay(state) for state in drive.states(world)]
                if driver.name == RACING and RACING in laps:
                    self._compare_ways(laps[RACING], rewards)
        finally:
            self._bench.function.world = before

    def _compare_ways(self, one: tuple[Drive, list[float | None]], other: list[float | None]) -> None:
        here, there = (sum(reward or 0.0 for reward in rewards) for rewards in (one[1], other))
        if here > 0.0 and there < 0.5 * here and None not in other:
            self._tell(
                RehearsalNote(
                    "other-direction",
                    f"Every second episode is driven the other way round (is_reversed): the racing line earns "
                    f"{there:.4g} there instead of {here:.4g}.",
                )
            )

    def _rank(self) -> None:
        """How policies of all kinds rank by lap time and by what they earn."""
        times: list[float] = []
        returns: list[float] = []
        count = 0
        for drive in policies(self._course, self._actions, self._plan.policies):
            if self._cost(drive) > self._left:
                break
            self._bench.load()
            states = drive.states(self._world)
            rewards = [self._bench.pay(state) for state in states]
            if self._remembers:
                for state, reward in zip(states, rewards):
                    self._map.add(state, reward)
            count += 1
            if drive.end == LAP and None not in rewards:
                times.append(-drive.seconds)
                returns.append(worth_at_start([reward or 0.0 for reward in rewards], self._plan.discount))
        if count < self._plan.policies or not count:
            return
        found = ranking(times, returns) if len(times) >= _LEAST_LAPS else None
        self._tell(Ranked(count, len(times), found.spearman if found else None, found.kendall if found else None))

    # -- time -------------------------------------------------------------------------------------

    @property
    def _left(self) -> float:
        """Seconds there still are."""
        return self._begun + _ALL_SHARE * self._plan.seconds - monotonic()

    def _cost(self, drive: Drive) -> float:
        return len(drive.moments) * self._per_call

    def _tell_of_time(self) -> None:
        if self._per_call <= _SLOW_S or not (self._skipped or self._thinned):
            return
        words = f"One call takes {self._per_call * 1e3:.3g} ms here, so "
        parts = [f"{' and '.join(self._skipped)} did not drive"] if self._skipped else []
        parts += ["only some of the states and steps were tried"]
        words += f"{', and '.join(parts)}."
        if self._per_call > 1.0 / STEPS_PER_SECOND:
            words += " The simulation waits for each call: a step takes longer than the 67 ms it should."
        self._tell(RehearsalNote("slow", words))


_REMEMBERS = RehearsalNote(
    "remembers",
    "The reward depends on earlier calls or on chance. It is therefore judged only along drives, and the map shows "
    "only drives.",
)


def _differ(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is not two
    return abs(one - two) > _SAME * max(1.0, abs(one), abs(two))
