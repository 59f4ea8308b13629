"""Names and message texts in three languages, with invented personal details that carry valid check digits.

Telephone numbers come from the ranges kept for drama (+44 20 7946 0xxx, +49 30 23125 xxx, +1 813 555 01xx) or from
blocks that are not handed out; mail addresses end in example.com, .org and .net; card numbers use the test prefix
4000 00 and bank codes are made up.
"""

from __future__ import annotations

import numpy as np


def _words(text: str) -> list[str]:
    return text.split()


FIRST_NAMES = {
    "de": _words(
        "Anna Lukas Lea Jonas Mia Felix Katharina Sebastian Jana Tobias Ines Markus Heike Stefan Nele Moritz Birgit "
        "Jürgen Sabine Björn"
    ),
    "en": _words(
        "Emma Oliver Grace Harry Chloe Jack Sophie Daniel Megan Thomas Hannah Liam Ruth Marcus Priya Aisha Callum Joan "
        "Terrence Wendy"
    ),
    "ro": _words(
        "Andreea Mihai Ioana Ștefan Elena Bogdan Raluca Radu Cristina Vlad Alina Răzvan Oana Gabriel Simona Lucian "
        "Mădălina Dan Corina Horia"
    ),
}
LAST_NAMES = {
    "de": _words("Brandt Vogel Kranz Lindner Seidel Thoma Reuter Wiesner Hagedorn Pohl Eichhorn Falk Größer Müllner"),
    "en": _words(
        "Ashdown Whitlock Pereira Marsh Holloway Tindall Okafor Redfern Lovell Garside Bexley Norcross Dunmore"
    ),
    "ro": _words("Munteanu Ciobotaru Lazăr Petcu Dobrescu Șerban Ungureanu Bratu Neagoe Țurcanu Olteanu Sava Voicu"),
}
AGENT_NAMES = {
    "aurora": FIRST_NAMES["ro"],
    "borealis": _words("Inês Tiago Beatriz Rui Marta Gonçalo Leonor Duarte Catarina Nuno Joana Afonso Sofia Hugo Rita"),
    "cordoba": _words("Ashley Brandon Kayla Derek Monique Travis Jasmine Cody Renee Luis Brittany Omar Dana Felipe"),
}
AGENT_SURNAMES = {
    "aurora": LAST_NAMES["ro"],
    "borealis": _words("Almeida Teixeira Pinheiro Carneiro Faria Leite Moreira Queirós Sampaio Vieira Brandão"),
    "cordoba": _words("Caldwell Ruiz Hartley Simmons Acosta Pruitt Delgado Boone Whitaker Navarro Lyons"),
}
PRODUCTS = (
    "Fjell pendant lamp",
    "Alva table lamp",
    "Mira smart bulb E27",
    "Sol floor lamp",
    "Brik wall shelf",
    "Nor planter 24 cm",
    "Havn side table",
    "Tinde mirror 60",
    "Lys dimmer",
    "Skog rug 160x230",
    "Eld candle holder",
    "Vind desk fan",
)

