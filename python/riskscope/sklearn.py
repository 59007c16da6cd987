"""A scikit-learn transformer with features fitted to upstream tasks."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from . import _questions

__all__ = ["FittedFeatures"]


class FittedFeatures(TransformerMixin, BaseEstimator):
    """Features fitted for new tasks similar to the given ones.

    Parameters
    ----------
    samples : int
        Number of labels of a new task.
    prior : bool
        Fit a prior for a tuned ridge on the new task, instead of features for minimum-norm least squares.
    labels : bool, optional
        Whether whole numbers in `y` are class labels; by default decided by their values. Classes with fewer than 20 rows are not used.

    Attributes
    ----------
    components_ : array of shape (p, k)
        B: new features are ``(X - mean_) @ components_``.
    mean_ : array of shape (p,)
        Column means of the fitted rows.

    Examples
    --------
    >>> import numpy as np
    >>> from riskscope.sklearn import FittedFeatures
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((300, 30))
    >>> tasks = X[:, :3] @ rng.standard_normal((3, 8)) + rng.standard_normal((300, 8))
    >>> FittedFeatures(samples=40).fit(X, tasks).transform(X).shape[0]
    300
    """

    def __init__(self, samples: int = 100, prior: bool = False, labels: bool | None = None) -> None:
        self.samples = samples
        self.prior = prior
        self.labels = labels

    def fit(self, X: Any, y: Any) -> FittedFeatures:
        """Fit to the tasks of `y`: classes (each against the rest) or numeric targets, N×T."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], multi_output=True, ensure_min_samples=2)
        fitted = _questions.fit(X, y, self.samples, prior=self.prior, labels=self.labels)
        self.components_ = fitted.components
        self.mean_ = fitted.mean
        return self

    def transform(self, X: Any) -> Any:
        """``(X - mean_) @ components_``, N×k."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        return (X - self.mean_) @ self.components_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags
