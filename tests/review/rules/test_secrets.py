"""What looks like a secret that is given away and is none, each beside the fault that it looks like."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

LDAP = """<?php
namespace App\\Http\\Controllers;
class LoginController extends Controller {
    public function login(Request $request) {
        Log::debug('Looking for ' . %s);
        return $this->guard->attempt($request->only('name', 'password'));
    }
}
"""
USER = """package users

import "golang.org/x/crypto/bcrypt"

type User struct {
	ID       int64  `xorm:"pk autoincr"`
	Password string `xorm:"varchar(250)"`
}

func (User) TableName() string { return "users" }

func Register(s *xorm.Session, u *User) error { return create(s, u) }

func create(s *xorm.Session, u *User) error {
	%s
	_, err := s.Insert(u)
	return err
}
"""
SIGN_UP = """package api

import (
	"net/http"

	"example.com/app/users"
)

func Routes(mux *http.ServeMux) { mux.HandleFunc("POST /register", register) }

func register(w http.ResponseWriter, r *http.Request) {
	users.Register(session, &users.User{
		Password: r.FormValue("password"),
	})
}
"""
HASHES = """hashed, err := bcrypt.GenerateFromPassword([]byte(u.Password), 12)
	if err != nil {
		return err
	}
	u.Password = string(hashed)"""
MODULE = "module example.com/app\n\ngo 1.22\n"
UPGRADES = """package a;
import org.springframework.stereotype.Service;
@Service public class Details %s {
  private final Users users;
  public Details(Users users) { this.users = users; }
  public User updatePassword(User user, String newPassword) { return users.updatePassword(user.getName(), newPassword); }
}
"""
USERS = """package a;
import jakarta.persistence.*;
@Entity public class User { @Id Long id; String name; String password;
  public String getPassword() { return password; } public void setPassword(String p) { this.password = p; } }
"""
UPDATES = """package a;
import org.springframework.stereotype.Service;
@Service public class Users {
  private UserRepository repository;
  public User updatePassword(String name, String newPassword) {
    User user = repository.findByName(name);
    if (!Objects.equals(user.getPassword(), newPassword)) { user.setPassword(newPassword); repository.save(user); }
    return user;
  }
}
"""

PAIRS = [
    pytest.param(
        "password-in-log",
        {"app/Http/Controllers/LoginController.php": LDAP % "print_r($request->all(), true)"},
        {"app/Http/Controllers/LoginController.php": LDAP % "$request->input('name')"},
        id="one field of a body",
    ),
    pytest.param(
        "readable-password",
        {"go.mod": MODULE, "users/user.go": USER % "", "api/register.go": SIGN_UP},
        {"go.mod": MODULE, "users/user.go": USER % HASHES, "api/register.go": SIGN_UP},
        id="hashed two calls behind",
    ),
    pytest.param(
        "readable-password",
        {"Details.java": UPGRADES % "", "User.java": USERS, "Users.java": UPDATES},
        {"Details.java": UPGRADES % "implements UserDetailsPasswordService", "User.java": USERS, "Users.java": UPDATES},
        id="a framework hands the hash over",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_near_misses(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, Tier.STRICT).findings
    assert not review_model(model_of(right), rules, Tier.STRICT).findings
