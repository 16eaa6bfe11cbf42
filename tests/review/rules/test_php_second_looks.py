"""PHP: what looks like a finding and is none at a second look, beside what is one."""

import pytest
from tests.review.cases import Case, problems

ENTITY = """<?php
namespace App\\Entity;
use Doctrine\\ORM\\Mapping as ORM;
#[ORM\\Entity]
class Order { #[ORM\\Id] public int $id; public string $note; }
"""

CONTROLLER = """<?php
namespace App\\Controller;
use App\\Entity\\Order;
use Doctrine\\ORM\\EntityManagerInterface;
use Symfony\\Component\\Routing\\Attribute\\Route;
class OrderController extends AbstractController {
    public function __construct(private EntityManagerInterface $em) {}
    #[Route('/orders', methods: ['POST'])]
    public function make() { $this->em->persist(new Order()); $this->em->flush(); }
    #[Route('/orders', methods: ['GET'])]
    public function list() {
        %s
    }
}
"""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "$rows = $this->em->getRepository(Order::class)->findAll(); return $this->json($rows); // finding",
            id="all of them are sent",
        ),
        pytest.param(
            "$rows = $this->em->getRepository(Order::class)->findAll(); return $this->json(\\count($rows) ? $rows[0]->note : '');",
            id="the first alone is looked at",
        ),
        pytest.param(
            "$rows = $this->em->getRepository(Order::class)->findAll(); if (!\\count($rows)) { return null; } $rows = $rows[0]; return $this->json($rows);",
            id="the first alone is kept",
        ),
        pytest.param(
            "$rows = $this->em->getRepository(Order::class)->findAll(); $first = $rows[0]; return $this->json([$first, $rows]); // finding",
            id="the first and all others",
        ),
    ],
)
def test_first_rows(body):
    case = Case("php")
    case.add("src/Entity/Order.php", ENTITY)
    case.add("src/Controller/OrderController.php", CONTROLLER % body)
    assert problems(case, {"unbounded-read"}) == []


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        pytest.param("/tree/footprint/{id}", "", id="a footprint"),
        pytest.param("/account/otp/{id}", " // finding", id="a code that is asked for once"),
    ],
)
def test_codes(path, mark):
    case = Case("php")
    case.add(
        "src/Controller/TreeController.php",
        "<?php\nnamespace App\\Controller;\nuse Symfony\\Component\\Routing\\Attribute\\Route;\nclass TreeController {\n"
        f"    #[Route('{path}', methods: ['POST'])]{mark}\n"
        "    public function one(int $id) { return hash_equals($this->codes[$id], $_POST['code']); }\n}\n",
    )
    assert problems(case, {"login-without-limit"}) == []


@pytest.mark.parametrize(
    ("settings", "mark"),
    [
        pytest.param(
            "twig_extra:\n  commonmark:\n    html_input: escape\n", "", id="tags are escaped"
        ),
        pytest.param(
            "twig_extra:\n  commonmark:\n    html_input: allow\n",
            " {# finding #}",
            id="tags are let through",
        ),
    ],
)
def test_markdown(settings, mark):
    case = Case("php")
    case.add("src/Entity/Order.php", ENTITY)
    case.add("config/packages/commonmark.yaml", settings)
    case.add(
        "src/Controller/OrderController.php",
        CONTROLLER
        % "$order = $this->em->getRepository(Order::class)->find($_GET['id']); return $this->render('order.html.twig', ['order' => $order]);".replace(
            "%", "%%"
        ),
    )
    case.add("src/Controller/NoteController.php", NOTES)
    case.add("templates/order.html.twig", "<p>\n{{ order.note|markdown|raw }}" + mark + "\n</p>\n")
    assert problems(case, {"html-from-input"}) == []


NOTES = """<?php
namespace App\\Controller;
use App\\Entity\\Order;
use Symfony\\Component\\HttpFoundation\\Request;
use Symfony\\Component\\Routing\\Attribute\\Route;
class NoteController extends AbstractController {
    #[Route('/notes', methods: ['POST'])]
    public function note(Request $request) { $order = new Order(); $order->note = $request->request->get('note'); $this->em->persist($order); $this->em->flush(); }
}
"""


@pytest.mark.parametrize(
    ("options", "mark"),
    [
        pytest.param(
            "['timeout' => config('http.timeout')]",
            "",
            id="the method that gives the client sets one",
        ),
        pytest.param("['verify' => true]", " // finding", id="it sets none"),
    ],
)
def test_clients_that_a_method_makes(options, mark):
    case = Case("php")
    case.add(
        "src/Controller/PowerController.php",
        "<?php\nnamespace App\\Controller;\nuse GuzzleHttp\\Client;\nuse Symfony\\Component\\Routing\\Attribute\\Route;\nclass PowerController {\n"
        f"    private function client(): Client {{ return new Client({options}); }}\n"
        "    #[Route('/power', methods: ['POST'])]\n"
        f"    public function power() {{ return $this->client()->post('https://power.example.com/on'); }}{mark}\n}}\n",
    )
    assert problems(case, {"missing-timeout"}) == []
