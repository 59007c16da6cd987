"""Risk of linear models on pretrained features, for any number of labels, without refitting.

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

from __future__ import annotations

from typing import Any

from ._native import __version__
from ._questions import compare, fit, labels_needed, learning_curve, presets, risk_curve
from ._results import Comparison, Fit, LabelsNeeded, LearningCurve, RiskCurve

__all__ = [
    "Comparison",
    "Fit",
    "LabelsNeeded",
    "LearningCurve",
    "RiskCurve",
    "__version__",
    "compare",
    "fit",
    "labels_needed",
    "learning_curve",
    "presets",
    "risk_curve",
]


def __getattr__(name: str) -> Any:
    """``riskscope.sklearn``, which needs scikit-learn, is imported on first use."""
    if name == "sklearn":
        import importlib

        return importlib.import_module("riskscope.sklearn")
    raise AttributeError(f"module 'riskscope' has no attribute {name!r}")
