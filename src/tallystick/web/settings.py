"""Django's settings. What a user may set comes from the environment; all else is decided here.

TALLY_HOME           the folder to serve
TALLY_DESK_FILE      the desk's database, where it is not in the home
TALLY_HOSTS          host names that requests may ask for, by comma [localhost, 127.0.0.1]
TALLY_HTTPS          1 where a proxy in front speaks TLS: cookies become Secure, HSTS is sent
TALLY_MAIL           smtp://user:password@host:port of the mail server; without one, mail is kept in desk/mail
TALLY_MAIL_FROM      the sender's address
TALLY_ADDRESS        how people reach the control room, for links in mails [http://127.0.0.1:8300]
TALLY_WORKER         0 where another process works for this home: the server starts no worker beside it
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from tallystick.web.place import DATABASE, desk_folder, home, secret

HERE = Path(__file__).resolve().parent
ROOT = home().root.resolve()
DESK = desk_folder(ROOT)
HTTPS = os.environ.get("TALLY_HTTPS") == "1"

PUBLIC_ADDRESS = os.environ.get("TALLY_ADDRESS", "http://127.0.0.1:8300").rstrip("/")
SECRET_KEY = secret(ROOT)
DEBUG = False
ALLOWED_HOSTS = [name for name in os.environ.get("TALLY_HOSTS", "localhost,127.0.0.1").split(",") if name]
ROOT_URLCONF = "tallystick.web.urls"
WSGI_APPLICATION = "tallystick.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "tallystick.web",
    "tallystick.web.accounts",
    "tallystick.web.desk",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # before the files of the package: they carry the policy too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tallystick.web.middleware.request_id",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tallystick.web.middleware.activity",
    "django_htmx.middleware.HtmxMiddleware",
    "tallystick.web.middleware.headers",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tallystick.web.frame.frame",
            ],
            "builtins": ["tallystick.web.templatetags.figures"],
        },
    }
]

# ---- what people did ---------------------------------------------------------------------------------------------

# `default` writes; `room` reads behind the second wall (web/wall). FULL: what was answered is on the disk.
SQLITE = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("TALLY_DESK_FILE", DESK / DATABASE),
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE},
        "CONN_MAX_AGE": 60,
    },
    "room": {
        "ENGINE": "tallystick.web.wall",
        "NAME": os.environ.get("TALLY_DESK_FILE", DESK / DATABASE),
        "OPTIONS": {"timeout": 20},
        "CONN_MAX_AGE": 0,
        "TEST": {"MIRROR": "default"},
    },
}

# A test switches this off to see that the database's own wall holds alone.
ROOM_FILTERS = True

# ---- people ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tallystick.web.accounts.adapter.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # who has an account was invited by that address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# By account and address together: a whole call centre stands behind one address.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,60/5m/ip", "login": "60/m/ip", "reset_password": "10/h/ip,3/h/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tallystick"
MFA_RECOVERY_CODE_COUNT = 10
USERSESSIONS_TRACK_ACTIVITY = False  # web.middleware.activity notes it, less often

SESSION_COOKIE_NAME = "__Host-tally" if HTTPS else "tally"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-tally-form" if HTTPS else "tally-form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "tallystick.web.errors.forged"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# ---- what leaves and what comes in -------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
MOST_UPLOAD_BYTES = 512 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "tallystick.web.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

_MAIL = urlsplit(os.environ.get("TALLY_MAIL", ""))
if _MAIL.hostname:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _MAIL.hostname, _MAIL.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
    EMAIL_USE_TLS = _MAIL.scheme == "smtp+tls"
    EMAIL_USE_SSL = _MAIL.scheme == "smtps"
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DESK / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("TALLY_MAIL_FROM", "Tallystick <tallystick@localhost>")

# ---- words, time, files ------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [HERE / "locale"]
STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "tallystick.web.assets.DocumentStyle",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False  # our pages alone use them

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "file": {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": DESK / "server.log",
            "maxBytes": 5_000_000,
            "backupCount": 3,
            "formatter": "plain",
            "delay": True,
        }
    },
    "root": {"handlers": ["file"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["file"], "level": "WARNING", "propagate": False}},
}
