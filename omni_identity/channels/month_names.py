"""Month names in English, German, French, Spanish, Italian, Dutch, Portuguese, Polish and Russian, and the words
that stand around dates in these languages."""

from __future__ import annotations

_MONTHS: tuple[str, ...] = (
    "jan january januar jänner januari enero ene janvier janv gennaio gen janeiro stycznia styczeń sty января янв",
    "feb february februar feber februari febrero février fevrier févr febbraio fevereiro fev lutego luty lut"
    " февраля фев",
    "march mar märz maerz mrz mär maart mrt marzo mars março marco marca marzec марта мар",
    "apr april abril abr avril avr aprile kwietnia kwiecień kwi апреля апр",
    "may mai mei mayo maggio mag maio maja maj мая май",
    "jun june juni junio juin giugno giu junho czerwca czerwiec cze июня июн",
    "jul july juli julio juillet juil luglio lug julho lipca lipiec lip июля июл",
    "aug august augustus agosto ago août aout aoû sierpnia sierpień sie августа авг",
    "sep sept september septiembre setiembre septembre settembre setembro set września wrzesień wrz сентября сен сент",
    "oct october okt oktober octubre octobre ottobre ott outubro out października październik paź октября окт",
    "nov november noviembre novembre novembro listopada listopad lis ноября ноя",
    "dec december dez dezember diciembre dic décembre decembre déc dicembre dezembro grudnia grudzień gru декабря дек",
)
_WEEKDAYS = """
    mon monday montag mo lundi lun lunes lunedì lunedi maandag ma segunda feira seg poniedziałek pon pn понедельник пн
    tue tues tuesday dienstag di die mardi martes martedì martedi dinsdag terça terca ter wtorek wt вторник вт
    wed weds wednesday mittwoch mi mit mercredi mer miércoles miercoles mié mie mercoledì mercoledi woensdag wo woe
    quarta qua środa śr sr среда ср
    thu thur thurs thursday donnerstag do don jeudi jeu jueves jue giovedì giovedi gio donderdag quinta qui czwartek
    czw cz четверг чт
    fri friday freitag fr fre vendredi ven viernes vie venerdì venerdi vrijdag vr vri sexta sex piątek pt piatek пятница
    пт
    sat saturday samstag sa sam sonnabend samedi sábado sabado sáb sab sabato zaterdag za zat sobota sob суббота сб
    sun sunday sonntag so son dimanche dim domingo dom domenica zondag zo zon niedziela niedz nd ndz воскресенье вс
"""
_PREPOSITIONS = """
    st nd rd th er ère ere e o a º ª de del della dell of the at on um am den der dem à a las los le la il el al às as
    alle ore om op te dia día die dnia dnu godz kl r roku г года в uhr uur h hrs hs heures
"""

WORDS_OF_DATES: dict[str, int] = {
    **dict.fromkeys((_WEEKDAYS + _PREPOSITIONS).split(), 0),
    **{name: month for month, names in enumerate(_MONTHS, start=1) for name in names.split()},
}
"""What each lower-case word in a date means: its month, or 0 for a weekday or a word that says nothing."""

MARCH_OR_TUESDAY = "mar"
"""March in English and Spanish, and Tuesday in French, Spanish and Italian: a weekday beside another month."""
