"""Zones as they are written behind a time: abbreviations, offsets, names of regions."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

_HOURS: dict[str, float] = {
    **{
        "z": 0,
        "utc": 0,
        "gmt": 0,
        "ut": 0,
        "uct": 0,
        "zulu": 0,
        "wet": 0,
        "west": 1,
        "bst": 1,
        "cet": 1,
        "cest": 2,
    },
    **{
        "mez": 1,
        "mesz": 2,
        "met": 1,
        "mest": 2,
        "hnec": 1,
        "heec": 2,
        "eet": 2,
        "eest": 3,
        "msk": 3,
        "trt": 3,
    },
    **{
        "est": -5,
        "edt": -4,
        "cst": -6,
        "cdt": -5,
        "mst": -7,
        "mdt": -6,
        "pst": -8,
        "pdt": -7,
        "akst": -9,
    },
    **{
        "akdt": -8,
        "hst": -10,
        "hdt": -9,
        "ast": -4,
        "adt": -3,
        "nst": -3.5,
        "ndt": -2.5,
        "brt": -3,
        "brst": -2,
    },
    **{
        "art": -3,
        "clt": -4,
        "clst": -3,
        "cot": -5,
        "pet": -5,
        "vet": -4,
        "uyt": -3,
        "bot": -4,
        "ect": -5,
    },
    **{
        "sast": 2,
        "eat": 3,
        "cat": 2,
        "wat": 1,
        "gst": 4,
        "pkt": 5,
        "ist": 5.5,
        "npt": 5.75,
        "ict": 7,
        "wib": 7,
    },
    **{
        "wita": 8,
        "wit": 9,
        "sgt": 8,
        "myt": 8,
        "hkt": 8,
        "pht": 8,
        "awst": 8,
        "jst": 9,
        "kst": 9,
        "acst": 9.5,
    },
    **{"acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13},
}
_CHINESE, _ARABIAN, _AUSTRALIAN = {"cst": 8.0}, {"ast": 3.0}, {"est": 10.0, "edt": 11.0}
_ELSEWHERE: dict[str, dict[str, float]] = {
    **{"Asia/Shanghai": _CHINESE, "Asia/Taipei": _CHINESE, "Asia/Macau": _CHINESE},
    **{
        "Asia/Riyadh": _ARABIAN,
        "Asia/Baghdad": _ARABIAN,
        "Asia/Kuwait": _ARABIAN,
        "Asia/Qatar": _ARABIAN,
    },
    **{
        "Australia/Sydney": _AUSTRALIAN,
        "Australia/Melbourne": _AUSTRALIAN,
        "Australia/Hobart": _AUSTRALIAN,
    },
    **{
        "Australia/Brisbane": _AUSTRALIAN,
        "Europe/Dublin": {"ist": 1},
        "Asia/Jerusalem": {"ist": 2},
    },
    **{"Asia/Tel_Aviv": {"ist": 2}, "Asia/Manila": {"pst": 8}, "Asia/Singapore": {"sst": 8}},
    **{
        "Asia/Dhaka": {"bst": 6},
        "Pacific/Pago_Pago": {"sst": -11},
        "America/Havana": {"cst": -5, "cdt": -4},
    },
}
"""What an abbreviation means where the feed's own zone uses it otherwise than most of the world."""
_REGIONS = {
    **{
        "et": "America/New_York",
        "ct": "America/Chicago",
        "mt": "America/Denver",
        "pt": "America/Los_Angeles",
    },
}


@cache
def minutes_of(timezone: str) -> dict[str, int]:
    """Lower-case abbreviations to minutes east of Greenwich, as a feed of ``timezone`` (IANA) means them.

    Where several countries use one, the feed's own is meant, else the one of most people: IST is India's
    unless the feed is Irish or Israeli, CST and EST are American unless it is Chinese or Australian.
    """
    hours = _HOURS | _ELSEWHERE.get(timezone, {})
    return {word: int(hour * 60) for word, hour in hours.items()}


@cache
def known_time_zones() -> frozenset[str]:
    """The IANA names of all zones: Python opens 600 files whenever it is asked for them."""
    return frozenset(available_timezones())


@cache
def regions() -> dict[str, str]:
    """Lower-case names of regions (``europe/berlin``, ``et`` for Eastern Time) to their IANA names."""
    return {name.lower(): name for name in sorted(known_time_zones()) if "/" in name} | _REGIONS
