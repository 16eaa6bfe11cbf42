"""weak-crypto: a cipher, mode, key size, salt or signature that no longer protects what it is used for."""

import re
from collections.abc import Iterator
from functools import lru_cache

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.remembering import WORDS_MAX
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.secret_hits import literal

_CIPHER_CALLS = regex(
    r"(^|\.)(Cipher\.getInstance|KeyGenerator\.getInstance|SecretKeyFactory\.getInstance|createCipheriv|createDecipheriv|createCipher|createDecipher|openssl_encrypt|openssl_decrypt|mcrypt_encrypt|mcrypt_decrypt|EVP_get_cipherbyname|getCipher|"
    r"CryptoJS\.\w+\.(encrypt|decrypt)|Cipher|CryptoConfig\.CreateFromName|SymmetricAlgorithm\.Create|Encrypter)$"
)
_OLD = regex(
    r"\b(des(-?ede3?|3|-cbc|-ecb|-cfb)?|3des|tripledes|rc2|rc4|arcfour|arc4|blowfish|bf(-cbc|-ecb)?|idea|cast5|seed|skipjack)\b",
    re.IGNORECASE,
)
_ECB = regex(r"(?<!rsa/)\becb\b", re.IGNORECASE)  # RSA has no blocks: there the word stands for nothing
_OLD_NAMED = regex(
    r"(^|\.)((DES3?|ARC4|ARC2|Blowfish|CAST)\.new|(DES|TripleDES|RC2|Aes)CryptoServiceProvider|(DES|TripleDES|RC2)\.Create|des\.New(TripleDES)?Cipher|rc4\.NewCipher|blowfish\.NewCipher|algorithms\.(TripleDES|ARC4|Blowfish|IDEA|CAST5|SEED)|CryptoJS\.(DES|TripleDES|RC4|Rabbit)\.(encrypt|decrypt)|"
    r"EVP_(des|rc2|rc4|bf)_?\w*|DES_(ecb|cbc|ede3)\w*|DES_set_key\w*|RC4(_set_key)?|Rc4\.new|TdesEde3\.new|Des\.new|DesEngine|RC4Engine|DESedeEngine|BlowfishEngine)$"
)
_ECB_NAMED = regex(
    r"MODE_ECB|modes\.ECB|CipherMode\.ECB|EVP_aes_\d+_ecb|\bEcb\b|AES_ecb_encrypt|mode\.ECB|CryptoJS\.mode\.ECB"
)
_SIGNS_WEAK = regex(
    r"(sha-?1|md5|md2)with|rsa-?(sha-?1|md5)\b|ecdsa-?with-?sha1|dsa-?sha1|OPENSSL_ALGO_(SHA1|MD5|MD4|DSS1)|SHA1WithRSA|MD5WithRSA|ECDSAWithSHA1|HmacMD5|hmac-?md5|SignedXml\.XmlDsigRSASHA1|RsaSha1",
    re.IGNORECASE,
)
_SIGNING_CALLS = regex(
    r"(^|\.)(createSign|createVerify|Signature\.getInstance|openssl_sign|openssl_verify|SignPKCS1v15|SignData|VerifyData|SignHash|Mac\.getInstance|sign|verify|HMACMD5|x509\.Certificate|createHmac|hash_hmac|Certificate|ContentSigner|JcaContentSignerBuilder)$"
)
_RSA = regex(
    r"(^|\.)(RSA\.generate|rsa\.generate_private_key|generate_private_key|rsa\.GenerateKey|RSA\.Create|RSACryptoServiceProvider|RSACng|RsaPrivateKey\.new|Rsa\.generate|generateKeyPair(Sync)?|RSA_generate_key(_ex)?|openssl_pkey_new|EVP_PKEY_CTX_set_rsa_keygen_bits|newkeys|RSAKeyGenParameterSpec|NodeRSA|EVP_RSA_gen|DSA\.generate)$"
)
_IV_CALLS = regex(
    r"(^|\.)(AES\.new|DES3?\.new|createCipheriv|createDecipheriv|IvParameterSpec|GCMParameterSpec|openssl_encrypt|openssl_decrypt|NewCBCEncrypter|NewCTR|modes\.(CBC|CTR|GCM|CFB|OFB)|CreateEncryptor)$"
)
_SALT_CALLS = regex(
    r"(^|\.)(pbkdf2_hmac|pbkdf2(Sync)?|scrypt(Sync)?|hashpw|PBEKeySpec|hash_pbkdf2|PBKDF2HMAC|Scrypt|Rfc2898DeriveBytes|Pbkdf2|argon2\.(IDKey|Key|hash_encoded|hash_raw)|scrypt\.Key|pbkdf2\.Key|PKCS5_PBKDF2_HMAC|crypt|IDKey|argon2i_hash_encoded|argon2id_hash_encoded|pbkdf2_hmac_array)$"
)
_SALT_PLACE = {
    "pbkdf2_hmac": 2,
    "pbkdf2": 1,
    "pbkdf2Sync": 1,
    "scrypt": 1,
    "scryptSync": 1,
    "hashpw": 1,
    "PBEKeySpec": 1,
    "hash_pbkdf2": 2,
    "Rfc2898DeriveBytes": 1,
    "Pbkdf2": 1,
    "IDKey": 1,
    "Key": 1,
    "hash_encoded": 1,
    "hash_raw": 1,
    "PKCS5_PBKDF2_HMAC": 2,
    "crypt": 1,
    "pbkdf2_hmac_array": 1,
}
_CERT_TEST = regex(r"(^|[/_.-])(cert|certs|gen|generate|selfsigned|examples?)([/_.-]|$)", re.IGNORECASE)
_ABOUT = regex(
    r"cipher|crypt|des|rc[24]|arc[24]|blowfish|aes|ecb|sign|verify|rsa|newkeys|generate|salt|hashpw|pbkdf|pbe|scrypt|argon|modes|mac|cbc|ctr|"
    r"keygen|initialize|cast|evp|idkey|rfc2898|certificate|algorithms|ivparameter|gcmparameter|pkey",
    re.IGNORECASE,
)
_FIX = "Use AES-GCM or ChaCha20-Poly1305 with a fresh nonce for each message, from a library that chooses them for you."
_FIX_SALT = "Draw the salt or IV from the system's random source for each use, and store it beside the result."

