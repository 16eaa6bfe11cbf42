"""Laravel: rules of the project that ask once for each element of a list that is validated."""

import pytest
from tests.review.cases import model_of
from tests.review.link.test_endpoints_php import ROUTE, php

from backwright.review.rules.itemrules import item_rules

ASKS = "if (!Product::find($value)) { $fail('no'); }"


def _hits(entry: str, body: str) -> list[str]:
    files = {
        "routes/api.php": php(ROUTE, "Route::post('/orders', [OrderController::class, 'store']);"),
        "app/Http/Controllers/OrderController.php": php(
            "namespace App\\Http\\Controllers;",
            "use App\\Http\\Requests\\OrderRequest;",
            "class OrderController { public function store(OrderRequest $request) { return 1; } }",
        ),
        "app/Http/Requests/OrderRequest.php": php(
            "namespace App\\Http\\Requests;",
            "use App\\Rules\\ProductExists;",
            "use Illuminate\\Foundation\\Http\\FormRequest;",
            f"class OrderRequest extends FormRequest {{ public function rules() {{ return ['items' => 'array', {entry}]; }} }}",
        ),
        "app/Rules/ProductExists.php": php(
            "namespace App\\Rules;",
            "use App\\Models\\Product;",
            "class ProductExists implements ValidationRule {",
            f"public function validate($attribute, $value, $fail) {{ {body} }} }}",
        ),
        "app/Models/Product.php": php(
            "namespace App\\Models;",
            "use Illuminate\\Database\\Eloquent\\Model;",
            "class Product extends Model {}",
        ),
    }
    return [hit.message for hit in item_rules(model_of(files))]


@pytest.mark.parametrize(
    ("entry", "body", "found"),
    [
        pytest.param("'items.*.id' => ['required', new ProductExists()]", ASKS, True, id="each element"),
        pytest.param("'items.*.id' => new ProductExists", ASKS, True, id="alone"),
        pytest.param("'product_id' => ['required', new ProductExists()]", ASKS, False, id="one value"),
        pytest.param("'items.*.id' => ['required', new ProductExists()]", "if (!$value) { $fail('no'); }", False, id="no query"),
        pytest.param("'items.*.id' => 'exists:products,id'", ASKS, False, id="the framework's own"),
    ],
)  # fmt: skip
def test_rules_of_elements(entry: str, body: str, found: bool) -> None:
    told = _hits(entry, body)
    assert bool(told) is found
    if found:
        assert told == [
            "POST /api/orders checks items.*.id with ProductExists, which runs one query per element"
        ]
