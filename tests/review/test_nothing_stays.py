"""What a review knows of a repository goes with it: the page and the MCP server review for months in one process."""

import gc
import weakref

from tests.review.cases import knowledge, model_of, page_cases

from backwright.model.finding import Tier
from backwright.review.link.remembering import kept_with_it
from backwright.review.reviewing import review_model


def test_no_model_outlives_its_review():
    models = []
    for name, page in knowledge().pages.items():
        files = {}
        for case in page_cases(
            name, page
        ):  # all examples of a page as one project, each in a folder of its own
            files |= {f"part{len(files)}/{path}": text for path, text in case.files.items()}
        model = model_of(files)
        assert review_model(model, knowledge().rules.values(), Tier.AUDIT).findings, name
        models.append((name, weakref.ref(model), weakref.ref(model.project)))
        del model
    gc.collect()
    assert len(models) > 30
    assert [
        name for name, model, project in models if model() is not None or project() is not None
    ] == []


def test_an_answer_is_found_once_and_kept_with_what_it_is_about():
    asked = []

    @kept_with_it
    def lines(model, language, *, least=0):
        asked.append((language, least))
        return sum(
            file.lines for file in model.files if file.language == language and file.lines >= least
        )

    first, second = model_of({"a.py": "x = 1\ny = 2\n"}), model_of({"a.py": "x = 1\n"})
    assert [lines(first, "python"), lines(first, "python"), lines(second, "python")] == [3, 3, 2]
    assert lines(first, "python", least=9) == 0
    assert asked == [("python", 0), ("python", 0), ("python", 9)]
