"""Sweeps of videos."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.assets import photographs, queries, sweeping
from hueandcry.assets.photograph_actions import take_back_photograph
from hueandcry.assets.video_actions import prepare_one
from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Permission, system

HOLD = timedelta(minutes=8)  # longer than all runs of ffmpeg for one video may take together
FORGOTTEN = timedelta(days=1)


@sweep(every=timedelta(seconds=2), urgency=Urgency.ROUTINE, lane="video")  # minutes for a long one
def prepare_videos() -> int:
    """Make one video ready. Safe to run twice and in parallel: each row is claimed first."""
    won = claim(queries.waiting_videos(), limit=1, hold=HOLD)
    return sum(prepare_one(video=row, by=system("video", agency_id=row.agency_id)) for row in won)


@sweep(every=timedelta(hours=1), urgency=Urgency.ROUTINE)
def drop_forgotten() -> int:
    """Remove files that began to arrive a day ago and never came whole, and old work folders. Safe to run twice."""
    return blobs.drop_forgotten(older=FORGOTTEN) + sweeping.sweep_work()


@sweep(
    every=timedelta(hours=24), urgency=Urgency.ROUTINE, lane="video"
)  # it reads the beginning of every file
def sweep_films() -> int:
    """Remove films of which no row knows. Safe to run twice."""
    return sweeping.sweep_films()


@sweep(every=timedelta(hours=1), urgency=Urgency.ROUTINE)
def drop_photographs() -> int:
    """Erase the photographs of people who left; nobody sees them since they did. Safe to run twice."""
    left = photographs.leavers()
    for agency_id, person_id in left:
        by = system("leavers", agency_id=agency_id, permissions=frozenset({Permission.ACCOUNT_MANAGE}))
        take_back_photograph(person_id=person_id, by=by)
    return len(left)
