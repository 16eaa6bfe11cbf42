"""Sentences that mean alike are near, whatever their words; the vectors that are shipped are those of the content."""

import numpy as np
import pytest
from tests.bench import bench_in

from backwright.adapters.knowledge import has_encoder
from backwright.adapters.meaning import ShippedEncoder, _model, _phrases, key_of
from backwright.search.sentences import WORDS_MAX, read_encoder, write_encoder
from backwright.usecases.indexing import texts_of

pytestmark = pytest.mark.skipif(not has_encoder(), reason="the package came without the weights")


@pytest.fixture(scope="module")
def model():
    from backwright.adapters.knowledge import ENCODER

    return _model(ENCODER)


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        pytest.param("somebody pressed pay two times", "a customer was charged twice", "a fast pass", id="pay"),
        pytest.param("how to sign in with my phone as well", "two-factor authentication", "answer the phone", id="phone"),
    ],
)  # fmt: skip
def test_meaning_counts_more_than_words(question, near, far, model):
    asked, one, other = model.vectors([question, near, far])
    assert asked @ one > asked @ other


def test_a_batch_gives_what_each_sentence_gives_alone(model):
    sentences = ["Why?", "How do I store passwords?", "a much longer sentence " * 9]
    alone = np.concatenate([model.vectors([sentence]) for sentence in sentences])
    np.testing.assert_allclose(model.vectors(sentences), alone, atol=2e-3)


def test_pieces_are_bounded_and_unknown_letters_are_pieces_too(model):
    assert len(model.pieces("word " * 500)) == WORDS_MAX
    assert model.pieces("Crème") == model.pieces("creme")
    assert len(model.pieces("数据库")) == 5  # three unknown ones between the ends
    assert np.isfinite(model.vectors(["", "\x00"])).all()


def test_a_model_is_the_same_after_writing_and_reading(model):
    again = read_encoder(write_encoder(model))
    np.testing.assert_array_equal(model.vectors(["a query"]), again.vectors(["a query"]))


def test_every_sentence_of_the_content_has_its_vector_in_the_package(tmp_path):
    """If not: python -m benchmarks.encoder phrases."""
    from backwright.adapters.knowledge import ENCODER

    known = _phrases(ENCODER)
    missing = [text for text in texts_of(bench_in(tmp_path)) if key_of(text) not in known]
    assert len(missing) <= 60, missing[:5]  # each costs everybody's first question 7 ms


def test_a_kept_vector_is_that_of_its_sentence():
    encoder = ShippedEncoder()
    kept = np.frombuffer(encoder.kept(["Indexes", "never seen before"]), np.int8)
    rows = kept.reshape(2, encoder.size)
    assert encoder.compared("Indexes", rows)[0] > 0.98
    assert encoder.compared("never seen before", rows)[1] > 0.98
