"""Markov chains solved by linear algebra: an oracle that knows no formula."""

from collections.abc import Callable, Hashable

import numpy as np

State = Hashable


def stationary(
    start: State, moves: Callable[[State], list[tuple[float, State]]]
) -> dict[State, float]:
    """Return the steady state of the chain that `moves` (rate, where to) spans from a start."""
    number, todo = {start: 0}, [start]
    found: list[tuple[int, int, float]] = []
    while todo:
        state = todo.pop()
        for rate, after in moves(state):
            if rate > 0:
                if after not in number:
                    number[after] = len(number)
                    todo.append(after)
                found.append((number[state], number[after], rate))
    flows = np.zeros((len(number), len(number)))
    for here, there, rate in found:
        flows[there, here] += rate
        flows[here, here] -= rate
    flows[0] = 1.0
    right = np.zeros(len(number))
    right[0] = 1.0
    chances = np.linalg.solve(flows, right)
    return {state: float(chances[place]) for state, place in number.items()}


def mean(chances: dict[State, float], of: Callable[[State], float]) -> float:
    """Return the average of something over a steady state."""
    return sum(chance * of(state) for state, chance in chances.items())
