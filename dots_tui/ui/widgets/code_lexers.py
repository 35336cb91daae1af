"""Pygments lexers whose state can be seen while they run, and what their tokens are called here.

Imported on first use only: Pygments' lexers are not needed before somebody opens a file as text.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pygments.lexer import ExtendedRegexLexer
from pygments.lexers.python import PythonLexer
from pygments.token import (
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Token,
)

if TYPE_CHECKING:
    from pygments.token import _TokenType


class PythonCode(ExtendedRegexLexer, PythonLexer):
    """Python, as Pygments has it, with the state in a context."""


class JsonText(ExtendedRegexLexer):
    """JSON. No token crosses the end of a line."""

    name = "JSON"
    tokens = {
        "root": [
            (r"\s+", Text),
            (r'"(?:\\.|[^"\\\n])*"(?=\s*:)', Name.Tag),
            (r'"(?:\\.|[^"\\\n])*"', String),
            (r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", Number),
            (r"(?:true|false|null)\b", Keyword.Constant),
            (r"[][{}:,]", Punctuation),
            (r'"[^\n]*|\S', Error),
        ],
    }


class EnvText(ExtendedRegexLexer):
    """KEY=value lines of an env file, with comments, quotes and $VARIABLES."""

    name = "env"
    tokens = {
        "root": [
            (r"\n", Text),
            (r"[^\S\n]+", Text),
            (r"#.*", Comment),
            (r"export(?=[^\S\n])", Keyword),
            (r"[A-Za-z_]\w*(?==)", Name.Tag),
            (r"=", Operator, "value"),
            (r".", Error),
        ],
        "value": [
            (r"\n", Text, "#pop"),
            (r"[^\S\n]+#.*", Comment),
            (r"\$\{?\w+\}?", Name.Variable),
            (r"'[^'\n]*'?", String),
            (r'"', String, "quoted"),
            (r"(?:[Tt]rue|TRUE|[Ff]alse|FALSE)(?=\s|$)", Keyword.Constant),
            (r"-?\d+(?:\.\d+)?(?=[\s,]|$)", Number),
            (r"[^\s$\"']+|.", Text),
        ],
        "quoted": [
            (r"\n", Text, "#pop:2"),
            (r'"', String, "#pop"),
            (r"\$\{?\w+\}?", Name.Variable),
            (r'\\.|[^"$\\\n]+|.', String),
        ],
    }


NAMES: dict[_TokenType, str] = {
    Keyword: "keyword",
    Keyword.Constant: "constant",
    Operator.Word: "keyword",
    Name.Function: "definition",
    Name.Class: "definition",
    Name.Decorator: "definition",
    Name.Builtin: "builtin",
    Name.Exception: "builtin",
    Name.Tag: "key",
    Name.Variable: "variable",
    String: "string",
    String.Interpol: "variable",
    Number: "number",
    Comment: "comment",
    Error: "invalid",
}
"""What a kind of token is called in the editor's component classes; kinds not named take their parent's."""


@cache
def name_of(token: _TokenType) -> str:
    """The component class of `token`, "" when it is plain text."""
    while token is not Token:
        if token in NAMES:
            return NAMES[token]
        if token.parent is None:
            break
        token = token.parent
    return ""


def lexer_for(file_name: str) -> ExtendedRegexLexer | None:
    """The lexer for a file of this name: Python, JSON, or env; None for anything else."""
    if file_name.endswith(".py"):
        return PythonCode()
    if file_name.endswith(".json"):
        return JsonText()
    if file_name.endswith(".env"):
        return EnvText()
    return None
