"""The functions of the package against the command line and against plain scikit-learn fits."""

import json
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import riskscope
from riskscope import _native


def test_arrays_have_the_digits_of_the_command_line(rows, tmp_path):
    X, y = rows
    other = X[:, 5:].astype(np.float64)
    np.save(tmp_path / "a.npy", X)
    np.save(tmp_path / "b.npy", other)
    (tmp_path / "y.txt").write_text("\n".join(y))
    command = ["compare", "--features", f"a={tmp_path}/a.npy", "--features", f"b={tmp_path}/b.npy", "--json"]
    command += ["--targets", f"{tmp_path}/y.txt", "--metric", "accuracy", "--samples", "40,150", "--target", "0.6"]
    printed = json.loads(_native.answer(command))
    found = riskscope.compare({"a": X, "b": other}, y, samples=[40, 150], target=0.6)
    assert found.to_dict() == printed
    assert found.needed() == {e["name"]: e["target_samples"] for e in printed["encoders"]}
    assert found.curve("b").dimension == 15


def test_groups_are_left_out_together(rows, tmp_path):
    X, y = rows
    groups = [f"g{i // 10}" for i in range(len(y))]
    np.save(tmp_path / "x.npy", X)
    (tmp_path / "y.txt").write_text("\n".join(y))
    (tmp_path / "g.txt").write_text("\n".join(groups))
    command = ["eval", "--features", f"{tmp_path}/x.npy", "--targets", f"{tmp_path}/y.txt", "--json"]
    command += ["--groups", f"{tmp_path}/g.txt", "--samples", str(len(y)), "--ridge", "optimal-nonnegative"]
    printed = json.loads(_native.answer(command))[0]
    curve = riskscope.learning_curve(X, y, metric="risk", samples=len(y), groups=groups)
    assert curve.value(len(y)) == printed["risk"]
    assert printed["groups"] == len(set(groups))
    assert curve.value(len(y)) != riskscope.learning_curve(X, y, metric="risk", samples=len(y)).value(len(y))
    with pytest.raises(ValueError, match="groups has the shape"):
        riskscope.learning_curve(X, y, groups=groups[1:])


def test_targets_with_gaps_have_the_digits_of_the_command_line(rows, tmp_path):
    """Numbers of two tasks, each with gaps: as NaN, None, and pandas' NA; the mean and one task."""
    X, _ = rows
    draw = np.random.default_rng(5)
    Y = (X[:, :2] + 0.3 * draw.standard_normal((len(X), 2))).astype(np.float64)
    Y[draw.random(Y.shape) < 0.2] = np.nan
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", Y)
    command = ["eval", "--features", f"{tmp_path}/x.npy", "--targets", f"{tmp_path}/y.npy", "--json"]
    command += ["--samples", "40,90", "--ridge", "optimal-nonnegative"]
    gapped = [[None if np.isnan(v) else float(v) for v in row] for row in Y]
    cells = np.array(gapped, dtype=object)
    for task, flags in [(None, []), ("1", ["--task", "1"])]:
        printed = [point["risk"] for point in json.loads(_native.answer(command + flags))]
        for targets in [Y, gapped, cells]:
            found = riskscope.learning_curve(X, targets, metric="risk", samples=[40, 90], task=task)
            assert found.values.tolist() == printed
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(Y).astype("Float64")
    found = riskscope.learning_curve(X, frame, metric="risk", samples=[40, 90], task="1")
    assert found.values.tolist() == printed
    # One column is numbers too, not as many classes as it has values.
    one = riskscope.learning_curve(X, frame[0], metric="risk", samples=[40, 90])
    assert one.values.tolist() == printed


