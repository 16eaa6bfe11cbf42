"""One thread for linear algebra, as tests share the cores already; and no test fails because the machine is busy."""

import os

from hypothesis import HealthCheck, settings

# Before numpy is imported, here and in every process that a test starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251  (read by numpy, not by us)

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
