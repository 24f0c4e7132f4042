"""Years in, the holidays and optional days of Brazil and its states out."""

from producers.calendar.days import CalendarDay, days_of
from producers.calendar.events import TOPIC, calendar

__all__ = ["TOPIC", "CalendarDay", "calendar", "days_of"]
