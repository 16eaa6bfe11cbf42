"""Livewire's components and Filament's pages: their public methods are run by pages."""

import pytest
from tests.review.cases import model_of
from tests.review.link.test_endpoints_php import php


@pytest.mark.parametrize(
    ("used", "base", "served"),
    [
        pytest.param("Livewire\\Component", "Component", True, id="a component"),
        pytest.param("Filament\\Pages\\Page", "Page", True, id="a page of Filament"),
        pytest.param("App\\View\\Component", "Component", False, id="another component"),
    ],
)
def test_public_methods_of_components_are_served(used: str, base: str, served: bool) -> None:
    files = {
        "app/Livewire/Cart.php": php(
            "namespace App\\Livewire;",
            f"use {used};",
            "use Livewire\\WithPagination;",
            "use App\\Models\\Order;",
            f"class Cart extends {base} {{",
            "    public function pay() { return Order::all(); }",
            "    protected function total() { return 1; }",
            "}",
        ),
        "app/Models/Order.php": php(
            "namespace App\\Models;",
            "use Illuminate\\Database\\Eloquent\\Model;",
            "class Order extends Model {}",
        ),
    }
    model = model_of(files)
    assert {model.label(fn) for fn in model.hooks} == ({"Cart.pay"} if served else set())
