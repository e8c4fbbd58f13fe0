"""From a scenario to a PuLP problem: one function per constraint family, its formula in its docstring.

    maximise   (1−β) Σ_k W_k S_k + β m
    over       y[i,s] ∈ {0,1}   initiative i starts in year s
               x[i,s] ∈ [0,1]   its share (the same variable as y where it is all or nothing)
               w[i,j,s,u]       smaller share of i, started in s, and j, started by u: for effects with if_also
               a[g,t] ≤ 1       attainment of goal g in year t
               S[k]             score of tier k
               m                least gain of any tier towards its best alone
                                (extended goal programming: Romero, Omega 29(1), 2001)

Attainments are bounded above by what the plan achieves; every score grows with them, so they reach that bound.
"""

from prioritiser.optimisation.model.build import build_model, do_nothing_scores
from prioritiser.optimisation.model.effects import effect_parts
from prioritiser.optimisation.model.in_force import (
    balance_row,
    capacity_limit,
    full_limits,
    objective_terms,
    share_bounds,
)
from prioritiser.optimisation.model.problem import LevelRow, Model, Terms, Variable

__all__ = [
    "LevelRow", "Model", "Terms", "Variable", "balance_row", "build_model", "capacity_limit", "do_nothing_scores",
    "effect_parts", "full_limits", "objective_terms", "share_bounds",
]  # fmt: skip
