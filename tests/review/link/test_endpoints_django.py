"""Endpoints of Django and REST framework, from small projects written as people write them."""

import pytest
from tests.review.cases import model_of

SHOP_VIEWS = """
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import CreateView, DeleteView, DetailView, ListView, TemplateView
from shop.models import Order


class OrderList(LoginRequiredMixin, ListView):
    model = Order
    paginate_by = 20


class OrderDetail(DetailView):
    model = Order


class OrderCreate(LoginRequiredMixin, CreateView):
    model = Order

    def form_valid(self, form):
        return super().form_valid(form)


class OrderDelete(DeleteView):
    model = Order

    def delete(self, request, *args, **kwargs):
        return super().delete(request, *args, **kwargs)


class Board(TemplateView):
    template_name = "board.html"

    def post(self, request):
        return self.get(request)
"""

REST_VIEWS = """
from rest_framework import generics, mixins, viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.permissions import AllowAny, IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.response import Response
from shop.models import Order, Tag


class OrderViewSet(viewsets.ModelViewSet):
    queryset = Order.objects.all()
    lookup_field = "number"
    http_method_names = ["get", "post", "delete"]

    @action(detail=True, methods=["post"], permission_classes=[IsAuthenticated])
    def ship(self, request, number=None):
        return Response()

    @ship.mapping.delete
    def unship(self, request, number=None):
        return Response()

    @action(detail=False, url_path="by-day")
    def daily(self, request):
        return Response()


class TagViewSet(mixins.ListModelMixin, mixins.CreateModelMixin, viewsets.GenericViewSet):
    queryset = Tag.objects.all()
    permission_classes = [IsAuthenticatedOrReadOnly]
    pagination_class = None


class Mine(generics.ListCreateAPIView):
    permission_classes = (IsAuthenticated,)
    queryset = Order.objects.all()


class Version(viewsets.ViewSet):
    permission_classes = (AllowAny,)

    def show(self, request):
        return Response()


@api_view(["GET", "PUT"])
@permission_classes([AllowAny])
def status(request):
    return Response()


@api_view()
def usage(request):
    return Response()
"""

