"""What all processes share. Every name read from the environment has a line in docs/settings.md."""

from __future__ import annotations

from typing import Any

from hueandcry.settings import env

HUE_HOME = env.folder("HUE_HOME", "var")
HUE_KEYS = HUE_HOME / "keys"
HUE_FILES = HUE_HOME / "files"  # originals and renditions of pictures
HUE_SITE = HUE_HOME / "site"  # the public site: releases/<n>/ and the link `current`
HUE_RUN = env.folder("HUE_RUN", str(HUE_HOME / "run"))  # sockets and process ids
HUE_LOGS = HUE_HOME / "logs"

HUE_PUBLIC_PORT = env.number("HUE_PUBLIC_PORT", 8000)
HUE_DESK_PORT = env.number("HUE_DESK_PORT", 8001)
HUE_DESK_TLS_PORT = env.number("HUE_DESK_TLS_PORT", 443)  # in the desk's address as browsers show it
HUE_SIMNET_PORT = env.number("HUE_SIMNET_PORT", 8002)
HUE_VIDEO_MEGABYTES = env.number("HUE_VIDEO_MEGABYTES", 500)  # that a video may have
HUE_VIDEO_MINUTES = env.number("HUE_VIDEO_MINUTES", 60)
HUE_DESK_OFFLINE = env.switch(
    "HUE_DESK_OFFLINE", default=True
)  # phones may keep the page for posting from the scene
# host:port inside our network that connectors may call
HUE_ALLOW_PRIVATE = env.words("HUE_ALLOW_PRIVATE", f"127.0.0.1:{HUE_SIMNET_PORT}")
HUE_DELIVERY_LEASE = env.number("HUE_DELIVERY_LEASE", 120)  # seconds one worker may take for one delivery
HUE_DELIVERY_THREADS = env.number("HUE_DELIVERY_THREADS", 16)  # accounts that one worker serves at a time
# files, host or host:port of TLS certificates that hue doctor looks at
HUE_CERTIFICATES = env.words("HUE_CERTIFICATES")
HUE_COUNT_LINKS = env.switch(
    "HUE_COUNT_LINKS", default=True
)  # posts link to our pages by way of /l/ (ADR 0028)
HUE_HTTPS = env.switch("HUE_HTTPS")  # behind a TLS front: cookies Secure, addresses https

