"""AUC of every pair of encoder and task with 300 labels, on a local dask.distributed cluster of two workers.

`python examples/encoder_pairs.py` compares 14 encoders on 15 tasks, 210 pairs, and prints the best encoder of each task;
`python examples/encoder_pairs.py games music 48` uses two tasks and the encoders with 48 columns. Functions of riskscope
take arrays and have no state, so they run in the worker processes of Dask, Ray or joblib.
"""

import pathlib
import sys

import numpy as np

import riskscope

FOLDER = pathlib.Path(__file__).resolve().parent / "packages"
SAMPLES = 300
# A file and a number of columns: the first dimensions of the embeddings, and principal components.
ENCODERS = [("features", 48 * k) for k in range(1, 9)] + [("reduced", 8 * k) for k in range(1, 7)]


def labels() -> list[str]:
    return (FOLDER / "labels.txt").read_text().splitlines()


def auc(encoder: tuple[str, int], task: str) -> tuple[float, int]:
    """AUC of a classifier of one class on the features of one encoder, and the process that computed it.

    Each worker opens the file by itself: no array is sent.
    """
    import os

    name, columns = encoder
    X = np.load(FOLDER / f"{name}.npy", mmap_mode="r")[:, :columns]
    curve = riskscope.learning_curve(X, labels(), task=task, metric="auc", samples=SAMPLES)
    return curve.values[0], os.getpid()


def main(arguments: list[str]) -> None:
    from dask.distributed import Client

    columns = {int(a) for a in arguments if a.isdigit()}
    tasks = [a for a in arguments if not a.isdigit()] or sorted(set(labels()))
    encoders = [encoder for encoder in ENCODERS if not columns or encoder[1] in columns]
    pairs = [(encoder, task) for task in tasks for encoder in encoders]
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        found = client.gather(client.map(auc, *zip(*pairs)))
    workers = {process for _, process in found}
    print(f"{len(pairs)} pairs on {len(workers)} workers")
    for task in tasks:
        of_task = [(value, encoder) for ((encoder, which), (value, _)) in zip(pairs, found) if which == task]
        value, (name, columns) = max(of_task)
        print(f"{task}: {name} with {columns} columns, AUC {value:.4f}")


if __name__ == "__main__":
    main(sys.argv[1:])
