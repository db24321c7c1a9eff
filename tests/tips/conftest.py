"""A programme whose keys, pins and locks are this test's own, committed for real."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.helpers_tips import Programme, make_ready_programme


@pytest.fixture
def programme(transactional_db: None, tmp_path: Path, settings: Settings) -> Programme:
    """What is destroyed on commit is destroyed, what was seen is kept."""
    settings.HUE_HOME = tmp_path / "home"
    settings.HUE_KEYS = tmp_path / "home" / "keys"
    return make_ready_programme()
