"""What the functions of the package return: numbers as arrays, as a dict, a frame or a picture."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._native import Rows

_KEYS = {
    "risk": ("risk", "standard_error"),
    "auc": ("auc", "auc_standard_error"),
    "accuracy": ("accuracy", "accuracy_standard_error"),
}

_TERMS = ("sample_ratio", "samples", "risk", "bias", "variance_x", "variance_x_noise", "noise", "ridge")

BAND = 1.64
"""Standard errors on either side of an estimate that bands are drawn at (about 90 %)."""


def _array(values: list[Any]) -> NDArray[np.float64]:
    import numpy as np

    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def _number(value: float | None, digits: int = 3) -> str:
    return "unknown" if value is None or not math.isfinite(value) else f"{value:.{digits}g}"


def _count(value: float | None) -> str:
    """Labels, to two digits as they are known."""
    if value is None or not math.isfinite(value):
        return "more than can be told"
    step = 10.0 ** max(0, math.floor(math.log10(max(value, 1.0))) - 1)
    return f"{round(value / step) * step:.0f}"


class _Result:
    """What all results of real rows have."""

    def __init__(self, rows: Rows, found: dict[str, Any]) -> None:
        self._rows = rows
        self._found = found
        self.metric: str = found["metric"]

    @property
    def rows(self) -> int:
        """N, rows without a label left out."""
        return self._rows.rows

    @property
    def warnings(self) -> list[str]:
        """What to know before trusting the numbers, one sentence each."""
        return self._rows.warnings

    def to_dict(self) -> dict[str, Any]:
        """What ``riskscope compare --json`` prints."""
        return json.loads(json.dumps(self._found))

    def to_frame(self) -> Any:
        """One row an encoder and n, as a pandas DataFrame."""
        import pandas as pd

        points = [
            {"encoder": encoder["name"], **point}
            for encoder in self._found["encoders"]
            for point in encoder["points"]
        ]
        return pd.DataFrame(points)

    def _at(self, samples: list[float]) -> dict[str, Any]:
        return json.loads(self._rows.compare(self.metric, samples, None))

    def _repr_html_(self) -> str:
        return self._rows.svg(self.metric)

    def plot(self, ax: Any = None) -> Any:
        """The curves along n with their bands, as far as these rows can tell; returns the matplotlib axes."""
        import matplotlib.pyplot as plt
        import numpy as np

        axes = plt.subplots()[1] if ax is None else ax
        grid = np.geomspace(min(10.0, self.rows), 4.0 * self.rows, 60)
        value, error = _KEYS[self.metric]
        for encoder in self._at(grid.tolist())["encoders"]:
            values = _array([point[value] for point in encoder["points"]])
            errors = _array([point[error] for point in encoder["points"]])
            (line,) = axes.plot(grid, values, label=encoder["name"])
            low, high = values - BAND * errors, values + BAND * errors
            axes.fill_between(grid, low, high, alpha=0.15, color=line.get_color(), linewidth=0)
        axes.axvline(self.rows, color="0.6", linewidth=0.8, linestyle=":")
        target = getattr(self, "target", None)
        if target is not None:
            axes.axhline(target, color="0.6", linewidth=0.8)
        axes.set(xscale="log", xlabel="labels n", ylabel=self.metric)
        if len(self._found["encoders"]) > 1:
            axes.legend()
        return axes

    def _now(self, encoder: dict[str, Any]) -> str:
        value, error = _KEYS[self.metric]
        points = [point for point in encoder["points"] if point["samples"] == self.rows]
        point = points[0] if points else self._one(encoder["name"], float(self.rows))
        if point[value] is None:
            return f"{self.metric} is not known with all {self.rows} labels"
        return f"{self.metric} {_number(point[value])} ± {_number(BAND * (point[error] or 0.0), 2)}"

    def _one(self, name: str, n: float) -> dict[str, Any]:
        found = self._at([float(n)])
        return next(encoder["points"][0] for encoder in found["encoders"] if encoder["name"] == name)


class LearningCurve(_Result):
    """The value of a fit on n of the rows, for every n.

    ``samples``, ``values``, ``standard_errors`` and ``alphas`` are arrays of one length; ``value(n)`` answers at any n.
    """

    def __init__(self, rows: Rows, found: dict[str, Any]) -> None:
        super().__init__(rows, found)
        self._encoder = found["encoders"][0]
        value, error = _KEYS[self.metric]
        points = self._encoder["points"]
        self.samples = _array([point["samples"] for point in points])
        self.values = _array([point[value] for point in points])
        self.standard_errors = _array([point[error] for point in points])
        self.ridges = _array([point["ridge"] for point in points])
        self.alphas = _array([point["alpha"] for point in points])

    @property
    def dimension(self) -> int:
        """p, constant features left out."""
        return self._encoder["dimension"]

    @property
    def train_sizes(self) -> NDArray[np.float64]:
        """n, as ``sklearn.model_selection.LearningCurveDisplay`` takes it."""
        return self.samples

    @property
    def test_scores(self) -> NDArray[np.float64]:
        """Two columns whose mean and standard deviation are those of the estimate, for ``LearningCurveDisplay``."""
        import numpy as np

        return np.column_stack([self.values - self.standard_errors, self.values + self.standard_errors])

    @property
    def train_scores(self) -> NDArray[np.float64]:
        """NaN in the shape of ``test_scores``: errors on the fitted rows themselves are not computed."""
        import numpy as np

        return np.full((len(self.samples), 2), np.nan)

    def value(self, n: float) -> float:
        """The metric with n labels; NaN where these rows cannot tell."""
        value = self._one(self._encoder["name"], n)[_KEYS[self.metric][0]]
        return math.nan if value is None else value

    def alpha(self, n: float) -> float:
        """What scikit-learn's ``Ridge(alpha=…)`` takes with n labels."""
        alpha = self._one(self._encoder["name"], n)["alpha"]
        if alpha is None:
            raise ValueError(f"these rows cannot tell the best ridge with {n:g} labels")
        return alpha

    def ridge(self, n: float) -> Any:
        """A scikit-learn ``RidgeClassifier`` (metric "accuracy") or ``Ridge`` for n labels, not fitted yet."""
        from sklearn.linear_model import Ridge, RidgeClassifier

        model = RidgeClassifier if self.metric == "accuracy" else Ridge
        return model(alpha=self.alpha(n))

    def __repr__(self) -> str:
        value, error = _KEYS[self.metric]
        lines = [f"{self.rows} labels, {self.dimension} features: {self._now(self._encoder)}"]
        for point in self._encoder["points"]:
            if point["samples"] != self.rows:
                told = f"{_number(point[value])} ± {_number(BAND * (point[error] or 0.0), 2)}"
                told = "more rows needed to say" if point[value] is None else told
                lines.append(f"  n = {point['samples']:g}: {told}")
        return "\n".join(lines)


