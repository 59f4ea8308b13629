# ruff: noqa: E501 - a table of zones
"""Schedules and SLA policies of an export, written as a contract writes calendars and targets, to be copied from there.

Zendesk's schedule times are minutes since Sunday 00:00 in the schedule's own zone, which it names in the way of Rails.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
DAY_MINUTES = 1440
# ActiveSupport::TimeZone::MAPPING (Rails 7.1), the names in use in support accounts.
ZONES = {
    "International Date Line West": "Etc/GMT+12", "American Samoa": "Pacific/Pago_Pago", "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Juneau", "Pacific Time (US & Canada)": "America/Los_Angeles", "Tijuana": "America/Tijuana",
    "Arizona": "America/Phoenix", "Mountain Time (US & Canada)": "America/Denver", "Mazatlan": "America/Mazatlan",
    "Central Time (US & Canada)": "America/Chicago", "Saskatchewan": "America/Regina", "Mexico City": "America/Mexico_City",
    "Monterrey": "America/Monterrey", "Central America": "America/Guatemala", "Bogota": "America/Bogota",
    "Eastern Time (US & Canada)": "America/New_York", "Indiana (East)": "America/Indiana/Indianapolis",
    "Lima": "America/Lima", "Quito": "America/Lima", "Atlantic Time (Canada)": "America/Halifax",
    "Caracas": "America/Caracas", "La Paz": "America/La_Paz", "Santiago": "America/Santiago",
    "Newfoundland": "America/St_Johns", "Brasilia": "America/Sao_Paulo",
    "Buenos Aires": "America/Argentina/Buenos_Aires", "Montevideo": "America/Montevideo", "Greenland": "America/Godthab",
    "Azores": "Atlantic/Azores", "Cape Verde Is.": "Atlantic/Cape_Verde", "Dublin": "Europe/Dublin",
    "Edinburgh": "Europe/London", "Lisbon": "Europe/Lisbon", "London": "Europe/London", "Casablanca": "Africa/Casablanca",
    "Monrovia": "Africa/Monrovia", "UTC": "UTC", "Belgrade": "Europe/Belgrade", "Bratislava": "Europe/Bratislava",
    "Budapest": "Europe/Budapest", "Ljubljana": "Europe/Ljubljana", "Prague": "Europe/Prague",
    "Sarajevo": "Europe/Sarajevo", "Skopje": "Europe/Skopje", "Warsaw": "Europe/Warsaw", "Zagreb": "Europe/Zagreb",
    "Brussels": "Europe/Brussels", "Copenhagen": "Europe/Copenhagen", "Madrid": "Europe/Madrid", "Paris": "Europe/Paris",
    "Amsterdam": "Europe/Amsterdam", "Berlin": "Europe/Berlin", "Bern": "Europe/Zurich", "Zurich": "Europe/Zurich",
    "Rome": "Europe/Rome", "Stockholm": "Europe/Stockholm", "Vienna": "Europe/Vienna", "Bucharest": "Europe/Bucharest",
    "Cairo": "Africa/Cairo", "Helsinki": "Europe/Helsinki", "Kyiv": "Europe/Kiev", "Kyev": "Europe/Kiev",
    "Riga": "Europe/Riga", "Sofia": "Europe/Sofia", "Tallinn": "Europe/Tallinn", "Vilnius": "Europe/Vilnius",
    "Athens": "Europe/Athens", "Istanbul": "Europe/Istanbul", "Minsk": "Europe/Minsk", "Jerusalem": "Asia/Jerusalem",
    "Harare": "Africa/Harare", "Pretoria": "Africa/Johannesburg", "Moscow": "Europe/Moscow", "Kuwait": "Asia/Kuwait",
    "Riyadh": "Asia/Riyadh", "Nairobi": "Africa/Nairobi", "Baghdad": "Asia/Baghdad", "Tehran": "Asia/Tehran",
    "Abu Dhabi": "Asia/Muscat", "Muscat": "Asia/Muscat", "Baku": "Asia/Baku", "Tbilisi": "Asia/Tbilisi",
    "Yerevan": "Asia/Yerevan", "Kabul": "Asia/Kabul", "Islamabad": "Asia/Karachi", "Karachi": "Asia/Karachi",
    "Tashkent": "Asia/Tashkent", "Chennai": "Asia/Kolkata", "Kolkata": "Asia/Kolkata", "Mumbai": "Asia/Kolkata",
    "New Delhi": "Asia/Kolkata", "Kathmandu": "Asia/Kathmandu", "Dhaka": "Asia/Dhaka",
    "Sri Jayawardenepura": "Asia/Colombo", "Almaty": "Asia/Almaty", "Rangoon": "Asia/Rangoon", "Bangkok": "Asia/Bangkok",
    "Hanoi": "Asia/Bangkok", "Jakarta": "Asia/Jakarta", "Beijing": "Asia/Shanghai", "Hong Kong": "Asia/Hong_Kong",
    "Kuala Lumpur": "Asia/Kuala_Lumpur", "Singapore": "Asia/Singapore", "Taipei": "Asia/Taipei", "Perth": "Australia/Perth",
    "Seoul": "Asia/Seoul", "Osaka": "Asia/Tokyo", "Sapporo": "Asia/Tokyo", "Tokyo": "Asia/Tokyo",
    "Darwin": "Australia/Darwin", "Adelaide": "Australia/Adelaide", "Canberra": "Australia/Canberra",
    "Melbourne": "Australia/Melbourne", "Sydney": "Australia/Sydney", "Brisbane": "Australia/Brisbane",
    "Hobart": "Australia/Hobart", "Auckland": "Pacific/Auckland", "Wellington": "Pacific/Auckland",
}  # fmt: skip


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def calendars(settings: dict[str, pa.Table]) -> dict[str, Any]:
    """Calendars by schedule name, as a contract's text writes them; a schedule that was deleted is left out."""
    if "schedule" not in settings:
        return {}
    own: dict[str, list[str]] = {}
    for row in settings.get("schedule_holiday", pa.table({})).to_pylist():
        if str(row.get("_fivetran_deleted")).lower() != "true":
            own.setdefault(str(row.get("schedule_id")), []).append(f"{row.get('start_date')}..{row.get('end_date')}")
    found: dict[str, Any] = {}
    for row in sorted(settings["schedule"].to_pylist(), key=lambda row: int(row["start_time"])):
        if str(row.get("_fivetran_deleted")).lower() == "true":
            continue
        zone = str(row.get("time_zone") or "UTC")
        calendar = found.setdefault(str(row.get("name") or row["id"]), {"zone": ZONES.get(zone, zone), "week": {}})
        begin, end = int(row["start_time"]), int(row["end_time"])
        while begin < end:
            day = begin // DAY_MINUTES
            stop = min(end, (day + 1) * DAY_MINUTES)
            span = f"{_clock(begin - day * DAY_MINUTES)}-{_clock(stop - day * DAY_MINUTES)}"
            spans = calendar["week"].setdefault(_DAYS[day % 7], [])
            if span not in spans:
                spans.append(span)
            begin = stop
        if days := own.get(str(row["id"])):
            calendar["holidays"] = {"own": days}
    return found


def targets(settings: dict[str, pa.Table]) -> list[dict[str, Any]]:
    """The SLA policies' targets: metric, priority, minutes, business or calendar hours, since when."""
    rows = settings.get("sla_policy_metric_history")
    if rows is None:
        return []
    return [
        {
            "policy": str(row.get("sla_policy_id")),
            "metric": str(row.get("metric")),
            "priority": str(row.get("priority")),
            "within": f"{row.get('target')}m",
            "hours": "business" if str(row.get("business_hours")).lower() == "true" else "calendar",
            "since": str(row.get("sla_policy_updated_at")),
        }
        for row in rows.to_pylist()
    ]
