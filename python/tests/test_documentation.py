"""The examples of docstrings and the notebook in examples/ run and have the printed output.

`python python/tests/test_documentation.py` rewrites the outputs of the notebook.
"""

import ast
import contextlib
import doctest
import importlib
import io
import json
import os
import pathlib
import re
import runpy
import subprocess
import sys

import pytest

EXAMPLES = pathlib.Path(__file__).parent.parent.parent / "examples"
NOTEBOOK = EXAMPLES / "labels_needed.ipynb"


@pytest.mark.parametrize("name", ["riskscope", "riskscope._questions", "riskscope._results", "riskscope.sklearn"])
def test_examples_of_docstrings(name):
    pytest.importorskip("sklearn")
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0 and found.failed == 0


def outputs(cell, names):
    """The output of a cell and the value of its last expression, as a notebook stores them."""
    body = ast.parse("".join(cell["source"])).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), NOTEBOOK.name, "exec"), names)
        value = None if last is None else eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names)
    kept = []
    if printed.getvalue():
        kept.append({"name": "stdout", "output_type": "stream", "text": printed.getvalue().splitlines(True)})
    if value is not None:
        data = {"text/plain": repr(value).splitlines(True)}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = value._repr_html_().splitlines(True)
        kept.append({"data": data, "execution_count": None, "metadata": {}, "output_type": "execute_result"})
    return kept


def executed():
    """The notebook with newly computed outputs."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    names = {}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    before = os.getcwd()
    os.chdir(EXAMPLES)
    try:
        for count, cell in enumerate(cells, 1):
            cell["outputs"], cell["execution_count"] = outputs(cell, names), count
            for output in cell["outputs"]:
                if "execution_count" in output:
                    output["execution_count"] = count
    finally:
        os.chdir(before)
    return notebook


def words(notebook):
    """The words of all text outputs, without numbers."""
    texts = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            texts += output.get("text") or output["data"]["text/plain"]
    return re.sub(r"[\d.?]+", "#", "".join(texts))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_notebook_says_what_its_outputs_say():
    pytest.importorskip("sklearn")
    committed = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert words(executed()) == words(committed) != ""
    assert NOTEBOOK.stat().st_size < 100_000


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_pairs_of_encoders_and_tasks_on_two_workers():
    """The example on one task and two encoders: workers return the results of this process."""
    pytest.importorskip("distributed")
    script = EXAMPLES / "encoder_pairs.py"
    tasks = ["games"]
    command = [sys.executable, "-W", "ignore", script, *tasks, "48"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    first, *lines = done.stdout.splitlines()
    assert first == "2 pairs on 2 workers", done.stderr
    example = runpy.run_path(str(script))
    pairs = len(example["ENCODERS"]) * len(set(example["labels"]()))
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    assert f"compares {pairs} pairs of\nencoder and task" in readme and f"{pairs} pairs" in script.read_text(encoding="utf-8")
    for task, line in zip(tasks, lines, strict=True):
        name, columns, value = re.fullmatch(rf"{task}: (\w+) with (\d+) columns, AUC (0\.\d+)", line).groups()
        assert float(value) == round(example["auc"]((name, int(columns)), task)[0], 4)
        assert float(value) >= round(example["auc"](("features", 48), task)[0], 4)


if __name__ == "__main__":
    NOTEBOOK.write_text(json.dumps(executed(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
