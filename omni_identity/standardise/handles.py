"""Handles of chat and social channels: lower case, without the at sign and the address around them."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.cells import bare_value
from omni_identity.standardise.distinct import on_rows, settle
from omni_identity.standardise.text import clean_text

_LABEL = r"^(?:instagram|insta|ig|facebook|fb|telegram|tg)\s*[:=]\s*([^/\s])"
_OURS = (
    r"(?:instagram\.com|instagr\.am|facebook\.com|fb\.com|fb\.me|messenger\.com|m\.me|t\.me|"
    r"telegram\.me|telegram\.org|telegram\.dog)"
)
_ADDRESS = rf"^(?:https?:/+)?(?:[a-z0-9\-]+\.)*{_OURS}(?:/+|$|\?)"
_LINK = rf"^[a-z][a-z0-9+.\-]*:/|{_OURS}|^(?:https?:/+)?(?:[a-z0-9\-]+\.)+[a-z]{{2,}}/"
_ELSEWHERE = r":/|^(?:[a-z0-9\-]+\.)+[a-z]{2,}/"
_NUMBERED = (
    r"(?:profile|story|permalink)\.php\?(?:[^#]*&)?id=([0-9]+)",
    r"^people/[^/]*/([0-9]{5,})",
    r"^pages/(?:category/)?[^/]*/([0-9]{5,})",
    r"^messages/t/([0-9]{5,})",
    r"^app_scoped_user_id/([0-9]{5,})",
    r"^p/[^/]*-([0-9]{5,})(?:[/?#]|$)",
    r"^(?:groups/[^/]+/)?users?/([0-9]{5,})",
    r"^fb:/+(?:profile|page|user)/([0-9]{5,})",
    r"^tg:/+(?:user|openmessage)\?(?:[^#]*&)?(?:user_)?id=([0-9]+)",
)
"""Links that name somebody by a number."""
_NAMED = (
    r"^tg:/+resolve\?(?:[^#]*&)?domain=([a-z0-9_]+)",
    r"^(?:stories|_u|_n|s|pg|t)/([^/?#]+)",
    r"^(?:[ak]|z)/#@?([a-z0-9_]+)",
    r"^instagram:/+user\?(?:[^#]*&)?username=([a-z0-9._]+)",
    r"^(?:https?:/+)?ig\.me/m/([a-z0-9._]+)",
    r"^(?:https?:/+)?([a-z0-9_]{4,})\.t\.me(?:/|$)",
    r"^#!/([a-z0-9.]{5,})",
)
"""Links that name somebody behind a word of the path."""
_PATH_WORDS = frozenset(
    [
        *(
            "p",
            "c",
            "s",
            "m",
            "t",
            "reel",
            "reels",
            "tv",
            "stories",
            "story",
            "highlights",
            "explore",
        ),
        *("accounts", "direct", "share", "sharer", "sharer.php", "people", "pages", "page", "pg"),
        *("groups", "group", "events", "event", "watch", "photo", "photos", "photo.php", "video"),
        *("videos", "story.php", "permalink.php", "profile.php", "profile", "profiles", "user"),
        *("users", "posts", "post", "hashtag", "marketplace", "gaming", "messages", "login"),
        *("login.php", "home", "home.php", "help", "about", "settings", "search", "channel"),
        *(
            "channels",
            "in",
            "pub",
            "company",
            "joinchat",
            "addstickers",
            "addlist",
            "proxy",
            "socks",
        ),
        *("setlanguage", "iv", "contact", "friends", "friend", "notes", "media", "ads", "business"),
        *("legal", "privacy", "terms", "dialog", "plugins", "l.php", "public", "tr", "me", "web"),
        *(
            "bio",
            "link",
            "url",
            "invites",
            "live",
            "games",
            "policies",
            "boost",
            "folder",
            "lite",
            "_u",
            "_n",
            "ar",
            "bg",
            "app_scoped_user_id",
            "nametag",
            "emoji",
            "stickers",
            "resolve",
            "openmessage",
            "followers",
            "following",
        ),
    ]
)
"""Words of links' paths, which anybody's link has."""
_SITES = frozenset(
    [
        *("instagram", "insta", "facebook", "fb", "telegram", "messenger", "whatsapp", "twitter"),
        *("linkedin", "tiktok", "youtube", "www", "http", "https", "instagr.am", "fb.me", "m.me"),
        *("t.me", "telegram.me", "telegram.org", "telegram.dog", "wa.me", "x.com", "youtu.be"),
        *(
            f"{prefix}{site}.com"
            for prefix in ("", "www.", "m.")
            for site in (
                *("instagram", "facebook", "fb", "messenger", "whatsapp", "twitter", "linkedin"),
                *("tiktok", "youtube", "snapchat", "pinterest", "google", "gmail"),
            )
        ),
    ]
)
"""Names of sites, which are nobody's on them."""
_NOBODYS = sorted(_PATH_WORDS | _SITES)
_LONGEST = 64


def standardise_handles(raw: pl.Series) -> pl.Series:
    """Return the handle in each text of ``raw``; null where there is none.

    A handle is letters, digits, dots, dashes and underscores with at least one letter or digit. Of a
    link it is what names somebody, by name or number; a link to a post, a group, a search or another
    site names nobody, nor does a word of a link's path or the name of a site alone.
    """
    return settle(raw, _handle)


def _handle(raw: pl.Series) -> pl.Series:
    raw = bare_value(raw)
    text = raw.str.to_lowercase().str.normalize("NFKC").str.replace(_LABEL, "${1}")
    path = text.str.strip_chars("@/ ")
    path = on_rows(path, path.str.contains(_LINK), _linked)
    value = pl.col(raw.name)
    handle = value.str.replace(r"[/?#].*$", "").str.strip_chars("@ ")
    # how long it may be is no part of the pattern: with it the pattern takes 20 ms to be made ready
    usable = handle.str.contains(r"^[\p{L}\p{M}\p{N}._\-]+$") & (handle.str.len_chars() <= _LONGEST)
    usable &= handle.str.contains(r"[\pL\pN]") & ~handle.is_in(_NOBODYS)
    found = path.alias(raw.name).to_frame().select(pl.when(usable).then(handle).alias("handle"))
    given = clean_text(raw).is_not_null()
    return found.select(pl.when(given).then("handle").alias(raw.name)).to_series()


def _linked(links: pl.Series) -> pl.Series:
    """Who links name; null where that is nobody."""
    path = links.str.replace(_ADDRESS, "").str.strip_chars("@/ ")
    is_elsewhere = (path == links) & links.str.contains(_ELSEWHERE)
    value = pl.col(links.name)
    named = [value.str.extract(pattern, 1) for pattern in (*_NUMBERED, *_NAMED)]
    first = value.str.extract(r"^([^/?#]+)", 1)
    frame = path.to_frame().with_columns(is_elsewhere.alias("is_elsewhere"))
    someone = pl.coalesce(*named, pl.when(~pl.col("is_elsewhere")).then(first))
    return frame.select(someone.alias(links.name)).to_series()
