"""The keys of ``params``; the list is with the custom files, whose check needs it as well."""

from __future__ import annotations

from dots_tui.custom_files.reward_parameters import PARAMETERS, Parameter, passed_by

__all__ = ["PARAMETERS", "Parameter", "passed_by"]
