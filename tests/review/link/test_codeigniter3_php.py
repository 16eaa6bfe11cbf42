"""CodeIgniter 3: controllers without routes, the file of routes beside them, models that are loaded, constructors that guard."""

import pytest
from tests.review.cases import model_of
from tests.review.link.test_endpoints_php import php

ORDERS = "application/controllers/Orders.php"


def _endpoints(files: dict[str, str]) -> list[tuple[str, str, str, bool]]:
    return sorted((e.method, e.path, e.handler, bool(e.auth)) for e in model_of(files).endpoints)


def _controller(name: str, *methods: str, base: str = "CI_Controller", first: str = "") -> str:
    start = f"public function __construct() {{ parent::__construct();\n {first} }}" if first else ""
    return php(f"class {name} extends {base} {{", start, *methods, "}")


INDEX = "public function index() { $this->load->view('orders'); }"
SHOW = "public function show($id, $page = 1) { $this->load->view('order'); }"
SAVE = "public function save() { $name = $this->input->post('name'); }"


def test_methods_answer_under_their_names() -> None:
    inner = "public function _check() {} private function find() {}"
    files = {ORDERS: _controller("Orders", INDEX, SHOW, SAVE, inner)}
    assert _endpoints(files) == [
        ("GET", "/orders", "Orders.index", False),
        ("GET", "/orders/show/{id}", "Orders.show", False),
        ("POST", "/orders/save", "Orders.save", False),
    ]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param("application/controllers/admin/Orders.php", "/admin/orders", id="a folder"),
        pytest.param(
            "application/modules/shop/controllers/Orders.php", "/shop/orders", id="a module"
        ),
        pytest.param(
            "application/modules/orders/controllers/Orders.php", "/orders", id="a module's own"
        ),
    ],
)
def test_folders_of_controllers(path: str, found: str) -> None:
    assert [each[1] for each in _endpoints({path: _controller("Orders", INDEX)})] == [found]


def test_a_class_of_another_framework_is_none() -> None:
    assert (
        _endpoints({"app/controllers/Orders.php": _controller("Orders", INDEX, base="Controller")})
        == []
    )
    assert _endpoints({"application/libraries/Orders.php": _controller("Orders", INDEX)}) == []


def test_a_file_of_routes_gives_other_paths() -> None:
    files = {
        ORDERS: _controller("Orders", INDEX, SHOW, SAVE),
        "application/config/routes.php": php(
            "$route['default_controller'] = 'orders';",
            "$route['404_override'] = '';",
            "$route['order/(:num)'] = 'orders/show/$1';",
            "$route['order']['put'] = 'orders/save';",
        ),
    }
    assert _endpoints(files) == [
        ("GET", "/", "Orders.index", False),
        ("GET", "/order/{num}", "Orders.show", False),
        ("PUT", "/order", "Orders.save", False),
    ]


def test_rest_controllers_name_their_methods() -> None:
    body = "public function list_get() {} public function index_delete($id) {}"
    files = {ORDERS: _controller("Orders", body, base="REST_Controller")}
    assert _endpoints(files) == [
        ("DELETE", "/orders/{id}", "Orders.index_delete", False),
        ("GET", "/orders/list", "Orders.list_get", False),
    ]


TURNS = "if (!$this->session->userdata('logged_in')) { redirect('login'); }"


@pytest.mark.parametrize(
    ("first", "auth"),
    [
        pytest.param(TURNS, True, id="a session"),
        pytest.param(
            "if ($this->session->userdata('role') != 'admin') { redirect('auth/login'); }",
            True,
            id="a role",
        ),
        pytest.param(
            "if (!$this->ion_auth->logged_in()) { redirect('auth/login'); }", True, id="a library"
        ),
        pytest.param(
            "if ($this->session->userdata('logged_in')) { redirect('dashboard'); }",
            False,
            id="guests only",
        ),
        pytest.param("$this->load->library('session');", False, id="it only loads"),
    ],
)
def test_a_constructor_stands_before_all_methods(first: str, auth: bool) -> None:
    files = {ORDERS: _controller("Orders", INDEX, first=first)}
    assert [each[3] for each in _endpoints(files)] == [auth]


def test_a_guard_may_stand_in_the_controller_above() -> None:
    files = {
        "application/core/MY_Controller.php": _controller("Admin_Controller", first=TURNS),
        ORDERS: _controller("Orders", INDEX, base="Admin_Controller"),
    }
    assert [each[3] for each in _endpoints(files)] == [True]


def test_loaded_models_are_what_fields_hold() -> None:
    files = {
        ORDERS: php(
            "class Orders extends CI_Controller {",
            "public function index() { $this->load->model('Order_model', 'orders'); $rows = $this->orders->all(); }",
            "public function other() { $rows = $this->Other_model->all(); }",
            "}",
        ),
        "application/config/autoload.php": php("$autoload['model'] = array('Other_model');"),
        "application/models/Order_model.php": php(
            "class Order_model extends CI_Model { public function all() { return $this->db->get('orders')->result(); } }"
        ),
        "application/models/Other_model.php": php(
            "class Other_model extends CI_Model { public function all() { return $this->db->get_where('others', ['id' => 1])->row(); } }"
        ),
    }
    model = model_of(files)
    served = {model.label(fn) for fn in model.served}
    assert {"Order_model.all", "Other_model.all"} <= served
    found = {
        (model.label(fn), access.table, access.many)
        for fn, accesses in model.data.by_function.items()
        for access in accesses
    }
    assert found == {("Order_model.all", "orders", True), ("Other_model.all", "others", False)}
