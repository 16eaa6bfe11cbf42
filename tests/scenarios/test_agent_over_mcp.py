"""An agent's hour over the protocol: a newcomer is measured, planned for and taught; their service is reviewed and computed."""

import re

import anyio
import mcp_types as types
from mcp import Client
from tests.bench import FixedClock, bench_in

from backwright.faces.mcp.server import make_server
from backwright.faces.mcp.working import Workshop


def test_an_agent_measures_plans_teaches_reviews_and_computes(tmp_path):
    bench = bench_in(tmp_path, clock=FixedClock(step_seconds=10))
    told = []

    async def person(_, form):
        told.append(form.message)
        return types.ElicitResult(action="accept", content={"answer": "i"})

    async def hour():
        workshop = Workshop(bench)
        async with Client(make_server(workshop), elicitation_callback=person) as client:

            async def call(tool, **arguments):
                result = await client.call_tool(tool, arguments)
                assert not result.is_error, result.content[0].text
                return result.content[0].text, result.structured_content

            prompt = (await client.get_prompt("assess", {"role": "go-developer"})).messages[0]
            assert "Do not help, hint" in prompt.content.text

            text, values = await call("assess", role="go-developer", languages="go", more=12)
            on = re.search(r'"asked": (\d+)', text)
            text, values = await call("assess", role="go-developer", more=12, asked=int(on[1]))
            assert 12 == values["questions"] == len(told)
            assert "gap" in text

            _, plan = await call("roadmap", role="go-developer", hours_per_week=5)
            first = plan["steps"][0]["skill"]
            lesson = await client.read_resource(f"backwright://skill/{first}")
            assert lesson.contents[0].text
            _, drill = await call("learn", name=first, drill=True)
            await call("learn", name=first, question=drill["question"]["token"], answer="i")

            text, found = await call("review", path="example")
            rule = found["findings"][0]["rule"]
            assert rule in (await call("explain", rule=rule))[0]

            _, checked = await call("design_check", path="shop")
            assert checked["verdict"]
            _, kept = await call("data_export", path=str(tmp_path / "me.jsonl"))
            assert kept["rows"] == len(bench.store.rows("me"))

    anyio.run(hour)
