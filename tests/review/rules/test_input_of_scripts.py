"""PHP: what scripts and controllers without much around them put into statements and pages."""

import pytest
from tests.review.cases import model_of
from tests.review.link.test_endpoints_php import php

from backwright.model.finding import Tier
from backwright.review.rules import html_from_input, sql_from_input


def _told(check, files: dict[str, str]) -> bool:
    return any(hit.tier is not Tier.STRICT for hit in check(model_of(files)))


RUN = '$conn->query("SELECT * FROM orders WHERE id = $id");'


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("$id = $_GET['id'];", True, id="as it comes"),
        pytest.param("$id = trim($_POST['id'] ?? '');", True, id="trimmed"),
        pytest.param("$id = (int) $_GET['id'];", False, id="cast"),
        pytest.param("$id = (int) ($_GET['id'] ?? 1);", False, id="cast with a default"),
        pytest.param("$id = isset($_GET['id']) ? (int) $_GET['id'] : 1;", False, id="cast in a choice"),
        pytest.param("$id = intval($_GET['id']);", False, id="intval"),
        pytest.param("$id = ($_GET['page'] - 1) * 10;", False, id="computed"),
        pytest.param("$id = mysqli_real_escape_string($conn, $_GET['id']);", False, id="escaped"),
        pytest.param("$id = $conn->real_escape_string($_GET['id']);", False, id="escaped by the connection"),
        pytest.param("$id = str_repeat('?,', count($_GET['ids']) - 1) . '?';", False, id="placeholders"),
        pytest.param("$id = match ($_GET['sort']) { 'a' => 'x', default => 'y' };", False, id="chosen by it"),
        pytest.param("$id = $_GET['id'];\nif (!in_array($id, $known)) { exit; }", False, id="one of a list"),
        pytest.param("if (!is_numeric($_GET['id'])) { exit; }\n$id = $_GET['id'];", False, id="asked about before"),
    ],
)  # fmt: skip
def test_statements_of_scripts(body: str, found: bool) -> None:
    assert _told(sql_from_input.check, {"show.php": php("require 'db.php';", body, RUN)}) is found


MODEL = php("class Order_model extends CI_Model { public function one($id) {", 'return $this->db->query("SELECT * FROM orders WHERE id = \'$id\'")->row(); } }')  # fmt: skip


@pytest.mark.parametrize(
    ("given", "found"),
    [
        pytest.param("$this->input->post('id')", True, id="handed on as it comes"),
        pytest.param("(int) $this->input->post('id')", False, id="cast"),
        pytest.param("$this->session->userdata('id')", False, id="of the session"),
    ],
)
def test_what_a_controller_hands_to_its_model(given: str, found: bool) -> None:
    files = {
        "application/controllers/Orders.php": php(
            "class Orders extends CI_Controller { public function show() {",
            "$this->load->model('Order_model');",
            f"$row = $this->Order_model->one({given}); }} }}",
        ),
        "application/models/Order_model.php": MODEL,
    }
    assert _told(sql_from_input.check, files) is found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param("echo $_GET['name'];", True, id="printed"),
        pytest.param("?> <p><?= $_GET['name'] ?></p>", True, id="in a page"),
        pytest.param("echo htmlspecialchars($_GET['name']);", False, id="escaped"),
        pytest.param(
            "echo isset($_GET['name']) ? e($_GET['name']) : '';", False, id="escaped in a choice"
        ),
        pytest.param(
            "header('Content-Type: application/json');\necho $_GET['name'];", False, id="no page"
        ),
        pytest.param("echo json_encode($_GET['name']);", False, id="JSON"),
        pytest.param("echo count($_GET['names']) + 1;", False, id="a number"),
    ],
)
def test_pages_of_scripts(body: str, found: bool) -> None:
    assert _told(html_from_input.check, {"show.php": php(body)}) is found