DEBUG = False
ALLOWED_HOSTS = ["*"]  # each door answers 421 for a host it does not know (desk/hosts.py)
ROOT_URLCONF = ""
USE_TZ = True
TIME_ZONE = "UTC"  # stored and computed in UTC; shown in the agency's zone
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("es", "Español")]  # the public pages (locale/README.md)
LOCALE_PATHS = [str((HUE_HOME.__class__(__file__).resolve().parents[2]) / "locale")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_url = env.text("HUE_DATABASE_URL")
_tips_url = env.text("HUE_TIPS_DATABASE_URL")
if _url:
    _main, _tips = env.postgres_pair(
        _url, _tips_url, name="HUE_DATABASE_URL", tips_name="HUE_TIPS_DATABASE_URL"
    )
else:
    _main, _tips = env.sqlite(HUE_HOME / "main.sqlite3"), env.sqlite(HUE_HOME / "tips.sqlite3")
DATABASES = {"default": _main, "tips": _tips}
DATABASE_ROUTERS = ["hueandcry.settings.routers.TipsApart"]

INSTALLED_APPS = [
    "django.contrib.sessions",
    "hueandcry.ui",
    "django.forms",  # its widget templates, after ours
    "hueandcry.jobs",
    "hueandcry.records",
    "hueandcry.agencies",
    "hueandcry.tips",
    "hueandcry.lists",
    "hueandcry.assets",
    "hueandcry.matters",
    "hueandcry.channels",
    "hueandcry.posts",
    "hueandcry.appeals",
    "hueandcry.requests",
    "hueandcry.fieldnotes",
    "hueandcry.counts",
    "hueandcry.series",
    "hueandcry.answers",
    "hueandcry.staff",
    "hueandcry.looks",
    "hueandcry.experts",
    "hueandcry.practice",
    "hueandcry.publicsite",
    "hueandcry.health",  # no tables: the worker finds its sweep
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"builtins": ["hueandcry.ui.templatetags.ui"]},
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
STATIC_URL = "/static/"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# Where "Leave this page now" on the tip pages leads: something anybody might be reading.
HUE_LEAVE_URL = env.text("HUE_LEAVE_URL", "https://www.wikipedia.org/")

# Mail for invitations. Without a server, invitations are one-time links shown to the administrator.
EMAIL_HOST = env.text("HUE_SMTP_HOST")
EMAIL_PORT = env.number("HUE_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("HUE_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("HUE_SMTP_PASSWORD")
EMAIL_USE_TLS = env.switch("HUE_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("HUE_MAIL_FROM", "hue-and-cry@localhost")
HUE_MAIL_BOUNCES = env.text("HUE_MAIL_BOUNCES")  # where mail to subscribers comes back to
# The mailbox behind it. The password is in a file that only the worker needs to read.
HUE_IMAP_HOST = env.text("HUE_IMAP_HOST")
HUE_IMAP_PORT = env.number("HUE_IMAP_PORT", 993)
HUE_IMAP_TLS = env.switch("HUE_IMAP_TLS", default=True)
HUE_IMAP_USER = env.text("HUE_IMAP_USER")
HUE_IMAP_PASSWORD_FILE = env.text("HUE_IMAP_PASSWORD_FILE", str(HUE_KEYS / "mailbox.password"))
HUE_IMAP_FOLDER = env.text("HUE_IMAP_FOLDER", "INBOX")
HUE_IMAP_DONE = env.text("HUE_IMAP_DONE")  # folder to which read reports are moved

# Lists of subscribers: the SMS gateway, and who push services may write to about us.
HUE_SMS_GATEWAY = env.text("HUE_SMS_GATEWAY", "kannel")  # or twilio
HUE_SMS_URL = env.text("HUE_SMS_URL")
HUE_SMS_USER = env.text("HUE_SMS_USER")
HUE_SMS_PASSWORD = env.text("HUE_SMS_PASSWORD")
HUE_SMS_FROM = env.text("HUE_SMS_FROM")
HUE_SMS_KEY = env.text("HUE_SMS_KEY")  # in the address that the gateway calls with what people text
HUE_SMS_COUNTRY = env.text("HUE_SMS_COUNTRY", "44")
HUE_PUSH_CONTACT = env.text("HUE_PUSH_CONTACT")
HUE_PUSH_SERVICES = [word.lower() for word in env.words("HUE_PUSH_SERVICES")]  # see lists/push_services.py
HUE_SMS_PRICE = env.text("HUE_SMS_PRICE")  # of one billed part, such as "0.04 GBP"

# Bodies stay in memory: nothing a person sends may touch a temporary file.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Logs carry ids, never content. The formatter drops exception messages and local values.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ids": {"()": "hueandcry.kernel.logs.IdsOnly"}},
    "handlers": {
        "file": {
            "()": "hueandcry.kernel.logs.rotating",
            "folder": str(HUE_LOGS),
            "name": env.text("HUE_PROCESS", "hue"),
            "formatter": "ids",
        },
        "console": {"class": "logging.StreamHandler", "formatter": "ids", "level": "ERROR"},
    },
    "root": {"handlers": ["file", "console"], "level": "INFO"},
    "loggers": {
        # Django's own request log writes paths, which on tip pages are content.
        "django.request": {"handlers": [], "propagate": False, "level": "CRITICAL"},
        "django.security": {"handlers": [], "propagate": False, "level": "CRITICAL"},
        "fido2": {"handlers": [], "propagate": False, "level": "CRITICAL"},
        "httpx": {"handlers": [], "propagate": False, "level": "CRITICAL"},
        "httpcore": {"handlers": [], "propagate": False, "level": "CRITICAL"},
    },
}