_FOREIGN = regex(r"ntlm|cram_?md5|mschap", re.IGNORECASE)  # protocols that lay the cipher down


def check(model: Model) -> Iterator[Hit]:
    """Yield weak ciphers, modes, keys, salts and signatures."""
    passwords: list[tuple[int, Call]] = []
    for at in model.own:
        file = model.files[at]
        if _FOREIGN.search(file.path):
            continue
        for index, call in enumerate(file.calls):
            if call.name == "new_magic_crypt":
                passwords.append((at, call))
                continue
            if not _is_about(call.on[-50:], call.name) and not any(
                "ECB" in v.text or "ecb" in v.text for v in call.args
            ):
                continue
            whole = f"{call.on[-50:]}.{call.name}" if call.on else call.name
            tail = whole.replace("()", "")[-50:]
            found = _what(model, at, index, call, tail)
            if found is not None:
                what, sure, severity, fix = found
                where = model.label_around(at, call.fn)
                path = model.path_around(at, call.fn)
                yield Hit(at, call.line, f"{where} {what}", call.fn, path, sure, severity, fix=fix)
        for assign in file.assigns:
            if (
                _ECB_NAMED.search(assign.value.text)
                and re.search(r"mode", assign.target, re.IGNORECASE)
                and assign.value.kind in ("name", "other")
            ):
                yield Hit(
                    at,
                    assign.line,
                    f"{assign.target} is ECB, which shows where blocks of a message are equal",
                    assign.fn,
                    fix=_FIX,
                )

    if passwords:
        (at, call), *others = passwords
        where = model.label_around(at, call.fn)
        what = f"{where} makes the key by one plain hash, and encrypts with the same IV each time and without authentication"
        spots = tuple(Spot(model.files[n].path, each.line, "so does this") for n, each in others)
        yield Hit(at, call.line, what, call.fn, spots, Confidence.HIGH, Severity.MEDIUM, fix=_FIX)


