"""The mock interviews in docs/interviews are what the program says today."""

import pytest
from tests.interview.transcripts import CASES, FOLDER, lasting, transcript

from backwright.model.case import LEVELS


@pytest.mark.parametrize("level", CASES)
def test_a_transcript_is_true(level, tmp_path):
    page = (FOLDER / f"{level}.md").read_text()
    assert lasting(transcript(level, tmp_path)) == lasting(page), (
        "python -m tests.interview.transcripts"
    )


def test_there_is_one_for_each_level():
    assert list(LEVELS) == list(CASES)
