"""Why there is no portfolio: the smallest sets of demands that cannot hold together, and the smallest ways out."""

from prioritiser.optimisation.infeasibility.find import find_clash

__all__ = ["find_clash"]
