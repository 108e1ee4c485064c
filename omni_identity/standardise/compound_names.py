"""Double given names that people use as one ("Juan Carlos", "Anna Maria", "María del Carmen")."""

from __future__ import annotations

import polars as pl

_JOINT = "\u0001"
_FIRST = (
    r"juan|julio|jos[eé]|luis|carlos|miguel|francisco|pedro|jorge|v[ií]ctor|marco|marcos|andr[eé]s|"
    r"jes[uú]s|manuel|antonio|rafael|diego|mar[ií]a|ana|rosa|carmen|luz|eva|anna|anne|ann|annette|"
    r"hans|klaus|karl|carl|ernst|franz|heinz|horst|wolf|gerd|kurt|max|eva|rose|mary|lisa|jean|"
    r"marie|pierre|paul|jan|gian|marc|billy|bobby|john|sarah|peggy|betty"
)
_SECOND = (
    r"carlos|jos[eé]|luis|antonio|manuel|javier|[aá]ngel|miguel|pablo|ignacio|francisco|ram[oó]n|"
    r"bautista|alberto|enrique|eduardo|fernando|felipe|andr[eé]s|diego|alejandro|arturo|jes[uú]s|"
    r"mar[ií]a|carmen|isabel|teresa|pilar|dolores|luisa|bel[eé]n|victoria|elena|cristina|jose|"
    r"maria|marie|mari|sof[ií]a|c[eé]sar|lena|sophie|katharina|magdalena|zofia|peter|dieter|josef|joseph|j[oö]rg|j[uü]rgen|"
    r"joachim|heinz|werner|georg|otto|walter|wilhelm|friedrich|ludwig|karl|g[uü]nter|g[uü]nther|"
    r"claude|luc|pierre|paul|jacques|philippe|fran[cç]ois|michel|baptiste|louise|ann|anne|jo|joe|"
    r"lou|sue|beth|kate|bob|ray"
)
# second names that are hardly ever last names: joined even when nothing follows
_NEVER_LAST = r"mar[ií]a|jos[eé]|luis|carlos|ignacio|javier|bel[eé]n|isabel|teresa"
_MARY = r"mar[ií]a|ana|rosa"
_DEL = r"(del|de) (carmen|pilar|mar|rosario|roc[ií]o|consuelo|socorro|sol|jes[uú]s|lourdes|guadalupe|f[aá]tima)"
_DE_LOS = r"(de) (los?|las?) ([aá]ngeles|dolores|reyes|milagros|remedios|mercedes|nieves|luz|paz)"


def join_compounds(given: pl.Expr, alone: pl.Expr) -> pl.Expr:
    """Return ``given`` with its leading double given name joined into one word.

    Where ``alone`` holds, the text is given names only; elsewhere a last name has to be left over.
    """
    usual = rf"(?i)^({_FIRST}) ({_SECOND})"
    devout = given.str.replace(
        rf"(?i)^({_MARY}) {_DEL}( |$)", _JOINT.join(f"${{{i}}}" for i in (1, 2, 3)) + " "
    )
    devout = devout.str.replace(
        rf"(?i)^({_MARY}) {_DE_LOS}( |$)", _JOINT.join(f"${{{i}}}" for i in (1, 2, 3, 4)) + " "
    )
    both = f"${{1}}{_JOINT}${{2}}"
    whole = devout.str.replace(rf"{usual}( |$)", f"{both} ")
    inner = devout.str.replace(rf"{usual} ", f"{both} ")
    inner = inner.str.replace(rf"(?i)^({_FIRST}) ({_NEVER_LAST}) ?$", both)
    return pl.when(alone).then(whole).otherwise(inner).str.strip_chars(" ")


def split_compounds(name: pl.Expr) -> pl.Expr:
    """Return ``name`` with joined double names as separate words again."""
    return name.str.replace_all(_JOINT, " ", literal=True)
