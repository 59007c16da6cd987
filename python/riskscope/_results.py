"""Result types: numbers as arrays, as a dict, a data frame or a picture."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ._native import Rows

_TERMS = ("sample_ratio", "samples", "risk", "bias", "variance_x", "variance_x_noise", "noise", "ridge")

BAND = 1.64
"""Half-width of bands in standard errors (90 % for a normal distribution)."""


def _array(values: list[Any]) -> NDArray[np.float64]:
    import numpy as np

    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def _estimate(point: dict[str, Any], metric: str) -> tuple[float | None, float | None]:
    """A metric's value and its standard error at one n; None where the rows cannot estimate it."""
    key = metric.replace("-", "_")
    error = "standard_error" if key in ("risk", "r2") else f"{key}_standard_error"
    return point.get(key), point.get(error)


def _band(metric: str, values: Any, errors: Any) -> tuple[Any, Any]:
    """Ends of the 90 % band, symmetric in the logarithm of a risk and in the log-odds of a share between 0 and 1.

    They are at most twice as far from the value as on a linear scale.
    """
    import numpy as np

    step = BAND * errors
    if metric in ("risk", "r2"):
        risk = values if metric == "risk" else 1.0 - values
        low = np.fmax(risk * np.exp(-step / risk), risk - 2.0 * step)
        high = np.fmin(risk * np.exp(np.minimum(step / risk, 30.0)), risk + 2.0 * step)
        return (low, high) if metric == "risk" else (1.0 - high, 1.0 - low)
    inside = (values > 0.0) & (values < 1.0)
    share = np.where(inside, values, 0.5)
    odds, width = share / (1.0 - share), np.minimum(step / (share * (1.0 - share)), 30.0)
    low, high = odds * np.exp(-width), odds * np.exp(width)
    low = np.where(inside, np.fmax(low / (1.0 + low), values - 2.0 * step), np.clip(values - step, 0.0, 1.0))
    high = np.where(inside, np.fmin(high / (1.0 + high), values + 2.0 * step), np.clip(values + step, 0.0, 1.0))
    return low, high


def _is_tie(best: dict[str, Any]) -> bool:
    """Whether the difference between the best encoder and the second is within its band."""
    return best["difference"] is not None and abs(best["difference"]) < BAND * (best["standard_error"] or 0.0)


def _with_error(value: float | None, error: float | None) -> str:
    """A value ± its standard error."""
    return _number(value) if error is None else f"{_number(value)} ± {_number(error, 2)}"


def _number(value: float | None, digits: int = 3) -> str:
    return "unknown" if value is None or not math.isfinite(value) else f"{value:.{digits}g}"


def _count(value: float | None) -> str:
    """A number of labels, rounded to two digits."""
    if value is None or not math.isfinite(value):
        return "more than can be told"
    step = 10.0 ** max(0, math.floor(math.log10(max(value, 1.0))) - 1)
    return f"{round(value / step) * step:.0f}"


