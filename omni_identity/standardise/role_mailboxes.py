"""Mailboxes of a role or a family and not of one person: info@, vertrieb@, familie.schmidt@, the-smiths@.

Whoever writes from one is somebody of the firm or the household. Words of English, German, French, Spanish,
Italian, Dutch, Polish and Portuguese.
"""

from __future__ import annotations

_ROLES = """
    accounting accounts accountspayable admin administration administrator billing booking bookings careers
    communications contact contactus customercare customerservice dispatch email enquiries enquiry feedback finance
    frontdesk hello help helpdesk hostmaster hr info information inquiries inquiry invoice invoices invoicing
    jobs legal logistics mail mailbox management manager marketing media news newsletter office
    operations ops order orders payments payroll post postmaster press privacy purchasing reception recruitment
    reservation reservations returns sales security service services shipping shop staff store studio support
    team theoffice theteam warehouse web webmaster website welcome noreply donotreply
    anfrage anfragen bestellung bestellungen buchhaltung buero einkauf empfang hallo hausverwaltung kanzlei kontakt
    kundendienst kundenservice personal poststelle praxis presse rechnung rechnungen redaktion rezeption sekretariat
    verkauf vertrieb verwaltung werkstatt zentrale
    accueil achats bonjour boutique bureau commande commandes commercial compta comptabilite direction facturation
    magasin rh secretariat serviceclient ventes
    administracion atencion atencionalcliente compras comunicacion contabilidad contacto direccion facturacion hola
    informacion oficina pedidos recepcion reservas rrhh secretaria tienda ventas
    acquisti amministrazione assistenza clienti commerciale contabilita contatti contatto direzione fatturazione
    negozio ordini prenotazioni segreteria ufficio vendite
    administratie balie bestelling bestellingen boekhouding facturen inkoop kantoor klantenservice receptie
    secretariaat verkoop winkel
    administracja biuro faktury ksiegowosc poczta recepcja rekrutacja sekretariat serwis sklep sprzedaz zakupy
    zamowienia
    administracao atendimento comercial contabilidade contato encomendas escritorio faturacao faturamento financeiro
    geral loja recepcao suporte vendas
"""
_FAMILIES = "family familie famille familia famiglia rodzina gezin household haushalt"
_MARKS = r"[._+\-]"


def role_mailbox_pattern() -> str:
    """A regular expression that finds, in an address in lower case, a mailbox that is not one person's."""
    roles, families = "|".join(_ROLES.split()), "|".join(_FAMILIES.split())
    return "|".join(
        [
            # no-reply@, info2@, sales-uk@, info.sales@; not jobs.steve@
            rf"^(?:no{_MARKS}?reply|do{_MARKS}?not{_MARKS}?reply|{roles})"
            rf"(?:{_MARKS}?[0-9]+|{_MARKS}(?:[a-z]{{2,3}}|{roles}))?@",
            # smith.family@, lopezfamily@, familie-schmidt@, fam.jansen@
            rf"^(?:[a-z]+{_MARKS}?)?(?:{families})[0-9]*@",
            rf"^(?:(?:{families}){_MARKS}?|fam{_MARKS})[a-z]+[0-9]*@",
            # the.smiths@, thesmiths@; not theresas@, thelmas@, theunis@
            rf"^the(?:{_MARKS}[a-z]|[bcdfghijkmnpqstvwxyz])[a-z]{{2,}}s[0-9]*@",
            # anna.und.peter@, anna&peter@
            rf"^[a-z]+(?:{_MARKS}(?:and|und|et){_MARKS}|&)[a-z]+[0-9]*@",
        ]
    )
