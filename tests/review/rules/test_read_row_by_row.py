"""Relations that are read on each row: in templates, serializers, mappers, getters handed on by name, and their near misses."""

import pytest
from tests.review.cases import Case, findings

CUSTOMER = """package a;
import jakarta.persistence.*;
@Entity public class Customer { @Id @GeneratedValue Long id; String name; public String getName() { return name; } }
"""
ORDER = """package a;
import jakarta.persistence.*;
@Entity public class Order {
  @Id @GeneratedValue Long id;
  @ManyToOne(fetch = FetchType.LAZY) private Customer customer;
  public Customer getCustomer() { return customer; }
  public Long getId() { return id; }
}
"""
ORDERS = """package a;
import org.springframework.data.jpa.repository.*;
public interface OrderRepository extends JpaRepository<Order, Long> {
  @Query("select o from Order o %s o.customer c where c.name = :name")
  java.util.List<Order> named(String name);
}
"""
DTO = """package a;
import java.util.*;
import java.util.stream.*;
public class OrderDto {
  public static List<OrderDto> from(List<Order> orders) { return orders.stream().map(OrderDto::from).collect(Collectors.toList()); }
  private static OrderDto from(Order order) {
    return new OrderDto(order.getId(), order.getCustomer().getName());
  }
}
"""
SERVICE = """package a;
import org.springframework.web.bind.annotation.*;
import java.util.*;
import java.util.stream.*;
@RestController public class OrderController {
  private OrderRepository orders;
  @GetMapping("/orders") public Object all(@RequestParam String name) {
    List<Order> found = orders.named(name);
    return %s;
  }
}
"""


@pytest.mark.parametrize(
    ("join", "answer", "finds"),
    [
        pytest.param("join", "OrderDto.from(found)", True, id="a mapper that callers hand a list to"),
        pytest.param("join fetch", "OrderDto.from(found)", False, id="what the statement joins to fetch"),
        pytest.param("join", "found.stream().map(Order::getCustomer).collect(Collectors.toSet())", True, id="a getter by name"),
        pytest.param("join", "found.stream().map(Order::getCustomer).map(Customer::getId).toList()", False, id="only the key"),
        pytest.param("join fetch", "found.stream().map(Order::getCustomer).collect(Collectors.toSet())", False, id="a getter, fetched"),
    ],
)  # fmt: skip
def test_java(join, answer, finds):
    case = Case("java")
    for name, text in (
        ("Customer", CUSTOMER),
        ("Order", ORDER),
        ("OrderRepository", ORDERS % join),
        ("OrderDto", DTO if "OrderDto" in answer else "package a;\n"),
    ):
        if name != "OrderDto" or name in answer:  # what nobody calls is judged by itself
            case.add(f"src/{name}.java", text)
    case.add("src/OrderController.java", SERVICE % answer)
    assert bool(_loops(case)) == finds


MODELS = """from django.db import models
class Project(models.Model):
    name = models.TextField()
class Redirect(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="redirects")
    target = models.ForeignKey("Page", on_delete=models.CASCADE, related_name="incoming")
class Page(models.Model):
    title = models.TextField()
"""
VIEWS = """from rest_framework import serializers
from rest_framework.viewsets import ModelViewSet
from .models import Project, Redirect, Page

class LinksSerializer(serializers.Serializer):
    project = serializers.SerializerMethodField()
    def get_project(self, obj):
        return obj.project.name

class RedirectSerializer(serializers.ModelSerializer):
    links = LinksSerializer(source="*")
    class Meta:
        model = Redirect
        fields = ["id", "links"]

class RedirectCreateSerializer(serializers.ModelSerializer):
    class Meta:
        model = Redirect
        fields = ["id"]

class RedirectsViewSet(ModelViewSet):
    queryset = Redirect.objects.%s
    def get_serializer_class(self):
        if self.action == "create":
            return RedirectCreateSerializer
        return RedirectSerializer
"""


@pytest.mark.parametrize(
    ("query", "finds"), [("all()", True), ('select_related("project")', False)]
)
def test_serializer_that_a_method_chooses(query, finds):
    case = Case("drf")
    case.add("app/models.py", MODELS)
    case.add("app/views.py", VIEWS % query)
    assert bool(_loops(case)) == finds


