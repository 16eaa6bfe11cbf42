"""Errors that are given back as if they were what was asked for."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.review.reviewing import review_model

RULE = [knowledge().rules["swallowed-error"]]
APP = """
const express = require('express');
const { list } = require('./service');
const app = express();
app.get('/orders', async (req, res) => { const found = await list(); %s });
app.listen(3000);
"""
SERVICE = """
const Order = require('./order');
exports.list = async () => {
  try {
    return await Order.find().limit(20);
  } catch (error) {
    %s
  }
};
"""
MODEL = "const mongoose = require('mongoose');\nmodule.exports = mongoose.model('Order', new mongoose.Schema({ name: String }));\n"


@pytest.mark.parametrize(
    ("ending", "answer", "told"),
    [
        ("return error;", "res.json(found);", True),
        ("throw error;", "res.json(found);", False),
        ("return { error };", "res.json(found);", False),
        (
            "return error;",
            "if (found.message) return res.status(500).end(); res.json(found);",
            False,
        ),
    ],
    ids=["given back", "thrown on", "in an object", "the caller looks"],
)
def test_an_error_that_is_given_back(ending: str, answer: str, *, told: bool) -> None:
    files = {"app.js": APP % answer, "service.js": SERVICE % ending, "order.js": MODEL}
    found = review_model(model_of(files), RULE).findings
    assert any("gives back the error" in each.message for each in found) is told


STATUS = """
from %s

app = %s


@app.get("/ready")
def ready():
    if not up():
        return {"status": "down"}, %s
    return {"status": "up"}
"""


@pytest.mark.parametrize(
    ("made", "status", "told"),
    [
        (("fastapi import FastAPI", "FastAPI()"), 503, True),
        (("fastapi import FastAPI", "FastAPI()"), 201, False),
        (("flask import Flask", "Flask(__name__)"), 503, False),
    ],
    ids=["FastAPI", "no error", "Flask"],
)
def test_a_status_that_fastapi_does_not_read(
    made: tuple[str, str], status: int, *, told: bool
) -> None:
    found = review_model(model_of({"app.py": STATUS % (*made, status)}), RULE).findings
    assert any("is no status" in each.message for each in found) is told
