"""The functions of the package; each takes arrays or names and returns a result."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from . import _inputs, _native
from ._results import Comparison, Fit, LabelsNeeded, LearningCurve, RiskCurve


def _rows(
    encoders: Mapping[str, Any],
    y: Any,
    task: str | None,
    ridge: str | float,
    featurization: str,
    labels: bool | None,
    groups: Any,
    control: bool = False,
) -> _native.Rows:
    arrays = [(str(name), _inputs.features(str(name), X)) for name, X in encoders.items()]
    settings = [("featurization.kind", featurization), ("ridge", str(ridge))]
    if task is not None:
        settings.insert(0, ("data.task", str(task)))
    count = arrays[0][1].shape[0] if arrays and hasattr(arrays[0][1], "shape") else None
    rows = _native.Rows(arrays, _inputs.targets(y, labels), settings, _inputs.groups(groups, count), control)
    if not control:
        _inputs.say(rows.warnings)
    return rows


def learning_curve(
    X: Any,
    y: Any,
    *,
    task: str | None = None,
    metric: str = "accuracy",
    samples: float | Iterable[float] | None = None,
    ridge: str | float = "optimal-nonnegative",
    featurization: str = "raw",
    labels: bool | None = None,
    groups: Any = None,
    test_X: Any = None,
    test_y: Any = None,
    control: bool = False,
) -> LearningCurve:
    """The performance of a ridge fit on n rows like these, for every n, without refitting.

    Parameters
    ----------
    X : array of shape (N, p), or the path of a file
        Features: float32 or float64 (also ``np.memmap``, whose pages are read once), stored as N×p numbers in double precision;
        frames and lists are converted. A path has the form of ``--features``, such as "t.parquet:embedding"; files are read
        in blocks.
    y : N labels, N numbers or N×T numbers, or the path of a file
        None, NaN and "" are rows without a label, which are left out. A path has the form of ``--targets``.
    task : str, optional
        Name of one class (or column); by default the mean over all.
    metric : {"accuracy", "balanced-accuracy", "macro-f1", "auc", "risk", "r2"}
        Risk is the mean squared error in units of the target's variance (1: predicting the mean); r2 is 1 - risk.
    samples : number or numbers, optional
        n to answer at; an eighth of N to four times N without it.
    ridge : number, "optimal" or "optimal-nonnegative"
        In units of the mean variance of a feature.
    featurization : {"raw", "standardised", "whitened", "pca"}
        What is done to the features before the fit.
    labels : bool, optional
        Whether whole numbers in `y` are class labels; by their values without it.
    groups : N texts or whole numbers, optional
        What each row belongs to (a patient, a speaker, a day): rows of a group are left out together.
    test_X : array of shape (M, p), optional
        Rows that take no part in the estimate: fits to n of the N rows are tested on them, and ``held_out`` of the result
        has their risk, AUC and accuracy at each n up to N.
    test_y : M labels, M numbers or M×T numbers, optional
        Their targets; classes are matched by name.
    control : bool
        Also estimate the same rows with their labels shuffled, where nothing can be learned: ``control`` of the result.

    Returns
    -------
    LearningCurve

    Raises
    ------
    ValueError
        One sentence about the input and what is accepted.

    Examples
    --------
    >>> import numpy as np, riskscope
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 30))
    >>> y = np.where(X[:, 0] + rng.standard_normal(200) > 0, "yes", "no")
    >>> curve = riskscope.learning_curve(X, y, samples=[50, 200])
    >>> curve.samples.tolist()
    [50.0, 200.0]
    >>> 0.6 < curve.value(200) < 0.9
    True
    """
    if (test_X is None) != (test_y is None):
        raise ValueError("test_X and test_y belong together; accepted are both or none")
    rows = _rows({"X": X}, y, task, ridge, featurization, labels, groups)
    asked = _inputs.numbers("samples", samples)
    curve = LearningCurve(rows, json.loads(rows.compare(metric, asked, None)))
    if test_X is not None:
        features, targets = _inputs.features("test_X", test_X), _inputs.targets(test_y, labels, "test_y")
        found, notes = rows.held_out(features, targets, curve.samples.tolist())
        _inputs.say(notes, stacklevel=3)
        curve.held_out = json.loads(found)
    if control:
        shuffled = _rows({"X": X}, y, task, ridge, featurization, labels, groups, control=True)
        curve.control = LearningCurve(shuffled, json.loads(shuffled.compare(metric, curve.samples.tolist(), None)))
    return curve


def labels_needed(
    X: Any,
    y: Any,
    target: float,
    *,
    metric: str = "accuracy",
    task: str | None = None,
    ridge: str | float = "optimal-nonnegative",
    featurization: str = "raw",
    labels: bool | None = None,
    groups: Any = None,
) -> LabelsNeeded:
    """How many labels a target value of the metric needs, with the ends of its band.

    Parameters
    ----------
    target : number
        The target value of `metric`.
    X, y, metric, task, ridge, featurization, labels, groups
        As for `learning_curve`.

    Returns
    -------
    LabelsNeeded

    Examples
    --------
    >>> import numpy as np, riskscope
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((300, 10))
    >>> y = np.where(X[:, 0] + rng.standard_normal(300) > 0, "yes", "no")
    >>> needed = riskscope.labels_needed(X, y, 0.7)
    >>> needed.low <= needed.samples <= needed.high
    True
    """
    rows = _rows({"X": X}, y, task, ridge, featurization, labels, groups)
    wanted = float(target)
    return LabelsNeeded(rows, json.loads(rows.compare(metric, [float(rows.rows)], wanted)), wanted)


def compare(
    encoders: Mapping[str, Any],
    y: Any,
    *,
    task: str | None = None,
    metric: str = "accuracy",
    samples: float | Iterable[float] | None = None,
    target: float | None = None,
    ridge: str | float = "optimal-nonnegative",
    featurization: str = "raw",
    labels: bool | None = None,
    groups: Any = None,
    control: bool = False,
) -> Comparison:
    """Which of several encoders of the same rows is better with n labels.

    Parameters
    ----------
    encoders : dict of str to arrays of shape (N, p)
        The features of each encoder by its name; p may differ.
    target : number, optional
        A target value of `metric`; ``.needed()`` has the labels that it needs with each encoder.
    control : bool
        Also compare the same rows with their labels shuffled, where nothing can be learned: ``control`` of the result.
    y, task, metric, samples, ridge, featurization, labels, groups
        As for `learning_curve`.

    Returns
    -------
    Comparison

    Examples
    --------
    >>> import numpy as np, riskscope
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 30))
    >>> y = np.where(X[:, 0] + rng.standard_normal(200) > 0, "yes", "no")
    >>> both = riskscope.compare({"all": X, "first": X[:, :5]}, y, samples=100)
    >>> both.best[0]["encoder"]
    'first'
    """
    if not isinstance(encoders, Mapping) or len(encoders) < 2:
        raise ValueError("compare takes a dict of two or more encoders: name to N×p features")
    rows = _rows(encoders, y, task, ridge, featurization, labels, groups)
    asked = _inputs.numbers("samples", samples)
    wanted = None if target is None else float(target)
    compared = Comparison(rows, json.loads(rows.compare(metric, asked, wanted)), wanted)
    if control:
        shuffled = _rows(encoders, y, task, ridge, featurization, labels, groups, control=True)
        compared.control = Comparison(shuffled, json.loads(shuffled.compare(metric, asked, None)), None)
    return compared


def risk_curve(
    scenario: str | Mapping[str, Any] | None = None,
    *,
    preset: str | None = None,
    n_over_p: tuple[float, float] | None = None,
    points: int = 400,
    log: bool = False,
    featurization: str | Iterable[str] | None = None,
    ridge: str | float | None = None,
    noise: float | None = None,
) -> RiskCurve:
    """The exact asymptotic risk of a synthetic scenario against n/p.

    Parameters
    ----------
    scenario : str or dict, optional
        The name of a preset, or the keys of a scenario file (nested dicts or dotted keys) that differ from the default.
    preset : str, optional
        The preset that the keys of `scenario` change.
    n_over_p : (from, to), optional
        Ends of the axis.
    points : int
        Points of each curve.
    log : bool
        Whether they are evenly spaced in the logarithm of n/p.
    featurization : str or list of str, optional
        Kinds to draw, such as "raw" or ["raw", "ground-truth", "optimal"].
    ridge : number, "optimal" or "optimal-nonnegative", optional
        λ, in units of the mean eigenvalue of the features' covariance.
    noise : number, optional
        σ², in units of y².

    Returns
    -------
    RiskCurve

    Examples
    --------
    Isotropic features and task without a ridge have the risk 1 − α + σ²/(1 − α) below α = n/p = 1.

    >>> import riskscope
    >>> plain = {"covariates": {"family": "isotropic"}, "task": {"family": "isotropic"}}
    >>> curve = riskscope.risk_curve(plain, featurization="raw", ridge=0, noise=0.1, n_over_p=(0.2, 0.5), points=2)
    >>> curve.curves["raw"]["risk"].round(6).tolist()
    [0.925, 0.7]
    """
    if isinstance(scenario, str):
        scenario, preset = None, scenario
    arguments = ["curve", "--points", str(points)]
    if preset is not None:
        arguments += ["--preset", preset]
    if n_over_p is not None:
        first, last = n_over_p
        arguments += ["--from", repr(float(first)), "--to", repr(float(last))]
    if log:
        arguments.append("--log")
    for key, value in _flat(scenario or {}):
        arguments += ["--set", f"{key}={value}"]
    if featurization is not None:
        kinds = [featurization] if isinstance(featurization, str) else list(featurization)
        arguments += ["--featurization", ",".join(kinds)]
    if ridge is not None:
        arguments += ["--ridge", str(ridge)]
    if noise is not None:
        arguments += ["--noise", repr(float(noise))]
    return RiskCurve(json.loads(_native.answer([*arguments, "--format", "json"])), arguments)


def presets() -> dict[str, dict[str, Any]]:
    """The presets by name: title, description and reference.

    Examples
    --------
    >>> import riskscope
    >>> "double-divergence" in riskscope.presets()
    True
    """
    return {preset["name"]: preset for preset in json.loads(_native.answer(["presets", "--json"]))}


def fit(X: Any, y: Any, samples: int, *, prior: bool = False, labels: bool | None = None) -> Fit:
    """Fits features for new tasks similar to those of `y`: B (p×k), for `samples` labels a task.

    Parameters
    ----------
    X : array of shape (N, p)
        Features.
    y : N labels, N numbers or N×T numbers
        Upstream tasks: each class of at least 20 rows against the rest, or each column.
    samples : int
        Labels that a new task will have.
    prior : bool
        Fit a prior for a tuned ridge on the new task, instead of features for minimum-norm least squares.
    labels : bool, optional
        Whether whole numbers in `y` are class labels; by their values without it.

    Returns
    -------
    Fit
        New features are ``(X - X.mean(axis=0)) @ B``, which is its ``transform``.

    Examples
    --------
    >>> import numpy as np, riskscope
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((300, 30))
    >>> tasks = X[:, :3] @ rng.standard_normal((3, 8)) + rng.standard_normal((300, 8))
    >>> fitted = riskscope.fit(X, tasks, samples=40)
    >>> expected = fitted.report["expected"]
    >>> expected["fitted"] < expected["raw"]
    True
    """
    array = _inputs.features("X", X)
    if isinstance(array, str):
        raise ValueError(f"{array}: fit takes an array of shape (N, p); on files: riskscope fit")
    b, report, warnings = _native.fit(array, _inputs.targets(y, labels), float(samples), prior)
    _inputs.say(warnings)
    return Fit(b, json.loads(report), array.mean(axis=0, dtype=float))


def _flat(values: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            # The kind is set first, since the other keys depend on it.
            inner = sorted(value.items(), key=lambda item: item[0] not in ("family", "kind"))
            found += _flat(dict(inner), f"{before}{key}.")
        else:
            found.append((f"{before}{key}", value if isinstance(value, str) else json.dumps(value)))
    return found
