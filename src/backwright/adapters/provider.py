"""The Provider port: OpenID Connect by authlib, code flow with PKCE, state and nonce."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from backwright.model.errors import BackwrightError, BadRequest, Busy, Refused
from backwright.usecases.ports import Known

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS_MAX = 10.0  # for each of the two or three requests; a person waits meanwhile
KEPT_SECONDS = 3600  # a provider changes its keys now and then
CLOCK_SECONDS = 60  # two servers' clocks may differ by that much
# Signatures by a private key of the provider. Not "none", and none by a secret that we share with it.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass
class OpenIdProvider:
    """One provider, as its discovery document describes it.

    Attributes:
        back: Our address that it sends people back to.
        label: What the button says.
    """

    issuer: str
    client_id: str
    client_secret: str
    back: str
    label: str
    _found: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def begin(self, state: str, nonce: str, verifier: str) -> str:
        """Return where to send the browser."""
        with self._client() as client:
            url, _ = client.create_authorization_url(
                self._document()["authorization_endpoint"],
                state=state,
                nonce=nonce,
                code_verifier=verifier,
            )
        return str(url)

    def finish(self, code: str, nonce: str, verifier: str) -> Known:
        """Return whom the provider knows by this code; Refused if it knows nobody, or says what does not hold."""
        document = self._document()
        try:
            with self._client() as client:
                answer: Mapping[str, Any] = client.fetch_token(
                    document["token_endpoint"], code=code, code_verifier=verifier
                )
        except (AuthlibBaseError, ValueError) as error:
            raise Refused(
                f"{self.label} did not say who you are", detail=str(error)[:200]
            ) from None
        except httpx.HTTPError as error:
            raise _gone(self.label, error) from None
        claims = self._claims(str(answer.get("id_token", "")), nonce)
        name = claims.get("preferred_username") or claims.get("email") or claims["sub"]
        return Known(f"{self.issuer} {claims['sub']}", str(name))

    def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        checks = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            token = jwt.decode(id_token, self._keys(), algorithms=ALGORITHMS)
            checks.validate(token.claims)
        except (JoseError, ValueError, KeyError) as error:
            raise Refused(
                f"what {self.label} says of you does not hold: {type(error).__name__}",
                hint="try again; if it stays so, whoever runs this server should know",
            ) from None
        audience = token.claims["aud"]
        if isinstance(audience, list) and token.claims.get("azp") != self.client_id:
            raise Refused(f"{self.label} spoke to somebody else")
        return dict(token.claims)

    def _keys(self) -> KeySet:
        return KeySet.import_key_set(self._get(self._document()["jwks_uri"]))  # type: ignore[arg-type]

    def _document(self) -> dict[str, Any]:
        document = self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if document.get("issuer") != self.issuer:
            raise BackwrightError(
                f"the OpenID provider calls itself '{document.get('issuer')}', not '{self.issuer}'",
                hint="set BACKWRIGHT_OIDC_ISSUER to what it calls itself",
            )
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _check_address(str(document.get(name, "")))
        return document

    def _get(self, url: str) -> dict[str, Any]:
        kept = self._found.get(url)
        now = time.monotonic()
        if kept and now - kept[0] < KEPT_SECONDS:
            return kept[1]
        try:
            answer = httpx.get(url, timeout=SECONDS_MAX)
            answer.raise_for_status()
            document: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise _gone(self.label, error) from None
        self._found[url] = (now, document)
        return document

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self.client_id,
            self.client_secret or None,
            scope="openid profile email",
            redirect_uri=self.back,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self.client_secret else "none",
            timeout=SECONDS_MAX,
        )


def provider_at(
    issuer: str, client_id: str, client_secret: str, label: str, url: str
) -> OpenIdProvider:
    """Return the provider that settings name; BadRequest if something is missing or travels unprotected.

    Args:
        url: Address of our own page.
    """
    if not client_id:
        raise BadRequest("BACKWRIGHT_OIDC_ISSUER needs BACKWRIGHT_OIDC_CLIENT_ID, too")
    if not url:
        raise BadRequest(
            "the OpenID provider must know where to send people back to",
            hint="backwright serve --url https://learn.example.org",
        )
    _check_address(issuer)
    name = label or f"Log in at {urlsplit(issuer).hostname}"
    return OpenIdProvider(issuer, client_id, client_secret, f"{url}/account/provider/back", name)


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise BadRequest(
            f"'{url}' is not https; who can change it on the way can log in as anybody"
        )


def _gone(label: str, error: Exception) -> Busy:
    return Busy(
        f"the provider behind '{label}' does not answer: {type(error).__name__}",
        seconds=30,
        detail="Nobody was logged in. A password works, if you have one.",
    )
