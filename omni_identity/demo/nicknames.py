"""Short and pet names by given name, for several languages."""

from __future__ import annotations

from nicknames import NickNamer

_OTHERS = {
    "José": "Pepe Chepe", "Jose": "Pepe", "Francisco": "Paco Pancho", "Jesús": "Chuy",
    "Guadalupe": "Lupe Lupita", "Ignacio": "Nacho", "Eduardo": "Lalo", "Enrique": "Quique",
    "Alejandro": "Alex Jandro", "Roberto": "Beto", "Alberto": "Beto", "Dolores": "Lola",
    "Concepción": "Concha", "Mercedes": "Meche", "Rosario": "Charo", "Manuel": "Manolo",
    "Antonio": "Toño Tony", "Luis": "Lucho", "Rafael": "Rafa", "Isabel": "Chabela",
    "Guillermo": "Memo", "Gabriela": "Gaby", "Patricia": "Paty", "Fernando": "Nando",
    "Teresa": "Tere", "María": "Mari", "Maria": "Mia Mitzi", "Hans": "Hansi",
    "Johannes": "Hannes Jo", "Wolfgang": "Wolf", "Katharina": "Kathi Käthe",
    "Elisabeth": "Lisa Sissi", "Friedrich": "Fritz", "Heinrich": "Heinz", "Josef": "Sepp",
    "Matthias": "Matze", "Michael": "Michi", "Sebastian": "Basti", "Alexander": "Alex Sascha",
    "Margarete": "Gretel", "Susanne": "Susi", "Ulrich": "Uli", "Thomas": "Tommy",
    "Katarzyna": "Kasia", "Małgorzata": "Gosia", "Agnieszka": "Aga", "Aleksandra": "Ola",
    "Barbara": "Basia", "Joanna": "Asia", "Magdalena": "Magda", "Tomasz": "Tomek",
    "Stanisław": "Staszek", "Krzysztof": "Krzysiek", "Aleksander": "Olek", "Jakub": "Kuba",
    "Grzegorz": "Grzesiek", "Jan": "Janek", "Andrzej": "Jędrek", "Zofia": "Zosia",
    "Giuseppe": "Beppe Peppino", "Francesco": "Checco", "Giovanni": "Gianni Nino",
    "Francesca": "Fran", "Vincenzo": "Enzo", "Salvatore": "Totò Sal", "Александр": "Саша",
    "Алексей": "Лёша", "Анастасия": "Настя", "Владимир": "Вова", "Дмитрий": "Дима",
    "Екатерина": "Катя", "Елена": "Лена", "Иван": "Ваня", "Мария": "Маша", "Михаил": "Миша",
    "Наталья": "Наташа", "Николай": "Коля", "Ольга": "Оля", "Сергей": "Серёжа",
    "Татьяна": "Таня", "Юлия": "Юля", "Евгений": "Женя", "Анна": "Аня", "Ирина": "Ира",
    "Γεώργιος": "Γιώργος", "Ιωάννης": "Γιάννης", "Κωνσταντίνος": "Κώστας",
    "Δημήτριος": "Δημήτρης", "Αικατερίνη": "Κατερίνα", "Ελένη": "Λένα", "Nguyên": "Bo",
    "Marie-Claude": "Marie", "Jean-Pierre": "JP", "Geneviève": "Ginette", "Ricardo": "Rico",
    "João": "Joãozinho", "Pedro": "Pedrinho", "Rajesh": "Raj", "Abhishek": "Abhi",
}  # fmt: skip


def short_names(names: list[str]) -> list[list[str]]:
    """The known short forms of each given name in an order that never changes, or none."""
    english = NickNamer()
    found = []
    for name in names:
        short = [word.title() for word in sorted(english.nicknames_of(name))]
        own = _OTHERS.get(name, "").split()
        found.append([word for word in own + short if word != name and len(word) > 1])
    return found
