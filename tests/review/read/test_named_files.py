"""Files whose language is told by their name: where a generator of Express starts a server."""

import pytest

from backwright.review.read.languages import language_of

FILES = [
    pytest.param("bin/www", "javascript", id="where Express starts"),
    pytest.param("backend/bin/www", "javascript", id="below a folder"),
    pytest.param("cabin/www", "", id="another folder"),
    pytest.param("bin/run", "", id="another name"),
]


@pytest.mark.parametrize(("path", "language"), FILES)
def test_the_language_of_a_file_without_an_ending(path: str, language: str) -> None:
    assert language == language_of(path)
