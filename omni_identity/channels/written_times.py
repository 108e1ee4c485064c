"""A written date or time taken apart, whatever tool or country wrote it: its day, clock and zone as they stand there.

The one reader of dates: times of interactions, of changes and of consents, and birth dates go through it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from omni_identity.channels.feeds import DateOrder
from omni_identity.channels.month_names import MARCH_OR_TUESDAY, WORDS_OF_DATES
from omni_identity.channels.time_zones import minutes_of, regions

_NOT_ASCII = r"[^\x00-\x7f]"
_ARABIC_DIGITS = {chr(zero + n): str(n) for zero in (0x660, 0x6F0, 0x966) for n in range(10)}
_CJK = r"[年月日時时点分秒년월일시분초]|上午|下午|午前|午後|午后|오전|오후"
_HALVES = {"am": "上午|午前|오전", "pm": "下午|午後|午后|오후"}
_BRACKETS = r"[\[\]()<>\"“”]|^'+|m=[+-][\d.]+$"
_COMMENT = r"([+-]\d{2}:?\d{2}|\dz)\s*[\[(][^\[\]()]*[\])]"
"""What JavaScript and Java write behind an offset says nothing more: ``+0100 (CET)``, ``+01:00[Europe/Berlin]``."""
_REPEATED_ZONE = r"([+-]\d{4}) [a-z]{3,4}(?: m=[+-][\d.]+)?$"
_PACKED_SECONDS = r"^(\d{4})(\d{2})(\d{2})t?(\d{2})(\d{2})(\d{2})(\D|$)"
_PACKED_MINUTES = r"^(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(\D|$)"
_PACKED_DAY = r"^(\d{4})(\d{2})(\d{2})([t ]\d{1,2}:)"
_DAY_WITH_ZONE = r"^(\d{4}-\d{2}-\d{2})(z|[+-]\d{2}:\d{2})$"
_BARE_HOUR = r"(^|[\s,t])(\d{1,2})\s?([ap])\.?\s?m\b\.?"
_HALF = r"(?:\s*([ap])\.?\s?m\b\.?)?"
_CLOCK = rf"^(.*?)(?:^|[\s,t:])(\d{{1,2}})[:h](\d{{2}})(?:[:m.](\d{{2}})(?:[.,:](\d{{1,9}}))?s?)?{_HALF}(.*)$"
_DOTTED_TIME = r"(\d{1,2})\.(\d{2})(?:\.(\d{2})(?:[.,](\d{1,9}))?)?"
_DOTTED_CLOCK = rf"^(.*\d.*[^\d].*\d.*?)[\s,t\-]{_DOTTED_TIME}{_HALF}(\s*(?:uhr|h)?)$"
_OFFSET = r"^\s*(?:uhr)?\s*(?:gmt|utc)?\s?([+-]\d{1,2}(?::?\d{2})?)(?:\s|,|$)"
_ZONE_WORD = r"^\s*(?:uhr)?\s*([a-z]{1,5})(?:\s|,|$)"
_REGION = r"^\s*(?:uhr)?\s*([a-z]+/[a-z_/+\-0-9]+)(?:\s|,|$)"
_LONG_ZONE = r"\b([ecmp])(?:astern|entral|ountain|acific) (?:([sd])(?:tandard|aylight) )?time\b"
_ALLOWED = r"^[\p{L}\d\s.,/\-_\\'’´]*$"
_NUMERIC = r"^\D*?(\d{1,4})\s?([./\-_\\\s])\s?(\d{1,2})\s?[./\-_\\\s]\s?(\d{1,4})\D*$"
_MISSING = -1


@dataclass(frozen=True)
class Reading:
    """How a feed's dates are meant that can be read in several ways.

    ``order`` decides 03/04/2024, ``dotted_order`` 03.04.2024; two-digit years up to ``pivot`` are of this
    century; ``timezone`` (IANA) decides what IST or CST is. With ``may_swap_iso`` the
    impossible 1985-13-05 is 13 May, as forms make it that know one order of day and month only.
    """

    order: DateOrder
    dotted_order: DateOrder = "dmy"
    pivot: int = 69
    timezone: str = "UTC"
    may_swap_iso: bool = False


def read_written_times(texts: pl.Series, reading: Reading) -> pl.DataFrame:
    """Return ``day`` (Date), ``clock`` (microseconds since midnight, null without a time), ``offset`` (minutes
    east of Greenwich) and ``region`` (IANA), both null where the text names no zone.

    Where anything is left over that is no part of a date (``2024-01-02 junk``), or a part is impossible, all
    are null. A date that the order of day and month makes impossible but the other does not is read the
    other way. No year is too far away but those before 1000.
    """
    frame = pl.DataFrame({"t": _tidied(texts)})
    frame = _with_clock(frame).pipe(_with_zone, reading.timezone)
    frame = frame.with_columns(_days(frame["date"], reading).alias("day"))
    is_read = pl.col("day").is_not_null() & pl.col("is_possible")
    return frame.select(
        pl.when(is_read).then(name).alias(name) for name in ("day", "clock", "offset", "region")
    )


def _tidied(texts: pl.Series) -> pl.Series:
    """Lower case, compatibility forms plain, brackets off, packed forms opened."""
    value = pl.col("t")
    text = texts.alias("t").str.to_lowercase()
    if text.str.contains(_NOT_ASCII).any():
        text = text.str.normalize("NFKC").str.replace_many(_ARABIC_DIGITS)
    if text.str.contains(_CJK).any():
        text = text.to_frame().select(_plain_cjk(value)).to_series()
    if text.str.contains(r"[\[(<\"'“”]|m=").any():
        text = text.str.replace(_COMMENT, "${1}").str.replace_all(_BRACKETS, " ")
    if text.str.contains(r"\s\s|[^\S ]|^\s|\s$|[,;]$").any():
        text = text.str.replace_all(r"\s+", " ").str.strip_chars(" ,;")
    if text.str.contains(_REPEATED_ZONE).any():
        text = text.str.replace(_REPEATED_ZONE, "${1}")
    if text.str.contains(r"^\d{8}|^\d{4}-\d\d-\d\d[+\-z]").any():
        text = text.str.replace(_PACKED_SECONDS, "${1}-${2}-${3} ${4}:${5}:${6}${7}")
        text = text.str.replace(_PACKED_MINUTES, "${1}-${2}-${3} ${4}:${5}${6}")
        text = text.str.replace(_PACKED_DAY, "${1}-${2}-${3}${4}")
        text = text.str.replace(_DAY_WITH_ZONE, "${1} 00:00${2}")
    if text.str.contains("time", literal=True).any():
        text = text.str.replace(_LONG_ZONE, "${1}${2}t")
    if text.str.contains(_BARE_HOUR).any():
        text = text.str.replace(_BARE_HOUR, "${1}${2}:00 ${3}m")
    return text


def _plain_cjk(text: pl.Expr) -> pl.Expr:
    for half, words in _HALVES.items():
        text = text.str.replace(
            rf"(?:{words})\s*(\d{{1,2}}[:時时点시]\s*\d{{1,2}}[^年]*)$", "${1} " + half
        )
    text = text.str.replace(
        r"([時时点시])\s*(\d{1,2})\s*[分분]\s*(?:(\d{1,2})\s*[秒초])?", ":${2}:${3} "
    )
    text = text.str.replace(r"(\d)\s*[年년]\s*", "${1}-").str.replace(r"(\d)\s*[月월]\s*", "${1}-")
    text = text.str.replace(r"(\d)\s*[日일]", "${1} ").str.replace(r"(:\d\d):(\D|$)", "${1}${2}")
    return text.str.replace(r"[(（]?[月火水木金土日]曜?日?[)）]?\s", " ").str.replace_all(
        r"\s+", " "
    )


def _with_clock(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns ``clock``, ``is_possible``, ``date`` (what stands before it) and ``after``."""
    fields = ["before", "h", "m", "s", "f", "half", "after"]
    clock = pl.col("t").str.extract_groups(_CLOCK).struct.rename_fields(fields)
    frame = frame.with_columns(clock.alias("clock"))
    dotted = frame["clock"].struct.field("h").is_null() & frame["t"].str.contains(_DOTTED_CLOCK)
    if dotted.any():
        other = pl.col("t").str.extract_groups(_DOTTED_CLOCK).struct.rename_fields(fields)
        frame = frame.with_columns(pl.when(dotted).then(other).otherwise("clock").alias("clock"))
    frame = frame.unnest("clock")
    hour, minute, second = (pl.col(c).cast(pl.Int64, strict=False) for c in "hms")
    half = pl.col("half")
    full = (
        pl.when((half == "p") & (hour < 12))
        .then(hour + 12)
        .when((half == "a") & (hour == 12))
        .then(0)
        .otherwise(hour)
    )
    seconds = full * 3600 + minute * 60 + second.fill_null(0)
    fraction = (
        pl.col("f").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64, strict=False).fill_null(0)
    )
    is_possible = (
        (full < 24)
        & (minute < 60)
        & (second.fill_null(0) < 60)
        & ~((half == "a") & (hour > 12)).fill_null(False)
    )
    return frame.select(
        (seconds * 1_000_000 + fraction).alias("clock"),
        is_possible.fill_null(True).alias("is_possible"),
        pl.coalesce("before", "t").alias("date"),
        pl.col("after").fill_null(""),
    )


