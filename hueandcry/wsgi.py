"""The one WSGI entry; DJANGO_SETTINGS_MODULE picks the door."""

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()

# All pages are read in now. What stands then stands for good, so the collector need not walk it again: on the desk a
# full walk held up every eighth page for 55 ms (`make bench NAME=pages`).
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
