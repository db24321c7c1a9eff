"""/healthz: "ok" from a process that answers at all. It asks no database, knows no host name and tells nothing else."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PATH = "/healthz"


class Alive:
    """The outermost middleware of both doors."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer /healthz; pass everything else on."""
        if request.path_info != PATH:
            return self.get_response(request)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers=headers)
