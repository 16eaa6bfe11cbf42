"""Our engine behind JSON lines, so that somebody else's world can score it as a black box.

    python -m benchmarks.assess.bridge        one JSON object per line in, one per line out

`world` once, then per person `reset`, `declare`, and `next`, `answer` or `rapid`, `probs` in any
order. What cannot be done is answered {"error": why}; the bridge goes on with the next line.
"""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO

import numpy as np

from backwright.assess.structure import Bools, Ints, Structure
from benchmarks.assess.methods import Ours
from benchmarks.assess.world import Others, Visible

Message = Mapping[str, Any]


class Bridge:
    """One engine for one world at a time; `reply` never raises."""

    def __init__(self) -> None:
        self._method: Ours | None = None
        self._verbs: Mapping[str, Callable[[Message], dict[str, Any]]] = {
            "world": self._world,
            "reset": self._reset,
            "declare": self._declare,
            "next": self._next,
            "answer": self._answer,
            "rapid": self._rapid,
            "probs": self._probs,
        }

    def reply(self, line: str) -> dict[str, Any]:
        """Return what to say to one line."""
        try:
            message = json.loads(line)
            verb = self._verbs.get(message["op"])
            if verb is None:
                return {"error": f"no op is called {message['op']!r}; use {', '.join(self._verbs)}"}
            return verb(message)
        except Exception as problem:
            return {"error": f"{type(problem).__name__}: {problem}"}

    @property
    def _engine(self) -> Ours:
        if self._method is None:
            raise LookupError('no world yet: send {"op": "world", ...} first')
        return self._method

    def _world(self, message: Message) -> dict[str, Any]:
        visible = visible_of(message)
        self._method = Ours(visible, others_of(message.get("calibration"), visible))
        return {}

    def _reset(self, message: Message) -> dict[str, Any]:
        self._engine.reset(int(message.get("learner") or 0))
        return {}

    def _declare(self, message: Message) -> dict[str, Any]:
        self._engine.declare({name: bool(has) for name, has in message["used"].items()})
        return {}

    def _next(self, _: Message) -> dict[str, Any]:
        return {"item": self._engine.next()}

    def _answer(self, message: Message) -> dict[str, Any]:
        right = message["right"]
        self._engine.answer(self._item(message), None if right is None else bool(right))
        return {}

    def _rapid(self, message: Message) -> dict[str, Any]:
        self._engine.skip(self._item(message))
        return {}

    def _probs(self, _: Message) -> dict[str, Any]:
        return {"probs": self._engine.mastery.tolist()}

    def _item(self, message: Message) -> int:
        item = int(message["item"])
        if not 0 <= item < self._engine.items:
            raise LookupError(f"no item {item}; there are {self._engine.items}")
        return item


def visible_of(message: Message) -> Visible:
    """Return a world as its message describes it."""
    items = message["items"]
    structure = Structure(
        skills=tuple(str(skill) for skill in message["skills"]),
        domain=tuple(str(name) for name in message["domain"]),
        level=tuple(int(level) for level in message["level"]),
        groups=tuple(
            tuple(tuple(int(member) for member in group) for group in groups if group)
            for groups in message.get("groups") or [[] for _ in message["skills"]]
        ),
        languages=tuple(str(name) for name in message.get("langs") or ()),
    )
    return Visible(
        structure=structure,
        skill=np.array([item["skill"] for item in items], dtype=np.int64),
        guess=np.array([item["guess"] for item in items], dtype=float),
        slip=np.array([item["slip"] for item in items], dtype=float),
        kind=tuple(str(item.get("type", "")) for item in items),
    )


def others_of(calibration: Message | None, visible: Visible) -> Others | None:
    """Return other people's answers with one column per skill, -1 where somebody was not asked."""
    if not calibration or not calibration["items"]:
        return None
    given: Ints = np.array(
        [[-1 if item is None else item for item in row] for row in calibration["items"]],
        dtype=np.int64,
    )
    right: Bools = np.array(calibration["right"], dtype=bool)
    items = np.full((len(given), len(visible.structure.skills)), -1, dtype=np.int64)
    hits = np.zeros(items.shape, dtype=bool)
    person, column = np.nonzero(given >= 0)
    asked = given[person, column]
    items[person, visible.skill[asked]] = asked
    hits[person, visible.skill[asked]] = right[person, column]
    return Others(items, hits)


def serve(lines: TextIO, out: TextIO) -> None:
    """Answer line by line until the input ends."""
    bridge = Bridge()
    for line in lines:
        if line.strip():
            print(json.dumps(bridge.reply(line)), file=out, flush=True)


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