class LabelsNeeded(_Result):
    """How many labels a target takes: ``samples``, between ``low`` and ``high``; None where these rows cannot tell."""

    def __init__(self, rows: Rows, found: dict[str, Any], target: float) -> None:
        super().__init__(rows, found)
        self.target = target
        encoder = found["encoders"][0]
        self._encoder = encoder
        self.samples: float | None = encoder["target_samples"]
        self.low: float | None = encoder["target_from"]
        self.high: float | None = encoder["target_to"]

    def __repr__(self) -> str:
        now = f"{self.rows} labels: {self._now(self._encoder)}"
        ends = f"{_count(self.low)}–{'?' if self.high is None else _count(self.high)}"
        if self.samples is None:
            return f"{now}; {self.target:g} needs {_count(None)}"
        return f"{now}; {self.target:g} needs about {_count(self.samples)} ({ends})"


class Comparison(_Result):
    """Encoders of the same rows side by side: ``best`` at each n, ``crossings`` where one passes another."""

    def __init__(self, rows: Rows, found: dict[str, Any], target: float | None) -> None:
        super().__init__(rows, found)
        self.target = target
        self.names: list[str] = [encoder["name"] for encoder in found["encoders"]]
        self.best: list[dict[str, Any]] = found["best"]
        self.crossings: list[dict[str, Any]] = found["crossings"]

    def curve(self, name: str) -> LearningCurve:
        """The learning curve of one encoder."""
        for encoder in self._found["encoders"]:
            if encoder["name"] == name:
                return LearningCurve(self._rows, {**self._found, "encoders": [encoder]})
        raise ValueError(f"there is no encoder {name!r}; accepted are {', '.join(self.names)}")

    def needed(self) -> dict[str, float | None]:
        """The labels that the target takes with each encoder, by name."""
        if self.target is None:
            raise ValueError("compare was asked without a target; give it target=…")
        return {encoder["name"]: encoder["target_samples"] for encoder in self._found["encoders"]}

    def __repr__(self) -> str:
        lines = [f"{self.rows} labels, {len(self.names)} encoders"]
        for encoder in self._found["encoders"]:
            line = f"  {encoder['name']}: {self._now(encoder)}"
            if self.target is not None:
                line += f"; {self.target:g} needs about {_count(encoder['target_samples'])}"
            lines.append(line)
        for best in self.best:
            ahead = ""
            if best["difference"] is not None:
                ahead = f" by {abs(best['difference']):.2g} ± {BAND * (best['standard_error'] or 0.0):.2g}"
            lines.append(f"  n = {best['samples']:g}: {best['encoder']} is ahead{ahead}")
        return "\n".join(lines)


