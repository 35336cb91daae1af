"""An embedded instance without a training: what `dots-tui doctor --live` starts (`Setup` is check)."""

from __future__ import annotations

from dots_tui.aws.trial import UNTIL_COMMAND
from dots_tui.demo.instance import BOOT_SECONDS, EmbeddedInstance


class CheckedInstance(EmbeddedInstance):
    """An instance that boots, reports, answers commands, and ends its stack when its time to live is over."""

    def command_output(self, command: str) -> str:
        """Return the output of a Systems Manager command."""
        return f"{self._parameters['ExpiresAt']}\nactive\n" if command == UNTIL_COMMAND else ""

    def _prefix(self, key: str) -> str:
        """Return the place of the check for every key: there are no custom files that name another one."""
        del key
        return self._parameters["Run"].strip("/")

    def _boot(self) -> None:
        if not self._off.wait(BOOT_SECONDS):
            self._phases.reached("machine", "the instance has booted and its time to live is armed")
            self._signal(ready=True)

    def _upload_results(self) -> None:
        """Do nothing: there is no model and no container output."""
