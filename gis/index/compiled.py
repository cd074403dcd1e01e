"""Machine code where numba is installed, plain Python where it is not.

Compiled functions release the GIL, are kept on disk after their first call, and keep every operation as written: no
fused, reordered or approximate arithmetic, so that they and numpy agree to the last place.
"""

from collections.abc import Callable
from typing import Any

numba: Any
try:
    import numba
except ImportError:
    numba = None

HAS_NUMBA = numba is not None


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let numba turn a function into machine code at its first call; without numba, leave it as it is."""
    return function if numba is None else numba.njit(nogil=True, cache=True, boundscheck=False)(function)
