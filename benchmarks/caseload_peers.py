"""The peers of benchmarks/caseload.py: ``PYTHON caseload_peers.py READER PLAN.json OUT.json REPLICATIONS SEED``.

An event at a time, in continuous time, one child and one worker after the other: ``simpy`` with processes, ``loop``
with a heap of our own and nothing else. Neither shares code with what is timed of ours. A visit under way when it
lapses is broken off. A plan is a dictionary:

``n_steps``, ``closures`` (each the chances of its step and area, and its children), ``tier_share``, ``changes`` (from
tier to tier or out), ``schedule`` (a visit: tier, due, tolerance, patience, place in the order of service, whether it
is a first contact), ``posts`` (area of each), ``training``, ``leaving_rate``, ``vacancy``, ``visit_steps`` (of an area:
the part of a step that a visit takes), ``is_random``: whether visits take memoryless times, and ``spread``: whether
children come, and visits fall due, any time within their step or at its start.
"""

import heapq
import json
import random
import resource
import sys
import time
from collections.abc import Iterator
from itertools import accumulate, count
from pathlib import Path

START, READY = 0, 1
ROUNDING = 1e-9  # five fifths of a step end with it


def main() -> None:
    """Run the plan so many times; write times, and of each replication what was due, in time and first in time."""
    reader, plan_file, out, replications, seed = sys.argv[1:]
    plan = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    chance = random.Random(int(seed))  # noqa: S311
    start, used = time.perf_counter(), _processor()
    runs = [READERS[reader](plan, chance) for _ in range(int(replications))]
    found = {"seconds": time.perf_counter() - start, "cpu_seconds": _processor() - used}
    Path(out).write_text(json.dumps(found | {"runs": runs}), encoding="utf-8")


def by_loop(plan: dict, chance: random.Random) -> dict[str, int]:
    """Return what was due, over and in time in one replication, area after area."""
    visits, careers = _visits(plan, chance), _careers(plan, chance)
    judged = _Judged(plan)
    for area in range(len(plan["visit_steps"])):
        _serve(plan, area, visits.get(area, []), careers.get(area, []), judged, chance)
    return judged.counts


def by_simpy(plan: dict, chance: random.Random) -> dict[str, int]:
    """Return the same with a process of simpy for each child, post and worker."""
    import simpy  # only where it is installed

    environment, judged = simpy.Environment(), _Judged(plan)
    stores = [simpy.PriorityStore(environment) for _ in plan["visit_steps"]]
    number = count()

    def child(arrives: float, area: int) -> Iterator:
        yield environment.timeout(arrives)
        for due, visit in _visits_of_child(plan, chance):
            yield environment.timeout(arrives + due - environment.now)
            if environment.now >= plan["n_steps"]:
                return
            judged.falls_due(environment.now, visit)
            yield stores[area].put((visit[4], environment.now, next(number), visit))

    def worker(area: int, since: float, left: float) -> Iterator:
        yield environment.timeout(since)
        while environment.now < min(left, plan["n_steps"]):
            asked = stores[area].get()
            yield asked | environment.timeout(max(left - environment.now, 0))
            if not asked.triggered:
                asked.cancel()
                return
            _, due, _, visit = asked.value
            if judged.is_missed(environment.now, due, visit):
                continue
            done = environment.now + _takes(plan, area, chance)
            is_missed = judged.is_missed(done - ROUNDING, due, visit)
            yield environment.timeout((judged.lapses(due, visit) if is_missed else done) - environment.now)
            if not is_missed:
                judged.is_made(environment.now, due, visit)

    for arrives, area in _arrivals(plan, chance):
        environment.process(child(arrives, area))
    for area, workers in _careers(plan, chance).items():
        for since, left in workers:
            environment.process(worker(area, since, left))
    environment.run(until=plan["n_steps"])
    return judged.counts


class _Judged:
    """Counts of visits: those due, of which some may still be in time at the end, and those made in time."""

    def __init__(self, plan: dict) -> None:
        self.plan, self.end = plan, plan["n_steps"]
        self.counts = dict.fromkeys(("due", "over", "in_time", "first_over", "first_in_time"), 0)

    def falls_due(self, due: float, visit: list) -> None:
        self.counts["due"] += 1
        if self._deadline(due, visit[2]) <= self.end:
            self._count("over", visit)

    def is_made(self, now: float, due: float, visit: list) -> None:
        if now <= min(self._deadline(due, visit[2]), self.end) + ROUNDING:
            self._count("in_time", visit)
            if self._deadline(due, visit[2]) > self.end:
                self._count("over", visit)

    def is_missed(self, now: float, due: float, visit: list) -> bool:
        return now >= self.lapses(due, visit)

    def lapses(self, due: float, visit: list) -> float:
        return self._deadline(due, visit[3])

    def _deadline(self, due: float, wait: float) -> float:
        """Return when its time is over: with visits due at any time, so long after; else at the end of a step."""
        return due + wait + (0 if self.plan["spread"] else 1)

    def _count(self, what: str, visit: list) -> None:
        self.counts[what] += 1
        if visit[5]:
            self.counts[f"first_{what}"] += 1


