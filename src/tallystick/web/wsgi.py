"""The application that the server runs, with everything that pages need imported before the first one is asked for."""

from __future__ import annotations

import atexit
import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

# Collections of what an answer leaves behind, per how many objects made: an answer makes some thousand, and Python's
# own measure looks through them, and now and then through everything that was ever imported, many times in each.
YOUNG, MIDDLE, OLD = 20_000, 20, 20

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.web.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  looking at them imports the pages
gc.collect()
gc.freeze()
atexit.register(gc.unfreeze)  # what is frozen at the end is taken for lost by those who count
gc.set_threshold(YOUNG, MIDDLE, OLD)
