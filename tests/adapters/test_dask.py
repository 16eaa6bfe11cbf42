"""Dask: an executor like any other, where the library is installed; a clear error where it is not."""

from importlib.util import find_spec

import pytest

from backwright.adapters.dask import DaskExecutor
from backwright.model.errors import BadRequest

is_there = find_spec("distributed") is not None


@pytest.mark.skipif(is_there, reason="distributed is installed")
def test_without_the_library_the_error_names_the_setting():
    with pytest.raises(BadRequest, match="BACKWRIGHT_DASK_SCHEDULER is set"):
        DaskExecutor("tcp://127.0.0.1:1").submit(abs, -1)


@pytest.mark.skipif(not is_there, reason="distributed is not installed")
def test_work_is_done_by_the_cluster_in_order():
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:  # fmt: skip
        executor = DaskExecutor(cluster.scheduler_address)
        assert 2 == executor.workers
        assert [1, 2, 3] == [
            each.result() for each in [executor.submit(abs, -n) for n in (1, 2, 3)]
        ]
        executor.shutdown()


@pytest.mark.skipif(not is_there, reason="distributed is not installed")
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr("backwright.adapters.dask.CONNECT_S", 0.5)
    with pytest.raises(BadRequest, match="no Dask scheduler answers at"):
        DaskExecutor("tcp://127.0.0.1:9").submit(abs, -1)