class _Result:
    """Common base of all results for real rows."""

    def __init__(self, rows: Rows, found: dict[str, Any]) -> None:
        self._rows = rows
        self._found = found
        self.metric: str = found["metric"]

    @property
    def rows(self) -> int:
        """Number of labelled rows N."""
        return self._rows.rows

    @property
    def warnings(self) -> list[str]:
        """Warnings about the rows, one sentence each."""
        return self._rows.warnings

    def to_dict(self) -> dict[str, Any]:
        """The JSON of ``riskscope compare --json`` as a dict."""
        return json.loads(json.dumps(self._found))

    def to_frame(self) -> Any:
        """A pandas DataFrame with one row for each encoder and n."""
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
        """The curves along n with their bands, up to the largest n that the rows can estimate.

        Points are means of fits on random subsamples. A dotted line marks the number of rows, a dashed one a crossover, a
        solid one the target; intervals in which no encoder is significantly better are grey. Bands and bars are 90 % (1.64
        standard errors).

        Parameters
        ----------
        ax : matplotlib axes, optional
            A new figure without it.

        Returns
        -------
        matplotlib axes
        """
        import matplotlib.pyplot as plt
        import numpy as np

        axes = plt.subplots()[1] if ax is None else ax
        grid = np.geomspace(min(10.0, self.rows), 4.0 * self.rows, 60)
        found = self._at(grid.tolist())
        for encoder in found["encoders"]:
            estimates = [_estimate(point, self.metric) for point in encoder["points"]]
            values, errors = (_array(list(column)) for column in zip(*estimates))
            (line,) = axes.plot(grid, values, label=encoder["name"])
            low, high = _band(self.metric, values, errors)
            axes.fill_between(grid, low, high, alpha=0.15, color=line.get_color(), linewidth=0)
            fits = [(fit["samples"], *_estimate(fit, self.metric)) for fit in encoder["subsampled"]]
            fits = [(n, mean, BAND * error) for n, mean, error in fits if mean is not None and error is not None]
            if fits:
                n, means, bars = zip(*fits)
                axes.errorbar(n, means, bars, fmt="o", markersize=3, color=line.get_color(), markerfacecolor="none")
        axes.axvline(self.rows, color="0.6", linewidth=0.8, linestyle=":")
        target = getattr(self, "target", None)
        if target is not None:
            axes.axhline(target, color="0.6", linewidth=0.8)
        axes.set(xscale="log", xlabel="labels n", ylabel=self.metric)
        for crossing in self._found["crossings"]:
            axes.axvline(crossing["samples"], color="0.6", linewidth=0.8, linestyle="--")
        if len(self._found["encoders"]) > 1:
            tied = {best["samples"] for best in found["best"] if _is_tie(best)}
            where = [n in tied for n in grid.tolist()]
            if any(where):
                whole = axes.get_xaxis_transform()
                label = "too close to call"
                axes.fill_between(grid, 0, 1, where=where, transform=whole, color="0.5", alpha=0.12, linewidth=0, label=label)
            axes.legend()
        return axes

    def _now(self, encoder: dict[str, Any]) -> str:
        points = [point for point in encoder["points"] if point["samples"] == self.rows]
        point = points[0] if points else self._one(encoder["name"], float(self.rows))
        value, error = _estimate(point, self.metric)
        if value is None:
            return f"{self.metric} is not known with all {self.rows} labels"
        return f"{self.metric} {_with_error(value, error)}"

    def _one(self, name: str, n: float) -> dict[str, Any]:
        found = self._at([float(n)])
        return next(encoder["points"][0] for encoder in found["encoders"] if encoder["name"] == name)


