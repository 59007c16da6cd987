import numpy as np
import pytest


@pytest.fixture(scope="session")
def rows():
    """150×20 float32 features of unequal variance and three classes that follow them, as texts."""
    draw = np.random.default_rng(7)
    X = (draw.standard_normal((150, 20)) * np.geomspace(1, 0.1, 20)).astype(np.float32)
    score = X[:, :3] + 0.7 * draw.standard_normal((150, 3))
    return X, np.array(["ash", "birch", "cedar"])[score.argmax(axis=1)]
