"""Changes made in the account dialog, posted to the app after the workspace has taken them over."""

from __future__ import annotations

from textual.message import Message


class AccountChanged(Message):
    """Another profile, region or list of regions is in use: what is shown of AWS is outdated."""


class BudgetChanged(Message):
    """Another budget is set: a launch plan made before is outdated."""
