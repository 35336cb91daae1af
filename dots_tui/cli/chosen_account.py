"""The account and region of the commands: flags first, then the environment, then the app's settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from dots_tui.aws.account import chosen_regions
from dots_tui.aws.session import Aws, region_of_environment
from dots_tui.cli.telling import say
from dots_tui.config.settings import Folders, SettingsFile

_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_KEYS = ("AWS_ACCESS_KEY_ID",)


def chosen(profile: str | None = None, region: str | None = None, environment: Mapping[str, str] = os.environ) -> Aws:
    """Return the access to AWS. Report values from the settings, because the command line does not show them.

    An environment with a profile also determines the region; an environment with keys does not.
    """
    settings = SettingsFile.load(Folders.of_user()).settings
    named = bool(profile) or any(environment.get(name) for name in _PROFILES)
    used = []
    if settings.profile and not named and not any(environment.get(name) for name in _KEYS):
        profile = settings.profile
        used.append(f"profile {profile}")
    if settings.region and not region and not named and not region_of_environment(environment):
        region = settings.region
        used.append(f"region {region}")
    if used:
        say(f"Using {' and '.join(used)} of the app's settings.")
    return Aws(profile or None, region or None)


def regions_of(aws: Aws, named: Sequence[str]) -> list[str]:
    """Return the regions to list: the `named` ones, else the current region and those in the app's settings."""
    if named:
        return list(dict.fromkeys(named))
    return chosen_regions(SettingsFile.load(Folders.of_user()).settings.regions, aws.region)
