"""tls-off: a client that talks to whoever answers, because it does not check the server's certificate."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.remembering import remembered
from backwright.review.regexes import regex
from backwright.review.rules.offbydefault import off_by_default
from backwright.review.rules.patterns import flat
from backwright.review.rules.plainly import asked_plainly
from backwright.review.rules.rule import Hit
from backwright.review.rules.settings import in_code, in_texts, is_development
from backwright.review.rules.unknownhosts import unknown_hosts

_OFF = regex(r"^(false|False|0L?|'0'|\"0\"|off|no|none|None|CURL_FALSE)$")
# Names that, set so, turn the check off.
_FALSE = frozenset(
    "verify verify_ssl verifyssl verify_certs verify_peer verify_peer_name rejectunauthorized check_hostname strictssl "
    "ssl_verify validate_certs validatecertificate validate_certificate verifypeer verify_host ssl_verify_cert "
    "ssl_verify_identity "
    "curlopt_ssl_verifypeer curlopt_ssl_verifyhost verify_cert verify_tls tls_verify ssl_certificate_verify "
    "checkcertificaterevocationlist checkserveridentity curlopt_proxy_ssl_verifypeer validatecert".split()
)
_TRUE = frozenset(
    "insecureskipverify insecure_skip_verify trustservercertificate danger_accept_invalid_certs danger_accept_invalid_hostnames "
    "tlsallowinvalidcertificates tlsallowinvalidhostnames tlsinsecure allow_self_signed skipverify skip_verify "
    "ignorecertificateerrors usecertificatevalidation_off trustallcertificates trust_all".split()
)
_OUT = regex(
    r"requests?|httpx|session|client|aiohttp|connector|urllib|ssl|tls|http|axios|agent|got|fetch|elastic|redis|mongo|mysql|pg|"
    r"pool|ldap|curl|guzzle|stream_context|boto|connect|tunnel|transport|smtp|mail|url|get|post|put|delete|patch|options|"
    r"config|adapter|kafka|consul|vault|minio|opensearch|proxy|websocket|ws",
    re.IGNORECASE,
)
_CALLS = regex(
    r"(^|\.)(_create_unverified_context|_create_stdlib_context|NoopHostnameVerifier|TrustAllStrategy|TrustSelfSignedStrategy|"
    r"TrustAllCerts|InsecureTrustManagerFactory\.\w+|withoutVerifying|DangerousAcceptAnyServerCertificateValidator|"
    r"AllowAllHostnameVerifier|ALLOW_ALL_HOSTNAME_VERIFIER|NoCertificateVerification|AcceptAnyCertificate|trustAllCerts|"
    r"insecure_tls)$"
)
_is_unchecked = remembered(_CALLS)
_NAMES = regex(
    r"\b(NoopHostnameVerifier\.INSTANCE|TrustAllStrategy\.INSTANCE|InsecureTrustManagerFactory\.INSTANCE|"
    r"ALLOW_ALL_HOSTNAME_VERIFIER|DangerousAcceptAnyServerCertificateValidator|ssl\.CERT_NONE|CERT_NONE|SSL_VERIFY_NONE|"
    r"SslVerifyMode\.NONE|verify_none|ssl\._create_unverified_context)\b"
)
_SETTERS = regex(
    r"^(danger_accept_invalid_certs|danger_accept_invalid_hostnames|use_insecure_tls|danger_disable_hostname_verification|"
    r"set_verify_hostname|accept_invalid_certs|accept_invalid_hostnames|enable_server_certificate_verification|"
    r"enable_server_hostname_verification|set_verify|set_verify_mode|setVerifyPeer|verify_peer|trustAllCertificates|"
    r"setTrustAll|setVerifyHost|verifyHost|disableSslVerification|insecure)$"
)
_WRONG_FALSE = frozenset(
    {
        "enable_server_certificate_verification",
        "enable_server_hostname_verification",
        "setVerifyPeer",
        "verify_peer",
        "set_verify_hostname",
        "setVerifyHost",
        "verifyHost",
    }
)
_TRUSTS = regex(
    r"checkServerTrusted|ServerCertificateValidationCallback|ServerCertificateCustomValidationCallback|"
    r"RemoteCertificateValidationCallback|HostnameVerifier|checkServerIdentity|verify_server_cert"
)
_CHOICE = regex(
    r"insecure|skip_?(tls|ssl|verify|cert)|self_?signed|trust_?all|verify_?(ssl|tls|cert)|(ssl|tls)_?verify|ignore_?(ssl|cert|tls)|allow_?(invalid|self)|(disable|no|without)_?(ssl|tls|cert|verif)",
    re.IGNORECASE,
)
_LOCAL_ONLY = regex(r"^(environment|isLocal|isDevelopment|IsDevelopment|isEnvironment|IsEnvironment)$")
_OF_ITSELF = regex(r"health_?check", re.IGNORECASE)  # asks the program's own server
_VERIFIER = regex(r"(set)?(default)?_?hostname_?verifier$", re.IGNORECASE)
_VERIFIES = regex(r"(^|\.)Verify(Connection|PeerCertificate)$")  # of a Go client, in place of the check that is off
_FIX = 'Leave the check on; trust a private authority by giving its certificate (verify="ca.pem", ca, RootCAs, trust store) instead; for SSH, give it the known hosts.'


def check(model: Model) -> Iterator[Hit]:
    """Yield clients whose check of certificates is turned off."""
    for each in in_code(model):
        name = re.split(r"[.\[\]'\"]+", each.name.rstrip("]'\""))[-1].lower()
        if name == "node_tls_reject_unauthorized" and each.value.text == "0":
            yield _hit(model, each.at, each.line, each.fn, "turns the check of certificates off for the whole process")
        elif name in ("cert_reqs", "verify_mode") and re.search(r"CERT_NONE", each.value.text):
            yield _hit(model, each.at, each.line, each.fn, "does not check the server's certificate")
        elif name in _FALSE and each.value.kind in ("bool", "num", "str", "name") and _OFF.match(each.value.text):
            if name != "verify" or (
                _OUT.search(f"{each.holder} {each.name}")
                and not re.search(r"jwt|token|jose|decode", f"{each.holder}", re.IGNORECASE)
            ):
                yield _hit(model, each.at, each.line, each.fn, "does not check the server's certificate")
        elif (name in _TRUE and each.value.text.lower() in ("true", "1")) or (
            name == "ssl"
            and each.value.text == "False"
            and each.where == "argument"
            and re.search(
                r"TCPConnector|session\.|\.(get|post|put|patch|delete|request|ws_connect)$|aiohttp", each.holder
            )
        ):
            yield _hit(model, each.at, each.line, each.fn, "does not check the server's certificate")
        elif (
            _TRUSTS.search(each.name)
            and each.value.kind == "fn"
            and re.search(r"(=>|->|return)\s*\{?\s*(return\s+)?(true|undefined|null)\b|\{\s*\}", each.value.text)
        ):
            yield _hit(model, each.at, each.line, each.fn, "accepts every certificate")
    for at in model.own:
        yield from _called(model, at)
        yield from _trusting(model, at)
    for found in unknown_hosts(model):
        yield _hit(model, found.at, found.line, found.fn, "accepts whatever key an SSH host shows")
    for hit in off_by_default(model):
        yield structs.replace(hit, fix=_FIX)
    yield from asked_plainly(model)
    for each in in_texts(model):
        if each.name.lower() == "node_tls_reject_unauthorized" and each.value.text == "0":
            low = is_development(each.path)
            yield Hit(
                -1,
                each.line,
                "NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off for the whole process",
                file=each.path,
                confidence=Confidence.LOW if low else Confidence.HIGH,
                fix=_FIX,
                tier=Tier.STRICT if low else None,
            )


def _hit(model: Model, at: int, line: int, fn: int, what: str, sure: Confidence = Confidence.HIGH) -> Hit:
    where = model.label_around(at, fn)
    path = model.path_around(at, fn)
    if _checks_itself(model, at, fn):
        sure = Confidence.LOW
    asked = any(
        r.fn in {*model.enclosing(at, fn), fn} and line - 6 <= r.line <= line and _CHOICE.search(r.attr)
        for r in model.files[at].reads
    )
    asked = asked or any(
        _CHOICE.search(p.name) for n in model.enclosing(at, fn) for p in model.files[at].functions[n].params
    )
    local = any(
        c.fn in {*model.enclosing(at, fn), fn} and line - 4 <= c.line <= line and _LOCAL_ONLY.search(c.name)
        for c in model.files[at].calls
    )
    asked = asked or any(each.line == line and _CHOICE.search(each.target) for each in model.files[at].assigns)
    local = local or _OF_ITSELF.search(where) is not None
    low = sure is Confidence.LOW or asked or local  # somebody chose it in a setting
    message = (
        f"{where} {what}{' if a setting says so' if asked else ''}: anybody between can read and change what is sent"
    )
    return Hit(
        at,
        line,
        message,
        fn,
        path,
        Confidence.LOW if low else sure,
        Severity.MEDIUM if low else None,
        fix=_FIX,
        tier=Tier.STRICT if low else None,
    )


def _checks_itself(model: Model, at: int, fn: int) -> bool:
    """Whether a Go function looks at the certificates by itself, after the library did not."""
    file = model.files[at]
    if file.language != "go" or fn < 0:
        return False
    inside = {*model.enclosing(at, fn)}
    return (
        any(call.fn in inside and call.name == "Verify" and not call.on.startswith("jwt") for call in file.calls)
        or any(made.fn in inside and _VERIFIES.search(made.target) for made in file.assigns)
        or any(
            call.fn in inside
            and any(
                _VERIFIES.search(value.name) and value.kind in ("fn", "name", "call") and value.text != "nil"
                for value in call.args
            )
            for call in file.calls
        )
    )


def _called(model: Model, at: int) -> Iterator[Hit]:
    told: set[tuple[int, str]] = set()  # peer and host are two options of one client
    for call in model.files[at].calls:
        whole = f"{call.on}.{call.name}" if call.on else call.name
        if _is_unchecked(whole) and call.name != "_create_stdlib_context":
            yield _hit(model, at, call.line, call.fn, "does not check the server's certificate")
        elif (
            call.name in ("curl_setopt", "curl_easy_setopt", "setopt", "set_option", "withOption")
            and len(call.args) >= 2
        ):
            option = " ".join(v.text for v in call.args[:-1])
            client = (call.fn, call.args[0].text if len(call.args) > 2 else call.on)
            if re.search(r"SSL_VERIFY(PEER|HOST)", option) and _OFF.match(call.args[-1].text) and client not in told:
                told.add(client)
                yield _hit(
                    model, at, call.args[-1].line or call.line, call.fn, "does not check the server's certificate"
                )
        elif _SETTERS.match(call.name) and call.args:
            text = call.args[0].text
            wrong = (
                _OFF.match(text)
                if call.name in _WRONG_FALSE
                else text.lower() == "true"
                or _NAMES.search(" ".join(flat(call.args)))
                or re.search(r"\bverify_none\b|VERIFY_NONE|::NONE|\.NONE$", text)
            )
            if wrong:
                yield _hit(model, at, call.line, call.fn, "does not check the server's certificate")
        elif any(v.kind in ("name", "call", "other") and _NAMES.search(v.text) for v in call.args) and not re.search(
            r"warn|print|log|assert", call.name, re.IGNORECASE
        ):
            if not any(v.name in ("cert_reqs",) for v in call.args):
                yield _hit(model, at, call.line, call.fn, "does not check the server's certificate")
        elif _VERIFIER.match(call.name) and _always(call.args):
            yield _hit(model, at, call.line, call.fn, "accepts a certificate of any host")
        elif call.name == "newHttpClient" and len(call.args) >= 4 and call.args[-1].text == "false":
            yield _hit(model, at, call.line, call.fn, "does not check the server's certificate")
    for assign in model.files[at].assigns:
        if (
            _NAMES.search(assign.value.text)
            and assign.value.kind in ("name", "other", "call")
            and not re.search(r"verify_mode|cert_reqs", assign.target)
        ):
            yield _hit(model, at, assign.line, assign.fn, "does not check the server's certificate")


def _always(values: tuple[Arg, ...]) -> bool:
    return any(
        v.kind == "fn" and re.search(r"(=>|->)\s*\{?\s*(return\s+)?true\b|^\{\s*\w+\s*,\s*\w+\s*->\s*true", v.text)
        for v in values
    )


def _trusting(model: Model, at: int) -> Iterator[Hit]:
    """Yield trust managers and verifiers that accept everything: an empty checkServerTrusted, a verify that returns true."""
    file = model.files[at]
    if file.language not in ("java", "kotlin", "csharp"):
        return
    for number, made in enumerate(file.functions):
        calls: list[Call] = []
        if made.name == "checkServerTrusted" and made.end - made.line <= 3:
            calls = [c for c in file.calls if c.fn == number]
            bases = " ".join(file.classes[made.cls].bases) if made.cls >= 0 else ""
            if (
                not calls
                and "TrustManager" in f"{bases} {' '.join(c.name for c in file.calls if 'TrustManager' in c.name)}"
                and not any(r.fn == number for r in file.reads)
            ):
                yield _hit(model, at, made.line, number, "accepts every certificate")
        elif (
            made.name == "verify"
            and made.cls >= 0
            and "HostnameVerifier" in " ".join(file.classes[made.cls].bases)
            and any(r.fn == number and r.value.text == "true" for r in file.returns)
            and not any(c.fn == number for c in file.calls)
        ):
            yield _hit(model, at, made.line, number, "accepts a certificate of any host")


__all__ = ["check"]