def test_rows_that_took_no_part_are_those_of_the_command_line(rows, tmp_path):
    """`held_out` of arrays, of files, and of eval --test-features; at n = N a plain fit has the same error."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    X, y = rows
    part = np.arange(len(y)) % 3 == 0
    for name, chosen in [("train", ~part), ("test", part)]:
        np.save(tmp_path / f"{name}.npy", X[chosen])
        (tmp_path / f"{name}.txt").write_text("\n".join(np.asarray(y)[chosen]))
    files = {name: str(tmp_path / name) for name in ["train.npy", "train.txt", "test.npy", "test.txt"]}
    command = ["eval", "--features", files["train.npy"], "--targets", files["train.txt"], "--json"]
    command += ["--test-features", files["test.npy"], "--test-targets", files["test.txt"]]
    command += ["--samples", "50,100,150", "--ridge", "optimal-nonnegative"]
    printed = [point.get("held_out") for point in json.loads(_native.answer(command))]
    train, wanted = ~part, np.asarray(y)
    arrays = riskscope.learning_curve(
        X[train], wanted[train], samples=[50, 100, 150], test_X=X[part], test_y=wanted[part]
    )
    assert arrays.held_out == printed and printed[2] is None
    of_files = riskscope.learning_curve(
        tmp_path / "train.npy",
        files["train.txt"],
        samples=[50, 100, 150],
        test_X=files["test.npy"],
        test_y=tmp_path / "test.txt",
    )
    assert of_files.held_out == printed and np.array_equal(of_files.values, arrays.values, equal_nan=True)
    assert "measured on held-out rows, n = 100: 0." in repr(arrays)
    ridge = linear_model.RidgeClassifier(alpha=arrays.alpha(100)).fit(X[train], wanted[train])
    assert printed[1]["accuracy"] == pytest.approx(ridge.score(X[part], wanted[part]))
    with pytest.raises(ValueError, match="belong together"):
        riskscope.learning_curve(X, y, test_X=X)
    with pytest.raises(ValueError, match="test_X: has 19 features"):
        riskscope.learning_curve(X, y, test_X=X[:, 1:], test_y=y)


def test_memory_maps_and_files_are_read_as_arrays_are(rows, tmp_path):
    X, y = rows
    wanted = riskscope.learning_curve(X, y, samples=60).values
    np.save(tmp_path / "x.npy", X)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert np.array_equal(riskscope.learning_curve(mapped, y, samples=60).values, wanted)
    frame = pytest.importorskip("pandas").DataFrame({"embedding": list(X), "label": y})
    pytest.importorskip("pyarrow")
    frame.to_parquet(tmp_path / "t.parquet")
    path = f"{tmp_path}/t.parquet"
    assert np.array_equal(riskscope.learning_curve(f"{path}:embedding", f"{path}:label", samples=60).values, wanted)
    assert np.array_equal(riskscope.learning_curve(f"{path}:embedding", y, samples=60).values, wanted)
    assert np.array_equal(riskscope.learning_curve(X, f"{path}:label", samples=60).values, wanted)
    with pytest.raises(ValueError, match="no such file"):
        riskscope.learning_curve(tmp_path / "none.npy", y)
    with pytest.raises(ValueError, match="fit takes an array"):
        riskscope.fit(path, y, 40)


def test_what_does_not_fit_into_memory_is_a_sentence():
    """A view of 2⁴⁸ numbers over one is rejected before it is copied."""
    vast = np.broadcast_to(np.float32(1), (1 << 30, 1 << 18))
    with pytest.raises(ValueError, match="X: holds .* numbers, which take .* memory"):
        riskscope.learning_curve(vast, np.zeros(3))


def test_alpha_is_that_of_plain_fits(rows):
    """With n = N the risk is the leave-one-out error of scikit-learn's Ridge(alpha), for any alpha and scale of X."""
    model_selection = pytest.importorskip("sklearn.model_selection")
    X, _ = rows
    X = 30 * X + 5
    y = X[:, 0] + 20 * np.random.default_rng(1).standard_normal(len(X))
    y = (y - y.mean()) / y.std()
    curve = riskscope.learning_curve(X, y, metric="risk", ridge=0.3, samples=len(X))
    left_out = model_selection.cross_val_predict(
        curve.ridge(len(X)), X.astype(float), y, cv=model_selection.LeaveOneOut()
    )
    assert curve.value(len(X)) == pytest.approx(np.mean((y - left_out) ** 2), rel=1e-6)


