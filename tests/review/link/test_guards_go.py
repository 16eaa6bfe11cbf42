"""Go's middleware: which of it turns away who is not logged in."""

import pytest
from tests.review.cases import model_of

HEAD = """
package main

import (
	"net/http"

	"github.com/gin-contrib/timeout"
	"github.com/gin-gonic/gin"
)

func show(c *gin.Context)  {}
func later(c *gin.Context) {}
"""
OPTIONAL = """
func currentUser() gin.HandlerFunc {
	return func(c *gin.Context) {
		claims, err := parseToken(c)
		if err != nil {
			c.SetCookie("token", "", -1, "/", "", true, true)
			c.Next()
			return
		}
		if claims.Blocked {
			c.AbortWithStatus(http.StatusUnauthorized)
			return
		}
		c.Set("user", claims.User)
		c.Next()
	}
}
"""
REQUIRED = """
func currentUser() gin.HandlerFunc {
	return func(c *gin.Context) {
		claims, err := parseToken(c)
		if err != nil {
			c.AbortWithStatus(http.StatusUnauthorized)
			return
		}
		if err := c.Bind(&claims); err != nil {
			log(err)
		}
		c.Set("user", claims.User)
		c.Next()
	}
}
"""
REFRESHED = """
func currentUser() gin.HandlerFunc {
	return func(c *gin.Context) {
		claims, err := parseToken(c)
		if err != nil {
			claims = refreshSession(c)
			if claims == nil {
				c.AbortWithStatus(http.StatusUnauthorized)
				return
			}
			c.Next()
			return
		}
		c.Set("user", claims.User)
		c.Next()
	}
}
"""
PRIVATE_ONLY = """
func currentUser() gin.HandlerFunc {
	return func(c *gin.Context) {
		if shop(c).IsPrivate && sessionUser(c) == nil {
			c.AbortWithStatus(http.StatusUnauthorized)
			return
		}
		c.Next()
	}
}
"""
FAILING = """
func currentUser() gin.HandlerFunc {
	return func(c *gin.Context) {
		if userOfToken(c) == nil {
			sendError(c, responses.ErrorAuthenticationFail)
			return
		}
		c.Next()
	}
}
"""


@pytest.mark.parametrize(
    ("guard", "auth"),
    [
        pytest.param(OPTIONAL, False, id="who has no token goes on"),
        pytest.param(REQUIRED, True, id="who has no token is turned away"),
        pytest.param(REFRESHED, True, id="who has an old token gets another one or is turned away"),
        pytest.param(PRIVATE_ONLY, False, id="only what is private asks who it is"),
        pytest.param(FAILING, True, id="an error says that authentication failed"),
    ],
)
def test_who_is_turned_away(guard, auth):
    main = (
        'func main() {\n\tr := gin.Default()\n\tr.Use(currentUser())\n\tr.GET("/orders", show)\n}\n'
    )
    model = model_of({"go.mod": "module example.com/shop\n", "main.go": f"{HEAD}{guard}{main}"})
    assert [auth] == [each.auth for each in model.endpoints]


def test_a_handler_among_the_options_of_a_timeout():
    main = 'func main() {\n\tr := gin.Default()\n\tr.GET("/orders", timeout.New(timeout.WithHandler(show), timeout.WithResponse(later)))\n}\n'
    model = model_of({"go.mod": "module example.com/shop\n", "main.go": f"{HEAD}{main}"})
    assert ["show"] == [each.handler for each in model.endpoints]
