"""Nicknames whose given name is beyond doubt, by language, as comparison keys."""

from __future__ import annotations

_ENGLISH = """
robert: bob bobby rob robby robbie bobbie
william: bill billy will willie willy
richard: dick rick ricky rich richie
james: jim jimmy jimmie jamie
john: johnny johnnie
thomas: tom tommy
michael: mike mikey mick micky
joseph: joe joey
charles: chuck charlie charley
edward: ned eddie eddy
theodore: theo teddy
anthony: tony
daniel: dan danny
david: dave davey davy
stephen: steve stevie
matthew: matt matty
andrew: drew
gregory: greg gregg
jeffrey: jeff
kenneth: ken kenny
ronald: ron ronnie
donald: don donnie
lawrence: larry
gerald: jerry gerry
raymond: ray
benjamin: ben benny benjie
samuel: sammy
nicholas: nick nicky
timothy: tim timmy
jonathan: jon jonny
joshua: josh
zachary: zach zack zak
nathaniel: nate nat
douglas: doug
philip: phil
walter: walt
leonard: lenny len
frederick: fred freddy freddie
peter: pete
vincent: vince vinny
bradley: brad
russell: russ
mitchell: mitch
jacob: jake
elizabeth: liz lizzie lizzy beth betsy betty bess bessie eliza libby
margaret: maggie peggy marge margie meg
katherine: kate kathy katie kat kathie
patricia: patty pattie trish tricia
jennifer: jen jenny jennie
deborah: deb debbie debby debbi
susan: sue susie suzie
barbara: barb barbie babs
rebecca: becky becca
pamela: pam pammy
cynthia: cindy
kimberly: kim kimmy
jessica: jess jessie
amanda: mandy
melissa: missy
victoria: vicky vicki vickie tori
abigail: abby abbie
dorothy: dot dottie dolly
virginia: ginny
christopher: topher
jacqueline: jackie jacqui
stephanie: steph
angela: angie
theresa: terri tessa
judith: judy
sandra: sandy
nancy: nan
allison: allie
gabriel: gabe
joanna: jo
"""
_GERMAN = """
johannes: hannes
hildegard: hilde elly
wilhelm: willi
friedrich: fritz
heinrich: heinz heiner
josef: sepp jupp beppo
maximilian: maxi
sebastian: basti wastl
tobias: tobi
christoph: stoffel
andreas: andi
michael: michi michl
stefan: steff
klaus: klausi
matthias: matze hias
wolfgang: wolfi wolf
thomas: tommi
manfred: manni mandi
guenter: guenni
jurgen: jurgi
ulrich: uli ulli
hans jurgen: hajo
ludwig: lutz
siegfried: sigi siggi
rudolf: rudi
georg: schorsch
florian: flo
katharina: kathi kaethe kathe
gabriele: gabi gaby
susanne: susi
elisabeth: lisbeth liesl sissi elsbeth
brigitte: gitte gitti
margarete: grete gretel
ursula: uschi ulla ursel
christine: christl
angelika: geli
waltraud: traudl traudel
hannelore: hanne lore
barbel: barbi
helene: leni
franziska: franzi
sabine: bine
renate: reni
johanna: hanna
"""
_SPANISH = """
francisco: paco pancho curro fran kiko paquito
jose: pepe pepito
ignacio: nacho
manuel: manolo manolito
antonio: tono toni
enrique: quique kike
luis: lucho
jesus: chus chuy
rafael: rafa
alejandro: jandro ale
fernando: nando fer
sebastian: seba
guillermo: memo guille
eduardo: lalo edu
ricardo: ricky
gregorio: goyo
santiago: santi yago
vicente: chente
roberto: beto
gerardo: gera
javier: javi
juan: juanito juancho
pedro: perico
miguel: migue
dolores: lola loli
concepcion: concha conchita
rosario: charo
consuelo: chelo
francisca: paca paqui
josefa: pepa pepita
mercedes: merche
guadalupe: lupe lupita
isabel: isa chabela
teresa: tere maite
montserrat: montse
remedios: reme
encarnacion: encarna
inmaculada: inma
graciela: chela
beatriz: bea
pilar: pili
soledad: sole
maria jose: marijose majo
maria luisa: marisa
maria teresa: maritere
maria carmen: maricarmen
"""
_POLISH = """
aleksander: olek
jan: janek jas
jakub: kuba
tomasz: tomek
pawel: pawelek
piotr: piotrek
wojciech: wojtek
krzysztof: krzysiek krzys
andrzej: jedrek andrzejek
michal: michalek
stanislaw: staszek stasiek stas
tadeusz: tadek
jerzy: jurek
grzegorz: grzesiek grzes
marcin: marcinek
lukasz: lukaszek
mateusz: mati
maciej: maciek
bartlomiej: bartek
zbigniew: zbyszek
kazimierz: kazik
henryk: heniek
franciszek: franek
wladyslaw: wladek
ryszard: rysiek
slawomir: slawek
jaroslaw: jarek
dariusz: darek
przemyslaw: przemek
radoslaw: radek
leszek: lech
malgorzata: gosia malgosia gosha
katarzyna: kasia kaska
agnieszka: aga agnisia
joanna: asia joasia
barbara: basia
elzbieta: ela
krystyna: krysia
magdalena: magda madzia
aleksandra: ola
anna: ania anka andzia
zofia: zosia
jadwiga: jadzia
teresa: tereska
ewa: ewka
hanna: hania
maria: marysia maryla
monika: monia
dorota: dorotka
natalia: natalka
urszula: ula
danuta: danka
"""
_RUSSIAN = """
dmitriy: dima mitya
vladimir: vova volodya
sergey: seryozha serezha sereja
aleksey: alyosha lyosha alesha lesha
mikhail: misha
nikolay: kolya
ivan: vanya
pyotr: petya
pavel: pasha
andrey: andryusha
konstantin: kostya
boris: borya
grigoriy: grisha
fyodor: fedya
vasiliy: vasya
yuriy: yura
viktor: vitya
anatoliy: tolya
roman: roma
ilya: ilyusha
stepan: styopa
yekaterina: katya
mariya: masha
natalya: natasha
tatyana: tanya
yelena: lena
olga: olya
svetlana: sveta
irina: ira
anastasiya: nastya
lyudmila: lyuda
galina: galya
darya: dasha
yuliya: yulya
elena: lenochka
"""
_ARABIC = """
mohammad: md mohd muhd mohammed muhammad mohamed
"""


