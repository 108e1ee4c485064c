"""Names in other scripts and the several ways they are written in Latin letters."""

from __future__ import annotations

import unicodedata

_CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
) | {"ё": "yo"}
_CYRILLIC_OTHER = _CYRILLIC | {"ж": "j", "й": "i", "х": "h", "ю": "iu", "я": "ia", "ё": "e"}
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        [
            "a",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "th",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "s",
            "t",
            "y",
            "f",
            "ch",
            "ps",
            "o",
        ],
        strict=True,
    )
)
_GREEK_OTHER = _GREEK | {"β": "b", "η": "e", "υ": "u", "φ": "ph", "χ": "h", "γ": "gh"}
_PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "’": "'"}
)
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)


def strip_accents(text: str) -> str:
    """The text in plain Latin letters, as a hasty clerk types it."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def spell_umlauts(text: str) -> str:
    """German umlauts as two letters, other accents dropped."""
    return strip_accents(text.translate(_UMLAUTS))


def romanise_cyrillic(text: str, *, other: bool = False) -> str:
    """Russian in Latin letters, by passport rules or by another habit."""
    return _spell(text.lower(), _CYRILLIC_OTHER if other else _CYRILLIC)


def romanise_greek(text: str, *, other: bool = False) -> str:
    """Greek in Latin letters, by passport rules or by another habit."""
    plain = strip_accents(text.lower()).replace("ου", "ou").replace("μπ", "b")
    return _spell(plain.replace("ευ", "ef"), _GREEK_OTHER if other else _GREEK)


def _spell(text: str, letters: dict[str, str]) -> str:
    return "".join(letters.get(letter, letter) for letter in text).title()


def _table(text: str) -> list[tuple[str, str, str]]:
    """Lines of 'native latin other' as triples; the other spelling may be left out."""
    rows = [line.split() for line in text.strip().split(",")]
    return [(row[0], row[1], row[-1]) for row in rows]


ARABIC_MALE = _table(
    "محمد Mohammed Muhammad, أحمد Ahmed Ahmad, علي Ali Aly, حسن Hassan Hasan,"
    "حسين Hussein Husain, عمر Omar Umar, خالد Khaled Khalid, يوسف Youssef Yusuf,"
    "إبراهيم Ibrahim Ebrahim, محمود Mahmoud Mahmud, مصطفى Mustafa Mostafa,"
    "طارق Tariq Tarek, سعيد Saeed Said, كريم Karim Kareem, سامي Sami Samy,"
    "ياسر Yasser Yasir, فيصل Faisal Faysal, جمال Jamal Gamal, زياد Ziad Ziyad,"
    "رامي Rami Ramy, نبيل Nabil Nabeel, وليد Walid Waleed, هشام Hisham Hesham,"
    "سليمان Suleiman Sulayman, بلال Bilal Belal, ماجد Majid Majed, أنس Anas Anass"
)
ARABIC_FEMALE = _table(
    "فاطمة Fatima Fatma, مريم Maryam Mariam, عائشة Aisha Aicha, خديجة Khadija Khadijah,"
    "زينب Zainab Zeinab, سارة Sara Sarah, نور Noor Nour, ليلى Layla Leila, هدى Huda Hoda,"
    "أمينة Amina Amena, سلمى Salma Selma, رانيا Rania Raniya, دينا Dina Deena,"
    "ياسمين Yasmin Yasmine, منى Mona Muna, سميرة Samira Sameera, نادية Nadia Nadya,"
    "رنا Rana Ranaa, هبة Hiba Heba, آية Aya Ayah, إيمان Iman Eman, جميلة Jamila Gamila"
)
ARABIC_FAMILY = _table(
    "الحسن Al-Hassan Alhasan, العلي Al-Ali Alali, خليل Khalil Khaleel, حداد Haddad Hadad,"
    "النجار Al-Najjar Elnaggar, المصري Al-Masri Elmasry, سالم Salem Salim, منصور Mansour Mansur,"
    "ناصر Nasser Nasir, عبدالله Abdullah Abdallah, عبدالرحمن Abdulrahman Abdelrahman,"
    "خوري Khoury Khouri, صالح Saleh Salih, حمدان Hamdan Hemdan, قاسم Qasim Kassem,"
    "عيسى Issa Eissa, داود Dawood Daoud, رشيد Rashid Rasheed, شريف Sharif Sherif,"
    "يونس Younis Younes, فارس Fares Faris, جابر Jaber Gaber, بكر Bakr Baker, زيدان Zidan Zaidan,"
    "عثمان Othman Osman, الشامي Al-Shami Elshamy, طه Taha Tahaa, موسى Musa Moussa"
)
CHINESE_FAMILY = _table(
    "王 Wang Wong, 李 Li Lee, 张 Zhang Chang, 刘 Liu Lau, 陈 Chen Chan, 杨 Yang Yeung,"
    "黄 Huang Wong, 吴 Wu Ng, 赵 Zhao Chao, 周 Zhou Chow, 徐 Xu Hsu, 孙 Sun Suen, 马 Ma Mah,"
    "朱 Zhu Chu, 胡 Hu Woo, 林 Lin Lam, 郭 Guo Kwok, 何 He Ho, 高 Gao Ko, 罗 Luo Lo,"
    "郑 Zheng Cheng, 梁 Liang Leung, 谢 Xie Tse, 宋 Song Sung, 唐 Tang Tong, 许 Xu Hui,"
    "邓 Deng Tang, 冯 Feng Fung, 韩 Han Hon, 曹 Cao Tsao, 曾 Zeng Tsang, 彭 Peng Pang"
)
CHINESE_FEMALE = _table(
    "芳 Fang, 娜 Na, 敏 Min, 静 Jing, 秀英 Xiuying Hsiu-ying, 丽 Li, 艳 Yan, 娟 Juan, 霞 Xia,"
    "秀兰 Xiulan Hsiu-lan, 燕 Yan, 玲 Ling, 桂英 Guiying Kuei-ying, 丹 Dan, 萍 Ping, 红 Hong Hung,"
    "玉兰 Yulan Yu-lan, 梅 Mei, 婷 Ting, 雪 Xue, 慧 Hui, 倩 Qian, 洁 Jie, 海燕 Haiyan Hai-yan,"
    "丽娟 Lijuan Li-juan, 婷婷 Tingting, 欣 Xin, 丽华 Lihua Li-hua, 小红 Xiaohong Hsiao-hung"
)
CHINESE_MALE = _table(
    "伟 Wei, 强 Qiang, 磊 Lei, 洋 Yang, 勇 Yong Yung, 军 Jun, 杰 Jie, 涛 Tao, 超 Chao, 明 Ming,"
    "刚 Gang, 平 Ping, 辉 Hui, 鹏 Peng, 华 Hua, 飞 Fei, 鑫 Xin, 波 Bo, 斌 Bin, 宇 Yu, 浩 Hao,"
    "建华 Jianhua Chien-hua, 建国 Jianguo Chien-kuo, 建军 Jianjun, 志强 Zhiqiang Chih-chiang,"
    "晨 Chen, 俊 Jun, 文 Wen, 博 Bo, 东 Dong Tung"
)
