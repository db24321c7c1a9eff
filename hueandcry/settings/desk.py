"""The desk: staff pages, sessions, the staff URL list."""

from hueandcry.kernel.keyfiles import secret
from hueandcry.settings import env
from hueandcry.settings.base import *  # noqa: F403
from hueandcry.settings.base import DATABASES, HUE_HTTPS, HUE_KEYS, INSTALLED_APPS, TEMPLATES

SECRET_KEY = secret(HUE_KEYS, "django.key", size=48).hex()
DATABASES = {alias: env.standing(database) for alias, database in DATABASES.items()}
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
    "hueandcry.health.alive.Alive",
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

SESSION_ENGINE = "hueandcry.agencies.sessions"  # kept under a digest of their key
SESSION_COOKIE_NAME = "__Host-hue_desk" if HUE_HTTPS else "hue_desk"
SESSION_COOKIE_AGE = 12 * 3600  # one shift
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = HUE_HTTPS
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "__Host-hue_form" if HUE_HTTPS else "hue_form"
CSRF_COOKIE_SECURE = HUE_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "hueandcry.desk.views.errors.csrf_failure"
if HUE_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked on loopback, where there is no TLS
# Whether other names below the agency's domain come by https only, and whether browsers are told so before the first
# visit, is the agency's own decision: a desk that decided it could shut their web site off.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
