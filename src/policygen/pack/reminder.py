"""The next review as a calendar file, which every calendar program takes.

In: what the edition says of itself. Out: the bytes of an iCalendar file with one event of a whole day and an alarm.
It asks no clock: the stamp in it is the day of the edition.
"""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta

from policygen.model.english import date_in_words

FILE = "Review reminder.ics"
WARNING = timedelta(weeks=8)
"""How long before the review the alarm goes: time for the work, and for a meeting that approves it."""

_SPACE = uuid.UUID("d3944f50-6e5c-49a2-ac4a-98c3a422367b")
"""What the ids of these events are made in; another number would give every reminder a new id."""


def calendar(organisation: str, edition_number: int, made: date, review_due: date, draft: bool) -> bytes:
    """The bytes of the calendar file for one edition; the same for the same edition."""
    from icalendar import Alarm, Calendar, Event

    summary = f"Review the confidentiality policy of {organisation}"
    event = Event()
    event.add("uid", str(uuid.uuid5(_SPACE, f"{edition_number} {organisation}")))
    event.add("dtstamp", datetime.combine(made, time(), UTC))
    event.add("dtstart", review_due)
    event.add("dtend", review_due + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", _description(edition_number, made, draft))
    event.add("transp", "TRANSPARENT")  # people are not busy all that day
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -WARNING)
    alarm.add("description", f"{summary}: eight weeks to go")
    event.add_component(alarm)
    file = Calendar()
    file.add("version", "2.0")
    file.add("prodid", "-//policygen//policygen//EN")
    file.add_component(event)
    return file.to_ical()


def _description(edition_number: int, made: date, draft: bool) -> str:
    return "\n".join([
        f"Edition {edition_number} of {date_in_words(made)} is due for review by this day.",
        "1. Run policygen again and choose to review. It asks what may have changed, and keeps what you changed in the "
        "Word files.",
        "2. Put “What has changed” and the new policy before your governing body, and have them approved.",
        "3. Put the new reminder into the calendar, and delete this one.",
        *["That edition is a draft: this day is counted from when it was made. The approved edition brings a "
          "reminder with its own day."] * draft])
