"""Arrow columns from plain numbers, without a Python loop over rows.

``NONE`` (−1) stands for a missing id, code, moment or amount and becomes NULL.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NONE = -1


def _validity(numbers: np.ndarray) -> pa.Buffer | None:
    present = numbers >= 0
    return None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little").tobytes())


def _fixed_width(text: np.ndarray, numbers: np.ndarray) -> pa.Array:
    """Strings of one width from a (rows, width) matrix of characters; NULL where ``numbers`` is negative."""
    rows, width = text.shape
    starts = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    buffers = [_validity(numbers), pa.py_buffer(starts), pa.py_buffer(np.ascontiguousarray(text))]
    return pa.Array.from_buffers(pa.string(), rows, buffers)


def ids(prefix: str, numbers: np.ndarray, width: int) -> pa.Array:
    """Ids such as ``C00000042``: the prefix and the number, padded with zeros to ``width`` digits."""
    rest = np.maximum(numbers, 0).astype(np.int64)
    text = np.empty((len(numbers), len(prefix) + width), dtype=np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    for place in range(text.shape[1] - 1, len(prefix) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, place] = digit + ord("0")
    return _fixed_width(text, numbers)


def decimals(units: np.ndarray, digits: int = 2) -> pa.Array:
    """Exact decimals from integers of the smallest unit (cents with 2 digits)."""
    words = np.zeros((len(units), 2), dtype=np.int64)
    words[:, 0] = units
    words[:, 1] = np.where(units < 0, -1, 0)
    buffers = [_validity(units), pa.py_buffer(words)]
    return pa.Array.from_buffers(pa.decimal128(18, digits), len(units), buffers)


def integers(numbers: np.ndarray) -> pa.Array:
    """Whole numbers, NULL where negative."""
    return pa.array(numbers.astype(np.int64), mask=numbers < 0)


def labels(names, codes: np.ndarray) -> pa.Array:
    """The name at each code."""
    present = pa.array(codes, type=pa.int32(), mask=codes < 0)
    return pa.array(names, type=pa.string()).take(present)


def flags(values: np.ndarray) -> pa.Array:
    """Booleans as CSV systems write them: 0 and 1."""
    return pa.array(values.astype(np.int8))


def _clock_text(seconds: np.ndarray) -> np.ndarray:
    moments = pa.array(np.maximum(seconds, 0), type=pa.timestamp("s"))
    data = pc.cast(moments, pa.string()).buffers()[2]
    return np.frombuffer(data, dtype=np.uint8, count=19 * len(seconds)).reshape(-1, 19)


def local_text(seconds: np.ndarray) -> pa.Array:
    """``YYYY-MM-DD HH:MM:SS``, as a system without time zones writes it."""
    return _fixed_width(_clock_text(seconds), seconds)


def utc_text(seconds: np.ndarray) -> pa.Array:
    """``YYYY-MM-DDTHH:MM:SSZ``."""
    text = np.empty((len(seconds), 20), dtype=np.uint8)
    text[:, :19] = _clock_text(seconds)
    text[:, 10], text[:, 19] = ord("T"), ord("Z")
    return _fixed_width(text, seconds)


def dates(days: np.ndarray) -> pa.Array:
    """``YYYY-MM-DD`` of day numbers."""
    return pa.array(days.astype(np.int32), type=pa.int32(), mask=days < 0).cast(pa.date32()).cast(pa.string())


def joined(*parts) -> pa.Array:
    """Texts put together row by row; parts are arrays or constants."""
    return pc.binary_join_element_wise(*[pa.scalar(p) if isinstance(p, str) else p for p in parts], "")
