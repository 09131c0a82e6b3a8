"""How long a map takes, against bare scikit-learn: ``python -m benchmarks.maps_speed``.

Bare is what one would write in a notebook: t-SNE of the features as they are, then HDBSCAN and
trustworthiness, on the same arrays, on one thread as well. Features lie in random groups in a space
as wide as SigLIP2's. CPU time is compared: the machine is shared, and this has it on one thread.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from uuid import UUID

import numpy as np
from sklearn.cluster import HDBSCAN  # type: ignore[import-untyped]
from sklearn.manifold import TSNE, trustworthiness  # type: ignore[import-untyped]
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks.report import write_section
from engine.classify.prompts import unit_rows
from engine.encoders.ports import Features
from engine.maps.layout import Layout, lay_out
from engine.maps.picture import map_picture
from engine.schemas import ItemKind, LibraryMap, MapCluster, MapPanel, MapPoint, MapView

SEED = 0
DIMENSIONS = 768
GROUPS = 25
SPREAD = 0.8
SIZES = (200, 1_000, 5_000)


def features_of(items: int) -> Features:
    """Random groups: float32 (N, 768), L2-normalised."""
    random = np.random.default_rng(SEED)
    centres = random.normal(size=(GROUPS, DIMENSIONS))
    noise = SPREAD * random.normal(size=(items, DIMENSIONS))
    return unit_rows((centres[random.integers(0, GROUPS, items)] + noise).astype(np.float32))


def bare(features: Features) -> float:
    """The same by hand; its trustworthiness."""
    with threadpool_limits(1):
        positions = TSNE(init="pca", random_state=SEED).fit_transform(features)
        HDBSCAN(copy=True).fit(positions)
        return float(trustworthiness(features, positions))


def picture_of(layout: Layout) -> bytes:
    """The layout as a picture without thumbnails."""
    rows = zip(layout.positions.tolist(), layout.groups.tolist(), strict=True)
    points = [
        MapPoint(item_id=str(UUID(int=n)), x=x, y=y, cluster=group)
        for n, ((x, y), group) in enumerate(rows)
    ]
    clusters = []
    for group in range(int(layout.groups.max()) + 1):
        x, y = np.median(layout.positions[layout.groups == group], axis=0).tolist()
        clusters.append(MapCluster(name=f"group {group}", items=1, x=x, y=y))
    panel = MapPanel(
        view=MapView.FEATURES, points=points, clusters=clusters, faithfulness=layout.faithfulness
    )
    drawn = LibraryMap(
        map_id="",
        kind=ItemKind.IMAGE,
        items=len(points),
        panels=[panel],
        page="",
        sentence="",
        took_ms={},
    )
    return map_picture(drawn, "Speed", {})


def cpu_s_of(work: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    started_s = time.process_time()
    work()
    return time.process_time() - started_s


def measured(items: int) -> str:
    """One row of the table."""
    features = features_of(items)
    layouts: list[Layout] = []
    trusts: list[float] = []
    ours_s = cpu_s_of(lambda: layouts.append(lay_out(features, SEED)))
    bare_s = cpu_s_of(lambda: trusts.append(bare(features)))
    drawing_s = cpu_s_of(lambda: picture_of(layouts[0]))
    return (
        f"| {items:,} | {ours_s:.1f} | {bare_s:.1f} | {ours_s / bare_s:.2f} "
        f"| {layouts[0].faithfulness:.3f} | {trusts[0]:.3f} | {drawing_s:.1f} |"
    )


def main() -> None:
    """Measures, and writes the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    sizes = parser.parse_args().sizes
    measured(100)  # imports and compiles what the first map needs
    rows = "\n".join(measured(items) for items in sizes)
    write_section(
        "maps_speed",
        f"""## Maps

Items in {GROUPS} random groups of {DIMENSIONS} dimensions to one panel of a map, CPU seconds on one
thread, against scikit-learn's t-SNE, HDBSCAN and trustworthiness on the same arrays. A map reduces
features to 50 directions first, and judges trustworthiness on at most 2,000 items. A panel is drawn
once a map.

| items | map | bare | map / bare | trustworthiness | bare | drawing |
|---|---|---|---|---|---|---|
{rows}

Repeat: `uv run --group dev python -m benchmarks.maps_speed`
""",
    )


if __name__ == "__main__":
    main()
