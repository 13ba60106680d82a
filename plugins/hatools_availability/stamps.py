"""The time that a line of a log begins with: with and without year, zone and fraction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

DAY = 86400.0
WITHIN = {  # an hour
    f"{minute:02}:{second:02}": 60.0 * minute + second
    for minute in range(60)
    for second in range(60)
}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_ROLLOVER = 6  # months: who goes back by more has begun a new year
_LATE = 7  # days at a year's end and beginning in which a line may be of the other year


class Stamps:
    """Reads the times of one log, in its order, as seconds since 1970.

    *latest* is a time that no line is later than, such as when the file was
    written last: it tells the year where a line has none.  *zone* is that of
    lines that name none; None: this machine's.
    """

    def __init__(self, latest: float, zone: tzinfo | None = None, years_back: int = 0) -> None:
        self._latest = latest
        self._zone = zone
        self._years_back = years_back
        self._year = 0
        self._month = self._day = 0
        self.hours: dict[str, float] = {}  # "Nov 21 20" -> its beginning
        self._minutes: dict[str, float] = {}
        self._last = float("-inf")

    def year_to_come(self, last: float) -> int:
        """Return by how many years *last*, a time read here, lies after what can be."""
        ahead = last - self._latest - DAY
        return 0 if ahead <= 0 or not self._year else 1 + int(ahead // (365.25 * DAY))

    def short(self, minute: str, second: str) -> float | None:
        """Return the time of ``Nov 21 20:37`` and ``29``; None where there is no such time."""
        month = _MONTHS.get(minute[:3])
        if month is None:
            return None
        try:
            year = self._year_of(month, minute)
            hour = datetime(year, month, int(minute[4:6]), int(minute[7:9]), tzinfo=self._zone)
            past = int(minute[10:12])
            moment = hour.replace(minute=past)
            first, again = moment.timestamp(), moment.replace(fold=1).timestamp()
            if self._is_plain(hour):
                self.hours[minute[:9]] = first - 60.0 * past
        except (ValueError, OverflowError):
            return None
        found = first + float(second)
        if again > first:  # there are two of it, when summer ends
            if found < self._last - 1.0:
                found += again - first
            self._last = found
        return found

    @staticmethod
    def _is_plain(hour: datetime) -> bool:
        """Tell whether *hour* is there once, and has sixty minutes."""
        end = hour.replace(minute=59)
        first, last = hour.timestamp(), end.timestamp()
        once = hour.replace(fold=1).timestamp() == first and end.replace(fold=1).timestamp() == last
        return once and last - first == 59 * 60.0

    def _year_of(self, month: int, minute: str) -> int:
        day = int(minute[4:6])
        if not self._year:
            newest = datetime.fromtimestamp(self._latest + DAY, self._zone)
            self._year = newest.year - ((month, day) > (newest.month, newest.day))
            self._year -= self._years_back
        elif self._month - month >= _ROLLOVER:
            self._year += 1
            self.hours.clear()
        elif (month, self._month) == (12, 1) and day > 31 - _LATE and self._day <= _LATE:
            return self._year - 1  # late
        self._month, self._day = month, day
        return self._year

    def dated(self, minute: str, second: str, zone: str | None) -> float | None:
        """Return the time of ``2026-11-21T20:37``, ``29.5`` and ``+01:00`` (None: no zone)."""
        key = minute + zone if zone else minute
        base = self._minutes.get(key)
        if base is None:
            try:
                moment = datetime.fromisoformat(minute.replace("/", "-"))
                moment = moment.replace(tzinfo=_zone_of(zone) or self._zone)
                base = moment.timestamp()
            except (ValueError, OverflowError):
                return None
            if len(self._minutes) > 100_000:
                self._minutes.clear()
            self._minutes[key] = base
        return base + float(second)

    def of_year(self, minute: str, second: str, year: str) -> float | None:
        """Return the time of ``Nov 21 20:37``, ``29`` and ``2026``, as keepalived says it."""
        key = minute + year
        base = self._minutes.get(key)
        if base is None:
            try:
                month, day = _MONTHS[minute[:3]], int(minute[4:6])
                hour, past = int(minute[7:9]), int(minute[10:12])
                moment = datetime(int(year), month, day, hour, past, tzinfo=self._zone)
                base = self._minutes[key] = moment.timestamp()
            except (KeyError, ValueError, OverflowError):
                return None
        return base + float(second)

    def of_day(self, day: str, clock: str) -> float | None:
        """Return the time of ``324`` and ``203727``: the day counts from 0 (old haproxy)."""
        newest = datetime.fromtimestamp(self._latest + DAY, self._zone)
        year = newest.year - (int(day) + 1 > newest.timetuple().tm_yday)
        try:
            moment = datetime(year, 1, 1, tzinfo=self._zone) + timedelta(
                days=int(day), hours=int(clock[:2]), minutes=int(clock[2:4])
            )
            return moment.timestamp() + int(clock[4:6])
        except (ValueError, OverflowError):
            return None


def _zone_of(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in ("Z", "z", "UTC", "GMT"):
        return UTC
    if text[0] not in "+-":
        return None  # an abbreviation says too little: this machine's
    digits = text[1:].replace(":", "")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0))
    return timezone(-away if text[0] == "-" else away)
