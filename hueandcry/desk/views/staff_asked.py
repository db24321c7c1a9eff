"""What colleagues say if asked about a post that is out."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from hueandcry.desk import notices
from hueandcry.desk.forms.staff import IfAskedForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.posts.asked import get_out
from hueandcry.posts.asked_actions import change_if_asked
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add({"if-asked-changed": _lazy("Colleagues read it now. The post itself stays as it is.")})


@desk_view(Permission.STAFF_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def if_asked(request: DeskRequest, post_id: int) -> HttpResponse:
    """Change it; what stands now is shown above what somebody types."""
    post = get_out(actor=request.actor, post_id=post_id)
    form = IfAskedForm(request.POST if request.method == "POST" else None, initial={"text": post.if_asked})
    if request.method == "POST" and form.is_valid():
        try:
            change_if_asked(
                post_id=post_id,
                text=form.cleaned_data["text"],
                seen=request.POST.get("seen", ""),
                by=request.actor,
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(f"{reverse('staff')}#post-{post_id}", "if-asked-changed")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/staff/if_asked.html", {"form": form, "post": post}, status=status)
