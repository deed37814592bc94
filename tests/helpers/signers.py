"""Ten people who sign the forms of an invented organisation, and editions of its pack, for the tests of forms."""

import json
import re
import shutil
from datetime import date
from pathlib import Path

from helpers.shared import made_once
from helpers.shipped import EXAMPLES, ROOT, SOURCES
from policygen.pack import answers, make
from policygen.pack.make import Sources
from policygen.printing.print_run import PrintOptions
from policygen.signing.forms import FormsGiven, FormsRequest, give_forms
from policygen.signing.signed import Signature, record_signatures

DAY, LATER = date(2026, 11, 20), date(2027, 11, 20)
TEN = """name,role,kind,email,needs system access
Asha,Manager,staff,asha@example.org,yes
Bo,Worker,staff,,no
Cas,Driver,volunteer,,no
Dee,Driver,volunteer,,yes
Eli,Cook,volunteer,,no
Flo,Cook,volunteer,,no
Gus,Listener,volunteer,,no
Hal,Chair,trustee,,no
Isa,Treasurer,trustee,,no
Jem,Cleaner,contractor,,no
"""


def library(to: Path, **changes: tuple[str, str]) -> Sources:
    """The program's own library with other words in some clauses; `policy__limits__police=("old", "new")`."""
    folder = to / "confidentiality"
    shutil.copytree(ROOT / "clauses" / "confidentiality", folder)
    for name, (old, new) in changes.items():
        path = folder / f"{name.replace('__', '/').replace('_', '-')}.md"
        text = path.read_text(encoding="utf-8")
        assert old in text, name
        path.write_text(text.replace(old, new), encoding="utf-8")
    return make.load(ROOT, folder)


def edition(to: Path, day: date = DAY, made_of: Sources = SOURCES, **changed: str) -> Path:
    """The folder of a new edition of an organisation that has forms of every kind."""
    if made_of is not SOURCES or (to.exists() and any(to.iterdir())):
        return _edition(to, day, made_of, **changed)
    name = re.sub(r"\W+", "-", f"signers {day} {changed}")
    kept = made_once(name, lambda folder: _edition(folder, day, made_of, **changed))
    shutil.copytree(kept.parent, to / kept.parent.name)
    return to / kept.parent.name / kept.name


def _edition(to: Path, day: date, made_of: Sources, **changed: str) -> Path:
    given = answers.read_answers(EXAMPLES / "dv-programme.yaml", made_of.questionnaire)
    given |= answers.parse_settings([f"{name}={value}" for name, value in changed.items()], made_of.questionnaire)
    request = make.Request(given, "answers.yaml", "", to, ("txt",), day, False)
    return make.make(made_of, request, lambda step: None).folder


def give(folder: Path, people: str = TEN, *, outstanding: bool = False, documents: tuple[str, ...] = (),
         day: date = DAY, made_of: Sources = SOURCES, formats: tuple[str, ...] = ("txt",)) -> FormsGiven:
    """Forms for the people in a list."""
    path = folder.parent / "people.csv"
    path.write_text(people, encoding="utf-8")
    request = FormsRequest(folder, path, documents, outstanding, PrintOptions(formats), day)
    return give_forms(made_of, request, lambda step: None)


def sign(folder: Path, *names: str, day: date = DAY, document: str = "", by: str = "") -> None:
    """Note that these people have signed."""
    record_signatures(folder, [Signature(name, day, by, document) for name in names], None)


def names(people: str = TEN) -> list[str]:
    return [line.split(",")[0] for line in people.splitlines()[1:]]


def register(folder: Path) -> list[dict]:
    """The entries of an edition's register, as they are stored."""
    return json.loads((folder / "register.json").read_bytes())["entries"]