@lru_cache(maxsize=WORDS_MAX)
def _is_about(on: str, name: str) -> bool:
    return _ABOUT.search(f"{on}.{name}") is not None


def _what(
    model: Model, at: int, index: int, call: Call, tail: str
) -> tuple[str, Confidence, Severity | None, str] | None:
    texts = " ".join(flat(call.args))
    if _OLD_NAMED.search(tail) and not tail.endswith("AesCryptoServiceProvider"):
        return (
            f"encrypts with {re.sub(r'.*[.]', '', tail.replace('.new', '').replace('.Create', ''))}, a cipher that can be broken",
            Confidence.HIGH,
            None,
            _FIX,
        )
    if _CIPHER_CALLS.search(tail):
        told = " ".join(v.text for v in call.args if v.kind in ("str", "name")) or texts
        algorithm = next(
            (
                model.routers.constant(at, call.fn, v) or ""
                for v in call.args
                if v.kind == "name" and model.routers.constant(at, call.fn, v)
            ),
            "",
        )
        if (old := _OLD.search(f"{told} {algorithm}")) and not re.search(r"KeyFactory", tail):
            return f"encrypts with {old[0]}, a cipher that can be broken", Confidence.HIGH, None, _FIX
        if _ECB.search(f"{told} {algorithm}") or (
            tail.endswith("Cipher.getInstance") and re.fullmatch(r"AES", call.args[0].text if call.args else "")
        ):
            return "encrypts in ECB mode, which shows where blocks of a message are equal", Confidence.HIGH, None, _FIX
        if call.name in ("createCipher", "createDecipher") and call.on.endswith("crypto"):
            return f"encrypts with {call.name}, which derives key and IV without a salt", Confidence.HIGH, None, _FIX
    are_names = any(value.kind != "str" for value in call.args)  # a text that names a mode is no use of it
    if (are_names and _ECB_NAMED.search(texts)) or _ECB_NAMED.search(tail):
        return "encrypts in ECB mode, which shows where blocks of a message are equal", Confidence.HIGH, None, _FIX
    if _SIGNING_CALLS.search(tail) and (weak := _SIGNS_WEAK.search(f"{tail} {texts}")):
        return (
            f"signs with {weak[0]}, for which signatures can be forged",
            Confidence.HIGH if "1" not in weak[0] else Confidence.MEDIUM,
            Severity.MEDIUM,
            "Sign with SHA-256 or better.",
        )
    if _RSA.search(tail) and (bits := _bits(call)) is not None and bits < 2048:
        return (
            f"makes an RSA key of {bits} bits, which is too short",
            Confidence.HIGH,
            Severity.MEDIUM,
            "Use at least 2048 bits, better 3072, or an elliptic curve.",
        )
    if call.name == "initialize" and (bits := _bits(call)) is not None and bits < 2048 and _is_rsa(model, at, call):
        return (
            f"makes an RSA key of {bits} bits, which is too short",
            Confidence.HIGH,
            Severity.MEDIUM,
            "Use at least 2048 bits, better 3072, or an elliptic curve.",
        )
    return _fixed(model, at, index, call, tail)


def _bits(call: Call) -> int | None:
    named = {"key_size", "bits", "modulusLength", "modulus_length", "private_key_bits", "keySize", "KeySize"}
    for value in (*call.args, *(i for v in call.args for i in v.items)):
        if value.kind == "num" and (value.name in named or not value.name):
            digits = value.text.replace("_", "").rstrip("uULl")
            if (
                digits.isdigit()
                and 256 <= int(digits) <= 16384
                and (value.name in named or int(digits) in (512, 768, 1024, 1536, 2048, 3072, 4096))
            ):
                return int(digits)
    return None


