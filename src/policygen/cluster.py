"""A Dask cluster that lends its workers: its address in, an executor of `concurrent.futures` out.

The workers must have the same policygen, and see the same folders under the same names. Needs `policygen[cluster]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from policygen.model.problems import OutputError, error

PATIENCE = 10
"""Seconds until a cluster that does not answer is given up."""


@contextmanager
def executor(address: str) -> Iterator[Executor]:
    """What hands work to the cluster at an address. Raises OutputError."""
    try:
        from distributed import Client
    except ImportError:
        raise OutputError(error("a cluster needs Dask, which is not installed",
                                hint="Install it with: pip install 'policygen[cluster]'.")) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError):  # it also names what it was given wrongly
        raise OutputError(error(f"there is no cluster at {address}",
                                hint="Give the address that its scheduler shows, such as tcp://10.0.0.5:8786.")) from None
    with client:
        yield client.get_executor()
