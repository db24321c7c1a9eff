"""The news on the public site: switched on or off, and of which accounts."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy

from hueandcry.agencies.addresses import public_url
from hueandcry.desk import notices
from hueandcry.desk.forms.news import NewsForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.posts.news import is_on, open_accounts, shown_accounts
from hueandcry.posts.news_actions import set_news

UNUSABLE = 422
notices.add({"news-set": _lazy("Kept. The public site shows it within seconds.")})


@desk_view(Permission.AGENCY_MANAGE)
def news(request: DeskRequest) -> HttpResponse:
    """Choose; saving shows it on the site."""
    accounts = open_accounts(request.agency.pk)
    before = {
        "on": is_on(request.agency.pk),
        "accounts": [str(row.pk) for row in shown_accounts(request.agency.pk)],
    }
    form = NewsForm(request.POST if request.method == "POST" else None, accounts=accounts, initial=before)
    if form.is_valid():
        set_news(on=form.cleaned_data["on"], account_ids=form.chosen(), by=request.actor)
        return notices.redirect_saying(reverse("news"), "news-set")
    context = {
        "form": form,
        "on": before["on"],
        "accounts": accounts,
        "address": public_url(request.agency, "/news/"),
    }
    return render(request, "desk/look/news.html", context, status=UNUSABLE if form.is_bound else 200)
