"""Checks of the machine image: it can be launched, its age, and whether its DRFC fits the simapp."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from dots_tui.aws.checks.result import CheckRemedy, CheckResult, error, good, warning
from dots_tui.aws.image_versions import drfc_of, fits
from dots_tui.aws.images import ARCHITECTURE, COMMUNITY, PRIVATE, SCRATCH, STOCK_NAME, Image
from dots_tui.aws.recipe import recipe

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import LaunchFacts

CERTIFICATE_DAYS = 90
"""Lifetime of a Docker swarm's node certificate. DRFC's init creates a swarm when an image is built."""
OLD_DAYS = 365
"""Age at which drivers and packages of an image have not been updated for a year."""
SCRATCH_MINUTES = 12
"""Minutes an instance takes to install DRFC: mostly the download of the simapp image, about 5 GB."""
_WITHOUT_DRIVER = re.compile(r"^(ubuntu/|ubuntu-|al20\d\d-|amzn2?-|debian-|RHEL-|Fedora|Windows_Server)", re.IGNORECASE)
_STOCK = re.compile(r"^Deep Learning ", re.IGNORECASE)
_INSTALL = CheckRemedy("image", "install at launch", value=SCRATCH)
_OFFERS = (
    "Bake one (dots-tui image bake), copy one from a region that has one (dots-tui image copy REGION), "
    "or install DRFC at launch (--image scratch)."
)


def image(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check that the image exists and has the right kind, and report its age."""
    found = facts.image
    if found is None:
        yield _none(facts)
        return
    refused = _unusable(found)
    if refused is not None:
        yield refused
    elif found.kind == "scratch":
        yield _scratch(facts, found)
    elif found.kind == "given":
        yield _given(found)
    else:
        yield _aged(found)


def _none(facts: LaunchFacts) -> CheckResult:
    choice, region = facts.choices.image, facts.aws.region
    if choice == SCRATCH:
        what = f"AWS has no stock image in {region} ({STOCK_NAME})."
        return error("no-image", what, "Choose another region, or name an image by its id: --image.")
    if choice == PRIVATE:
        return error("no-image", f"You have no private image in {region}.", _OFFERS, _INSTALL, _bake())
    if choice not in ("", COMMUNITY):
        what = f"There is no image {choice} in {region} that this account may use."
        fix = "An id is of one region. dots-tui image list shows the images you can use."
        return error("no-such-image", what, fix, _INSTALL)
    what = f"Neither DeepRacer on the Spot nor this account has an image in {region}."
    return error("no-image", what, _OFFERS, _INSTALL, _bake())


def _bake() -> CheckRemedy:
    return CheckRemedy("bake", "bake one")


def _unusable(found: Image) -> CheckResult | None:
    named = f"image {found.name or found.id}"
    if found.architecture != ARCHITECTURE:
        what = f"The {named} is for {found.architecture}; GPU instances and the simapp are {ARCHITECTURE}."
        return error("image-architecture", what, "Choose an image for x86_64.", _INSTALL)
    if found.platform:
        return error("image-platform", f"The {named} is {found.platform}, not Linux.", "Choose another.", _INSTALL)
    if found.state != "available":
        what = f"The {named} is not available yet: it is {found.state}."
        return error("image-not-ready", what, "Wait until it is, or choose another.", _INSTALL)
    if found.kind == "given" and _WITHOUT_DRIVER.match(found.name):
        what = f"The {named} is a plain system image: it has no NVIDIA driver."
        return error("image-no-driver", what, "Choose an image with DRFC, or --image scratch.", _INSTALL)
    if found.kind == "given" and _STOCK.match(found.name):
        what = f"The {named} is a stock image of AWS: it has no DRFC."
        return error("image-no-drfc", what, "--image scratch installs DRFC on such an image.", _INSTALL)
    return None


def _scratch(facts: LaunchFacts, found: Image) -> CheckResult:
    if facts.choices.templates:
        what = "A checkout's templates cannot install DRFC at launch."
        return error("scratch-templates", what, "Use the templates of dots-tui: --templates own.")
    if facts.base is not None and not facts.base.stack_role:
        what = f"{facts.base.name} was made by DeepRacer on the Spot: no driver check, no time for the installation."
        return error("scratch-base", what, "Use a base stack of dots-tui, or an image with DRFC.")
    cost = facts.cost
    price = f", about {cost.usd_per_hour * SCRATCH_MINUTES / 60:.2f} USD" if cost is not None else ""
    what = (
        f"stock image {found.name or found.id}: DRFC {recipe().drfc_version} is installed at launch, "
        f"about {SCRATCH_MINUTES} min of the time to live{price}"
    )
    return CheckResult("info", "image-scratch", what, "dots-tui image bake does it once for all launches.")


def _given(found: Image) -> CheckResult:
    what = f"Nothing says whether image {found.name or found.id} has an NVIDIA driver, Docker and DRFC."
    return warning("image-unknown", what, "Without them the launch fails at the start and costs a few minutes.")


def _aged(found: Image) -> CheckResult:
    days = found.age_days
    whose = "private image" if found.kind == "private" else "community image"
    aged = f"{whose} {found.name or found.id} of {found.created[:10]} ({days} days old)"
    if days > OLD_DAYS:
        what = f"{aged}: its drivers and packages were not renewed for a year."
        return warning("old-image", what, "dots-tui image bake makes a new one.", _bake())
    if found.kind == "community" and days > CERTIFICATE_DAYS:
        over = days - CERTIFICATE_DAYS
        what = f"{aged}: its Docker swarm certificate ended {over} days ago; the instance renews it at its start"
        return CheckResult("info", "image-certificate", what, "A private image has no such state: dots-tui image bake.")
    if found.kind == "private" and found.drfc and found.drfc != recipe().drfc_commit:
        what = f"{aged} has DRFC {found.drfc[:7]}; this version of dots-tui installs {recipe().drfc_commit[:7]}"
        return CheckResult("info", "image-recipe", what, "dots-tui image bake makes a new one.", remedies=(_bake(),))
    return good("image", aged)


def versions(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Compare the simapp version with the DRFC of the image, and report the evidence."""
    tag = facts.values.get("DR_SIMAPP_VERSION", "")
    if not re.match(r"\d+", tag):
        yield warning("no-simapp", "system.env names no version of the simapp.", "Set DR_SIMAPP_VERSION.")
        return
    found = facts.image
    version = drfc_of(found) if found is not None else None
    if version is None:
        what = f"simapp {tag}; nothing says which DRFC the image has"
        yield CheckResult("info", "versions-unknown", what, "The instance refuses a wrong pair before it trains.")
    elif fits(version, tag):
        yield good("versions", f"simapp {tag}, DRFC {version.major} in the image ({version.basis})")
    else:
        what = f"simapp {tag} does not fit the image, whose DRFC is {version.major}: {version.basis}."
        fix = f"Use a {version.major}.x tag as DR_SIMAPP_VERSION in system.env, or another image."
        go = CheckRemedy("finding", "go there", value="system.env")
        # A new image has the DRFC of the recipe, so it helps only if the simapp fits that DRFC.
        others = (_INSTALL, _bake()) if tag[:1] == recipe().drfc_version[:1] else ()
        yield (error if version.sure else warning)("versions", what, fix, *others, go)
