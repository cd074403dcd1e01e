"""Where the sample city's chance comes from: one seed, one stream per purpose, and correlated noise.

Each part draws from its own stream, named after what it decides, so that a change in one part leaves the
others' choices alone. Streams depend on the seed and the name only, never on the process or on its hash
seed.
"""

from zlib import crc32

import numpy as np

from gis.units import FloatArray, IntArray


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the generator of random numbers for one purpose.

    Examples
    --------
    >>> stream(7, "roads").integers(1000) == stream(7, "roads").integers(1000)
    np.True_
    """
    return np.random.default_rng([seed, crc32(purpose.encode())])


def first_of_race(weight: FloatArray, count: int, rng: np.random.Generator) -> IntArray:
    """Return the positions, ascending, of so many winners without repetition, each as likely as its weight says.

    Every runner needs an exponential time with its weight as speed; the first win. O(n), unlike drawing one by one.

    Parameters
    ----------
    weight
        (n,) not negative; those of weight 0 win only when nobody else is left.
    count
        At most n are returned.
    """
    with np.errstate(divide="ignore"):
        needs = rng.standard_exponential(len(weight)) / weight
    if count >= len(weight):
        return np.arange(len(weight))
    return np.sort(np.argpartition(needs, count)[:count])


def fractal_noise(
    shape: tuple[int, int], rng: np.random.Generator, *, steepness: float, longest_cells: float
) -> FloatArray:
    """Return a smooth random field with mean 0 and standard deviation 1, made from waves.

    Parameters
    ----------
    shape
        Rows and columns.
    steepness
        How fast the power of the waves falls with their frequency; 2 is rugged, 3.5 is gentle.
    longest_cells
        The longest wave, in cells.
    """
    north = np.fft.fftfreq(shape[0])[:, None]
    east = np.fft.rfftfreq(shape[1])[None, :]
    frequency = np.hypot(north, east)
    strength = np.where(frequency > 1.0 / longest_cells, np.maximum(frequency, 1e-9) ** (-steepness / 2.0), 0.0)
    field: FloatArray = np.fft.irfft2(strength * np.exp(2j * np.pi * rng.random(strength.shape)), shape)
    standard: FloatArray = (field - field.mean()) / max(float(field.std()), 1e-12)
    return standard


def ranked(weights: FloatArray, rng: np.random.Generator) -> IntArray:
    """Return (n,) positions in a random order in which heavy ones tend to come first; those without weight last.

    The first k are a draw of k without putting back, each by its weight (Efraimidis and Spirakis 2006, with keys of
    an exponential clock).
    """
    with np.errstate(divide="ignore"):
        return np.argsort(rng.exponential(size=len(weights)) / np.asarray(weights, dtype=np.float64), kind="stable")