CASES = [
    pytest.param(
        {
            "site/urls.py": """
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from shop import views

order_patterns = [
    path("", views.OrderList.as_view(), name="list"),
    path("<int:pk>/", views.OrderDetail.as_view(), name="detail"),
    path("new/", views.OrderCreate.as_view(), name="new"),
    path("<int:pk>/delete/", views.OrderDelete.as_view(), name="delete"),
]
urlpatterns = i18n_patterns(
    path("orders/", include((order_patterns, "orders"), namespace="orders")),
    path("board/", views.Board.as_view()),
)
urlpatterns += [path("health", views.Board.as_view())]
""",
            "shop/views.py": SHOP_VIEWS,
        },
        {
            ("GET", "/{language}/orders", True, True),
            ("GET", "/{language}/orders/{pk}", False, None),
            ("GET", "/{language}/orders/new", True, None),
            ("POST", "/{language}/orders/new", True, None),
            ("GET", "/{language}/orders/{pk}/delete", False, None),
            ("POST", "/{language}/orders/{pk}/delete", False, None),
            ("GET", "/{language}/board", False, None),
            ("POST", "/{language}/board", False, None),
            ("GET", "/health", False, None),
            ("POST", "/health", False, None),
        },
        id="generic views below a language, in lists that are included as a pair",
    ),
    pytest.param(
        {
            "site/urls.py": """
from django.conf.urls import include, url
from django.contrib import admin

urlpatterns = [
    url(r'^admin/', admin.site.urls),
    url(r'^api/', include('shop.urls', namespace='shop')),
]
""",
            "site/settings.py": """
REST_FRAMEWORK = {
    'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated'],
    'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.PageNumberPagination',
    'PAGE_SIZE': 20,
}
""",
            "shop/urls.py": """
from django.conf.urls import include, url
from rest_framework.routers import DefaultRouter
from .views import Mine, OrderViewSet, TagViewSet, Version, status, usage

router = DefaultRouter(trailing_slash=False)
router.register(r'orders', OrderViewSet)
router.register(r'tags', TagViewSet)

urlpatterns = [
    url(r'^', include(router.urls)),
    url(r'^mine/?$', Mine.as_view()),
    url(r'^version$', Version.as_view({'get': 'show'})),
    url(r'^status/(?P<name>[-\\w]+)/$', status),
    url(r'^usage$', usage),
]
""",
            "shop/views.py": REST_VIEWS,
        },
        {
            ("GET", "/api", True, None),
            ("GET", "/api/orders", True, True),
            ("POST", "/api/orders", True, None),
            ("GET", "/api/orders/{number}", True, None),
            ("DELETE", "/api/orders/{number}", True, None),
            ("POST", "/api/orders/{number}/ship", True, None),
            ("DELETE", "/api/orders/{number}/ship", True, None),
            ("GET", "/api/orders/by-day", True, None),
            ("GET", "/api/tags", False, False),
            ("POST", "/api/tags", True, None),
            ("GET", "/api/mine", True, True),
            ("POST", "/api/mine", True, None),
            ("GET", "/api/version", False, None),
            ("GET", "/api/status/{name}", False, None),
            ("PUT", "/api/status/{name}", False, None),
            ("GET", "/api/usage", True, None),
        },
        id="old patterns, a router of REST framework below them, permissions and pages of the settings",
    ),
    pytest.param(
        {
            "site/urls.py": """
from django.urls import include, path
from rest_framework import routers
from orders.api import router as orders_router
from shop.views import Mine

router = routers.SimpleRouter()
router.registry.extend(orders_router.registry)
extra = [path("mine/", Mine.as_view())]
urlpatterns = [path("v1/", include(router.urls)), path("v2/", include(extra))] + extra
urlpatterns += orders_router.urls
""",
            "orders/api.py": """
from rest_framework.routers import SimpleRouter
from shop.views import TagViewSet

router = SimpleRouter()
router.register("tags", TagViewSet)
""",
            "shop/views.py": REST_VIEWS,
        },
        {
            ("GET", "/v1/tags", False, False),
            ("POST", "/v1/tags", True, None),
            ("GET", "/tags", False, False),
            ("POST", "/tags", True, None),
            ("GET", "/v2/mine", True, False),
            ("POST", "/v2/mine", True, None),
            ("GET", "/mine", True, False),
            ("POST", "/mine", True, None),
        },
        id="routers that take in others, and lists that are added up",
    ),
    pytest.param(
        {
            "site/urls.py": """
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.urls import path
from django.views.decorators.cache import cache_page
from django.views.decorators.csrf import csrf_exempt
from shop import views

urlpatterns = [
    path("login/", LoginView.as_view()),
    path("password/", PasswordChangeView.as_view()),
    path("wrapped/", login_required(views.Plain.as_view())),
    path("cached/", cache_page(60)(views.Plain.as_view())),
    path("gated/", views.Gated.as_view()),
    path("page/", views.Page.as_view(login_required=True)),
    path("open-page/", views.Page.as_view()),
    path("marked/", views.Marked.as_view()),
    path("welcome/", views.welcome),
    path("account/", views.account),
    path("hook/", csrf_exempt(views.hook)),
    path("staff/", views.staff),
    path("permissions/", views.PermissionPage.as_view()),
]
""",
            "shop/views.py": """
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseForbidden
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView, View


class Plain(TemplateView):
    template_name = "plain.html"


class OnlyMembers:
    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return HttpResponseForbidden()
        return super().dispatch(request, *args, **kwargs)


class Gated(OnlyMembers, TemplateView):
    template_name = "gated.html"


class Page(TemplateView):
    login_required = False

    def dispatch(self, request, *args, **kwargs):
        if self.login_required and not request.user.is_authenticated:
            return redirect_to_login(request.path)
        return super().dispatch(request, *args, **kwargs)


@method_decorator(login_required, name="dispatch")
class Marked(View):
    def get(self, request):
        return render(request, "marked.html")


class PermissionPage(TemplateView):
    template_name = "permissions.html"


def welcome(request):
    if request.user.is_authenticated:
        return redirect("orders")
    return render(request, "welcome.html")


def account(request):
    if not request.user.is_authenticated:
        return redirect("login")
    return render(request, "account.html")


@require_POST
def hook(request):
    return render(request, "hook.html")


@login_required
@require_POST
def staff(request):
    return render(request, "staff.html")
""",
        },
        {
            ("GET", "/login", False, None),
            ("POST", "/login", False, None),
            ("GET", "/password", True, None),
            ("POST", "/password", True, None),
            ("GET", "/wrapped", True, None),
            ("GET", "/cached", False, None),
            ("GET", "/gated", True, None),
            ("GET", "/page", True, None),
            ("GET", "/open-page", False, None),
            ("GET", "/marked", True, None),
            ("*", "/welcome", False, None),
            ("*", "/account", True, None),
            ("POST", "/hook", False, None),
            ("POST", "/staff", True, None),
            ("GET", "/permissions", False, None),
        },
        id="logins by decorator, mixin, dispatch and its switch; a page for guests wants none",
    ),
    pytest.param(
        {
            "site/urls.py": """
from django.urls import path
from shop import views

urlpatterns = [
    path("private/", views.Private.as_view()),
    path("shared/", views.Shared.as_view()),
    path("edit/", views.Edit.as_view()),
    path("either/", views.Either.as_view()),
    path("mixed/", views.Mixed.as_view()),
]
""",
            "shop/permissions.py": """
from rest_framework import permissions


class MaybePrivate(permissions.BasePermission):
    def has_permission(self, request, view):
        if hasattr(view, "is_private") and view.is_private:
            return request.user and request.user.is_authenticated
        return True


class Editors(permissions.BasePermission):
    def has_permission(self, request, view):
        if request.method in permissions.SAFE_METHODS:
            return True
        return request.user.is_authenticated and request.user.is_editor


class Anybody(permissions.BasePermission):
    def has_permission(self, request, view):
        return True


class Owners(permissions.IsAuthenticated):
    def has_object_permission(self, request, view, obj):
        return obj.owner == request.user
""",
            "shop/views.py": """
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView
from shop.permissions import Anybody, Editors, MaybePrivate, Owners


class Private(APIView):
    permission_classes = [MaybePrivate]
    is_private = True

    def get(self, request):
        return None


class Shared(APIView):
    permission_classes = [MaybePrivate]

    def get(self, request):
        return None


class Edit(APIView):
    permission_classes = [Editors]

    def get(self, request):
        return None

    def put(self, request):
        return None


class Either(APIView):
    permission_classes = [Owners | Anybody]

    def get(self, request):
        return None

    def post(self, request):
        return None


class Mixed(APIView):
    permission_classes = [Owners]

    def get_permissions(self):
        if self.request.method == "GET":
            return [AllowAny()]
        return [IsAuthenticated()]

    def get(self, request):
        return None

    def post(self, request):
        return None
""",
        },
        {
            ("GET", "/private", True, None),
            ("GET", "/shared", False, None),
            ("GET", "/edit", False, None),
            ("PUT", "/edit", True, None),
            ("GET", "/either", False, None),
            ("POST", "/either", False, None),
            ("GET", "/mixed", False, None),
            ("POST", "/mixed", True, None),
        },
        id="permissions that the project writes itself",
    ),
]  # fmt: skip

OPEN_BUT_FOR_ONE = {
    "shop/settings.py": 'REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}\n',
    "shop/urls.py": """\
from rest_framework.routers import SimpleRouter
from shop.views import Marks

router = SimpleRouter()
router.register("marks", Marks)
urlpatterns = router.urls
""",
    "shop/views.py": """\
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.viewsets import ViewSet


class Marks(ViewSet):
    def get_permissions(self):
        if self.action == "shared":
            return [AllowAny()]
        return super().get_permissions()

    def create(self, request):
        return None

    @action(methods=["get"], detail=False)
    def shared(self, request):
        return None
""",
}


def test_permissions_that_open_one_action_leave_the_others_as_they_are() -> None:
    found = {(e.method, e.path, e.auth) for e in model_of(OPEN_BUT_FOR_ONE).endpoints}
    assert {("POST", "/marks", True), ("GET", "/marks/shared", False)} == found


@pytest.mark.parametrize(("files", "expected"), CASES)
def test_endpoints(
    files: dict[str, str], expected: set[tuple[str, str, bool, bool | None]]
) -> None:
    found = {(e.method, e.path, e.auth, e.paginated) for e in model_of(files).endpoints}
    assert found == expected