def test_the_best_alpha_is_at_least_as_good_as_others_on_new_rows():
    """Fits on n rows, tested on held-out rows: the returned alpha against a grid around it."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    draw = np.random.default_rng(3)
    scales = np.geomspace(3, 0.1, 60)
    rows_of = lambda count: draw.standard_normal((count, 60)) * scales
    slopes = draw.standard_normal(60)
    X, new = rows_of(300), rows_of(3000)
    noise = 3.0
    y = X @ slopes + noise * draw.standard_normal(300)
    alpha = riskscope.learning_curve(X, y, metric="risk", samples=80).alpha(80)
    error = {factor: [] for factor in (0.1, 0.3, 1.0, 3.0, 10.0)}
    for _ in range(20):
        some = draw.choice(300, 80, replace=False)
        for factor, errors in error.items():
            fit = linear_model.Ridge(alpha=alpha * factor).fit(X[some], y[some])
            errors.append(np.mean((fit.predict(new) - new @ slopes) ** 2))
    mean = {factor: np.mean(errors) for factor, errors in error.items()}
    assert mean[1.0] < 1.05 * min(mean.values()), mean
    assert max(mean[0.1], mean[10.0]) > 1.1 * mean[1.0], mean


def test_inputs_of_every_kind_are_the_same_rows(rows):
    X, y = rows
    wanted = riskscope.learning_curve(X, y, samples=60).values
    labels = [None if i == 0 else name for i, name in enumerate(y)]
    assert np.array_equal(riskscope.learning_curve(np.asfortranarray(X), list(y), samples=60).values, wanted)
    assert np.array_equal(riskscope.learning_curve(X.tolist(), y.astype(object), samples=60).values, wanted)
    assert np.array_equal(riskscope.learning_curve(X.astype(">f4"), y[:, None], samples=60).values, wanted)
    codes = np.unique(y, return_inverse=True)[1]
    assert np.array_equal(riskscope.learning_curve(X, codes, samples=60, labels=True).values, wanted)
    assert riskscope.learning_curve(X, np.array(labels, dtype=object), samples=60).rows == 149
    half = riskscope.learning_curve(X.astype(np.float16), y, samples=60).values
    assert half == pytest.approx(wanted, abs=0.01)
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X)
    assert np.array_equal(riskscope.learning_curve(frame, pandas.Series(y), samples=60).values, wanted)
    column = pandas.Series(list(X))
    assert np.array_equal(riskscope.learning_curve(column, pandas.Categorical(y), samples=60).values, wanted)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda X, y: (X[:10], y), "150 rows but the features have 10"),
        (lambda X, y: (np.full_like(X, np.nan), y), "accepted are finite numbers|not finite|NaN"),
        (lambda X, y: (X[:, 0], y), "X has one axis; accepted are two"),
        (lambda X, y: (X.astype(str), y), "accepted are numbers"),
        (lambda X, y: (X, y.reshape(-1, 2)), "y holds .* on 2 axes"),
        (lambda X, y: (X, np.zeros(len(X))), "y: is constant"),
    ],
)
def test_what_is_wrong_is_a_value_error_of_one_sentence(rows, change, sentence):
    X, y = change(*rows)
    with pytest.raises(ValueError, match=sentence) as raised:
        riskscope.learning_curve(X, y)
    assert "\n" not in str(raised.value)


def test_settings_that_are_not_accepted(rows):
    X, y = rows
    for arguments, sentence in [
        ({"metric": "f2"}, "accepted are risk, "),
        ({"samples": 1}, "from 2 to 1e9"),
        ({"ridge": "none"}, "optimal"),
        ({"featurization": "optimal"}, "made from the tasks"),
        ({"task": "oak"}, "oak"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            riskscope.learning_curve(X, y, **arguments)
    with pytest.raises(ValueError, match="two or more encoders"):
        riskscope.compare({"a": X}, y)


def test_warnings_are_pythons(rows):
    X, y = rows
    with pytest.warns(UserWarning, match="column 2 is constant"):
        riskscope.learning_curve(np.insert(X, 1, 3.0, axis=1), y, samples=50)


def test_results_tell_what_was_found(rows):
    X, y = rows
    curve = riskscope.learning_curve(X, y, samples=[50, 150])
    assert repr(curve).startswith("150 labels, 20 features: accuracy 0.")
    assert "n = 50:" in repr(curve)
    assert curve.test_scores.mean(axis=1) == pytest.approx(curve.values)
    assert curve.test_scores.std(axis=1) == pytest.approx(curve.standard_errors)
    assert curve._repr_html_().lstrip().startswith("<svg")
    needed = riskscope.labels_needed(X, y, 0.68)
    assert needed.low <= needed.samples <= needed.high
    assert "0.68 needs about" in repr(needed)
    assert curve.value(needed.samples) >= 0.68 > curve.value(needed.samples - 1)
    with pytest.raises(ValueError, match="without a target"):
        riskscope.compare({"a": X, "b": X[:, :9]}, y, samples=50).needed()


def test_frames_and_pictures(rows):
    X, y = rows
    pytest.importorskip("pandas")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    both = riskscope.compare({"a": X, "b": X[:, :9]}, y, samples=[50, 150], target=0.6)
    assert list(both.to_frame()["encoder"]) == ["a", "a", "b", "b"]
    axes = both.plot()
    assert [text.get_text() for text in axes.get_legend().get_texts()][:2] == ["a", "b"]
    line = axes.get_lines()[0]
    n, value = line.get_xdata()[30], line.get_ydata()[30]
    assert both.curve("a").value(n) == pytest.approx(value)


def test_pictures_have_measured_points_the_target_and_ties(rows):
    X, y = rows
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    curve = riskscope.learning_curve(X[:100], y[:100], samples=[50, 100], test_X=X[100:], test_y=y[100:])
    points = curve.plot().containers[-1]
    measured = [tested["accuracy"] for tested in curve.held_out]
    assert points[0].get_ydata().tolist() == measured and points[0].get_xdata().tolist() == [50, 100]
    needed = riskscope.labels_needed(X, y, 0.68).plot()
    assert any(list(line.get_ydata()) == [0.68, 0.68] for line in needed.get_lines())
    # Nearly equal features: no encoder is better beyond the standard error.
    axes = riskscope.compare({"a": X, "b": X + np.float32(1e-3) * X[::-1]}, y, samples=50).plot()
    assert "too close to call" in [text.get_text() for text in axes.get_legend().get_texts()]


def test_threads_share_the_work(rows):
    X, y = rows
    one = lambda seed: riskscope.learning_curve(X + np.float32(seed), y, samples=80).values[0]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(one, range(4))) == [one(seed) for seed in range(4)]


def test_keyboard_interrupt_ends_the_work():
    """SIGINT interrupts the copying of rows and a decomposition of minutes long before their end."""
    code = """
        import numpy, riskscope, signal, sys, time
        # A shell that starts this in the background lets it ignore the signal.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        X = numpy.random.default_rng(0).standard_normal((6000, 5000), dtype=numpy.float32)
        y = numpy.arange(6000) % 2
        try:
            print("begun", flush=True)
            riskscope.learning_curve(X, y, labels=True)
        except KeyboardInterrupt:
            print(time.time(), flush=True)
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "begun\n"
        sent = time.time()
        child.send_signal(signal.SIGINT)
        try:
            out, _ = child.communicate(timeout=60)
        finally:
            child.kill()
    # 0.2 s on an idle machine.
    assert float(out) - sent < 2 and child.returncode == 0