GREETING = {
    "de": ("Guten Tag,", "Hallo Lumen-Team,", "Hallo,", "Sehr geehrte Damen und Herren,", "Moin,"),
    "en": ("Hello,", "Hi there,", "Hi,", "Dear Lumen Home,", "Good morning,"),
    "ro": ("Bună ziua,", "Bună,", "Salut,", "Stimată echipă Lumen Home,", "Bună seara,"),
}
ASK = {
    "delivery delay": {
        "de": (
            "meine Bestellung {order} ({product}) sollte letzte Woche ankommen, die Sendung steht seit Tagen.",
            "laut Mail wurde {order} zugestellt, hier ist aber nichts. Können Sie bitte nachforschen?",
            "wann kommt {product} aus Bestellung {order}? Ich habe mir extra freigenommen.",
        ),
        "en": (
            "order {order} ({product}) was due last week and the tracking has not moved since.",
            "the courier says {order} was delivered but nobody at this address has seen it. Could you look into it?",
            "any news on when the {product} from {order} will arrive? We are moving in on Saturday.",
        ),
        "ro": (
            "comanda {order} ({product}) trebuia să ajungă săptămâna trecută, iar curierul nu mai actualizează nimic.",
            "apare că {order} a fost livrată, dar nu am primit nimic. Puteți verifica, vă rog?",
            "când ajunge {product} din comanda {order}? Am stat degeaba acasă două zile.",
        ),
    },
    "return or refund": {
        "de": (
            "ich habe {product} am Montag zurückgeschickt (Bestellung {order}) und warte noch auf die Erstattung.",
            "bitte schicken Sie mir ein Rücksendeetikett für {order}, die Farbe passt leider gar nicht.",
            "die Gutschrift für {order} ist niedriger als der Kaufpreis. Woran liegt das?",
        ),
        "en": (
            "I sent the {product} back on Monday (order {order}) and still have no refund.",
            "could you send me a return label for {order}? The colour is not what I expected.",
            "the refund for {order} is lower than what I paid. Why is that?",
        ),
        "ro": (
            "am returnat {product} luni (comanda {order}) și încă aștept banii.",
            "îmi trimiteți, vă rog, eticheta de retur pentru {order}? Culoarea nu se potrivește.",
            "suma rambursată pentru {order} este mai mică decât prețul plătit. De ce?",
        ),
    },
    "damaged item": {
        "de": (
            "{product} aus {order} kam mit einem Sprung im Glas an. Fotos hängen an.",
            "beim Auspacken von {order} fehlte eine Schraube und der Fuß von {product} ist verbogen.",
        ),
        "en": (
            "the {product} from {order} arrived with a crack in the glass. Photos attached.",
            "one leg of the {product} in {order} is bent and two screws are missing.",
        ),
        "ro": (
            "{product} din comanda {order} a ajuns cu sticla crăpată. Am atașat poze.",
            "la despachetarea comenzii {order} am găsit {product} îndoit și lipsesc două șuruburi.",
        ),
    },
    "product question": {
        "de": ("passt {product} an einen Dimmer mit Phasenabschnitt?", "wie lang ist das Kabel von {product} genau?"),
        "en": (
            "does the {product} work with a trailing-edge dimmer?",
            "how long is the cable of the {product} exactly?",
        ),
        "ro": ("{product} merge cu un variator obișnuit?", "ce lungime are cablul la {product}?"),
    },
    "invoice": {
        "de": (
            "ich brauche für {order} eine Rechnung auf meine Firma mit Umsatzsteuer-ID.",
            "auf der Rechnung zu {order} steht {product} zweimal, bestellt habe ich es einmal.",
        ),
        "en": (
            "I need an invoice for {order} made out to my company, with the VAT number.",
            "the invoice for {order} lists the {product} twice; I ordered one.",
        ),
        "ro": (
            "am nevoie de factură pe firmă pentru {order}, cu CUI.",
            "pe factura comenzii {order} apare de două ori {product}, eu am comandat una singură.",
        ),
    },
    "warranty claim": {
        "de": (
            "nach acht Monaten flackert {product} (Bestellung {order}). Wie läuft das mit der Garantie?",
            "der Netzstecker von {product} wird sehr heiß. Ich nutze sie vorerst nicht mehr, Bestellung {order}.",
        ),
        "en": (
            "after eight months the {product} flickers (order {order}). How do I claim the warranty?",
            "the plug of the {product} gets very hot, so I have stopped using it. Order {order}.",
        ),
        "ro": (
            "după opt luni {product} pâlpâie (comanda {order}). Cum folosesc garanția?",
            "ștecherul de la {product} se încălzește foarte tare, nu o mai folosesc. Comanda {order}.",
        ),
    },
    "order change": {
        "de": ("kann ich bei {order} die Lieferadresse noch ändern?", "bitte stornieren Sie {product} aus {order}."),
        "en": ("can I still change the delivery address on {order}?", "please cancel the {product} from {order}."),
        "ro": ("mai pot schimba adresa de livrare la {order}?", "vă rog să anulați {product} din comanda {order}."),
    },
    "assembly help": {
        "de": ("bei Schritt 6 der Anleitung zu {product} komme ich nicht weiter, Teil C passt nicht.",),
        "en": ("I am stuck at step 6 of the instructions for the {product}: part C does not fit.",),
        "ro": ("m-am blocat la pasul 6 din instrucțiunile pentru {product}: piesa C nu se potrivește.",),
    },
    "account": {
        "de": ("ich komme nicht mehr in mein Kundenkonto, die Mail zum Zurücksetzen kommt nicht an.",),
        "en": ("I cannot get into my account any more, the reset mail never arrives.",),
        "ro": ("nu mai pot intra în cont, mailul de resetare nu ajunge.",),
    },
}
DETAIL = {
    "email": {
        "de": "Sie erreichen mich auch unter {email}.",
        "en": "You can also reach me at {email}.",
        "ro": "Mă găsiți și la {email}.",
    },
    "phone": {
        "de": "Rufen Sie mich gern an: {phone}.",
        "en": "Please call me on {phone}.",
        "ro": "Mă puteți suna la {phone}.",
    },
    "card": {
        "de": "Bezahlt habe ich mit der Karte {card}.",
        "en": "I paid with card {card}.",
        "ro": "Am plătit cu cardul {card}.",
    },
    "iban": {
        "de": "Bitte überweisen Sie auf {iban}.",
        "en": "Please refund to {iban}.",
        "ro": "Vă rog să virați banii în {iban}.",
    },
}
CLOSING = {
    "de": ("Viele Grüße", "Mit freundlichen Grüßen", "Danke im Voraus", "LG"),
    "en": ("Kind regards", "Many thanks", "Thanks", "Best"),
    "ro": ("Cu stimă", "Mulțumesc frumos", "O zi bună", "Mersi"),
}
REPLY = {
    "de": (
        "Hallo {name}, danke für Ihre Nachricht. Ich habe Ihre Bestellung geprüft: {fix} Viele Grüße, {agent}",
        "Guten Tag {name}, das tut mir leid. {fix} Melden Sie sich gern, falls noch etwas offen ist. {agent}",
        "Hallo {name}, gern. {fix} Freundliche Grüße, {agent} von Lumen Home",
    ),
    "en": (
        "Hi {name}, thank you for your message. I have checked your order: {fix} Best wishes, {agent}",
        "Hello {name}, I am sorry about this. {fix} Do write again if anything is still open. {agent}",
        "Hi {name}, happy to help. {fix} Kind regards, {agent} at Lumen Home",
    ),
    "ro": (
        "Bună ziua {name}, vă mulțumim pentru mesaj. Am verificat comanda: {fix} Cu drag, {agent}",
        "Bună ziua {name}, ne pare rău pentru situație. {fix} Ne puteți scrie oricând. {agent}",
        "Bună {name}, cu plăcere. {fix} O zi frumoasă, {agent} de la Lumen Home",
    ),
}
FIX = {
    "delivery delay": {
        "de": "Das Paket liegt im Zentrum Hannover und kommt morgen.",
        "en": "The parcel is at the depot and comes out tomorrow.",
        "ro": "Coletul este în depozitul curierului și ajunge mâine.",
    },
    "return or refund": {
        "de": "Die Erstattung ist heute angewiesen und in drei Tagen auf Ihrem Konto.",
        "en": "The refund went out today and will be on your account within three days.",
        "ro": "Rambursarea a plecat astăzi și ajunge în cont în trei zile.",
    },
    "damaged item": {
        "de": "Ein Ersatz geht heute noch raus, das beschädigte Stück holen wir ab.",
        "en": "A replacement leaves today and we collect the damaged one.",
        "ro": "Trimitem astăzi un produs nou și îl ridicăm pe cel deteriorat.",
    },
    "product question": {
        "de": "Ja, das passt; das Kabel misst 1,80 m.",
        "en": "Yes, that works; the cable is 1.80 m long.",
        "ro": "Da, se potrivește; cablul are 1,80 m.",
    },
    "invoice": {
        "de": "Die korrigierte Rechnung ist unterwegs.",
        "en": "The corrected invoice is on its way.",
        "ro": "Factura corectată este pe drum.",
    },
    "warranty claim": {
        "de": "Bitte nutzen Sie das Gerät nicht weiter, wir tauschen es auf Garantie.",
        "en": "Please do not use it any more, we replace it under warranty.",
        "ro": "Vă rugăm să nu îl mai folosiți, îl înlocuim în garanție.",
    },
    "order change": {
        "de": "Die Änderung ist eingetragen.",
        "en": "The change is made.",
        "ro": "Modificarea a fost făcută.",
    },
    "assembly help": {
        "de": "Teil C wird gedreht eingesetzt, ein Bild hängt an.",
        "en": "Part C goes in the other way round, a picture is attached.",
        "ro": "Piesa C se montează invers, am atașat o poză.",
    },
    "account": {
        "de": "Ihr Konto ist wieder offen, der Link gilt eine Stunde.",
        "en": "Your account is open again, the link is valid for an hour.",
        "ro": "Contul este din nou activ, linkul este valabil o oră.",
    },
}
QUESTION = {
    "de": "Hallo {name}, können Sie mir bitte ein Foto und die Rechnungsnummer schicken? {agent}",
    "en": "Hi {name}, could you send me a photo and the invoice number, please? {agent}",
    "ro": "Bună ziua {name}, ne trimiteți, vă rog, o poză și numărul facturii? {agent}",
}
ANSWER = {
    "de": ("Hier ist das Foto, Rechnung {order}.", "Anbei. Wie geht es jetzt weiter?", "Habe ich gerade geschickt."),
    "en": ("Here is the photo, invoice {order}.", "Attached. What happens now?", "Just sent it over."),
    "ro": ("Am atașat poza, factura {order}.", "Am trimis. Ce urmează?", "Tocmai am trimis-o."),
}
THANKS = {
    "de": ("Leider ist das noch nicht gelöst.", "Die Lampe ist immer noch nicht da."),
    "en": ("I am afraid this is still not solved.", "It has still not arrived."),
    "ro": ("Din păcate nu s-a rezolvat.", "Tot nu a ajuns."),
}
AUTOMATIC = {
    "de": "Wir haben Ihre Nachricht erhalten und antworten so bald wie möglich.",
    "en": "We have received your message and will answer as soon as we can.",
    "ro": "Am primit mesajul dumneavoastră și răspundem cât mai curând.",
}
BOT = {
    "de": "Hallo, ich bin Lumi. Möchten Sie mit einem Menschen sprechen?",
    "en": "Hi, I am Lumi. Would you like to talk to a person?",
    "ro": "Bună, sunt Lumi. Doriți să vorbiți cu un coleg?",
}
NOTE = {
    "de": "Lager gefragt, Rückruf folgt.",
    "en": "Asked the warehouse, waiting for a call.",
    "ro": "Am întrebat depozitul, așteptăm răspuns.",
}


