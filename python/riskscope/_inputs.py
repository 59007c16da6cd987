"""Conversion of numpy arrays, data frames, series and lists to inputs of the native module."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from numbers import Real
from typing import Any

from ._native import Targets


def features(name: str, X: Any) -> Any:
    """N×p as a numpy array of float32 or float64, not copied if it already is one; the path of a file as text."""
    import numpy as np

    if isinstance(X, (str, os.PathLike)):
        return os.fspath(X)
    if hasattr(X, "to_numpy") and not hasattr(X, "dtype"):
        X = X.to_numpy()
    array = np.asarray(X)
    if array.dtype == object:
        array = _stacked(name, array)
    if array.ndim != 2:
        raise ValueError(f"{name} has {_axes(array.ndim)}; accepted are two: N rows of p features")
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} holds {array.dtype}; accepted are numbers")
    if array.dtype in (np.float32, np.float64) and array.dtype.isnative:
        return array
    return array.astype(np.float32 if array.dtype == np.float16 else np.float64)


def _axes(count: int) -> str:
    return "one axis" if count == 1 else f"{count} axes"


def _stacked(name: str, array: Any) -> Any:
    """A column of vectors (a series of arrays or lists) as a matrix."""
    import numpy as np

    cells = array.ravel() if array.ndim == 1 or array.shape[-1] == 1 else None
    try:
        if cells is not None and len(cells) and hasattr(cells[0], "__len__") and not isinstance(cells[0], str):
            return np.stack([np.asarray(cell, dtype=np.float64) for cell in cells])
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} holds objects that are no rows of numbers of one length") from error


def targets(y: Any, labels: bool | None = None, name: str = "y") -> Targets:
    """N labels, N numbers or N×T numbers; None and NaN are rows without a label. A file by its path."""
    import numpy as np

    if isinstance(y, (str, os.PathLike)):
        return Targets.file(os.fspath(y), labels)
    if hasattr(y, "to_numpy"):
        y = y.to_numpy()
    array = np.asarray(y)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.dtype.kind == "O" and labels is not True and all(_is_number(value) for value in array.flat):
        present = [np.nan if _is_missing(value) else float(value) for value in array.flat]
        array = np.array(present, dtype=np.float64).reshape(array.shape)
        if array.ndim == 1:
            return Targets.numbers(array, _whole(array), labels)
    kind = array.dtype.kind
    if array.ndim == 1 and kind in "USOTb":
        return Targets.labels([_text(value) for value in array.tolist()])
    if array.ndim == 1 and kind in "fiu":
        return Targets.numbers(array.astype(np.float64), kind in "iu", labels)
    if array.ndim == 2 and kind in "fiub" and not labels:
        return Targets.matrix(np.ascontiguousarray(array, dtype=np.float64))
    raise ValueError(
        f"{name} holds {array.dtype} on {_axes(array.ndim)}; accepted are N labels, N numbers or N×T numbers"
    )


def groups(groups: Any, rows: int | None) -> list[str] | None:
    """The group of each row as text; None and NaN are rows without a group. `rows` is None if the number is unknown."""
    import numpy as np

    if groups is None:
        return None
    if hasattr(groups, "to_numpy"):
        groups = groups.to_numpy()
    array = np.asarray(groups)
    if array.ndim != 1 or rows is not None and len(array) != rows:
        which = "row" if rows is None else f"of {rows} rows"
        raise ValueError(f"groups has the shape {array.shape}; accepted is one text or number for each {which}")
    return [_text(value) for value in array.tolist()]


def _is_number(value: Any) -> bool:
    """Whether an object is a number, of Python or numpy, or a missing one."""
    return _is_missing(value) or (isinstance(value, Real) and not isinstance(value, bool))


def _is_missing(value: Any) -> bool:
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _whole(array: Any) -> bool:
    import numpy as np

    there = array[np.isfinite(array)]
    return bool((there == np.round(there)).all())


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if _is_missing(value) or value != value else str(value)


def numbers(name: str, values: float | Iterable[float] | None) -> list[float]:
    """One number or several as a list of floats."""
    if values is None:
        return []
    try:
        if hasattr(values, "__iter__"):
            return [float(value) for value in values]  # type: ignore[union-attr]
        return [float(values)]  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers, got {values!r}") from error


def say(sentences: list[str], stacklevel: int = 4) -> None:
    """Issues each note as a UserWarning at the caller's line."""
    for sentence in sentences:
        warnings.warn(sentence, UserWarning, stacklevel=stacklevel)
