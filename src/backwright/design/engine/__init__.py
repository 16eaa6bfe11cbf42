"""The discrete-event engine in pure Python: `simulate` runs a `Net` and returns a `Run`.

agenda          events, what is ready, timers; the order that every engine must keep
streams         random numbers, a stream for each law
world           all that is alive during a run: desks (stations), copies (groups), gates (policies), ...
threading_code  programs as closures: the steps; holding.py and calling.py have the larger ones
arrivals        sources; troubles: failures and autoscalers
simulating      the loop; outcome: what it gave
"""

from backwright.design.engine.simulating import simulate

__all__ = ["simulate"]
