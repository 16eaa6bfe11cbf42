"""Queries for each row that no loop in the code shows: columns of table libraries, and loops in Blade templates."""

import pytest
from tests.review.cases import Case, findings

MODELS = """<?php
namespace App\\Models;
use Illuminate\\Database\\Eloquent\\Model;
class Order extends Model {
    public function lines() { return $this->hasMany(Line::class); }
}
"""
LINE = """<?php
namespace App\\Models;
use Illuminate\\Database\\Eloquent\\Model;
class Line extends Model {}
"""
LIVEWIRE = """<?php
namespace App\\Livewire;
use App\\Models\\Line;
use App\\Models\\Order;
use Rappasoft\\LaravelLivewireTables\\DataTableComponent;
use Rappasoft\\LaravelLivewireTables\\Views\\Column;
class OrderTable extends DataTableComponent {
    protected $model = Order::class;
    public function columns(): array {
        return [Column::make('Lines', 'id')->format(%s)];
    }
}
"""
YAJRA = """<?php
namespace App\\Http\\Controllers;
use App\\Models\\Line;
use App\\Models\\Order;
use Yajra\\DataTables\\Facades\\DataTables;
class OrderController {
    public function index() {
        return DataTables::of(Order::query())->addColumn('lines', %s)->make(true);
    }
}
"""
FILAMENT = """<?php
namespace App\\Filament;
use App\\Models\\Line;
use App\\Models\\Order;
use Filament\\Tables\\Columns\\TextColumn;
class OrderResource {
    public static function table($table) {
        return $table->columns([TextColumn::make('lines')->state(%s)]);
    }
}
"""


def told(files: dict[str, str]) -> int:
    return len(
        findings(
            Case("tables", {"app/Models/Order.php": MODELS, "app/Models/Line.php": LINE, **files}),
            {"query-in-loop"},
        )
    )


@pytest.mark.parametrize(
    ("times", "table", "column"),
    [
        pytest.param(1, LIVEWIRE, "fn ($value, $row) => Line::where('order_id', $row->id)->count()", id="a column of Livewire tables"),
        pytest.param(1, LIVEWIRE, "fn ($value, $row) => $row->lines()->count()", id="a relation that is asked anew"),
        pytest.param(0, LIVEWIRE, "fn ($value, $row) => $row->lines_count", id="what came with the row"),
        pytest.param(0, LIVEWIRE, "fn ($value) => Line::where('order_id', $value)->count()", id="it is handed no row"),
        pytest.param(1, YAJRA, "fn ($order) => Line::where('order_id', $order->id)->count()", id="a column of DataTables"),
        pytest.param(0, YAJRA, "fn ($order) => Line::query()->count()", id="one number for all rows"),
        pytest.param(1, FILAMENT, "fn (Order $record) => $record->lines()->sum('price')", id="a column of Filament"),
        pytest.param(0, FILAMENT, "fn ($state) => strtoupper($state)", id="only the value"),
    ],
)  # fmt: skip
def test_columns(times, table, column):
    assert times == told({"app/Table.php": table % column})


@pytest.mark.parametrize(
    ("times", "text"),
    [
        pytest.param(1, "@foreach($lines as $line) {{ Order::find($line->order_id)->number }} @endforeach", id="one row for each"),
        pytest.param(1, "@foreach($lines as $line)\n@php $n = \\App\\Models\\Order::where('id', $line->order_id)->count(); @endphp\n@endforeach", id="in a block of PHP"),
        pytest.param(0, "@foreach($lines as $line) {{ $line->number }} @endforeach {{ Order::find($line->order_id) }}", id="behind the loop"),
        pytest.param(0, "@foreach(['a', 'b'] as $line) {{ Order::find($line->id) }} @endforeach", id="two at most"),
        pytest.param(0, "@foreach($ids as $id) {{ Order::find($id)->number }} @endforeach", id="keys that were chosen"),
        pytest.param(0, "@foreach($lines as $line) {{ Money::find($line->currency) }} @endforeach", id="no model"),
        pytest.param(0, "@foreach($lines as $line) {{ Cache::remember($line->id, 9, fn () => Order::find($line->order_id)) }} @endforeach", id="remembered"),
    ],
)  # fmt: skip
def test_blade(times, text):
    assert times == told({"resources/views/lines.blade.php": text})
