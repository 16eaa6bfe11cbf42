"""Minutes of mixed load over 64 connections: pages, JSON, answers, uploads, jobs, nonsense. What failed, what memory did."""

import asyncio
import io
import json
import random
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from statistics import mean

import httpx
from tests.command import copy_of_known_person

from benchmarks.serve.rig import memory_mb, ours

CONNECTIONS = 64
READS = (
    "/", "/explore", "/explore?name=go-developer", "/explore?name=sql.indexes", "/explore?search=cache",
    "/explore?compare=go-developer&compare=api-architect", "/report", "/roadmap", "/learn", "/learn?name=api-design",
    "/learn?name=sql.indexes&part=1", "/ask?question=when+should+I+split+my+monolith", "/design/check?path=shop",
    "/advise/scale?requests=100M/day", "/explain?rule=query-in-loop", "/static/app.js", "/healthz",
    "/api/v1/roles", "/api/v1/skills?limit=20", "/api/v1/evidence?limit=20", "/api/v1/openapi.json",
)  # fmt: skip
NONSENSE = (
    ("GET", "/nothing", None, 404), ("GET", "/explore?name=wizzard", None, 404), ("POST", "/api/v1/assess", b"{", 400),
    ("POST", "/api/v1/assess", b"\xff\xfe", 400), ("PUT", "/explore", b"", 405), ("GET", "/static/../app.py", None, 404),
)  # fmt: skip
MEANT = {429, 503}  # refusals that say when to come again
SAMPLE_SECONDS = 5


class Tally:
    """What was seen."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.seconds: list[float] = []

    def add(self, what: str, status: int, seconds: float, expected: tuple[int, ...] = ()) -> None:
        self.statuses[f"{status}"] += 1
        self.seconds.append(seconds)
        if status not in MEANT and status not in expected and not 200 <= status < 400:
            self.wrong[f"{status} {what}"] += 1


async def visitor(
    client: httpx.AsyncClient, tally: Tally, until: float, chance: random.Random, archive: bytes
) -> None:
    """One connection: mostly reads, some writes, a job now and then, some nonsense."""
    while time.monotonic() < until:
        dice = chance.random()
        start = time.monotonic()
        try:
            if dice < 0.90:
                path = chance.choice(READS)
                answer = await client.get(path)
                tally.add(path, answer.status_code, time.monotonic() - start)
            elif dice < 0.95:
                method, path, body, status = chance.choice(NONSENSE)
                answer = await client.request(
                    method, path, content=body, headers={"content-type": "application/json"}
                )
                tally.add(
                    path,
                    answer.status_code,
                    time.monotonic() - start,
                    (status, 404, 405, 400, 415, 422),
                )
            elif dice < 0.985:
                await _answers(client, tally, chance)
            elif dice < 0.995:
                answer = await client.post(
                    "/design/simulate",
                    data={"path": "shop", "rate": "20", "runs": "2", "length": "20s"},
                )
                tally.add("simulate", answer.status_code, time.monotonic() - start)
            else:
                answer = await client.post(
                    "/review", files={"path": ("shop.zip", archive, "application/zip")}
                )
                tally.add("upload", answer.status_code, time.monotonic() - start)
        except httpx.HTTPError as error:
            tally.wrong[f"{type(error).__name__}"] += 1


async def _answers(client: httpx.AsyncClient, tally: Tally, chance: random.Random) -> None:
    """Ask for a question over the API and answer it."""
    start = time.monotonic()
    asked = await client.post("/api/v1/assess", json={"more": 5})
    tally.add("question", asked.status_code, time.monotonic() - start)
    if asked.status_code != 200 or not (asked.json().get("next") or {}).get("token"):
        return
    token = asked.json()["next"]["token"]
    start = time.monotonic()
    said = await client.post(
        "/api/v1/assess", json={"question": token, "answer": chance.choice("abci"), "seconds": 20.0}
    )
    tally.add("answer", said.status_code, time.monotonic() - start, (400, 409))


async def watch(pid: int, until: float, seen: list[tuple[float, float]]) -> None:
    begin = time.monotonic()
    while time.monotonic() < until:
        seen.append((time.monotonic() - begin, memory_mb(pid)))
        await asyncio.sleep(SAMPLE_SECONDS)


def archive() -> bytes:
    """Return a small repository as a zip."""
    import backwright

    shop = Path(backwright.__file__).parent / "content" / "examples" / "shop"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for file in sorted(shop.rglob("*")):
            if file.is_file():
                out.write(file, str(file.relative_to(shop.parent)))
    return made.getvalue()


async def drive(url: str, pid: int, seconds: float) -> tuple[Tally, list[tuple[float, float]]]:
    tally, memory = Tally(), []
    until = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        packed = archive()
        people = [
            visitor(client, tally, until, random.Random(n), packed) for n in range(CONNECTIONS)
        ]
        await asyncio.gather(watch(pid, until, memory), *people)
    return tally, memory


def main() -> None:
    minutes = next(
        (float(word.partition("=")[2]) for word in sys.argv if word.startswith("--minutes=")), 10
    )
    arguments = [word for word in sys.argv[1:] if re.match(r"--workers", word)]
    with tempfile.TemporaryDirectory() as folder:
        copy_of_known_person(Path(folder))
        with ours(Path(folder) / "data", *arguments) as (url, pid):
            tally, memory = asyncio.run(drive(url, pid, 60 * minutes))
    ordered = sorted(tally.seconds)
    print(
        f"{minutes:g} minutes, {CONNECTIONS} connections: {len(ordered):,} requests, {len(ordered) / 60 / minutes:,.0f}/s"
    )
    print(f"  statuses {json.dumps(dict(sorted(tally.statuses.items())))}")
    print(f"  not meant {json.dumps(dict(tally.wrong.most_common(12)))}   goal none")
    print(
        f"  p50 {1000 * ordered[len(ordered) // 2]:.0f} ms, p99 {1000 * ordered[int(0.99 * len(ordered))]:.0f} ms, under as much load as fits"
    )
    third = max(1, len(memory) // 3)
    early, late = (
        mean(mb for _, mb in part)
        for part in (memory[third : 2 * third] or memory, memory[-third:])
    )
    print(
        f"  memory {memory[0][1]:.0f} MB at first, {early:.0f} MB in the middle third, {late:.0f} MB in the last   goal flat"
    )
    if tally.wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
