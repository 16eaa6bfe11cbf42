"""Secrets of services elsewhere: an account of a mail server, of payments, of pictures opens the same, whoever runs the application."""

import re

from backwright.review.regexes import regex

_SERVICE = regex(
    r"cloudinary|imagekit|stripe|paypal|razorpay|midtrans|vnpay|paystack|flutterwave|twilio|vonage|nexmo|sendgrid|mailgun|mailjet|brevo|sendinblue|"
    r"postmark|resend|openai|anthropic|gemini|groq|pusher|algolia|telegram|slack|firebase|auth0|okta|google|facebook|github|linkedin|twitter|aws|azure",
    re.IGNORECASE,
)
_MAIL = regex(r"(^|[_.])(e?mail(er)?|smtp|gmail)([_.]|$)", re.IGNORECASE)
_SECRET = regex(r"secret|passw|pass$|pwd|token|api_?key|private", re.IGNORECASE)
_PUBLIC = regex(r"public|publishable|client_?id|name$|url$|uri$|host$|region|bucket", re.IGNORECASE)
# Passwords that Google makes for applications: four groups of four letters.
_APP_PASSWORD = regex(r"^([a-z]{4} ){3}[a-z]{4}$")
_NOT_REAL = regex(
    r"test|sandbox|demo|example|sample|your|change|local|dummy|fake|xxx|placeholder|insert|here|mock|secret|key|<|\$|\{",
    re.IGNORECASE,
)
_LOCAL = regex(
    r"localstack|minio|mailhog|mailpit|maildev|mailcatcher|smtp4dev|inbucket|greenmail|ethereal", re.IGNORECASE
)
LEAST = 20  # characters of a key that is no word and no default


def opens_elsewhere(name: str, value: str, around: str) -> bool:
    """Whether a setting holds the secret of an account elsewhere, and its value looks like one; `around` is the whole file."""
    if not _SECRET.search(name) or _PUBLIC.search(name):
        return False
    if _MAIL.search(name):
        return _APP_PASSWORD.match(value) is not None
    if (
        not _SERVICE.search(name)
        or _NOT_REAL.search(value)
        or (_LOCAL.search(around) and re.search("aws|mail", name, re.IGNORECASE))
    ):
        return False
    return (
        len(value) >= LEAST and all(re.search(part, value) for part in (r"\d", r"[a-z]", r"[A-Z]")) and " " not in value
    )
