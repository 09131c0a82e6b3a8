"""German. Options keep their English names, by which the bot's sentences speak of them."""

from __future__ import annotations

from types import MappingProxyType

CATALOGUE = MappingProxyType(
    {
        "search": "suche",
        "Find pictures, messages and documents by what they mean": (
            "Findet Bilder, Nachrichten und Dokumente nach ihrer Bedeutung"
        ),
        "What to look for, in your own words: red bike on grass": (
            "Was gesucht wird, in eigenen Worten: rotes Fahrrad auf Gras"
        ),
        "A picture to find similar ones of; text refines it": (
            "Ein Bild, zu dem ähnliche gesucht werden; Text verfeinert die Suche"
        ),
        "What the hits should not be about": "Worum es in den Treffern nicht gehen soll",
        "Only from this channel and its threads": "Nur aus diesem Kanal und seinen Threads",
        "Only what this person posted": "Nur, was diese Person gepostet hat",
        "Only since then: 2026-03-01, yesterday, 3d, last month": (
            "Nur seit dann: 2026-03-01, yesterday, 3d, last month"
        ),
        "Only until then: 2026-03-01, yesterday, 3d, last month": (
            "Nur bis dann: 2026-03-01, yesterday, 3d, last month"
        ),
        "Only pictures, or only messages and documents": (
            "Nur Bilder, oder nur Nachrichten und Dokumente"
        ),
        "pictures": "Bilder",
        "messages": "Nachrichten und Dokumente",
        "ask-before": "schon-bekannt",
        "Has this been said, asked or reported before?": (
            "Wurde das schon einmal gesagt, gefragt oder gemeldet?"
        ),
        "What you are about to write, in your own words": (
            "Was du gerade schreiben willst, in eigenen Worten"
        ),
        "Find similar": "Ähnliche finden",
        "Related messages": "Verwandte Nachrichten",
        "duplicates": "duplikate",
        "What was posted more than once: where, when and by whom": (
            "Was mehr als einmal gepostet wurde: wo, wann und von wem"
        ),
        "classify": "einordnen",
        "What is this picture or text? By a label set, or by names": (
            "Was ist dieses Bild oder dieser Text? Nach einem Label-Set oder nach Namen"
        ),
        "A picture": "Ein Bild",
        "A text": "Ein Text",
        "The label set whose classes to choose from; left out, I ask which": (
            "Das Label-Set, aus dessen Klassen gewählt wird; ohne Angabe frage ich danach"
        ),
        "Instead of a set: names to choose from, with commas: cat, dog, bird": (
            "Statt eines Sets: Namen zur Auswahl, mit Kommas: Katze, Hund, Vogel"
        ),
        "What is this?": "Was ist das?",
        "session": "sitzung",
        "One picture or text after the other, the most useful next": (
            "Ein Bild oder Text nach dem anderen, das Nützlichste zuerst"
        ),
        "Label": "Labeln",
        "create": "anlegen",
        "Make a label set: a question with classes to choose from": (
            "Ein Label-Set anlegen: eine Frage mit Klassen zur Auswahl"
        ),
        "Whether pictures or texts are labelled": "Ob Bilder oder Texte gelabelt werden",
        "Whether one of them may have several classes": (
            "Ob eines davon mehrere Klassen haben darf"
        ),
        "texts": "Texte",
        "list": "liste",
        "The label sets and their classes, to change": (
            "Die Label-Sets und ihre Klassen, zum Ändern"
        ),
        "The label set": "Das Label-Set",
        "add": "hinzufügen",
        "Add an example of your own, or a file of labels": (
            "Ein eigenes Beispiel oder eine Datei mit Labeln hinzufügen"
        ),
        "What the picture or text is": "Was das Bild oder der Text ist",
        "A picture of yours; I post it here": "Ein Bild von dir; ich poste es hier",
        "A text of yours; I post it here": "Ein Text von dir; ich poste ihn hier",
        "A CSV or JSON Lines file of labels, one a row": (
            "Eine CSV- oder JSON-Lines-Datei mit Labeln, eines je Zeile"
        ),
        "Whether what the set has no class for becomes one of it": (
            "Ob das, wofür das Set keine Klasse hat, eine wird"
        ),
        "progress": "fortschritt",
        "How far a label set is, how well people agree, what is next": (
            "Wie weit ein Label-Set ist, wie einig sich alle sind, was als Nächstes hilft"
        ),
        "export": "export",
        "The labels of a set as a file": "Die Label eines Sets als Datei",
        "jsonl and csv name what is labelled; the others bring the originals along": (
            "jsonl und csv nennen, was gelabelt ist; die anderen bringen die Originale mit"
        ),
        "react": "reaktion",
        "Have a reaction in this channel give a class": (
            "Eine Reaktion in diesem Kanal eine Klasse vergeben lassen"
        ),
        "The reaction": "Die Reaktion",
        "The label set; left out, the reaction means nothing any more": (
            "Das Label-Set; ohne Angabe bedeutet die Reaktion nichts mehr"
        ),
        "The class it gives": "Die Klasse, die sie vergibt",
        "suggest": "vorschlagen",
        "What I am sure of, for you to accept all at once": (
            "Was ich sicher weiß, zum Annehmen auf einen Schlag"
        ),
        "map": "karte",
        "A map of what you may read: alike things lie close together": (
            "Eine Karte dessen, was du lesen darfst: Ähnliches liegt nah beieinander"
        ),
        "Pictures, or messages and documents": "Bilder, oder Nachrichten und Dokumente",
        "A label set that gives the colours": "Ein Label-Set, das die Farben gibt",
        "A trained model, to be seen beside the one that searches": (
            "Ein trainiertes Modell, zu sehen neben dem, das sucht"
        ),
        "train": "training",
        "Learn from what a team has labelled": "Aus dem lernen, was ein Team gelabelt hat",
        "start": "starten",
        "Train on a label set, and compare ways to learn it": (
            "Mit einem Label-Set trainieren und vergleichen, wie es sich am besten lernen lässt"
        ),
        "Ways to learn, with commas: tfidf, probe; left out, I choose what suits": (
            "Methoden, mit Kommas: tfidf, probe; ohne Angabe wähle ich, was passt"
        ),
        "A network to learn pictures with: resnet50; left out, the one that searches": (
            "Ein Netz für Bilder: resnet50; ohne Angabe das, mit dem gesucht wird"
        ),
        "What is being trained, and what has ended last": (
            "Was gerade trainiert wird und was zuletzt fertig wurde"
        ),
        "cancel": "abbrechen",
        "Stop training; what it has reached is kept": (
            "Das Training anhalten; was erreicht ist, bleibt erhalten"
        ),
        "The job, or its label set": "Der Auftrag oder sein Label-Set",
        "compare": "vergleichen",
        "Which way to learn a label set was best, and how sure it is": (
            "Welche Methode für ein Label-Set die beste war, und wie sicher das ist"
        ),
        "models": "modelle",
        "What searches, and what could": "Was sucht, und was es könnte",
        "What searches now, and what was trained here": (
            "Was jetzt sucht, und was hier trainiert wurde"
        ),
        "use": "verwenden",
        "Have a trained model search": "Ein trainiertes Modell suchen lassen",
        "The model, or its label set": "Das Modell oder sein Label-Set",
        "rollback": "zurück",
        "Have the model search again that searched before": (
            "Das Modell wieder suchen lassen, das vorher gesucht hat"
        ),
        "What is searched with it, where both could go back": (
            "Was damit gesucht wird, falls für beides etwas zurückkommen kann"
        ),
        "help": "hilfe",
        "What I do, and three things to try": "Was ich kann, und drei Dinge zum Ausprobieren",
    }
)