class RiskCurve:
    """The risk of a scenario against n/p: one curve a featurization, by name in ``curves``."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found
        self.curves: dict[str, dict[str, NDArray[np.float64]]] = {}
        for curve in found["curves"]:
            points = curve["points"]
            self.curves[curve["featurization"]] = {
                key: _array([point.get(key) for point in points]) for key in _TERMS
            }

    @property
    def divergences(self) -> dict[str, list[dict[str, Any]]]:
        """Poles and near-divergences of each curve."""
        return {curve["featurization"]: curve["divergences"] for curve in self._found["curves"]}

    def to_dict(self) -> dict[str, Any]:
        """What ``riskscope curve --format json`` prints."""
        return json.loads(json.dumps(self._found))

    def to_frame(self) -> Any:
        """One row a featurization and point, as a pandas DataFrame."""
        import pandas as pd

        points = [
            {"featurization": curve["featurization"], **point}
            for curve in self._found["curves"]
            for point in curve["points"]
        ]
        return pd.json_normalize(points)

    def plot(self, ax: Any = None) -> Any:
        """Risk against n/p; returns the matplotlib axes."""
        import matplotlib.pyplot as plt

        axes = plt.subplots()[1] if ax is None else ax
        for name, curve in self.curves.items():
            axes.plot(curve["sample_ratio"], curve["risk"], label=name)
        axes.set(xlabel="n/p", ylabel="risk", yscale="log")
        axes.legend()
        return axes

    def __repr__(self) -> str:
        lines = []
        for name, divergences in self.divergences.items():
            places = ", ".join(f"{d['kind']} at n = {d['samples']:g}" for d in divergences) or "no divergence"
            lines.append(f"{name}: {places}")
        return "\n".join(lines)


class Fit:
    """Fitted features: ``components`` is B (p×k), ``mean`` the column means that are taken off first."""

    def __init__(self, b: NDArray[np.float64], report: dict[str, Any], mean: NDArray[np.float64]) -> None:
        report.pop("out", None)
        self.components = b
        self.mean = mean
        self.report = report

    def transform(self, X: Any) -> NDArray[np.float64]:
        """``(X - mean) @ B``, N×k."""
        from . import _inputs

        return (_inputs.features("X", X) - self.mean) @ self.components

    def to_dict(self) -> dict[str, Any]:
        """What ``riskscope fit --json`` prints, without the name of a file."""
        return json.loads(json.dumps(self.report))

    def __repr__(self) -> str:
        expected = self.report["expected"]
        p, k = self.components.shape
        return (
            f"{p} features to {k}, for {self.report['samples']:g} labels a task: "
            f"risk {_number(expected['fitted'])} (raw {_number(expected['raw'])})"
        )
