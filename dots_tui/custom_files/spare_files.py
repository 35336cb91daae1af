"""Files of a folder that are no run's by their names, and are checked as what they stand for.

* DRFC's ``defaults`` folder has template-run.env, template-system.env and template-worker.env in the place of the
  files they become. A folder without run.env and system.env that has one of the first two is such a folder.
* model_metadata_sac.json, hyperparameters_2.json and the like lie ready beside the files a run uses. Because the run
  does not read them, what is wrong with them is a warning at most.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping

from dots_tui.custom_files.check import check_sources, place
from dots_tui.custom_files.findings import Finding, Fix, kind
from dots_tui.custom_files.folder import (
    HYPERPARAMETERS,
    MODEL_METADATA,
    RUN_ENV,
    SYSTEM_ENV,
    TEMPLATES,
    CustomFiles,
    FolderProblem,
)
from dots_tui.problems import ERROR, INFO, WARNING

_VARIANT = re.compile(r"(?P<stem>model_metadata|hyperparameters)(?P<tail>[_-].+)\.json")
_ALGORITHMS = (b'{"training_algorithm": "clipped_ppo"}', b'{"training_algorithm": "sac"}')


def check_folder(files: CustomFiles, sources: Mapping[str, bytes], unreadable: Mapping[str, str]) -> list[Finding]:
    """The findings about the folder: the run's files (``sources``, ``unreadable``), templates and spare JSON files.

    Raises FolderProblem when the folder cannot be listed.
    """
    others = files.others()
    spare: dict[str, bytes] = {}
    broken: dict[str, str] = {}
    stand_ins = _stand_ins({*sources, *unreadable}, others)
    for name in others:
        if name in stand_ins.values() or _VARIANT.fullmatch(name):
            try:
                spare[name] = files.read(name)
            except FolderProblem as problem:
                broken[name] = str(problem)
    stand_ins = {role: name for role, name in stand_ins.items() if name in spare}
    roles = {**sources, **{role: spare[name] for role, name in stand_ins.items()}}
    drafts = frozenset(role for role in stand_ins if role not in (RUN_ENV, SYSTEM_ENV))
    found = check_sources(roles, unreadable, others, drafts)
    findings = [_under_its_name(finding, stand_ins) for finding in (*found, *_templates(stand_ins))]
    findings += _variants(roles, spare)
    findings += [Finding(name, 0, None, WARNING, "unreadable-file", why, None) for name, why in broken.items()]
    at = {name: place(role) for role, name in stand_ins.items()}
    return sorted(findings, key=lambda finding: (at.get(finding.file) or place(finding.file), finding.line))


def _stand_ins(there: Collection[str], others: Collection[str]) -> dict[str, str]:
    """The templates that are read in the place of files, by those files' names."""
    if RUN_ENV in there or SYSTEM_ENV in there or not {TEMPLATES[RUN_ENV], TEMPLATES[SYSTEM_ENV]} & set(others):
        return {}
    return {role: name for role, name in TEMPLATES.items() if name in others and role not in there}


def _templates(stand_ins: Mapping[str, str]) -> Iterator[Finding]:
    for role in stand_ins:
        if role in (RUN_ENV, SYSTEM_ENV):
            # Said with a gap in the name, so that it stays when the template's own name is put in.
            what = role.replace(".", "\0")
            message = f"There is no {what}; this template is read in its place. A run needs {what} itself."
            fix = Fix(f"Copy it to {what} and fill in the open values.")
            yield Finding(role, 0, None, INFO, "template-file", message, fix)


def _under_its_name(finding: Finding, stand_ins: Mapping[str, str]) -> Finding:
    """``finding`` with the names of the files that are there in the place of those they stand for."""
    message, advice = finding.message, finding.advice
    for role, name in stand_ins.items():
        pattern = re.compile(rf"(?<![\w.-]){re.escape(role)}(?![\w-])")
        message = pattern.sub(name, message)
        advice = pattern.sub(name, advice)
    return dataclasses.replace(
        finding,
        file=stand_ins.get(finding.file, finding.file),
        message=message.replace("\0", "."),
        fix=dataclasses.replace(finding.fix, advice=advice.replace("\0", ".")) if finding.fix is not None else None,
    )


def _variants(roles: Mapping[str, bytes], spare: Mapping[str, bytes]) -> Iterator[Finding]:
    """The findings about each JSON file that lies ready, as if it was in use."""
    for name, data in spare.items():
        match = _VARIANT.fullmatch(name)
        if match is None:
            continue
        role = match["stem"] + ".json"
        runs = [{**roles, role: data}]
        if role == HYPERPARAMETERS:
            twin = spare.get(f"model_metadata{match['tail']}.json")
            # Without the file that goes with it, the algorithm is not known: only what is wrong with both is told.
            runs = [{**runs[0], MODEL_METADATA: other} for other in ([twin] if twin is not None else _ALGORITHMS)]
        found = [[finding for finding in check_sources(run) if finding.file == role] for run in runs]
        for finding in found[0]:
            if all(finding in others for others in found[1:]):
                severity = WARNING if finding.severity == ERROR else finding.severity
                yield _under_its_name(dataclasses.replace(finding, severity=severity), {role: name})


KINDS = (
    kind(
        "template-file",
        "info",
        "A template is read in the place of a file that is missing.",
        "Copy it, and fill it in.",
    ),
)
