"""The weights of the tiers: a triangle that answers while it is dragged, and a number for each tier."""

from prioritiser.ui.weight_picker.drawing import best_of_map
from prioritiser.ui.weight_picker.picker import show_weights

__all__ = ["best_of_map", "show_weights"]
