"""Themes come from TOML files; a bad one is told and the others work."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui.ui.themes import ThemeProblem, load_themes, read_theme


def test_the_packaged_themes_cover_dark_light_and_sixteen_colours(tmp_path: Path) -> None:
    themes, problems = load_themes(tmp_path / "none")
    assert problems == []
    assert {theme.name for theme in themes} >= {"night-race", "paddock", "sixteen"}
    assert any(theme.dark and not theme.ansi for theme in themes)
    assert any(not theme.dark for theme in themes)
    sixteen = next(theme for theme in themes if theme.name == "sixteen")
    assert sixteen.ansi
    assert all(colour.startswith("ansi_") for colour in (sixteen.primary, sixteen.background, sixteen.error) if colour)


def test_a_user_theme_wins_over_a_packaged_one_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('name = "night-race"\n[colors]\nprimary = "#123456"\n')
    themes, _ = load_themes(tmp_path)
    assert next(theme for theme in themes if theme.name == "night-race").primary == "#123456"


def test_a_theme_without_a_name_is_called_like_its_file(tmp_path: Path) -> None:
    path = tmp_path / "dusk.toml"
    path.write_text('[colors]\nprimary = "red"\n')
    assert read_theme(path).name == "dusk"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[colors", "it is no TOML"),
        ("dark = true", "primary colour"),
        ('[colors]\nprimary = "no-such-colour"', "is not a colour"),
        ("[colors]\nprimary = 12", "must be a text"),
        ('[colors]\nprimary = "red"\nprimry = "red"', "unknown name primry"),
        ('[colors]\nprimary = "red"\n[variables]\nborder = 3', "must hold texts"),
    ],
)
def test_what_is_wrong_with_a_theme_is_said(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(ThemeProblem, match=reason):
        read_theme(path)
    themes, problems = load_themes(tmp_path)
    assert len(problems) == 1
    assert len(themes) >= 3
