"""blocking-call-in-async: libraries that render documents, methods that a module gives names, and rows of what was awaited."""

import pytest
from tests.review.cases import Case, findings

APP = """
from fastapi import FastAPI
%s

app = FastAPI()

@app.get("/orders/{key}")
%sdef shown(key: int):
    %s
"""


@pytest.mark.parametrize(
    ("count", "imports", "kind", "line"),
    [
        pytest.param(1, "from weasyprint import HTML", "async ", "HTML(string=page(key)).write_pdf('/tmp/a.pdf')", id="a PDF"),
        pytest.param(0, "from weasyprint import HTML", "", "HTML(string=page(key)).write_pdf('/tmp/a.pdf')", id="in a thread of its own"),
        pytest.param(1, "import pdfkit", "async ", "return pdfkit.from_string(page(key), False)", id="a program that makes a PDF"),
        pytest.param(1, "from xhtml2pdf import pisa", "async ", "pisa.CreatePDF(page(key), dest=made)", id="another library"),
        pytest.param(1, "import openpyxl", "async ", "return openpyxl.load_workbook(path(key))", id="a workbook"),
        pytest.param(1, "import pytesseract", "async ", "return pytesseract.image_to_string(image(key))", id="what stands in a picture"),
        pytest.param(0, "from shop.documents import HTML", "async ", "HTML(string=page(key)).write_pdf('/tmp/a.pdf')", id="a class of the project"),
    ],
)  # fmt: skip
def test_documents(count: int, imports: str, kind: str, line: str) -> None:
    files = {
        "app.py": APP % (imports, kind, line),
        "shop/documents.py": "class HTML:\n    def write_pdf(self, to): ...\n",
    }
    assert count == len(findings(Case("", files), {"blocking-call-in-async"}))


SECURITY = """
from passlib.context import CryptContext

class Manager:
    def __init__(self):
        self.pwd_context = CryptContext(schemes=["argon2"])

    def verify_password(self, word, kept):
        return self.pwd_context.verify(word, kept)

manager = Manager()
verify_password = manager.verify_password
"""
LOGIN = """
from fastapi import FastAPI
from security import verify_password

app = FastAPI()

@app.post("/login")
%sdef enter(word: str):
    return verify_password(word, kept())
"""


@pytest.mark.parametrize(
    ("count", "kind"), [pytest.param(1, "async ", id="waits"), pytest.param(0, "", id="a thread")]
)
def test_a_hash_behind_a_name_of_a_module(count: int, kind: str) -> None:
    files = {"security.py": SECURITY, "app.py": LOGIN % kind}
    assert count == len(findings(Case("", files), {"blocking-call-in-async"}))


ROWS = """
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase
from waiting_sessions import db

class Base(DeclarativeBase): ...

class Order(Base):
    __tablename__ = "orders"

app = FastAPI()

@app.get("/orders")
async def listed():
    result = %sdb.session.execute(select(Order).limit(20))
    return {"orders": result.scalars().all()}
"""


@pytest.mark.parametrize(
    ("count", "waits"), [pytest.param(0, "await ", id="awaited"), pytest.param(1, "", id="sent")]
)
def test_rows_of_what_was_awaited(count: int, waits: str) -> None:
    found = findings(Case("", {"app.py": ROWS % waits}), {"blocking-call-in-async"})
    assert count == len(found)
