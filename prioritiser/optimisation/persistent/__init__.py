"""One kept HiGHS model behind the PuLP problem: change it in place, solve again, cancel, read values and bounds."""

from prioritiser.optimisation.persistent.convex_bound import LowerHull
from prioritiser.optimisation.persistent.effect_sizes import EffectSizes
from prioritiser.optimisation.persistent.limits import Relaxation, SolveLimits, SolverResult, SolverStatus
from prioritiser.optimisation.persistent.model import PersistentModel, solver_version

__all__ = [
    "EffectSizes", "LowerHull", "PersistentModel", "Relaxation", "SolveLimits", "SolverResult", "SolverStatus",
    "solver_version",
]  # fmt: skip