def test_the_picture_of_a_scenario_is_that_of_the_command_line():
    curve = riskscope.risk_curve("double-divergence", n_over_p=(0.1, 2), points=20)
    arguments = ["curve", "--points", "20", "--preset", "double-divergence", "--from", "0.1", "--to", "2.0"]
    assert curve._repr_html_() == _native.answer([*arguments, "--format", "svg"])
    assert curve._repr_html_().lstrip().startswith("<svg")


def test_scenarios():
    curve = riskscope.risk_curve(preset="double-divergence", n_over_p=(0.1, 2), points=40)
    (found,) = curve.curves.values()
    assert found["sample_ratio"][[0, -1]] == pytest.approx([0.1, 2.0])
    terms = found["bias"] + found["variance_x"] + found["variance_x_noise"] + found["noise"]
    finite = np.isfinite(found["risk"])
    assert terms[finite] == pytest.approx(found["risk"][finite])
    assert riskscope.risk_curve("double-divergence", n_over_p=(0.1, 2), points=40).to_dict() == curve.to_dict()
    # Isotropic covariates and task without a ridge: (1 − α) + σ²/(1 − α) below n = p.
    plain = {"covariates": {"family": "isotropic"}, "task": {"family": "isotropic"}, "signal": 1.0}
    flat = riskscope.risk_curve(plain, featurization="raw", ridge=0, noise=0.1, n_over_p=(0.2, 0.5), points=2)
    assert flat.curves["raw"]["risk"] == pytest.approx([0.8 + 0.1 / 0.8, 0.5 + 0.1 / 0.5])
    assert "double-divergence" in riskscope.presets()
    with pytest.raises(ValueError, match="exponet"):
        riskscope.risk_curve({"task": {"exponet": 2}})


