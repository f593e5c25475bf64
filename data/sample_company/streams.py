"""Counter-based random numbers: what one stream draws never depends on another, on faults or on order."""

import zlib

import numpy as np


def stream(seed: int, name: str, part: int = 0) -> np.random.Generator:
    """The generator of (seed, name, part); the same three always draw the same numbers."""
    key = ((zlib.crc32(name.encode()) << 32 | part) << 64) | seed
    return np.random.Generator(np.random.Philox(key=key))


def hashed(seed: int, name: str, numbers: np.ndarray) -> np.ndarray:
    """A uniform number in [0, 1) per entity number (splitmix64), for traits that need no memory."""
    salt = np.uint64((zlib.crc32(name.encode()) << 32 ^ seed * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF)
    with np.errstate(over="ignore"):
        z = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) + salt
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) / 2.0**53


def pick(uniform: np.ndarray, weights) -> np.ndarray:
    """Index into ``weights`` for each uniform number, in proportion to the weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.minimum(np.searchsorted(edges / edges[-1], uniform, side="right"), len(edges) - 1)