def _is_rsa(model: Model, at: int, call: Call) -> bool:
    made = [
        a for scope in (*model.enclosing(at, call.fn), -1) for a in model.project.assigned[at].get((scope, call.on), ())
    ]
    return (
        any("RSA" in " ".join(flat((a.value,))) and "KeyPairGenerator" in f"{a.value.text}{a.type}" for a in made)
        or "KeyPairGenerator.getInstance" in call.on
    )


def _fixed(
    model: Model, at: int, index: int, call: Call, tail: str
) -> tuple[str, Confidence, Severity | None, str] | None:
    """Return what is wrong with an IV or a salt that is the same each time."""
    if _SALT_CALLS.search(tail):
        place = _SALT_PLACE.get(call.name, -1)
        value = next((v for v in call.args if v.name.lower() == "salt"), None)
        if value is None and 0 <= place < len(call.args) and not call.args[place].name:
            value = call.args[place]
        if (
            value is not None
            and _is_fixed(model, at, call, value)
            and not (call.name == "hashpw" and value.kind != "str" and literal(value) is None and value.kind != "name")
        ):
            if call.name == "crypt" and call.on:
                return None
            return f"gives {call.name} the same salt for everybody", Confidence.HIGH, Severity.MEDIUM, _FIX_SALT
    if _IV_CALLS.search(tail):
        place = {
            "new": 2,
            "createCipheriv": 2,
            "createDecipheriv": 2,
            "IvParameterSpec": 0,
            "GCMParameterSpec": 1,
            "openssl_encrypt": 4,
            "openssl_decrypt": 4,
            "NewCBCEncrypter": 1,
            "NewCTR": 1,
            "CBC": 0,
            "CTR": 0,
            "GCM": 0,
            "CFB": 0,
            "OFB": 0,
            "CreateEncryptor": 1,
        }.get(call.name, -1)
        value = next((v for v in call.args if v.name.lower() in ("iv", "nonce")), None)
        if value is None and 0 <= place < len(call.args) and not call.args[place].name:
            value = call.args[place]
        if value is not None and _is_fixed(model, at, call, value) and not re.search(r"decrypt|Decipher", tail):
            return "encrypts with an IV that is the same each time", Confidence.HIGH, Severity.MEDIUM, _FIX_SALT
    return None


def _is_fixed(model: Model, at: int, call: Call, value: Arg) -> bool:
    """Whether a value is a literal, or zero bytes, here or where its name was given it."""
    if literal(value) is not None:
        return len(literal(value) or "") > 0 and "{" not in (literal(value) or "")
    if value.kind == "list" and value.items and all(i.kind == "num" for i in value.items):
        return True
    if (
        value.kind == "call"
        and re.search(r"(^|\.)(Buffer\.alloc|bytes|bytearray)$", value.text)
        and value.items
        and value.items[0].kind == "num"
    ):
        return True
    if value.kind == "other" and re.fullmatch(
        r"""b?["'][^"']*["']\s*\*\s*\d+|new byte\[\d+\]|\[0u?8?;\s*\d+\]|&?\[0(u8)?; \d+\]""", value.text.strip()
    ):
        return not value.text.startswith("new byte") or True
    if value.kind == "name" and re.fullmatch(r"[&*$]?[\w.]+", value.text):
        name = value.text.lstrip("&*$")
        made = [
            a
            for scope in (*model.enclosing(at, call.fn), -1)
            for a in model.project.assigned[at].get((scope, name), ())
        ]
        if made:
            filled = any(
                c.args
                and any(v.text.lstrip("&*$").startswith(name) for v in c.args)
                and re.search(
                    r"nextBytes|random|fill|Read|GetBytes|getrandom|copy|RAND_bytes|fill_bytes|arraycopy|Fill",
                    f"{c.on}.{c.name}",
                    re.IGNORECASE,
                )
                for c in model.files[at].calls
            )
            return not filled and all(
                a.value.kind in ("str", "list", "call", "other") and _is_fixed(model, at, call, a.value) for a in made
            )
        return (
            model.routers.constant(at, call.fn, value) is not None and model.routers.constant(at, call.fn, value) != ""
        )
    return False


__all__ = ["check"]
