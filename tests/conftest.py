"""One thread for linear algebra: matrices are small, and tests share the cores already."""

import os

# Before numpy is imported, here and in every process that a test starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251  (read by numpy, not by us)
