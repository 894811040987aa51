"""How long commits take and how much was written, kept as counts so that looking costs nothing.

Written by the journal's thread alone; readers may see a commit counted a moment before or after its time.
"""

from __future__ import annotations

from bisect import bisect_left

from contactcenter.runtime.ports import EngineFigures

__all__ = ["COMMIT_BOUNDS_S", "CommitFigures", "quantile"]

# From an SSD with its own power (0.1 ms) to the point where new calls are refused (2 s); above stands infinity.
COMMIT_BOUNDS_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)


def quantile(share: float, cumulative: list[tuple[float, int]]) -> float:
    """Return the bound under which `share` (0 to 1) of the counted values lie; 0 when nothing was counted."""
    total = cumulative[-1][1]
    if not total:
        return 0.0
    return next(bound for bound, count in cumulative if count >= share * total)


class CommitFigures:
    """Counts of commits by duration, and of what they wrote."""

    __slots__ = ("_counts", "batches", "bytes", "entries", "retries", "seconds")

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._counts = [0] * (len(COMMIT_BOUNDS_S) + 1)
        self.batches = 0
        self.entries = 0
        self.bytes = 0
        self.retries = 0
        self.seconds = 0.0

    def committed(self, seconds: float) -> None:
        """Count a commit that took `seconds`, retries included."""
        self._counts[bisect_left(COMMIT_BOUNDS_S, seconds)] += 1
        self.seconds += seconds

    def written(self, entries: int, size: int) -> None:
        """Count a batch of `entries` in `size` bytes."""
        self.batches += 1
        self.entries += entries
        self.bytes += size

    def cumulative(self) -> list[tuple[float, int]]:
        """Return (upper bound in seconds, commits that took no longer), the last bound being infinity."""
        total, rows = 0, []
        for bound, count in zip((*COMMIT_BOUNDS_S, float("inf")), self._counts, strict=True):
            total += count
            rows.append((bound, total))
        return rows

    def figures(self) -> EngineFigures:
        """Return all of it under the names that `/metrics` shows."""
        cumulative = self.cumulative()
        return EngineFigures(
            gauges={
                "journal_commit_seconds_p50": quantile(0.50, cumulative),
                "journal_commit_seconds_p99": quantile(0.99, cumulative),
            },
            counters={
                "journal_batches_total": self.batches,
                "journal_entries_total": self.entries,
                "journal_bytes_total": self.bytes,
                "journal_retries_total": self.retries,
                "journal_commit_seconds_sum": self.seconds,
            },
            histograms={"journal_commit_seconds": cumulative},
        )