def luhn_number(body: str) -> str:
    """`body` with its Luhn check digit (ISO/IEC 7812-1)."""
    total = 0
    for position, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str((10 - total % 10) % 10)


def iban(country: str, account: str) -> str:
    """An IBAN with its check digits (ISO 13616, mod 97) for a national account number, in groups of four."""
    digits = "".join(str(int(sign, 36)) for sign in account + country + "00")
    whole = f"{country}{98 - int(digits) % 97:02d}{account}"
    return " ".join(whole[start : start + 4] for start in range(0, len(whole), 4))


def personal_details(rng: np.random.Generator, kind: str, language: str, name: str, surname: str) -> str:
    """An invented address, telephone, card or account number for one message."""
    number = int(rng.integers(0, 1_000))
    if kind == "email":
        plain = f"{name}.{surname}".lower().translate(str.maketrans("äöüßșțăâîéèñ", "aousstaaieen"))
        ascii_only = plain.encode("ascii", "ignore").decode()
        return f"{ascii_only}{number % 100}@example.{('com', 'org', 'net')[number % 3]}"
    if kind == "phone":
        national = {"de": f"+49 30 23125 {number:03d}", "en": f"+44 20 7946 0{number:03d}"}
        return national.get(language, f"+40 740 000 {number:03d}")
    if kind == "card":
        digits = luhn_number(f"400000{int(rng.integers(0, 10**9)):09d}")
        return " ".join(digits[start : start + 4] for start in range(0, 16, 4))
    serial = int(rng.integers(0, 10**10))
    if language == "de":
        return iban("DE", f"99999999{serial:010d}")
    if language == "ro":
        return iban("RO", f"LUMN{serial:016d}")
    return iban("GB", f"LUMN999999{serial % 10**8:08d}")


class Wording:
    """Writes the messages of cases; one seeded generator, so the same seed writes the same words."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def pick(self, choices: tuple[str, ...] | list[str], count: int) -> list[str]:
        """`count` picks with replacement."""
        return [choices[at] for at in self.rng.integers(0, len(choices), count).tolist()]

    def opening(self, language: str, reason: str, order: str, product: str, detail_kind: str) -> str:
        """A customer's first message; `detail_kind` names the personal detail that slips in, or is empty."""
        rng = self.rng
        draw = rng.integers(0, 1 << 30, 5).tolist()
        asks = ASK[reason][language]
        names, surnames = FIRST_NAMES[language], LAST_NAMES[language]
        name, surname = names[draw[0] % len(names)], surnames[draw[1] % len(surnames)]
        greeting, closing = GREETING[language], CLOSING[language]
        parts = [greeting[draw[2] % len(greeting)], asks[draw[3] % len(asks)].format(order=order, product=product)]
        if detail_kind:
            value = personal_details(rng, detail_kind, language, name, surname)
            parts.append(DETAIL[detail_kind][language].format(**{detail_kind: value}))
        parts.append(f"{closing[draw[4] % len(closing)]}, {name} {surname}")
        return " ".join(parts)
