"""One kept HiGHS model behind the PuLP problem: change it in place, solve again, cancel, read values and bounds."""

from prioritiser.solver.effect_sizes import EffectSizes
from prioritiser.solver.effort import Effort, Ending, Relaxation, Run
from prioritiser.solver.hull import LowerHull
from prioritiser.solver.kept import KeptModel, solver_version

__all__ = ["EffectSizes", "Effort", "Ending", "KeptModel", "LowerHull", "Relaxation", "Run", "solver_version"]
