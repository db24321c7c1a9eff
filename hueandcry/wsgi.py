"""The one WSGI entry; DJANGO_SETTINGS_MODULE picks the door."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