@pytest.mark.parametrize(
    ("body", "finds"),
    [
        ("[r.target.title for r in project.redirects.order_by('id')]", True),
        (
            "[r.target.title for r in project.redirects.select_related('target').order_by('id')]",
            False,
        ),
        ("[r.project.name for r in project.redirects.order_by('id')]", False),  # the owner is there
        ("[found.get(key) for key in keys]", False),  # what in_bulk gave is a dictionary
        ("[Page.objects.get(pk=key) for key in keys]", True),
    ],
)
def test_django_loops(body, finds):
    case = Case("django")
    case.add("app/models.py", MODELS)
    view = (
        "def show(request, project, keys):\n    found = Page.objects.in_bulk(keys)\n    return %s\n"
    )
    every = 'Redirect.objects.prefetch_related("project__redirects__target")'  # elsewhere: says nothing of a query of its own
    case.add("app/views.py", f"from .models import Page, Redirect\nEVERY = {every}\n{view % body}")
    assert bool(_loops(case)) == finds


ALCHEMY = """from flask import Flask, jsonify
from app import db
app = Flask(__name__)
class Service(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class Folder(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    service = db.relationship("Service", backref="all_folders")
    users = db.relationship("User", lazy="%s")
    def serialize(self):
        return {"users": [user.id for user in self.users]}
@app.get("/folders/<service_id>")
def folders(service_id):
    service = Service.query.get(service_id)
    return jsonify([folder.serialize() for folder in service.all_folders])
"""


@pytest.mark.parametrize(("lazy", "finds"), [("select", True), ("joined", False)])
def test_backref(lazy, finds):
    case = Case("sqlalchemy")
    case.add("app/main.py", ALCHEMY % lazy)
    assert bool(_loops(case)) == finds


MODEL = """<?php
namespace App\\Models;
use Illuminate\\Database\\Eloquent\\Model;
class User extends Model { public function assets() { return $this->hasMany(Asset::class); } }
class Asset extends Model {
  public function model() { return $this->belongsTo(AssetModel::class); }
  public function likes() { return $this->hasMany(Like::class); }
  public function isLiked() { return $this->likes()->where('x', 1)->exists(); }
}
class AssetModel extends Model {}
class Like extends Model {}
"""
CONTROLLER = """<?php
namespace App\\Http\\Controllers;
use App\\Models\\User;
class UserController extends Controller {
  public function show($id) {
    $user = User::where('id', $id)->with([%s])->first();
    return view('print')->with('users', [$user])->with('page', 1);
  }
}
"""
ROUTES = "<?php\nuse App\\Http\\Controllers\\UserController;\nRoute::get('/users/{id}', [UserController::class, 'show']);\n"


@pytest.mark.parametrize(
    ("eager", "shows", "finds"),
    [
        pytest.param("'assets'", "{{ $asset->model->name }}", True, id="a relation of a relation"),
        pytest.param("'assets.model'", "{{ $asset->model->name }}", False, id="loaded with it"),
        pytest.param(
            "'assets', 'seats.model'",
            "{{ $asset->model->name }}",
            True,
            id="loaded with something else",
        ),
        pytest.param(
            "'assets'",
            "@php if ($asset->model->name) $x = 1; @endphp",
            True,
            id="in a block of PHP",
        ),
        pytest.param("'assets.likes'", "{{ $asset->likes()->count() }}", True, id="asked anew"),
        pytest.param(
            "'assets.likes'", "{{ $asset->isLiked() }}", True, id="asked anew by a method"
        ),
        pytest.param(
            "'assets.likes'", "{{ $asset->likes->count() }}", False, id="counted where it is"
        ),
    ],
)
def test_blade(eager, shows, finds):
    case = Case("laravel")
    case.add("app/Models/User.php", MODEL)
    case.add("app/Http/Controllers/UserController.php", CONTROLLER % eager)
    case.add("routes/web.php", ROUTES)
    page = f"@foreach ($users as $u)\n@foreach ($u->assets as $asset)\n{shows}\n@endforeach\n@endforeach\n"
    case.add("resources/views/print.blade.php", page)
    assert bool(_loops(case)) == finds


def _loops(case):
    return findings(case, {"query-in-loop"})
