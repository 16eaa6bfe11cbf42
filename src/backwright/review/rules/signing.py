"""Signing: the calls of libraries that take a key or a password, and where they take it."""

import re

from backwright.review.regexes import regex

# Calls that sign, encrypt or log in, and where they take the secret: place, then keywords.
SIGNS: tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...] = tuple(
    (regex(pattern), places, what)
    for pattern, places, what in (
        (
            r"(^|\.)(jwt|JWT|jsonwebtoken|jws|jwtService|jose|pyjwt|PyJWT)\w*\.(encode|decode|sign|verify|signAsync|verifyAsync)$",
            ("1", "key", "secret"), "signs tokens",
        ),
        (
            (r"(^|\.)(Algorithm\.(HMAC|HS)\w+|hmacShaKeyFor|setSigningKey|verifyWith|SymmetricSecurityKey|SecretKeySpec|SignedString|"
             r"NewCookieStore|from_secret|derive_from|hs(256|384|512)|Fernet|HMACSHA\d+|HMACMD5)$"), ("0", "1"), "signs",
        ),
        (r"(^|\.)(DES|DESede|PBE)KeySpec$", ("0",), "encrypts"),
        (r"(^|\.)(signWith)$", ("0", "1"), "signs tokens"),
        (r"(^|\.)SigningKey$", ("Key", "0"), "signs tokens"),
        (r"^(Keygrip|keygrip)$", ("0",), "signs cookies"),
        (r"(^|\.)(cookie|memstore|sessions|redistore)\.(NewStore|NewCookieStore|NewFilesystemStore)$", ("0", "1"), "signs sessions"),
        (r"(^|\.)SessionTransportTransformer\w+$", ("0", "1"), "signs sessions"),
        (r"(^|\.)Key\.(from|generate_from)$", ("0",), "signs sessions"),
        (r"^(Firebase\.JWT\.)?Key$", ("0",), "signs tokens"),
        (r"(^|\.)(createHmac|hmac\.New|createCipheriv|createDecipheriv)$", ("1",), "signs"),
        (r"(^|\.)hmac\.(new|digest)$", ("0", "key"), "signs"),
        (r"^hash_hmac$|^openssl_(en|de)crypt$", ("2",), "signs"),
        (r"(^|\.)(AES|DES|DES3|ARC4|Blowfish)\.new$|(^|\.)(aes|des|rc4)\.New\w*Cipher$", ("0", "key"), "encrypts"),
        (
            (r"(^|\.)(URLSafeTimedSerializer|URLSafeSerializer|TimedJSONWebSignatureSerializer|JSONWebSignatureSerializer|TimestampSigner|"
             r"cookieParser)$"), ("0", "secret_key"), "signs",
        ),
        (r"(^|\.)Secret$", ("0",), "proves who a client is"),
    )
)  # fmt: skip
LOGINS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (regex(pattern), places)
    for pattern, places in (
        (
            (r"^(PDO|mysqli|mysqli_connect|mysql_connect|pg_connect|R2dbcDriver|DriverManagerDataSource)$|"
             r"(^|\.)(DriverManager|dataSource)\.getConnection$"), ("2",),
        ),
        (r"(smtp\w*|server|mailer|ftp|imap)\.login$", ("1",)),
        (r"[uU]ser\w*(Manager)?\.CreateAsync$", ("1",)),
        (r"\.create_(super)?user$", ("2", "password")),
        (r"(MySQLdb|pymysql|psycopg2?|mysql\.connector|MySQL|asyncpg|aiomysql)\.connect$", ("2", "password", "passwd")),
        (r"\.setPassword$", ("0",)),
        (r"(^|\.)basicAuth$|\.withUser$|httpBasic$", ("1",)),
    )
)  # fmt: skip
# Last words of any of them, asked first because nearly every call is none.
TAKES_SECRET = regex(
    r"(encode|decode|sign|verify|signAsync|verifyAsync|HMAC\w*|HS\w+|hmacShaKeyFor|setSigningKey|SigningKey|[kK]eygrip|verifyWith|SymmetricSecurityKey|\w*KeySpec|"
    r"SignedString|New\w*|from_secret|derive_from|hs\d+|Fernet|signWith|SessionTransportTransformer\w+|from|generate_from|Key|createHmac|"
    r"createCipheriv|createDecipheriv|new|digest|hash_hmac|openssl_\w+|\w*Serializer|TimestampSigner|cookieParser|Secret|PDO|mysqli\w*|"
    r"mysql_connect|pg_connect|getConnection|R2dbcDriver|DriverManagerDataSource|login|CreateAsync|create_(super)?user|connect|setPassword|"
    r"basicAuth|withUser|httpBasic)$"
)
