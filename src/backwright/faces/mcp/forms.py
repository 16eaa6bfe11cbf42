"""A sitting in forms that the client shows a person, over either revision of the protocol."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext

from backwright.faces.mcp.calls import Told
from backwright.faces.mcp.sitting import FORMS_MAX, TRIES_MAX, form_of, going_on, question_in
from backwright.usecases import UseCase
from backwright.usecases.bench import Bench

PROBLEM = "backwright/problem"  # key of an error's parts in a result's meta data
Run = Callable[[Mapping[str, object]], Awaitable[Told]]


def result_of(told: Told) -> types.CallToolResult:
    """Return what a call came to as the protocol has it."""
    content: list[types.ContentBlock] = [types.TextContent(type="text", text=told.text)]
    if told.is_error:
        # Not as structured content: clients check that against the schema of answers.
        return types.CallToolResult(content=content, is_error=True, _meta={PROBLEM: told.values})
    return types.CallToolResult(content=content, structured_content=told.values)


class Sitting:
    """One question after another in forms of the client; a person fills them in."""

    def __init__(
        self, use_case: UseCase, arguments: Mapping[str, object], run: Run, bench: Bench
    ) -> None:
        self._use_case, self._arguments, self._run, self._clock = (
            use_case,
            arguments,
            run,
            bench.clock,
        )
        self._scope = {
            k: v for k, v in arguments.items() if k not in ("languages", "asked", "seconds")
        }

    async def whole(self, ctx: ServerRequestContext[Any, Any]) -> types.CallToolResult:
        """Show forms within one call, as clients of the older protocol take them."""
        told = await self._run(self._arguments)
        state = self._state(told, 0, 0)
        problem = ""
        while state["shown"] < FORMS_MAX and (question := question_in(told.answer)):
            form = form_of(question, state["number"], told.answer.feedback, problem)
            filled = await ctx.session.elicit_form(
                form.message, form.schema, related_request_id=ctx.request_id
            )
            if filled.action != "accept":
                return self._end(told, stopped=True)
            answered = await self._answered(state, filled)
            if answered.is_error:
                state["tries"] += 1
                if state["tries"] >= TRIES_MAX:
                    return result_of(answered)
                problem = answered.values["problem"]
                continue
            told, problem = answered, ""
            state = self._state(told, state["shown"] + 1, 0)
        return self._end(told)

    async def next_round(
        self, params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        """Take in one form and ask for the next, as clients of the newer protocol take them."""
        filled = (params.input_responses or {}).get("answer")
        if not params.request_state or not isinstance(filled, types.ElicitResult):
            told = await self._run(self._arguments)
            return self._ask(told, self._state(told, 0, 0), "")
        state = json.loads(params.request_state)
        if filled.action != "accept":
            return self._end(
                await self._run({**self._scope, "asked": state["number"] - 1}), stopped=True
            )
        told = await self._answered(state, filled)
        if not told.is_error:
            return self._ask(told, self._state(told, state["shown"] + 1, 0), "")
        state["tries"] += 1
        if state["tries"] >= TRIES_MAX:
            return result_of(told)
        again = await self._run({**self._scope, "asked": state["number"] - 1})
        return self._ask(again, {**state, "token": _token(again)}, told.values["problem"])

    async def _answered(self, state: dict[str, Any], filled: types.ElicitResult) -> Told:
        said = (filled.content or {}).get("answer", "")
        seconds = (self._clock.now() - datetime.fromisoformat(state["at"])).total_seconds()
        step = {
            "question": state["token"],
            "answer": str(said) or " ",  # as typed; nothing at all would mean that none was given
            "seconds": seconds,
            "asked": state["number"],
        }
        return await self._run({**self._scope, **step})

    def _state(self, told: Told, shown: int, tries: int) -> dict[str, Any]:
        return {
            "token": _token(told),
            "number": getattr(told.answer, "number", 0),
            "at": self._clock.now().isoformat(),
            "shown": shown,
            "tries": tries,
        }

    def _ask(
        self, told: Told, state: dict[str, Any], problem: str
    ) -> types.CallToolResult | types.InputRequiredResult:
        question = question_in(told.answer)
        if question is None or state["shown"] >= FORMS_MAX:
            return self._end(told)
        form = form_of(question, state["number"], told.answer.feedback, problem)
        asked = types.ElicitRequest(
            params=types.ElicitRequestFormParams(message=form.message, requested_schema=form.schema)
        )
        return types.InputRequiredResult(
            input_requests={"answer": asked}, request_state=json.dumps(state)
        )

    def _end(self, told: Told, *, stopped: bool = False) -> types.CallToolResult:
        if told.is_error or question_in(told.answer) is None:
            return result_of(told)
        text = going_on(self._use_case, told.answer, self._scope, stopped=stopped)
        return result_of(Told(text, told.values))


def _token(told: Told) -> str:
    question = question_in(told.answer)
    return question.token if question else ""