class LearningCurve(_Result):
    """The performance of a fit on n of the rows, for every n.

    Attributes
    ----------
    samples : array of shape (K,)
        Numbers of labels n.
    values : array of shape (K,)
        The metric at each n, NaN where these rows cannot tell. Risks are in units of the target's variance, other metrics
        are shares of 1.
    standard_errors : array of shape (K,)
        In the unit of ``values``.
    ridges : array of shape (K,)
        λ at each n, in units of the mean variance of a feature.
    alphas : array of shape (K,)
        The ridges as ``alpha`` of scikit-learn's ``Ridge`` for n rows.
    metric : str
        The name of the metric.
    held_out : list of (dict or None), or None
        With ``test_X``: at each n the measured ``risk``, ``auc`` and ``accuracy`` of fits to n of the rows on the M
        held-out rows, with their standard errors (``standard_error`` is that of the risk), ``rows`` (M) and ``draws`` (fits);
        None where n is above N.
    subsampled : list of dict
        Means of fits on random subsamples of the rows, tested on the others, by increasing ``samples``: each metric with its
        standard error over the ``draws``.
    control : LearningCurve or None
        With ``control``: the same rows with their labels shuffled.

    Examples
    --------
    >>> import numpy as np, riskscope
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 30))
    >>> y = X[:, 0] + rng.standard_normal(200)
    >>> curve = riskscope.learning_curve(X, y, metric="risk", samples=[50, 100, 200])
    >>> bool((np.diff(curve.values) < 0).all())  # more labels, less risk
    True
    >>> bool(curve.ridge(100).alpha == curve.alphas[1])
    True
    >>> curve.test_scores.shape
    (3, 2)
    """

    def __init__(self, rows: Rows, found: dict[str, Any]) -> None:
        super().__init__(rows, found)
        self._encoder = found["encoders"][0]
        points = self._encoder["points"]
        self.samples = _array([point["samples"] for point in points])
        self.values = _array([_estimate(point, self.metric)[0] for point in points])
        self.standard_errors = _array([_estimate(point, self.metric)[1] for point in points])
        self.ridges = _array([point["ridge"] for point in points])
        self.alphas = _array([point["alpha"] for point in points])
        self.held_out: list[dict[str, Any] | None] | None = None
        self.subsampled: list[dict[str, Any]] = self._encoder["subsampled"]
        self.control: LearningCurve | None = None

    def _measured(self) -> list[tuple[float, float, float]]:
        """(n, value, standard error) of fits tested on held-out rows."""
        found = []
        for n, tested in zip(self.samples.tolist(), self.held_out or []):
            value, error = _estimate(tested or {}, self.metric)
            if value is not None:
                found.append((n, value, error or 0.0))
        return found

    def plot(self, ax: Any = None) -> Any:
        """The curve along n with its band, up to the largest n that the rows can estimate, and measurements on ``test_X`` as points.

        Parameters
        ----------
        ax : matplotlib axes, optional
            A new figure without it.

        Returns
        -------
        matplotlib axes
        """
        axes = super().plot(ax)
        measured = self._measured()
        if measured:
            n, values, errors = zip(*measured)
            bars = [BAND * error for error in errors]
            axes.errorbar(n, values, bars, fmt="o", markersize=4, color="0.2", label="on held-out rows")
        if self.control is not None:
            axes.plot(self.control.samples, self.control.values, color="0.6", label="labels shuffled")
        if measured or self.control is not None:
            axes.legend()
        return axes

    @property
    def dimension(self) -> int:
        """Number of features p without constant ones."""
        return self._encoder["dimension"]

    @property
    def train_sizes(self) -> NDArray[np.float64]:
        """The n in the form of ``sklearn.model_selection.LearningCurveDisplay``."""
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
        """The metric with n labels; NaN where the rows cannot estimate it."""
        value, _ = _estimate(self._one(self._encoder["name"], n), self.metric)
        return math.nan if value is None else value

    def alpha(self, n: float) -> float:
        """``alpha`` of scikit-learn's ``Ridge`` with n labels."""
        alpha = self._one(self._encoder["name"], n)["alpha"]
        if alpha is None:
            raise ValueError(f"these rows cannot tell the best ridge with {n:g} labels")
        return alpha

    def ridge(self, n: float) -> Any:
        """A scikit-learn ``RidgeClassifier`` (metrics of predicted classes) or ``Ridge`` for n labels, not fitted yet."""
        from sklearn.linear_model import Ridge, RidgeClassifier

        model = Ridge if self.metric in ("risk", "r2", "auc") else RidgeClassifier
        return model(alpha=self.alpha(n))

    def __repr__(self) -> str:
        lines = [f"{self.rows} labels, {self.dimension} features: {self._now(self._encoder)}"]
        for point in self._encoder["points"]:
            if point["samples"] != self.rows:
                value, error = _estimate(point, self.metric)
                text = "more rows needed to say" if value is None else _with_error(value, error)
                lines.append(f"  n = {point['samples']:g}: {text}")
        for n, value, error in self._measured():
            lines.append(f"  measured on held-out rows, n = {n:g}: {_with_error(value, error)}")
        if self.control is not None:
            lines.append(f"  labels shuffled: {self.control._now(self.control._encoder)}")
        return "\n".join(lines)


