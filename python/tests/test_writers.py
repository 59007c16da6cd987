"""The files of tests/data/writers, written by current libraries; examples/writers.md has the table."""

import json
import pathlib

import pytest

from riskscope import _native

FOLDER = pathlib.Path(__file__).parent.parent.parent / "tests/data/writers"


def risk(features, targets="labels.txt", *, task="owl"):
    """Risk of these files at one n and ridge."""
    paths = ["--features", f"{FOLDER}/{features}", "--targets", f"{FOLDER}/{targets}"]
    options = ["--labels", "--task", task, "--samples", "12", "--ridge", "0.5", "--json"]
    return json.loads(_native.answer(["eval", *paths, *options]))[0]["risk"]


@pytest.mark.parametrize(
    "name",
    [
        "duckdb_literals.parquet",
        "pandas_lists.csv",
        "pandas_half.parquet",
        "polars_half.parquet",
        "polars_unsigned.parquet",
        "pyarrow_tensor.parquet",
        "daft_vectors.parquet:embedding",
        "bfloat16.npy:bfloat16",
        "sklearn.svm",
    ],
)
def test_the_rows_are_the_same_whoever_wrote_them(name):
    assert risk(name) == pytest.approx(risk("rows.npy"), rel=1e-9)


@pytest.mark.parametrize("folder", ["polars_folder", "pyarrow_folder"])
def test_folders_name_the_label_as_text(folder):
    found = risk(f"{folder}:embedding", f"{folder}:label", task="012")
    assert found == pytest.approx(risk("rows.npy"), rel=1e-9)


def test_a_blank_line_is_a_row_without_a_label_and_nan_a_row_without_a_vector():
    without_one = risk("rows.npy", "polars_missing_label.csv")
    assert risk("rows.npy", "duckdb_missing_label.csv") == without_one != risk("rows.npy")
    # The vector with NaN belongs to the row whose label is missing.
    assert risk("duckdb_nan.jsonl") == pytest.approx(without_one, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "sentence"), [("pandas_long_vectors.csv", "shortened"), ("bfloat16.npy", "bfloat16.npy:bfloat16")]
)
def test_what_is_lost_is_said(name, sentence):
    with pytest.raises(ValueError, match=sentence):
        risk(name)
