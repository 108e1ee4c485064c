"""The tests. Each process has one processor to itself, as several run side by side: small tables gain by no second."""

import os

os.environ.setdefault("OMNI_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "1")  # read when Polars is imported first