class LabelsNeeded(_Result):
    """How many labels a target needs; None where the rows cannot estimate it.

    Attributes
    ----------
    samples : float or None
        The number of labels n at which the estimate reaches the target.
    low, high : float or None
        n at which the better and the worse end of the band reach it; the band is 1.64 standard errors on either side.
    target : float
        The value of the metric that is wanted.
    """

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
    """Comparison of encoders of the same rows.

    Attributes
    ----------
    names : list of str
        The encoders.
    best : list of dict
        The encoder that is ahead at each n, with ``difference`` to the second and its ``standard_error``.
    crossings : list of dict
        The n from which on encoder ``to`` is better than ``from``.
    target : float or None
        The value of the metric that is wanted.
    control : Comparison or None
        With ``control``: the same rows with their labels shuffled.
    """

    def __init__(self, rows: Rows, found: dict[str, Any], target: float | None) -> None:
        super().__init__(rows, found)
        self.target = target
        self.control: Comparison | None = None
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
        """The labels that the target needs with each encoder, by name."""
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
                ahead = f" by {abs(best['difference']):.2g} ± {best['standard_error'] or 0.0:.2g}"
            lines.append(f"  n = {best['samples']:g}: {best['encoder']} is ahead{ahead}")
        if self.control is not None:
            for encoder in self.control._found["encoders"]:
                lines.append(f"  labels shuffled, {encoder['name']}: {self.control._now(encoder)}")
        return "\n".join(lines)


class RiskCurve:
    """The risk of a scenario against n/p, one curve for each featurization.

    Attributes
    ----------
    curves : dict of str to dict of arrays
        Of each featurization the arrays ``sample_ratio`` (n/p), ``samples`` (n), ``risk``, its terms ``bias``,
        ``variance_x``, ``variance_x_noise`` and ``noise``, and ``ridge``, all of the shape (points,). Risks are in units
        of y²; NaN where one is infinite or does not exist.

    Examples
    --------
    >>> import riskscope
    >>> curve = riskscope.risk_curve("double-divergence", n_over_p=(0.1, 0.9), points=9)
    >>> curve.curves["ground-truth"]["risk"].shape
    (9,)
    >>> [peak["kind"] for peak in curve.divergences["ground-truth"]]
    ['near']
    """

    def __init__(self, found: dict[str, Any], arguments: list[str]) -> None:
        self._found = found
        self._arguments = arguments
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
        """The JSON of ``riskscope curve --format json`` as a dict."""
        return json.loads(json.dumps(self._found))

    def to_frame(self) -> Any:
        """A pandas DataFrame with one row for each featurization and point."""
        import pandas as pd

        points = [
            {"featurization": curve["featurization"], **point}
            for curve in self._found["curves"]
            for point in curve["points"]
        ]
        return pd.json_normalize(points)

    def _repr_html_(self) -> str:
        from ._native import answer

        return answer([*self._arguments, "--format", "svg"])

    def plot(self, ax: Any = None) -> Any:
        """Risk against n/p on a logarithmic axis; returns the matplotlib axes."""
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
    """Features fitted to upstream tasks.

    Attributes
    ----------
    components : array of shape (p, k)
        B: new features are ``(X - mean) @ components``.
    mean : array of shape (p,)
        Column means of the fitted rows.
    report : dict
        Risks to expect of a new task with this many labels, in units of its variance, under ``expected``.
    """

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
        """The JSON of ``riskscope fit --json`` as a dict, without the file name."""
        return json.loads(json.dumps(self.report))

    def __repr__(self) -> str:
        expected = self.report["expected"]
        p, k = self.components.shape
        return (
            f"{p} features to {k}, for {self.report['samples']:g} labels a task: "
            f"risk {_number(expected['fitted'])} (raw {_number(expected['raw'])})"
        )
