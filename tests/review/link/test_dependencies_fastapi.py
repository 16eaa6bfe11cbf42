"""FastAPI: dependencies that are objects, names or made by functions, and those that ask nobody."""

import pytest
from tests.review.cases import model_of

CALLED = """
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

def bearer_claims(shown=Depends(HTTPBearer())):
    return decoded(shown.credentials)

class Roles:
    def __init__(self, allowed):
        self.allowed = allowed

    def __call__(self, claims=Depends(bearer_claims)):
        if claims["role"] not in self.allowed:
            raise HTTPException(403, "not yours")

class Page:
    def __init__(self, size):
        self.size = size

    def __call__(self, page: int = 1):
        return page * self.size

def rank(least):
    def check(claims=Depends(bearer_claims)):
        if claims["rank"] < least:
            raise HTTPException(401)
    return check

staff = Depends(Roles(["staff"]))
owner = Roles(["owner"])
captain = rank(3)
pages = Depends(Page(20))
router = APIRouter(prefix="/orders")

@router.get("/staff", dependencies=[staff])
def of_staff(): return []

@router.get("/owner")
def of_owner(told=Depends(owner)): return []

@router.get("/captain", dependencies=[Depends(captain)])
def of_captain(): return []

@router.get("/ranked", dependencies=[Depends(rank(2))])
def of_ranked(): return []

@router.get("/paged", dependencies=[pages])
def paged(): return []

@router.get("/open")
def of_all(): return []

app = FastAPI()
app.include_router(router)
"""


@pytest.mark.parametrize(
    ("path", "auth"),
    [
        pytest.param(
            "/orders/staff", True, id="a name for a dependency on an object that is called"
        ),
        pytest.param("/orders/owner", True, id="an object that is called"),
        pytest.param("/orders/captain", True, id="what a function gives, under a name"),
        pytest.param("/orders/ranked", True, id="what a function gives"),
        pytest.param("/orders/paged", False, id="an object that asks nobody"),
        pytest.param("/orders/open", False, id="no dependency"),
    ],
)
def test_dependencies_that_are_no_plain_functions(path: str, *, auth: bool) -> None:
    model = model_of({"requirements.txt": "fastapi==0.115\n", "app.py": CALLED})
    assert [bool(e.auth) for e in model.endpoints if e.path == path] == [auth]


SERVED = """
from enum import Enum
from typing import Annotated, Literal
from fastapi import Body, Depends, FastAPI, Header, HTTPException, Path

class AuthProvider(str, Enum):
    mail = "mail"

class AuthenticationService:
    def all(self): return []

class UserService:
    def __init__(self, db): self.db = db
    def all(self): return self.db.all()

def get_db(): return connected()

def get_current_user(token: str = Header()):
    if not token:
        raise HTTPException(401)
    return found(token)

def get_user_service(db=Depends(get_db)):
    return UserService(db)

def get_own_user_service(db=Depends(get_db), user=Depends(get_current_user)):
    return UserService(db)

def get_user_manager(): return made()

def get_current_user_manager(shown: str = Header()):
    return manager_of(shown)

HeldService = Annotated[AuthenticationService, Depends()]
OAuthKind = Literal["mail"]
Users = Annotated[UserService, Depends(get_user_service)]
app = FastAPI()

@app.get("/plain")
def plain(users: UserService = Depends(get_user_service)): return users.all()

@app.get("/aliased")
def aliased(users: Users): return users.all()

@app.get("/class")
def by_class(users: UserService = Depends()): return users.all()

@app.get("/own")
def own(users: UserService = Depends(get_own_user_service)): return users.all()

@app.get("/current")
def current(users=Depends(get_current_user_manager)): return users.all()

@app.get("/manager")
def manager(users=Depends(get_user_manager)): return users.all()

@app.post("/in/{provider}")
def enter(provider: AuthProvider, access_token: str = Body(..., alias="access_token")): return {}

@app.get("/itself")
def itself(users: Annotated[UserService, Depends()]): return users.all()

@app.get("/held")
def held(users: HeldService): return users.all()

@app.get("/by/{provider}")
def by(provider: Annotated[OAuthKind, Path()]): return {}

@app.post("/named")
def named(req: dict): return {"name": req.username}

Current = Annotated[dict, Depends(get_current_user)]

@app.get("/alias", dependencies=[Depends(Current)])
def alias(): return {}

@app.get("/function", dependencies=[Depends(get_current_user)])
def function(): return {}

@app.get("/asked")
def asked(user=Depends(get_current_user)): return user
"""


@pytest.mark.parametrize(
    ("path", "auth"),
    [
        pytest.param("/plain", False, id="a service for users"),
        pytest.param("/aliased", False, id="a name for a service"),
        pytest.param("/class", False, id="a class of the service"),
        pytest.param("/own", True, id="a service that needs who is logged in"),
        pytest.param("/current", True, id="what is of somebody in person keeps its name's meaning"),
        pytest.param("/manager", False, id="a manager of users"),
        pytest.param("/in/{provider}", False, id="a choice in the path and a value of the body"),
        pytest.param("/itself", False, id="a class that is its own dependency"),
        pytest.param("/held", False, id="a name for a class that is its own dependency"),
        pytest.param("/by/{provider}", False, id="a choice of the path that is annotated"),
        pytest.param("/named", False, id="a body that is called as a request"),
        pytest.param(
            "/alias", False, id="a name for an annotated type is no function to depend on"
        ),
        pytest.param("/function", True, id="the function itself"),
        pytest.param("/asked", True, id="who is logged in"),
    ],
)
def test_what_only_serves_a_handler_asks_nobody(path: str, *, auth: bool) -> None:
    model = model_of({"requirements.txt": "fastapi==0.115\n", "app.py": SERVED})
    assert [bool(e.auth) for e in model.endpoints if e.path == path] == [auth]