def _serve(plan: dict, area: int, visits: list, workers: list, judged: _Judged, chance: random.Random) -> None:
    """Let the workers of an area make its visits: who is free takes the first in the order of service."""
    number, waiting, idle = count(), [], []
    events = [(due, START, next(number), visit) for due, visit in visits]
    events += [(since, READY, next(number), left) for since, left in workers]
    heapq.heapify(events)
    while events:
        now, kind, _, what = heapq.heappop(events)
        if now >= plan["n_steps"]:
            return
        if kind == START:
            judged.falls_due(now, what)
            heapq.heappush(waiting, (what[4], now, next(number), what))
        elif now < what:
            idle.append(what)
        while waiting and idle and not (events and events[0][0] == now):
            left = idle.pop()
            if left <= now:
                continue
            visit, due = _next(waiting, now, judged)
            if visit is None:
                idle.append(left)
                break
            done = now + _takes(plan, area, chance)
            if judged.is_missed(done - ROUNDING, due, visit):
                done = judged.lapses(due, visit)
            else:
                judged.is_made(done, due, visit)
            heapq.heappush(events, (done, READY, next(number), left))


def _next(waiting: list, now: float, judged: _Judged) -> tuple[list | None, float]:
    while waiting:
        _, due, _, visit = heapq.heappop(waiting)
        if not judged.is_missed(now, due, visit):
            return visit, due
    return None, 0.0


def _takes(plan: dict, area: int, chance: random.Random) -> float:
    mean = plan["visit_steps"][area]
    return chance.expovariate(1 / mean) if plan["is_random"] else mean


def _visits(plan: dict, chance: random.Random) -> dict[int, list]:
    visits: dict[int, list] = {}
    for arrives, area in _arrivals(plan, chance):
        of_child = [(arrives + due, visit) for due, visit in _visits_of_child(plan, chance)]
        visits.setdefault(area, []).extend(one for one in of_child if one[0] < plan["n_steps"])
    return visits


def _arrivals(plan: dict, chance: random.Random) -> Iterator[tuple[float, int]]:
    for closure in plan["closures"]:
        step, area = _drawn(closure["steps"], chance), _drawn(closure["areas"], chance)
        for _ in range(closure["n"]):
            yield (step + chance.random() if plan["spread"] else step), area


def _visits_of_child(plan: dict, chance: random.Random) -> Iterator[tuple[int, list]]:
    """Yield the visits of a child step by step: the tier of the step, then perhaps another."""
    by_age: dict[tuple[int, int], list] = {}
    for visit in plan["schedule"]:
        by_age.setdefault((visit[0], visit[1]), []).append(visit)
    tier, n_tiers = _drawn(plan["tier_share"], chance), len(plan["tier_share"])
    for age in range(1 + max(visit[1] for visit in plan["schedule"])):
        yield from ((age, visit) for visit in by_age.get((tier, age), []))
        tier = _drawn(plan["changes"][tier], chance)
        if tier >= n_tiers:
            return


def _careers(plan: dict, chance: random.Random) -> dict[int, list]:
    careers: dict[int, list] = {}
    for area in plan["posts"]:
        hired, needs = 0.0, 0.0
        while hired < plan["n_steps"]:
            left = hired + (chance.expovariate(plan["leaving_rate"]) if plan["leaving_rate"] else float("inf"))
            if hired + needs < left:
                careers.setdefault(area, []).append((hired + needs, min(left, plan["n_steps"])))
            hired, needs = left + plan["vacancy"], plan["training"]
    return careers


def _drawn(shares: list[float], chance: random.Random) -> int:
    u = chance.random()
    for place, until in enumerate(accumulate(shares)):
        if u < until:
            return place
    return max(place for place, share in enumerate(shares) if share > 0)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


READERS = {"loop": by_loop, "simpy": by_simpy}


if __name__ == "__main__":
    main()
