"""Failures that lose nothing and walls that nobody has drawn, each beside one that matters."""

import pytest
from tests.review.cases import knowledge, model_of, sure

from backwright.model.finding import Confidence
from backwright.review.reviewing import review_model

ADD = """using Microsoft.EntityFrameworkCore;
namespace Shop;
public class Label { public int Id { get; set; } public string Name { get; set; } }
public class ShopDb : DbContext { public DbSet<Label> Labels { get; set; } }
public class LabelStore(ShopDb db)
{
    public async Task<int> Ensure(string name)
    {
        var id = 0;
        try
        {
            var label = new Label { Name = name };
            db.Labels.Add(label);
            await db.SaveChangesAsync();
            id = label.Id;
        }
        catch
        {
        }
        %s
        return id;
    }
}
"""
READ = (
    "if (id == 0) { var there = await db.Labels.FirstAsync(x => x.Name == name); id = there.Id; }"
)
DELETE = """<?php
namespace App\\Http\\Controllers;
use App\\Models\\Upload;
use Illuminate\\Support\\Facades\\Route;
use Illuminate\\Support\\Facades\\Storage;
Route::delete('uploads/{upload}', [UploadController::class, 'destroy']);
class UploadController extends Controller
{
    public function destroy(Upload $upload)
    {
        try {
            Storage::delete($upload->path);
            $upload->delete();
            return response()->json(['status' => 'gone']);
        } catch (\\Exception $e) {
            %s
            return response()->json(['status' => 'the file was not there'], 404);
        }
    }
}
"""
UPLOAD = "<?php\nnamespace App\\Models;\nuse Illuminate\\Database\\Eloquent\\Model;\nclass Upload extends Model {}\n"
LIMIT = """package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

type Store struct{ store *Remote }

func Routes(e *echo.Echo, s *Store) {
	e.POST("/codes", s.code)
}

func (s *Store) %(name)s(id string) error {
	return s.store.Take(id)
}

func (s *Store) code(c echo.Context) error {
	if err := s.%(name)s(c.FormValue("id")); err != nil {
		return c.JSON(http.StatusForbidden, "no")
	}
	return c.NoContent(204)
}
"""
STATUS = """import express from 'express';
import { status } from './status';
const app = express();
app.get('/certificate', (req, res) => {
  try {
    res.json(status());
  } catch {
    res.status(500).json({ there: false });
  }
});
"""
READS = """import fs from 'node:fs';
export function status() {
%s
}
"""
KEPT = """  try {
    return { there: fs.statSync('/etc/app/key').size > 0 };
  } catch {
    return { there: false };
  }"""
LOST = "swallowed-error"

PAIRS = [
    pytest.param(LOST, {"A.cs": ADD % ""}, {"A.cs": ADD % READ}, id="a row that is there already"),
    pytest.param(LOST, {"app/Models/Upload.php": UPLOAD, "routes/a.php": DELETE % "$ok = false;"}, {"app/Models/Upload.php": UPLOAD, "routes/a.php": DELETE % "$upload->delete();"}, id="what is done again in the handler"),
    pytest.param(LOST, {"a.go": LIMIT % {"name": "takeCode"}}, {"a.go": LIMIT % {"name": "checkLimit"}}, id="a check that says no"),
    pytest.param(LOST, {"a.ts": STATUS, "status.ts": READS % "  return { there: fs.statSync('/etc/app/key').size > 0 };"}, {"a.ts": STATUS, "status.ts": READS % KEPT}, id="a function that keeps its errors"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_harmless_failures(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    """What is lost is told, and nothing of what is not."""
    assert _told(rule, wrong)
    assert not _told(rule, right)


def _ring(size: int, ending: str, text: str) -> dict[str, str]:
    return {
        f"src/shop/part{n}/Part{n}.{ending}": text.format(n=n, next=(n + 1) % size)
        for n in range(size)
    }


JAVA = "package shop.part{n};\nimport shop.part{next}.Part{next};\npublic class Part{n} {{ Part{next} next; }}\n"
TS = "import {{ part{next} }} from '../part{next}/Part{next}';\nexport const part{n} = () => part{next};\n"


@pytest.mark.parametrize(
    ("size", "ending", "text", "is_told"),
    [
        pytest.param(4, "java", JAVA, True, id="four packages"),
        pytest.param(9, "java", JAVA, False, id="a ring of packages of one program"),
        pytest.param(9, "ts", TS, True, id="modules that are loaded one by one"),
        pytest.param(24, "ts", TS, False, id="no walls at all"),
    ],
)
def test_rings(size: int, ending: str, text: str, is_told: bool) -> None:
    """A ring is told as long as there are walls."""
    assert bool(_told("module-cycle", _ring(size, ending, text))) == is_told


OWN = {
    "shop/stock/stock.py": 'def count(conn):\n    return conn.execute("SELECT count(*) FROM stock_rows")\n\n\ndef add(conn):\n    conn.execute("INSERT INTO stock_rows VALUES (1)")\n',
    "shop/orders/orders.py": 'def close(conn):\n    conn.execute("UPDATE stock_rows SET n = n - 1")\n',
}


@pytest.mark.parametrize(
    ("path", "is_told"),
    [
        pytest.param("shop/stock/tables.sql", True, id="the owner makes its table"),
        pytest.param("admin/sql/tables.sql", False, id="one place makes the tables of all"),
    ],
)
def test_tables_made_elsewhere(path: str, is_told: bool) -> None:
    """Who owns a table is a guess where another place makes it."""
    files = {**OWN, path: "CREATE TABLE stock_rows (n int);\n"}
    assert bool(_told("shared-table", files)) == is_told


def _told(rule: str, files: dict[str, str]) -> list[str]:
    rules = [knowledge().rules[rule]]
    findings = review_model(model_of(files), rules, sure(rules)).findings
    return [each.message for each in findings if each.confidence is not Confidence.LOW]
