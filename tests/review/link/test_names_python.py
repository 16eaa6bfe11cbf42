"""Python: functions that modules keep under names of their own."""

import pytest
from tests.review.cases import model_of

SECURITY = """
class Manager:
    def verify(self, word, kept):
        return kept == word

manager = Manager()
verify = manager.verify
told = verify(1, 2)
"""


@pytest.mark.parametrize(
    ("security", "used", "called"),
    [
        pytest.param(
            SECURITY,
            "from shop.security import verify\nverify(1, 2)\n",
            True,
            id="imported by its name",
        ),
        pytest.param(
            SECURITY,
            "from shop import security\nsecurity.verify(1, 2)\n",
            True,
            id="through the module",
        ),
        pytest.param(
            SECURITY,
            "from shop.security import verify as is_right\nis_right(1, 2)\n",
            True,
            id="renamed",
        ),
        pytest.param(
            SECURITY + "verify = other\n",
            "from shop.security import verify\nverify(1, 2)\n",
            False,
            id="given twice",
        ),
        pytest.param(
            SECURITY.replace("manager = Manager()", "from elsewhere import manager"),
            "from shop.security import verify\nverify(1, 2)\n",
            False,
            id="of an object from elsewhere",
        ),
    ],
)
def test_a_method_that_a_module_gives_a_name(security: str, used: str, *, called: bool) -> None:
    model = model_of({"shop/__init__.py": "", "shop/security.py": security, "shop/app.py": used})
    at = next(n for n, file in enumerate(model.files) if file.path == "shop/app.py")
    found = [
        model.label(fn)
        for call in model.files[at].calls
        for fn in model.project.resolve_call(at, call)
    ]
    assert found == (["Manager.verify"] if called else [])


def test_a_method_under_a_name_in_its_own_module() -> None:
    model = model_of({"security.py": SECURITY})
    call = next(call for call in model.files[0].calls if call.name == "verify")
    assert [model.label(fn) for fn in model.project.resolve_call(0, call)] == ["Manager.verify"]