def test_fit_and_its_transformer(rows):
    X, y = rows
    fitted = riskscope.fit(X, y, 40)
    assert fitted.components.shape[0] == 20
    assert fitted.transform(X).mean(axis=0) == pytest.approx(np.zeros(fitted.components.shape[1]), abs=1e-5)
    assert fitted.report["expected"]["fitted"] <= 1.5 * fitted.report["expected"]["raw"]
    checks = pytest.importorskip("sklearn.utils.estimator_checks")
    from sklearn.base import clone
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline

    from riskscope.sklearn import FittedFeatures

    features = FittedFeatures(samples=40)
    assert np.array_equal(features.fit(X, y).transform(X), fitted.transform(X))
    assert clone(features).get_params() == {"samples": 40, "prior": False, "labels": None}
    pipeline = make_pipeline(FittedFeatures(samples=40), LinearRegression())
    assert pipeline.fit(X, X[:, 0]).score(X, X[:, 0]) > 0.5
    # The classes of its checks have fewer rows than a task requires: as numeric targets they are tasks. Only checks that
    # require SCIPY_ARRAY_API are skipped.
    done = checks.check_estimator(FittedFeatures(samples=20, labels=False), on_skip=None)
    skipped = [check["check_name"] for check in done if check["status"] == "skipped"]
    assert len(done) > 30 and set(skipped) <= {"check_array_api_input"}


def test_the_import_brings_nothing_heavy():
    code = "import riskscope, sys; print([m for m in ('pandas', 'sklearn', 'matplotlib', 'scipy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_shuffled_labels_and_subsampled_fits(rows, tmp_path):
    """`control` and `subsampled` have the digits of the command line; plain fits on subsamples have the same accuracy."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    X, y = rows
    np.save(tmp_path / "a.npy", X)
    np.save(tmp_path / "b.npy", X[:, :9])
    (tmp_path / "y.txt").write_text("\n".join(y))
    command = ["compare", "--features", f"X={tmp_path}/a.npy", "--targets", f"{tmp_path}/y.txt", "--json"]
    command += ["--metric", "accuracy", "--samples", "40,100", "--control"]
    printed = json.loads(_native.answer(command))
    curve = riskscope.learning_curve(X, y, samples=[40, 100], control=True)
    assert curve.control.to_dict() == printed["control"]
    assert curve.subsampled == printed["encoders"][0]["subsampled"]
    chance = max(np.unique(y, return_counts=True)[1]) / len(y)
    assert curve.values[1] > chance + 0.15 and abs(curve.control.values[1] - chance) < 0.15
    assert "labels shuffled: accuracy 0." in repr(curve)
    both = riskscope.compare({"a": X, "b": X[:, :9]}, y, samples=40, control=True)
    assert both.control.names == ["a", "b"] and "labels shuffled, b: accuracy 0." in repr(both)
    fit = curve.subsampled[-2]
    n, draw = int(fit["samples"]), np.random.default_rng(1)
    scores = []
    for _ in range(60):
        some = draw.permutation(len(y))
        model = linear_model.RidgeClassifier(alpha=curve.alpha(n)).fit(X[some[:n]], y[some[:n]])
        scores.append(model.score(X[some[n:]], y[some[n:]]))
    error = np.hypot(fit["accuracy_standard_error"], np.std(scores) / 60**0.5)
    assert abs(np.mean(scores) - fit["accuracy"]) < 3 * error
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    (points,) = curve.plot().containers
    assert points[0].get_ydata().tolist() == [fit["accuracy"] for fit in curve.subsampled]
    assert "labels shuffled" in [text.get_text() for text in curve.plot().get_legend().get_texts()]
