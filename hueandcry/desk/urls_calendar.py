"""Routes of series and of days on the calendar."""

from __future__ import annotations

from django.urls import path

from hueandcry.desk.views import series

PATHS = [
    path("desk/calendar/series/", series.all_series, name="series-all"),
    path("desk/calendar/series/new/", series.new, name="series-new"),
    path("desk/calendar/series/<int:series_id>/", series.one, name="series"),
    path("desk/calendar/series/<int:series_id>/change/", series.change, name="series-change"),
    path("desk/calendar/series/<int:series_id>/pause/", series.pause, name="series-pause"),
    path("desk/calendar/series/<int:series_id>/resume/", series.resume, name="series-resume"),
    path("desk/calendar/series/<int:series_id>/end/", series.end, name="series-end"),
    path("desk/calendar/days/", series.add_day, name="day-add"),
    path("desk/calendar/days/<int:day_id>/remove/", series.remove_day, name="day-remove"),
]
