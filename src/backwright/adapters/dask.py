"""Work spread over a Dask cluster, for sweeps that one machine would take too long for."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from backwright.model.errors import BadRequest

CONNECT_S = 10  # to the scheduler; it is there or it is not


class DaskExecutor(Executor):
    """An executor over the scheduler at an address; connects when the first work comes.

    Workers need Backwright of the same version. Simulations are sent, and files of a repository under
    review to be parsed; nothing of a person's evidence.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Any = None
        self._inner: Executor | None = None

    @property
    def workers(self) -> int:
        """Threads of the cluster."""
        self._connected()
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401  (Executor's own)
        return self._connected().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  (Executor's own)
        if self._client is not None:
            self._client.close()
            self._client = self._inner = None

    def _connected(self) -> Executor:
        if self._inner is None:
            try:
                from distributed import Client
            except ImportError:
                raise BadRequest(
                    "BACKWRIGHT_DASK_SCHEDULER is set, and the library for it is not installed",
                    detail="It is the extra 'dask' of this package.",
                    hint="unset BACKWRIGHT_DASK_SCHEDULER",
                ) from None
            try:
                self._client = Client(self._address, timeout=CONNECT_S)
            except (OSError, TimeoutError, ValueError) as error:
                raise BadRequest(
                    f"no Dask scheduler answers at '{self._address}': {error}",
                    hint="unset BACKWRIGHT_DASK_SCHEDULER",
                ) from None
            self._inner = self._client.get_executor(pure=False)
        assert self._inner is not None  # noqa: S101  (made above)
        return self._inner
