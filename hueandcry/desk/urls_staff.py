"""Routes of the staff feed and of staff notices."""

from __future__ import annotations

from django.urls import path

from hueandcry.desk.views import staff, staff_asked, staff_notices

PATHS = [
    path("desk/staff/", staff.feed, name="staff"),
    path("desk/staff/new/", staff.new, name="staff-note-new"),
    path("desk/staff/notes/<int:note_id>/recall/", staff.recall, name="staff-note-recall"),
    path("desk/staff/notes/<int:note_id>/restore/", staff.restore, name="staff-note-restore"),
    path("desk/staff/posts/<int:post_id>/if-asked/", staff_asked.if_asked, name="if-asked"),
    path("desk/staff/first/", staff_notices.first, name="staff-first"),
    path("desk/staff/notices/", staff_notices.notices_page, name="staff-notices"),
    path("desk/staff/notices/seen/", staff_notices.seen, name="notices-seen"),
    path("desk/staff/notices/new/", staff_notices.new, name="notice-address-new"),
    path("desk/staff/notices/<int:address_id>/", staff_notices.change, name="notice-address"),
    path("desk/staff/notices/<int:address_id>/try/", staff_notices.try_it, name="notice-address-try"),
    path("desk/staff/notices/<int:address_id>/stop/", staff_notices.stop, name="notice-address-stop"),
    path("desk/staff/notices/<int:address_id>/resume/", staff_notices.resume, name="notice-address-resume"),
]
