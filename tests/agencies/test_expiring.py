"""What has run out is forgotten; what is in use stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from hueandcry.agencies import actions, auth, expiring
from hueandcry.agencies.models import Device, Invitation
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission, system
from tests.factories import make_agency, make_person

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


def test_ended_sessions_old_browsers_and_dead_invitations_are_forgotten() -> None:
    agency, now = make_agency(), clock.now()
    person = make_person(agency, Role.AUTHOR)
    by = system("init", agency_id=agency.pk, permissions=frozenset({Permission.PEOPLE_MANAGE}))
    actions.invite_person(
        name="Bill Tennant", email="tennant@port-ellery.example", roles={Role.AUTHOR}, by=by
    )
    kept = auth.remember_device(person=person, device="")
    auth.remember_device(person=person, device="")
    Device.objects.exclude(digest=auth.digest(kept)).update(last_used_at=now - timedelta(days=400))
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(hours=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))
    Invitation.objects.filter(person=person).update(expires_at=now - timedelta(days=1))
    expiring.forget()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert list(Device.objects.values_list("digest", flat=True)) == [auth.digest(kept)]
    assert [item.person.name for item in Invitation.objects.all()] == ["Bill Tennant"]
    assert expiring.forget() == 0