def _table(*languages: str) -> dict[str, str]:
    """Read ``given: nickname nickname`` lines; the first language to name a nickname has it."""
    lines = [line for language in languages for line in language.strip().splitlines()]
    pairs = [(given, names.split()) for given, names in (line.split(": ", 1) for line in lines)]
    table: dict[str, str] = {}
    for given, names in pairs:
        for name in names:
            table.setdefault(name, given)
    return table


NICKNAMES = _table(_ENGLISH, _GERMAN, _SPANISH, _POLISH, _RUSSIAN, _ARABIC)
"""Nickname to given name. Names that are as often given by themselves are left out."""

GIVEN_NAMES = frozenset(
    [
        *("evan", "felix", "lucius", "georgia", "loren", "justina", "justus", "mark", "marc"),
        *("erica", "erika", "noel", "sara", "laura", "lori", "marianna", "angelica", "angelika"),
        *(
            "rosemarie",
            "connie",
            "merci",
            "harman",
            "lindsey",
            "justin",
            "juston",
            "melia",
            "terri",
        ),
        *("leah", "lea", "fiona", "bryan", "brandy", "ross", "neil", "ralph", "basil", "barrett"),
        *("theodosius", "lucia", "penelope", "percy", "adolph", "westley", "emmanuel", "danielle"),
    ]
)
"""English names that the nickname list calls nicknames but that are given in their own right."""
