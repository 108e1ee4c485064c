"""Between which values a feed's figure is usual: by its history where there is enough, by absolute rules where not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from omni_identity.channels.check_settings import CheckSettings
from omni_identity.publish.feeds.figure import Figure
from omni_identity.publish.feeds.usual import FEW_VALUES, Usual

SURE = 3.0
"""Standard errors by which a share must lie beyond its bound: chance alone withholds no publication."""
FEW = 3
"""Rows below which even all of them say nothing; up to so many may be gone, lost or changed in any feed."""
SMALL = 4
"""Records from which half of them may not be gone at once, however few they are."""
MOST_GONE = 0.5
FEW_DELIVERIES = 3
"""Deliveries from which the number of rows is compared."""
FEW_ROWS = 50
"""Rows of a usual delivery below which their number is not compared."""
LONGER = 3.0
"""So many times longer or shorter may values be than they ever were."""
LEAST_LIKELY = 0.2
"""Share of values that look like their attribute, below which the column is likely to hold something else."""

ALWAYS = 0.5
"""Share of interactions that filled a column in every delivery."""

Bounds = tuple[float | None, float | None]
NONE: Bounds = (None, None)
WITH_AT = {"email"}
WITHOUT_AT = {"full_name", "first_name", "middle_name", "last_name", "city", "postcode", "street"}
WITH_DIGIT = {"phone", "birth_date"}


def bounded(figure: Figure, usual: Usual | None, settings: CheckSettings) -> Figure:
    """The figure with the values between which it is usual; null where nothing can be said."""
    rule = _RULES.get(figure.name)
    if rule is None or figure.value is None:
        return figure
    return figure.within(*rule(figure, usual, settings))


def _gone(figure: Figure, _: Usual | None, settings: CheckSettings) -> Bounds:
    total = figure.total or 0
    most = max(settings.max_deleted_share, FEW / total)
    if settings.max_deleted_share >= 1:
        return None, 1.0
    return None, min(most, max(settings.max_deleted_share, MOST_GONE)) if total >= SMALL else _less(
        total
    )


def _less(total: int) -> float:
    """A bound that only all of so many are beyond."""
    return 1 - 0.5 / total


def _few_or_share(share: float) -> Callable[[Figure], Bounds]:
    def bounds(figure: Figure) -> Bounds:
        total = figure.total or 0
        if share >= 1 or total < FEW:
            return NONE
        return None, min(max(share, FEW / total), _less(total))

    return bounds


def _other_person(figure: Figure, _: Usual | None, settings: CheckSettings) -> Bounds:
    return _few_or_share(settings.max_person_change_share)(figure)


def _lost(figure: Figure, _: Usual | None, settings: CheckSettings) -> Bounds:
    return _few_or_share(settings.max_fill_change)(figure)


def _filled(figure: Figure, usual: Usual | None, settings: CheckSettings) -> Bounds:
    if figure.feed == "interactions":
        return _ever_filled(figure, usual, settings), None
    return _not_less(figure, usual, settings.max_fill_change), None


def _ever_filled(figure: Figure, usual: Usual | None, settings: CheckSettings) -> float | None:
    """What a column of interactions holds depends on their kinds: only one that was always filled may not be empty."""
    is_known = usual is not None and usual.run_count >= FEW_DELIVERIES and usual.span is not None
    total = figure.total or 0
    if settings.max_fill_change >= 1 or total < FEW_VALUES or not is_known:
        return None
    assert usual is not None
    assert usual.span is not None
    return 0.5 / total if usual.span[0] >= ALWAYS else None


def _blank(figure: Figure, usual: Usual | None, settings: CheckSettings) -> Bounds:
    total = figure.total or 0
    if settings.max_fill_change >= 1 or total < FEW:
        return NONE
    known = _not_more(figure, usual, settings.max_fill_change)
    return None, _less(total) if known is None else known


def _usable(figure: Figure, usual: Usual | None, settings: CheckSettings) -> Bounds:
    return _not_less(figure, usual, settings.max_shape_change), None


def _with_at(figure: Figure, usual: Usual | None, settings: CheckSettings) -> Bounds:
    lowest = _not_less(figure, usual, settings.max_shape_change)
    highest = _not_more(figure, usual, settings.max_shape_change)
    total, attribute = figure.total or 0, figure.attribute
    if settings.max_shape_change < 1 and total >= FEW:
        if attribute in WITH_AT:
            lowest = max(lowest or 0.0, _likely(total))
        if attribute in WITHOUT_AT:
            highest = min(1.0 if highest is None else highest, 1 - _likely(total))
    return lowest, highest


def _with_digit(figure: Figure, usual: Usual | None, settings: CheckSettings) -> Bounds:
    lowest = _not_less(figure, usual, settings.max_shape_change)
    highest = _not_more(figure, usual, settings.max_shape_change)
    total = figure.total or 0
    if settings.max_shape_change < 1 and total >= FEW and figure.attribute in WITH_DIGIT:
        lowest = max(lowest or 0.0, _likely(total))
    return lowest, highest


def _likely(total: int) -> float:
    """The least share that is likely of so many values: of few, one is enough."""
    return LEAST_LIKELY if total >= FEW_VALUES else 0.5 / total


def _length(figure: Figure, usual: Usual | None, settings: CheckSettings) -> Bounds:
    span = usual.span if usual is not None else None
    if settings.max_shape_change >= 1 or (figure.total or 0) < FEW_VALUES or span is None:
        return NONE
    return span[0] / LONGER, span[1] * LONGER


def _rows(figure: Figure, usual: Usual | None, settings: CheckSettings) -> Bounds:
    if usual is None or usual.run_count < FEW_DELIVERIES or usual.span is None:
        return NONE
    least, most = usual.span
    lowest = least / settings.max_row_change if least >= FEW_ROWS else None
    return lowest, max(most, FEW_ROWS) * settings.max_row_change


def _in_future(figure: Figure, _: Usual | None, settings: CheckSettings) -> Bounds:
    # a version that is not believed gives way to an older one, a consent to a refusal, so each is said
    is_each_said = is_believed_or_not(figure.attribute) and settings.max_future_share < 1
    return None, 0.0 if is_each_said else settings.max_future_share


def _unknown(figure: Figure, usual: Usual | None, settings: CheckSettings) -> Bounds:
    total = figure.total or 0
    if figure.attribute == "kind":
        return None, settings.max_unknown_kind_share
    share = settings.max_unknown_contact_share
    if share >= 1 or total < FEW:
        return NONE
    if total < FEW_VALUES:
        return None, _less(total)
    known = _not_more(figure, usual, share / 2)
    return None, share if known is None else min(known, share) if usual else share


def _unread(figure: Figure, _: Usual | None, settings: CheckSettings) -> Bounds:
    return None, settings.max_unread_share


def _not_less(figure: Figure, usual: Usual | None, change: float) -> float | None:
    span = usual.span if usual is not None else None
    if change >= 1 or (figure.total or 0) < FEW_VALUES or span is None:
        return None
    return span[0] - change - _error(span[0], figure)


def _not_more(figure: Figure, usual: Usual | None, change: float) -> float | None:
    span = usual.span if usual is not None else None
    if change >= 1 or (figure.total or 0) < FEW_VALUES or span is None:
        return None
    return span[1] + change + _error(span[1], figure)


def _error(share: float, figure: Figure) -> float:
    return SURE * math.sqrt(max(share * (1 - share), 0.0) / max(figure.total or 0, 1))


def is_believed_or_not(attribute: str) -> bool:
    """Whether a time of this attribute that lies in the future counts as not known."""
    return attribute != "birth_date"


Rule = Callable[[Figure, "Usual | None", CheckSettings], Bounds]

_RULES: Mapping[str, Rule] = {
    "rows": _rows,
    "gone": _gone,
    "other_person": _other_person,
    "blank": _blank,
    "filled": _filled,
    "lost": _lost,
    "usable": _usable,
    "with_at": _with_at,
    "with_digit": _with_digit,
    "length": _length,
    "in_future": _in_future,
    "unknown": _unknown,
    "unread": _unread,
}
