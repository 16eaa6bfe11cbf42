"""Go: a transaction that is committed when its function ends, where nobody looks whether it was."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.review.reviewing import review_model

RULE = [knowledge().rules["swallowed-error"]]
CODE = """package main

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"gorm.io/gorm"
)

func main() {
	r := gin.Default()
	r.POST("/orders", add)
	r.Run()
}

func add(c *gin.Context) {
	var err error
	tx := db.Begin()
	defer func() {
		%s
	}()
	if err = tx.Create(&Order{}).Error; err != nil {
		c.JSON(http.StatusInternalServerError, gin.H{"error": "not stored"})
		return
	}
	c.JSON(http.StatusCreated, gin.H{})
}
"""


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("if err != nil { tx.Rollback() } else { tx.Commit() }", True),
        ("if err == nil { err = tx.Commit().Error }", False),
        ("if err := tx.Commit().Error; err != nil { log.Println(err) }", False),
        ("tx.Rollback()", False),
    ],
    ids=["nobody looks", "kept", "logged", "only taken back"],
)
def test_a_deferred_commit_that_nobody_looks_at(ending: str, *, told: bool) -> None:
    found = review_model(model_of({"main.go": CODE % ending}), RULE).findings
    assert any("Commit" in each.message for each in found) is told