def _with_zone(frame: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """Columns ``offset`` and ``region``; what follows the zone belongs to ``date``."""
    zones = _zones(frame["after"].unique(), timezone)
    frame = frame.join(zones, on="after", how="left", maintain_order="left")
    is_far = (pl.col("offset").abs() > 14 * 60).fill_null(False)
    return frame.with_columns(
        pl.concat_str("date", "rest", separator=" ").str.strip_chars(" ,.;:/-").alias("date"),
        (pl.col("is_possible") & ~is_far).alias("is_possible"),
    )


def _zones(after: pl.Series, timezone: str) -> pl.DataFrame:
    """``offset``, ``region`` and the ``rest`` of what distinct texts have behind the clock."""
    minutes, names = minutes_of(timezone), regions()
    text = pl.col("after")
    number, word, region = (text.str.extract(shape, 1) for shape in (_OFFSET, _ZONE_WORD, _REGION))
    digits = number.str.replace_all(r"\D", "")
    digits = (
        pl.when(digits.str.len_bytes() <= 2)
        .then(digits.str.zfill(2) + "00")
        .otherwise(digits.str.zfill(4))
    )
    hours, rest = (digits.str.slice(at, 2).cast(pl.Int64, strict=False) for at in (0, 2))
    east = hours * 60 + rest
    signed = pl.when(number.str.starts_with("-")).then(-east).otherwise(east)
    abbreviated = word.replace_strict(minutes, default=None, return_dtype=pl.Int64)
    named = [
        part.replace_strict(names, default=None, return_dtype=pl.String) for part in (region, word)
    ]
    left = text
    for shape in (_OFFSET, _REGION, _ZONE_WORD):
        left = left.str.replace(shape, " ")
    frame = after.to_frame().with_columns(
        pl.coalesce(signed, abbreviated).alias("offset"), pl.coalesce(named).alias("region")
    )
    is_named = pl.any_horizontal(pl.col("offset", "region").is_not_null())
    return frame.with_columns(pl.when(is_named).then(left).otherwise(text).alias("rest"))


def _days(dates: pl.Series, reading: Reading) -> pl.Series:
    distinct = dates.drop_nulls().unique().alias("date")
    days = _digits(distinct, reading)
    wordy = distinct.str.contains(r"\pL") & distinct.str.contains(_ALLOWED)
    if wordy.any():
        days = days.scatter(wordy.arg_true(), _named(distinct.filter(wordy), reading))
    read = pl.DataFrame({"date": distinct, "day": days})
    return (
        dates.alias("date")
        .to_frame()
        .join(read, on="date", how="left", maintain_order="left")["day"]
    )


def _digits(dates: pl.Series, reading: Reading) -> pl.Series:
    """Dates of digits and separators alone."""
    bare = dates.str.contains(r"\pL")
    frame = dates.alias("date").to_frame().select(pl.when(~bare).then("date").alias("date"))
    parts = pl.col("date").str.extract_groups(_NUMERIC).struct.rename_fields(["a", "sep", "b", "c"])
    frame = frame.with_columns(parts.alias("parts")).unnest("parts")
    a, b, c = pl.col("a"), pl.col("b"), pl.col("c")
    starts, ends = a.str.len_bytes() == 4, (c.str.len_bytes() == 4) & (a.str.len_bytes() <= 2)
    brief = (a.str.len_bytes() <= 2) & (c.str.len_bytes() == 2)
    is_dotted = pl.col("sep") == "."
    read: list[pl.Expr] = [pl.when(starts).then(_day(a, b, c, reading))]
    if reading.may_swap_iso:
        read.append(pl.when(starts).then(_day(a, c, b, reading)))
    for order, fits in ((reading.dotted_order, is_dotted), (reading.order, ~is_dotted)):
        month_first = order == "mdy"
        ways = [(c, a, b), (c, b, a)] if month_first else [(c, b, a), (c, a, b)]
        if order == "ymd":
            read.append(pl.when(fits & brief).then(_day(a, b, c, reading)))
        read += [pl.when(fits & (ends | brief)).then(_day(*way, reading)) for way in ways]
        read.append(pl.when(fits & brief).then(_day(a, b, c, reading)))
    read += _packed(pl.col("date"), reading)
    return frame.select(pl.coalesce(read).alias("day")).to_series()


def _packed(date: pl.Expr, reading: Reading) -> list[pl.Expr]:
    """Eight digits: the year first, or last."""
    is_packed = date.str.contains(r"^\d{8}$")
    parts = {at: date.str.slice(at, 2) for at in (0, 2, 4, 6)}
    day_first = (date.str.slice(4, 4), parts[2], parts[0])
    month_first = (date.str.slice(4, 4), parts[0], parts[2])
    ways = [(date.str.slice(0, 4), parts[4], parts[6])]
    ways += [month_first, day_first] if reading.order == "mdy" else [day_first, month_first]
    return [
        pl.when(is_packed & way[0].str.contains(r"^(?:1[0-9]|2[01]|9999)")).then(
            _day(*way, reading)
        )
        for way in ways
    ]


def _named(dates: pl.Series, reading: Reading) -> pl.Series:
    """Dates with words in them: a month's name, or a weekday before digits."""
    frame = (
        dates.alias("date")
        .to_frame()
        .with_columns(
            pl.col("date").str.extract_all(r"\p{L}+").alias("words"),
            pl.col("date").str.extract_all(r"\d+").alias("numbers"),
        )
    )
    meaning = pl.element().replace_strict(WORDS_OF_DATES, default=_MISSING, return_dtype=pl.Int64)
    frame = frame.with_columns(pl.col("words").list.eval(meaning).alias("meant"))
    is_tuesday = pl.col("words").list.contains(MARCH_OR_TUESDAY)
    months = pl.col("meant").list.eval(pl.element().filter(pl.element() > 0)).list.unique()
    others = months.list.set_difference([3])
    months = pl.when(is_tuesday & (others.list.len() > 0)).then(others).otherwise(months)
    frame = frame.with_columns(
        months.alias("months"), (~pl.col("meant").list.contains(_MISSING)).alias("is_known")
    )
    month = pl.col("months").list.get(0, null_on_oob=True).cast(pl.String)
    first, second = (pl.col("numbers").list.get(i, null_on_oob=True) for i in (0, 1))
    is_named = (
        pl.col("is_known")
        & (pl.col("months").list.len() == 1)
        & (pl.col("numbers").list.len() == 2)
    )
    year_first = first.str.len_bytes() == 4
    named = (
        pl.when(is_named & year_first)
        .then(_day(first, month, second, reading))
        .when(is_named)
        .then(_day(second, month, first, reading))
    )
    # a weekday, and a date of digits
    digits = pl.col("date").str.replace_all(r"\pL+\.?", " ").str.strip_chars(" ,.;:/-")
    plain = frame.select(
        pl.when(pl.col("is_known") & (pl.col("months").list.len() == 0)).then(digits)
    ).to_series()
    return frame.select(pl.coalesce(named, _digits(plain, reading)).alias("day")).to_series()


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr, reading: Reading) -> pl.Expr:
    size = year.str.len_bytes()
    century = (
        pl.when(year.cast(pl.Int32, strict=False) <= reading.pivot)
        .then(pl.lit("20"))
        .otherwise(pl.lit("19"))
    )
    full = (
        pl.when(size == 2)
        .then(pl.concat_str(century, year))
        .when((size == 4) & (year >= "1000"))
        .then(year)
    )
    written = pl.concat_str(full, month.str.zfill(2), day.str.zfill(2), separator="-")
    return written.str.to_date("%Y-%m-%d", strict=False)
