"""The desk: staff pages, sessions, the staff URL list."""

from hueandcry.settings.base import *  # noqa: F403
from hueandcry.settings.base import HUE_HTTPS, INSTALLED_APPS, TEMPLATES

ROOT_URLCONF = "hueandcry.desk.urls"
INSTALLED_APPS = [*INSTALLED_APPS, "hueandcry.desk"]
TEMPLATES = [
    {
        **TEMPLATES[0],
        "OPTIONS": {**TEMPLATES[0]["OPTIONS"], "context_processors": ["hueandcry.desk.context.frame"]},
    }
]
# Not "no-referrer": browsers then send "Origin: null" with a form, and the token check refuses it.
SECURE_REFERRER_POLICY = "same-origin"
MIDDLEWARE = [
    "hueandcry.desk.headers.Headers",
    "hueandcry.desk.hosts.KnownHost",
    "hueandcry.ui.middleware.Refusals",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hueandcry.desk.guard.SignedIn",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-hue_desk" if HUE_HTTPS else "hue_desk"
SESSION_COOKIE_AGE = 12 * 3600  # one shift
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = HUE_HTTPS
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = HUE_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "hueandcry.desk.views.errors.csrf_failure"
if HUE_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
