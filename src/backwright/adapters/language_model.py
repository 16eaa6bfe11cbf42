"""A language model by pydantic-ai: Anthropic, OpenAI, or any endpoint that speaks like OpenAI's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from backwright.model.errors import BackwrightError, BadRequest, ModelProblem
from backwright.usecases.ports import Said, Tool

if TYPE_CHECKING:
    from pydantic_ai.models import Model

SECONDS_MAX = 120.0  # for one request to the model; a long answer streams for a minute
REQUESTS_MAX, CALLS_MAX = 8, 12  # of one reply: a model that calls tools for ever ends
TOKENS_MAX = 2000  # of one reply; more is not read on a terminal
KINDS = ("anthropic", "openai", "local")
CONFIG = "backwright config explain"


class PydanticModel:
    """The LanguageModel port."""

    def __init__(self, name: str, make: Callable[[], Model]) -> None:
        self.name = name
        self._make = make

    def converse(
        self,
        instructions: str,
        before: Sequence[Said],
        question: str,
        tools: Sequence[Tool],
        heard: Callable[[str], None],
    ) -> str:
        try:
            return asyncio.run(self._reply(instructions, before, question, tools, heard))
        except BackwrightError:
            raise
        except Exception as error:
            raise self._problem(error) from None  # a provider's error may quote the request

    async def _reply(
        self,
        instructions: str,
        before: Sequence[Said],
        question: str,
        tools: Sequence[Tool],
        heard: Callable[[str], None],
    ) -> str:
        from pydantic_ai import Agent
        from pydantic_ai import Tool as Offered
        from pydantic_ai.usage import UsageLimits

        agent = Agent(
            self._make(),
            instructions=instructions,
            tools=[Offered.from_schema(_called(t), t.name, t.about, dict(t.schema)) for t in tools],
            model_settings={"timeout": SECONDS_MAX, "max_tokens": TOKENS_MAX},
            retries=1,
        )
        limits = UsageLimits(request_limit=REQUESTS_MAX, tool_calls_limit=CALLS_MAX)
        pieces: list[str] = []
        async with agent.run_stream(
            question, message_history=_history(before), usage_limits=limits
        ) as run:
            async for piece in run.stream_text(delta=True):
                pieces.append(piece)
                heard(piece)
        return "".join(pieces)

    def _problem(self, error: Exception) -> BackwrightError:
        """Return what went wrong in one sentence, without anything that was sent."""
        kind = type(error).__name__
        status = getattr(error, "status_code", 0)
        where = f"the language model {self.name}"
        if kind == "ModelAuthenticationError" or status in (401, 403):
            return ModelProblem(f"{where} does not accept the key", hint="set BACKWRIGHT_MODEL_KEY")
        if kind in ("ModelQuotaExceededError", "ModelRateLimitError") or status in (402, 429):
            return ModelProblem(
                f"{where} says that the quota is used up, or that it is asked too often",
                detail="Without --chat the answer needs no model.",
                hint="wait, or look at the account",
            )
        if kind == "ModelNotFoundError" or status == 404:
            return ModelProblem(f"no model answers to the name {self.name}", hint=CONFIG)
        if isinstance(error, TimeoutError) or "Timeout" in kind or "TimedOut" in kind:
            return ModelProblem(f"{where} did not answer within {SECONDS_MAX:.0f} s", hint=CONFIG)
        if isinstance(error, ConnectionError) or "Connect" in kind:
            return ModelProblem(f"{where} cannot be reached", detail="No network, or a wrong BACKWRIGHT_MODEL_URL.", hint=CONFIG)  # fmt: skip
        if kind == "UsageLimitExceeded":
            return ModelProblem(f"{where} called tools {CALLS_MAX} times without an answer", hint="ask for less at a time")  # fmt: skip
        told = f" with status {status}" if status else ""
        return ModelProblem(f"{where} failed{told} ({kind})", hint=CONFIG)


def made(setting: str, url: str, key: str) -> PydanticModel:
    """Return the model that a setting such as "anthropic:claude-sonnet-5" names.

    Raises:
        BadRequest: It names no known kind, or what it needs is missing.
    """
    kind, _, name = setting.partition(":")
    if kind not in KINDS or not name:
        raise BadRequest(f"BACKWRIGHT_MODEL is '{setting}'; it is {', '.join(f'{k}:NAME' for k in KINDS)}", hint=CONFIG)  # fmt: skip
    if kind == "local" and not url:
        raise BadRequest("a local model needs BACKWRIGHT_MODEL_URL", hint="BACKWRIGHT_MODEL_URL=http://127.0.0.1:11434/v1")  # fmt: skip
    if kind != "local" and not key:
        raise BadRequest(f"{kind} needs a key", hint="set BACKWRIGHT_MODEL_KEY")
    return PydanticModel(name, lambda: _anthropic(name, key) if kind == "anthropic" else _openai(name, url, key))  # fmt: skip


def _anthropic(name: str, key: str) -> Model:
    try:
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider
    except ImportError:
        raise _missing("anthropic") from None
    return AnthropicModel(name, provider=AnthropicProvider(api_key=key))


def _openai(name: str, url: str, key: str) -> Model:
    try:
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider
    except ImportError:
        raise _missing("openai") from None
    provider = OpenAIProvider(base_url=url or None, api_key=key or "none")
    return OpenAIChatModel(name, provider=provider)


def _missing(library: str) -> BadRequest:
    return BadRequest(f"the library {library} is not installed", hint=f"pip install 'pydantic-ai-slim[{library}]'")  # fmt: skip


def _called(tool: Tool) -> Callable[..., Any]:
    async def call(**arguments: object) -> str:
        # In a thread: a verb computes, and what streams meanwhile must not stop.
        return await asyncio.to_thread(tool.run, dict(arguments))

    return call


def _history(before: Sequence[Said]) -> list[Any]:
    from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, UserPromptPart

    return [
        ModelRequest(parts=[UserPromptPart(said.text)])
        if said.who == "person"
        else ModelResponse(parts=[TextPart(said.text)])
        for said in before
    ]
