"""Who works here, in which roles: invite, give and take roles, reset a sign-in, end a membership."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies import actions, invitations, queries
from hueandcry.agencies.actions import INVITATION_DAYS, Invited
from hueandcry.agencies.roles import Role
from hueandcry.desk import notices
from hueandcry.desk.forms.people import GiveRoleForm, InviteForm
from hueandcry.desk.fresh import fresh_sign_in
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import ref
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
PAGE = 50
INVITED = "invited"
notices.add(
    {
        "role-given": _lazy("The role was given. It counts from the next page they open."),
        "role-taken": _lazy("The role was taken away. It ended at once."),
        "person-ended": _lazy("Their membership ended. What they did stays on the record."),
    }
)


@desk_view(Permission.PEOPLE_MANAGE)
@require_safe
def people(request: DeskRequest) -> HttpResponse:
    """Everybody with a role in this agency, by role, and who has not joined yet."""
    rows = queries.people(actor=request.actor)
    show, words = request.GET.get("show", ""), request.GET.get("q", "")[:80].strip()
    views = {role.value: [line for line in rows if role in line.roles] for role in Role}
    views[INVITED] = [line for line in rows if line.invited]
    labels = {INVITED: _("Invited"), **{role.value: role.label for role in Role}}
    fits = [line for line in views.get(show, rows) if words.casefold() in _searched(line)]
    context = {
        "pager": Paginator(fits, PAGE).get_page(request.GET.get("page")),
        "tabs": [("", _("All"), len(rows)), *((n, labels[n], len(views[n])) for n in labels if views[n])],
        "show": show if show in views else "",
        "q": words,
    }
    return render(request, "desk/people/people.html", context)


def _searched(line: queries.PersonLine) -> str:
    return f"{line.person.name} {line.person.email}".casefold()


@desk_view(Permission.PEOPLE_MANAGE)
@fresh_sign_in()
def invite(request: DeskRequest) -> HttpResponse:
    """Invite somebody; the link goes by mail or is shown once."""
    form = InviteForm(request.POST or None, kind=request.agency.kind)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        roles = {Role(value) for value in data["roles"]}
        try:
            invited = actions.invite_person(
                name=data["name"], email=data["email"], roles=roles, by=request.actor
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return _handed_over(request, invited)
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/people/invite.html", {"form": form}, status=status)


@desk_view(Permission.PEOPLE_MANAGE)
@require_safe
def person(request: DeskRequest, person_id: int) -> HttpResponse:
    """One person: roles and what can be done."""
    return _person_page(request, person_id)


@desk_view(Permission.PEOPLE_MANAGE)
@fresh_sign_in()
@require_POST
def give_role(request: DeskRequest, person_id: int) -> HttpResponse:
    """Give one more role."""
    line = queries.person_line(actor=request.actor, person_id=person_id)
    form = GiveRoleForm(request.POST, kind=request.agency.kind, held=line.roles)
    if form.is_valid():
        try:
            actions.give_role(person_id=person_id, role=Role(form.cleaned_data["role"]), by=request.actor)
        except Conflict as refusal:
            add_refusal(form, refusal)
        else:
            undo = f"{reverse('person-take-role', args=[person_id])}?role={form.cleaned_data['role']}"
            return notices.redirect_saying(reverse("person", args=[person_id]), "role-given", undo=undo)
    return _person_page(request, person_id, form=form, status=UNUSABLE)


@desk_view(Permission.PEOPLE_MANAGE)
@require_POST
def take_role(request: DeskRequest, person_id: int) -> HttpResponse:
    """Take one role away."""
    queries.person_line(actor=request.actor, person_id=person_id)
    try:
        role = Role(request.POST.get("role", ""))
    except ValueError:
        raise Invalid(_("There is no such role.")) from None
    actions.take_role(person_id=person_id, role=role, by=request.actor)
    undo = f"{reverse('person-give-role', args=[person_id])}?role={role.value}"
    return _after_change(request, person_id, "role-taken", undo=undo)


@desk_view(Permission.PEOPLE_MANAGE)
@fresh_sign_in()
@require_POST
def reset(request: DeskRequest, person_id: int) -> HttpResponse:
    """A new one-time link for password and second factor; every session of theirs ends now."""
    return _handed_over(request, actions.reset_sign_in(person_id=person_id, by=request.actor))


@desk_view(Permission.PEOPLE_MANAGE)
@require_POST
def end(request: DeskRequest, person_id: int) -> HttpResponse:
    """End every role of a person in this agency."""
    actions.end_membership(person_id=person_id, by=request.actor)
    return _after_change(request, person_id, "person-ended")


def _person_page(
    request: DeskRequest, person_id: int, *, form: GiveRoleForm | None = None, status: int = 200
) -> HttpResponse:
    line = queries.person_line(actor=request.actor, person_id=person_id)
    context = {
        "line": line,
        "form": form or GiveRoleForm(kind=request.agency.kind, held=line.roles),
        "is_self": ref("person", person_id) == request.actor.ref,
    }
    return render(request, "desk/people/person.html", context, status=status)


def _after_change(request: DeskRequest, person_id: int, said: str, *, undo: str = "") -> HttpResponse:
    """Back to the person; to the list if their last role is gone; to Today if it was one's own."""
    if person_id == request.person.pk:
        return HttpResponseRedirect(reverse("today"))
    if any(line.person.pk == person_id for line in queries.people(actor=request.actor)):
        return notices.redirect_saying(reverse("person", args=[person_id]), said, undo=undo)
    return notices.redirect_saying(reverse("people"), said)


def _handed_over(request: DeskRequest, invited: Invited) -> HttpResponse:
    """The page after an invitation: sent by mail, or the link to pass on, shown this once."""
    link, sent = "", False
    if invited.token:
        link = request.build_absolute_uri(reverse("join", args=[invited.token]))
        sent = invitations.send(person=invited.person, agency=request.agency, address=link)
    context = {
        "invited": invited,
        "sent": sent,
        "link": "" if sent else link,
        "days": INVITATION_DAYS,
    }
    return render(request, "desk/people/invited.html", context)
