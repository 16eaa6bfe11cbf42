"""Endpoints that look as if they forgot to ask who is there, beside those that do forget it."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

PAGE = """import express from 'express';
import path from 'path';

const app = express();
app.post('/orders', requireLogin, (req, res) => res.json(add(req.body)));
app.get('/admin', (req, res) => {
  %s
});
"""
CONTROLLER = """<?php
namespace App\\Http\\Controllers%s;

class OrderController
{
    public function destroy($id)
    {
    }
}
"""
ROUTES = """<?php
use App\\Http\\Controllers\\Api;
use Illuminate\\Support\\Facades\\Route;

Route::delete('orders/{id}', [Api\\OrderController::class, 'destroy']);
"""

LOGIN = """using Microsoft.AspNetCore.Mvc;

[ApiController]
[Route("account")]
public class AccountController : ControllerBase
{
    private readonly Sessions _sessions;
    public AccountController(Sessions sessions) { _sessions = sessions; }

    [HttpPost("login")]
    public IActionResult Login(string name, string password) => Ok(_sessions.Open(name, password));
}

public class Sessions
{
    private readonly Accounts _accounts;
    public Sessions(Accounts accounts) { _accounts = accounts; }
    public User Open(string name, string password) => OpenFor(name, password);
    private User OpenFor(string name, string password) => OpenAt(name, password);
    private User OpenAt(string name, string password) => _accounts.Authenticate(name, password);
}

public class Accounts
{
    public User Authenticate(string name, string password)
    {
        var user = _users.Find(name);
        if (!BCrypt.Net.BCrypt.Verify(password, user.PasswordHash))
        {
            %s
        }
        return user;
    }
}
"""
URLS = """from django.urls import path
from %s import views

urlpatterns = [path("account/login", views.login)]
"""
PROFILE = """const express = require('express');
const bcrypt = require('bcrypt');
const app = express();
app.post('/profile', %s);

async function createUser(req, res) { await db.insert(req.body.name, await bcrypt.hash(req.body.password, 10)); }
async function updateUser(req, res) { await db.update(req.body.name, await bcrypt.hash(req.body.password, 10)); }
"""
SESSIONS = """using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

public class Session { public int Id { get; set; } public string UserId { get; set; } public string Name { get; set; } }
public class AppDb : DbContext { public DbSet<Session> Sessions { get; set; } }

[ApiController]
[Authorize]%s
[Route("sessions")]
public class SessionsController : ControllerBase
{
    private readonly AppDb _db;
    public SessionsController(AppDb db) { _db = db; }

    [HttpPatch("%s")]
    public async Task<IActionResult> Change(int id)
    {
        await _db.Sessions.Where(s => s.Id == id).ExecuteUpdateAsync(s => s.SetProperty(x => x.Name, "new"));
        return NoContent();
    }
}
"""
COUNTED = (
    "user.InvalidLoginAttemptCount++; if (user.InvalidLoginAttemptCount >= 5) { user.Disable(); }"
)

PAIRS = [
    pytest.param("login-without-limit", {"a.cs": LOGIN % "return null;"}, {"a.cs": LOGIN % COUNTED}, id="failures are counted"),
    pytest.param("login-without-limit", {"urls.py": URLS % "accounts"}, {"urls.py": URLS % "allauth.account"}, id="a library that counts"),
    pytest.param("login-without-limit", {"a.js": PROFILE % "createUser"}, {"a.js": PROFILE % "updateUser"}, id="somebody who is there already"),
    pytest.param("missing-auth", {"a.cs": SESSIONS % ("", "{id}")}, {"a.cs": SESSIONS % ("", "token/refresh")}, id="by the secret that is shown"),
    pytest.param("missing-auth", {"a.cs": SESSIONS % ("", "{id}")}, {"a.cs": SESSIONS % ("\n[InfraTokenGuard]", "{id}")}, id="a machine's token"),
    pytest.param(
        "missing-auth",
        {"a.js": PAGE % "db.query('SELECT * FROM users').then((rows) => res.json(rows));"},
        {"a.js": PAGE % "res.sendFile(path.join(root, 'admin', 'index.html'));"},
        id="the page of an application in the browser",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_misses_of_logins(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, Tier.STRICT).findings
    assert not review_model(model_of(right), rules, Tier.STRICT).findings


def test_of_two_controllers_of_one_name_the_named_one_is_meant() -> None:
    at = "app/Http/Controllers/"
    files = {
        f"{at}OrderController.php": CONTROLLER % "",
        f"{at}Api/OrderController.php": CONTROLLER % "\\Api",
    }
    assert [
        each.handler_file for each in model_of({**files, "routes/api.php": ROUTES}).endpoints
    ] == [f"{at}Api/OrderController.php"]
