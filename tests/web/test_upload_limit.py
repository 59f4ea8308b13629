"""Uploads above the limit end at the limit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile


def test_a_request_above_the_limit_is_not_read_to_its_end(
    sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, own_records: Path
) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "MOST_UPLOAD_BYTES", 1000)
    sent = SimpleUploadedFile("big.csv", b"a,b\n" * 100_000)
    answer = sign_in("owner").post("/do/give-file", {"file": sent})
    assert answer.status_code == 400
    assert not (own_records / "desk" / "uploads").exists()


def test_a_sender_that_lies_about_the_size_is_stopped_by_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings
    from django.core.exceptions import RequestDataTooBig

    from tallystick.web.upload_limit import BESIDE, UploadLimit

    monkeypatch.setattr(settings, "MOST_UPLOAD_BYTES", 1000)
    handler = UploadLimit()
    handler.handle_raw_input(None, {}, 10, b"")
    handler.receive_data_chunk(b"x" * (BESIDE + 1000), 0)
    with pytest.raises(RequestDataTooBig):
        handler.receive_data_chunk(b"x", 0)
