"""Sign-ups whose callers say what they may do."""

import pytest
from tests.review.cases import model_of
from tests.review.link.test_endpoints_php import ROUTE, php

from backwright.review.rules.signuproles import chosen_roles

ADMINS = "function onlyAdmins($user) { if ($user->role !== 'admin') { abort(403); } }"


def _files(rules: str, body: str, *, path: str = "/register", guard: str = "") -> dict[str, str]:
    return {
        "routes/api.php": php(
            ROUTE, f"Route::post('{path}', [AccountController::class, 'store']){guard};"
        ),
        "app/Http/Controllers/AccountController.php": php(
            "namespace App\\Http\\Controllers;",
            "use App\\Http\\Requests\\AccountRequest;",
            "class AccountController { public function store(AccountRequest $request) {",
            body,
            "} }",
            ADMINS,
        ),
        "app/Http/Requests/AccountRequest.php": php(
            "namespace App\\Http\\Requests;",
            "use Illuminate\\Foundation\\Http\\FormRequest;",
            f"class AccountRequest extends FormRequest {{ public function rules() {{ return ['email' => 'required', {rules}]; }} }}",
        ),
        "app/Enums/Role.php": php(
            "namespace App\\Enums;",
            "enum Role: string { case Admin = 'admin'; case User = 'user'; }",
        ),
    }


ALL = "return User::create($request->validated());"


@pytest.mark.parametrize(
    ("rules", "body", "found"),
    [
        pytest.param("'is_admin' => 'boolean'", ALL, True, id="a flag"),
        pytest.param("'role' => 'required|string'", ALL, True, id="any role"),
        pytest.param("'role' => ['required', 'in:user,admin']", ALL, True, id="administrators among them"),
        pytest.param("'role' => ['required', Rule::enum(Role::class)]", ALL, True, id="all of an enum"),
        pytest.param("'role' => ['required', 'in:buyer,seller']", ALL, False, id="what everybody may be"),
        pytest.param("'role' => 'prohibited'", ALL, False, id="refused"),
        pytest.param("", ALL, False, id="no role at all"),
        pytest.param("", "return User::create(['email' => $request->email, 'role' => $request->role]);", True, id="read from the request"),
        pytest.param("", "$user = new User(); $user->assignRole($request->input('role'));", True, id="given to a role's setter"),
        pytest.param("", "return User::create(['email' => $request->email, 'role' => 'user']);", False, id="a fixed role"),
        pytest.param("", "return User::where('role', $request->role)->get();", False, id="only asked for"),
    ],
)  # fmt: skip
def test_roles_at_sign_up(rules: str, body: str, found: bool) -> None:
    assert bool(list(chosen_roles(model_of(_files(rules, body))))) is found


def test_who_is_logged_in_may_choose_roles_of_others() -> None:
    flag = "'is_admin' => 'boolean'"
    assert not list(chosen_roles(model_of(_files(flag, ALL, guard="->middleware('auth:sanctum')"))))
    assert not list(chosen_roles(model_of(_files(flag, ALL, path="/articles"))))
