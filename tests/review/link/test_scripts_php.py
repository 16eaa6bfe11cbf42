"""PHP without a framework: scripts that answer by their own path, sessions that say who is there, and classes around a driver."""

import pytest
from tests.review.cases import model_of
from tests.review.link.test_endpoints_php import php

CONNECT = php("$conn = mysqli_connect(getenv('HOST'), getenv('NAME'), getenv('WORD'), 'shop');")
GUARD = php(
    "session_start();",
    "if (!isset($_SESSION['user_id'])) {",
    "    header('Location: login.php');",
    "    exit;",
    "}",
)
LIST = php(
    "require '../includes/db.php';",
    '$rows = mysqli_query($conn, "SELECT * FROM orders");',
    "while ($row = mysqli_fetch_assoc($rows)) { echo $row['total']; }",
)
DELETE = php(
    "require '../includes/auth.php';",
    "require '../includes/db.php';",
    "$id = (int) $_POST['id'];",
    'mysqli_query($conn, "DELETE FROM orders WHERE id = $id");',
)


def _endpoints(files: dict[str, str]) -> list[tuple[str, str, bool]]:
    return [(each.method, each.path, bool(each.auth)) for each in model_of(files).endpoints]


def test_scripts_are_endpoints_and_what_they_require_is_none() -> None:
    files = {
        "includes/db.php": CONNECT,
        "includes/auth.php": GUARD,
        "admin/list.php": LIST,
        "admin/delete.php": DELETE,
    }
    assert sorted(_endpoints(files)) == [
        ("GET", "/admin/list.php", False),
        ("POST", "/admin/delete.php", True),
    ]


@pytest.mark.parametrize(
    ("path", "body", "found"),
    [
        pytest.param("public/index.php", "echo $_GET['name'];", ["/index.php"], id="the folder that is served"),
        pytest.param("src/show.php", "echo $_GET['name'];", ["/src/show.php"], id="any folder where none is"),
        pytest.param("views/show.php", "echo $_GET['name'];", [], id="a view"),
        pytest.param("show.php", "defined('ABSPATH') || exit; echo $_GET['name'];", [], id="only inside of something"),
        pytest.param("show.php", "if (php_sapi_name() !== 'cli') exit; $conn->query('SELECT 1'); echo 1;", [], id="run by hand"),
        pytest.param("show.php", "return ['host' => getenv('HOST')];", [], id="settings"),
        pytest.param("show.php", "function show() { echo $_GET['name']; }", [], id="functions alone"),
    ],
)  # fmt: skip
def test_which_scripts_answer_requests(path: str, body: str, found: list[str]) -> None:
    assert [each.path for each in model_of({path: php(body)}).endpoints] == found


def test_where_a_folder_is_served_what_lies_beside_it_is_not() -> None:
    files = {
        "public/index.php": php("echo $_GET['name'];"),
        "tasks/clean.php": php("$conn->query('DELETE FROM logs'); echo 'done';"),
    }
    assert [each.path for each in model_of(files).endpoints] == ["/index.php"]


@pytest.mark.parametrize(
    ("body", "methods"),
    [
        pytest.param("if ($_SERVER['REQUEST_METHOD'] === 'POST') { f(); }", ["POST"], id="it compares"),
        pytest.param("f($_POST['name']);", ["POST"], id="it reads a form"),
        pytest.param("$in = json_decode(file_get_contents('php://input'));", ["POST"], id="it reads a body"),
        pytest.param("f($_GET['name']);", ["GET"], id="it reads the query"),
    ],
)  # fmt: skip
def test_methods_of_a_script(body: str, methods: list[str]) -> None:
    assert [each.method for each in model_of({"a.php": php(body)}).endpoints] == methods


CHECK = "function checkLogin() {\n if (empty($_SESSION['user'])) {\n header('Location: /login.php');\n exit; } }"


@pytest.mark.parametrize(
    ("body", "auth"),
    [
        pytest.param("if (!isset($_SESSION['user_id'])) { header('Location: login.php'); exit; }", True, id="to the login"),
        pytest.param("if (!isset($_SESSION['admin'])) { die('Access denied'); }", True, id="refused"),
        pytest.param("if ($_SESSION['role'] !== 'admin') { http_response_code(403); exit; }", True, id="by role"),
        pytest.param(f"{CHECK} checkLogin();", True, id="in a function"),
        pytest.param("$rec = $_SESSION['recid'] ?? null; if (!$rec) { header('Location: login.php'); exit; }", True, id="taken out first"),
        pytest.param("if (!isset($_SESSION['user'])) { $out = ['message' => 'Unauthorized']; echo json_encode($out); exit; }", True, id="an answer"),
        pytest.param("if (isset($_SESSION['user_id'])) { header('Location: home.php'); exit; }", False, id="who is there goes home"),
        pytest.param("if (!isset($_SESSION['cart'])) { header('Location: login.php'); exit; }", False, id="a cart says nothing"),
        pytest.param("echo $_SESSION['user_id'];", False, id="it only looks"),
        pytest.param("session_destroy(); unset($_SESSION['user']); header('Location: login.php');", False, id="a logout"),
        pytest.param("function checkLogin() { return 1; } checkLogin();", False, id="a name alone"),
    ],
)  # fmt: skip
def test_sessions_say_who_is_there(body: str, auth: bool) -> None:
    files = {"show.php": php("session_start();", "$id = $_GET['id'];", body)}
    assert [each.auth for each in model_of(files).endpoints] == [auth]


def test_an_index_that_takes_a_password_is_a_login() -> None:
    files = {
        "index.php": php(
            "$word = $_POST['password'];",
            "if (password_verify($word, $hash)) { $_SESSION['user'] = 1; }",
        ),
        "home.php": php(
            "if (!isset($_SESSION['user'])) { header('Location: index.php'); exit; }", "echo 1;"
        ),
    }
    assert ("GET", "/home.php", True) in _endpoints(files)
    files["index.php"] = php("echo $_GET['page'];")
    assert ("GET", "/home.php", False) in _endpoints(files)


DATABASE = php(
    "namespace App;",
    "class Database {",
    "    private static $instance;",
    "    private $pdo;",
    "    private function __construct() { $this->pdo = new \\PDO('mysql:host=db'); }",
    "    public static function getInstance() { if (!self::$instance) { self::$instance = new self(); } return self::$instance; }",
    "    public function query($sql, $params = []) {",
    "        $stmt = $this->pdo->prepare($sql);",
    "        $stmt->execute($params);",
    "        return $stmt;",
    "    }",
    "    public function fetch($sql, $params = []) { return $this->query($sql, $params)->fetch(); }",
    "    public function fetchAll($sql, $params = []) { $stmt = $this->query($sql, $params); return $stmt->fetchAll(); }",
    "}",
)


def test_a_class_around_a_driver_asks_what_it_is_given() -> None:
    files = {
        "app/Database.php": DATABASE,
        "app/Orders.php": php(
            "namespace App;",
            "class Orders {",
            "    protected $db;",
            "    public function __construct() { $this->db = Database::getInstance(); }",
            "    public function all() { return $this->db->fetchAll('SELECT * FROM orders'); }",
            "    public function one($id) { return $this->db->fetch('SELECT * FROM orders WHERE id = ?', [$id]); }",
            "}",
        ),
    }
    model = model_of(files)
    found = [
        (model.label(fn), access.table, access.many)
        for fn, accesses in model.data.by_function.items()
        for access in accesses
        if model.label(fn).startswith("Orders")
    ]
    assert sorted(found) == [("Orders.all", "orders", True), ("Orders.one", "orders", False)]
