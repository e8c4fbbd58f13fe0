"""Find why there is no portfolio: the minimal sets of demands that cannot hold together, and the ways out."""

from time import perf_counter

from prioritiser.errors import Clash, NoAnswerError, WayOut
from prioritiser.optimisation.infeasibility.demands import Asked, TimeUpError
from prioritiser.optimisation.infeasibility.minimal_sets import MOST_SETS, by_deletion, find_sets
from prioritiser.optimisation.infeasibility.repairs import find_ways_out
from prioritiser.optimisation.persistent import PersistentModel, SolveLimits
from prioritiser.scenario.settings import Settings

SECONDS = 2.0  # for further sets, and again for the ways out


def find_clash(
    kept: PersistentModel,
    settings: Settings,
    effort: SolveLimits,
    *,
    most_sets: int = MOST_SETS,
    with_ways_out: bool = True,
) -> Clash:
    """Name the minimal sets of demands with which no plan exists, smallest first, and the smallest ways out.

    kept: the model with these settings set, known to have no plan; it is left as it was. A smallest set is a smallest
    hitting set of all that plans break (Ignatiev, Previti, Liffiton & Marques-Silva, CP 2015, after Liffiton et al.,
    Constraints 21, 2016); where that takes long, the deletion filter finds one (Chinneck & Dravnieks, ORSA J. Computing
    3(2), 1991). Without ways out none is looked for. Raises NoAnswerError when time is up before any set is minimal.
    """
    with Asked(kept, settings, effort) as asked:
        corrections: list[frozenset[int]] = []
        sets, is_complete = find_sets(asked, corrections, perf_counter() + SECONDS, most_sets)
        if not sets:
            sets = [_one_set(asked)]
        ways_out: tuple[WayOut, ...] = ()
        worked_out = True
        if with_ways_out:
            ways_out, worked_out = find_ways_out(asked, sets, corrections, perf_counter() + SECONDS)
        demands = tuple(tuple(asked.levers[number].demand for number in sorted(chosen)) for chosen in sets)
    return Clash(demands, ways_out, is_complete, worked_out)


def _one_set(asked: Asked) -> frozenset[int]:
    try:
        return by_deletion(asked, asked.all, asked.deadline)
    except TimeUpError as error:
        raise NoAnswerError(
            "No portfolio meets all rules, locks and capacities; time was up before the clash was found."
        ) from error
