"""Names in Han, Kana and Hangul: the family name stands first, often with no space behind it."""

from __future__ import annotations

import polars as pl

EASTERN = r"^[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー・･· ]+$"
HAS_EASTERN = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]"
_RUN = r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー・･·]+(?: [\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー・･·]+)*)"
_HONORIFIC = r"(?:\s*(?:様|さま|さん|殿|先生|女士|小姐|太太|님|선생님)|\s+(?:氏|君|씨))$"

_CHINESE = (
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫朱马馬胡郭何罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧蕭蔡潘袁董余苏蘇"
    "叶葉吕呂魏蒋蔣杜丁沈任姚卢盧姜崔钟鍾谭譚陆陸汪范廖贾賈韦韋夏付邹鄒熊孟秦阎薛侯雷龙龍史陶黎贺賀顾顧毛郝龚邵万萬"
    "钱錢严嚴戴莫孔向汤湯林高田金石江白方段尹易常武乔賴赖文"
)
_KNOWN_LONGER = (
    "佐々木|長谷川|五十嵐|久保田|小野寺|佐久間|大久保|金子|千葉|久保|欧阳|歐陽|司马|司馬|"
    "上官|诸葛|諸葛|司徒|东方|慕容|皇甫|尉迟|令狐|端木|夏侯|小林|大林|中林|平林|若林"
)
"""Family names of two and three characters that nothing else tells from one."""
_KOREAN = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도"
    "소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
_KOREAN_TWO = "남궁|황보|제갈|사공|선우|서문|독고"
_JAPANESE_SECOND = "田中川山本村口野原橋木島井上下藤崎沢谷内部石地戸瀬塚森岡浦池尾倉宮津辺邊邉屋水"

_WAYS = (
    rf"^({_KNOWN_LONGER}|{_KOREAN_TWO})([\p{{Han}}\p{{Hangul}}]{{1,2}})$",
    rf"^(\p{{Han}}[{_JAPANESE_SECOND}])([\p{{Han}}\p{{Hiragana}}]{{1,3}})$",
    rf"^([{_CHINESE}])(\p{{Han}}{{1,2}})$",
    r"^(\p{Han}{2})(\p{Han}{2})$",
    rf"^([{_KOREAN}])(\p{{Hangul}}{{1,2}})$",
)
_SURNAME_ALONE = rf"^\p{{Han}}[{_JAPANESE_SECOND}]$"


def split_eastern_names(full: pl.Series) -> pl.DataFrame:
    """Return ``first_name`` and ``last_name`` of distinct full names that hold eastern writing; null where unclear.

    With a space the family name is what stands before it; a middle dot parts foreign names, given
    name first. Without either, Chinese and Korean family names are known by their characters, Japanese ones
    by the second. Honorifics are dropped, and so is what stands beside it in other writing.
    """
    eastern = pl.col("text").str.extract(_RUN, 1)
    frame = (
        full.alias("text")
        .to_frame()
        .select(eastern.str.replace(_HONORIFIC, "").str.strip_chars(" ").alias("text"))
    )
    text = pl.col("text")
    dotted = text.str.extract_groups(r"^([^ ・･·]+)[・･·]([^ ]+)$")
    spaced = text.str.extract_groups(r"^([^ ]+) ([^ ]+)$")
    family = [spaced.struct.field("1"), dotted.struct.field("2")]
    given = [spaced.struct.field("2"), dotted.struct.field("1")]
    alone = text.str.contains(_SURNAME_ALONE)
    for way in _WAYS:
        groups = pl.when(~alone).then(text).str.extract_groups(way)
        family.append(groups.struct.field("1"))
        given.append(groups.struct.field("2"))
    return frame.select(
        pl.coalesce(*given, pl.when(~alone).then(text)).alias("first_name"),
        pl.coalesce(*family, pl.when(alone).then(text)).alias("last_name"),
    )


def join_eastern_name(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """The whole name as it is written there, family name first; a space only where Kana need it."""
    is_kana = pl.concat_str(last, first).str.contains(r"^[\p{Hiragana}\p{Katakana}ー]+$")
    return (
        pl.when(is_kana)
        .then(pl.concat_str(last, first, separator=" "))
        .otherwise(pl.concat_str(last, first))
    )
