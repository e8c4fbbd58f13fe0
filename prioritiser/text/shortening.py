"""Texts that are cut to the room there is, and still read differently where they are different."""

from collections.abc import Callable, Mapping, Sequence

from prioritiser.text.formatting import ELLIPSIS, shortened
from prioritiser.text.spelling import folded

type Cut = Callable[[str], str]


def shortened_apart(texts: Mapping[str, str], length: int = 80) -> dict[str, str]:
    """Cut texts, by key, to so many letters; no two that differ read alike."""
    shown = cut_apart(list(texts.values()), lambda text: shortened(text, length))
    return dict(zip(texts, shown, strict=True))


def cut_apart(texts: Sequence[str], cut: Cut, whole: bool = False) -> list[str]:
    """Cut texts as `cut` does, and inside those that would then read alike, so that their ends tell them apart.

    cut: returns a text as it is where there is room for it, else its beginning and an ellipsis. whole: leave the other
    texts as they are, for somebody who cuts them again.
    """
    shown = {text: cut(text) for text in texts}
    alike: dict[str, list[str]] = {}
    for text, said in shown.items():
        alike.setdefault(folded(said), []).append(text)
    inside: dict[str, str] = {}
    for group in alike.values():
        if len(group) > 1:
            taken = {folded(said) for text, said in (shown | inside).items() if text not in group}
            inside |= _cut_inside(group, cut, taken)
    return [inside.get(text, text if whole else shown[text]) for text in texts]


def _cut_inside(texts: Sequence[str], cut: Cut, taken: set[str]) -> dict[str, str]:
    """Keep the last words of texts, as few as tell them apart; where none do, or there is no room, number them."""
    words = [text.split(" ") for text in texts]
    endings = [[" ".join(parts[-number:]) for parts in words] for number in range(1, max(map(len, words)))]
    for ends in (*endings, [f"({number})" for number in range(1, len(texts) + 1)]):
        made = {text: _with_ending(text, end, cut) for text, end in zip(texts, ends, strict=True)}
        said = {folded(text) for text in made.values()}
        if all(made.values()) and len(said) == len(texts) and not said & taken:
            return made
    return {text: cut(text) for text in texts}


def _with_ending(text: str, ending: str, cut: Cut) -> str:
    """Return as much of the beginning of a text as there is room for before an ending; "" where there is none."""
    if _fits(text, cut):
        return text
    beginning = text.removesuffix(ending)
    low, high = 0, len(beginning)
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(_joined(beginning[:middle], ending), cut):
            low = middle
        else:
            high = middle - 1
    return _joined(beginning[:low], ending) if low else ""


def _joined(beginning: str, ending: str) -> str:
    return f"{beginning.rstrip()}{ELLIPSIS} {ending}"


def _fits(text: str, cut: Cut) -> bool:
    return not cut(text).endswith(ELLIPSIS)
