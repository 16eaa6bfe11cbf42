"""A value that repeats the name it is kept under, or says that there is none, is no secret; what could be one is."""

import pytest

from backwright.review.rules.literals import is_secret


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SigningSecretKey", "SigningSecret"),
        ("JWT_SECRET_NAME", "jwt-secret"),
        ("secret", "unknown"),
    ],
)
def test_a_name_and_a_word_for_none_open_nothing(name, text):
    assert is_secret("key", name, text) == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [("SigningSecretKey", "s3cr3t-of-the-shop"), ("jwtSecret", "hunter2hunter2"), ("SECRET_KEY", "changeme")],
)  # fmt: skip
def test_what_could_be_one_is_told(name, text):
    assert is_secret("key", name, text) != ""


def test_what_is_signed_with_a_word_is_signed_with_that_word():
    assert is_secret("key", "secret", "unknown", connects=True) == "high"


@pytest.mark.parametrize(
    ("name", "text"),
    [("sessionKey", "csrfToken"), ("secretKey", "\u586b\u5199\u4f60\u7684SecretKey")],
)
def test_the_name_of_an_entry_and_what_to_fill_in_are_no_keys(name, text):
    assert is_secret("key", name, text, in_code=False) == ""


def test_a_key_of_words_that_says_it_is_secret_is_told():
    assert is_secret("key", "sessionKey", "mySessionSecret") != ""
