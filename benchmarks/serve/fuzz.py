"""Schemathesis against the whole HTTP interface, with many more values than the tests try: `python -m benchmarks.serve.fuzz [EXAMPLES]`."""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import settings as with_settings
from tests.faces.web import test_web_api_fuzzed as fuzzed

EXAMPLES = 60  # of each operation


def main() -> None:
    """Try every operation; print what was answered, and what was not as the document says."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, fuzzed.over(Path(folder)) as api:
        for operation in fuzzed.TRIED:
            case_of = fuzzed.cases(api, operation)

            @given(case_of)
            @with_settings(fuzzed.QUIETLY, max_examples=examples)
            def try_it(case):
                answer = case.call(base_url=fuzzed.BASE, timeout=fuzzed.WAIT_SECONDS)
                statuses[answer.status_code] += 1
                fuzzed.check(case, answer)

            try:
                try_it()
            except (Exception, BaseExceptionGroup) as error:
                wrong.append(f"{operation.method} {operation.path}: {error!r:.300}")
    print(
        f"{len(fuzzed.TRIED)} operations, {sum(statuses.values()):,} requests, {time.monotonic() - begun:.0f} s"
    )
    print(f"  statuses {dict(sorted(statuses.items()))}   goal no 500")
    print("\n".join(wrong) if wrong else "  every answer is as the document says")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
