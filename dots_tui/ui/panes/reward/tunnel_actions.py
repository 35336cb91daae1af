"""What the keys of the wind tunnel do in the Reward pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.ui.panes.reward.tunnel import RewardTunnel
from dots_tui.ui.panes.track_shapes import Shapes
from dots_tui.ui.panes.tunnel_ground import ground_of, store_of
from dots_tui.ui.widgets.heat_map import HeatMap

if TYPE_CHECKING:
    from dots_tui.custom_files.history import Version

_ON_DISK = "the file on the disk"
_NONE, _DISK = "none", "disk"


class TunnelActions(RewardTunnel):
    """The actions of `tunnel_commands`."""

    def action_rehearse(self) -> None:
        self._show_tunnel()
        self.rehearse()

    def action_cancel(self) -> None:
        self.end_rehearsal()

    def _show_tunnel(self) -> None:
        """Where only one of both fits: the wind tunnel instead of the text."""
        self.add_class("-tunnel")
        if not (self.editor.has_focus and self.has_class("-both")):
            self.call_after_refresh(self._into_tunnel)

    def _into_tunnel(self) -> None:
        if not self.has_class("-tunnel"):
            return  # somebody went into the text meanwhile
        drawn = self.query_one(HeatMap)
        self.screen.set_focus(drawn if drawn.display and drawn.region.width else self)

    def picture_came(self) -> None:
        if self.has_focus and self.has_class("-tunnel"):
            self.call_after_refresh(self._into_tunnel)

    def action_tunnel(self) -> None:
        focused = self.screen.focused
        inside = focused is not None and self.tunnel in focused.ancestors_with_self
        if self.has_class("-tunnel") and (inside or not self.has_class("-both")):
            self.remove_class("-tunnel", "-zoomed")
            self.focus()
        else:
            self.add_class("-tunnel")
            self.call_after_refresh(self._into_tunnel)

    def action_zoom(self) -> None:
        self.toggle_class("-zoomed")
        if self.has_class("-zoomed"):
            self.add_class("-tunnel")
            self.call_after_refresh(self._into_tunnel)

    def action_view(self) -> None:
        self.tunnel.next_view()
        self.tell_state()

    def action_heading(self) -> None:
        self.tunnel.picture.move(turn=1)

    def action_speed(self) -> None:
        self.tunnel.picture.move(faster=1)

    def action_learned_way(self) -> None:
        self.tunnel.picture.toggle_way()

    def action_by_itself(self) -> None:
        self.by_itself = not self.by_itself
        self.notify("Rehearsals start when typing pauses." if self.by_itself else "Rehearsals start with R only.")
        self.rehearse_by_itself()
        self.tell_state()

    def action_fault(self) -> None:
        report = self.tunnel.report
        line = next((fault.line for fault in report.faults if fault.line), None) if report is not None else None
        if line is not None:
            self.remove_class("-tunnel", "-zoomed")
            self.editor.go_to(line)
            self.screen.set_focus(self.editor)

    def action_params(self) -> None:
        from dots_tui.ui.panes.reward.params_screen import ParamsScreen

        there = self.tunnel.params()
        if there is not None:
            self.app.push_screen(ParamsScreen(*there))

    def action_fetch_shape(self) -> None:
        wanted, store = ground_of(self.workspace).wanted, store_of(self.workspace)
        if not wanted or store is None:
            here = "The real shape of this track is available."
            made_up = "The cars of the embedded cloud drive made-up shapes."
            self.notify(here if store is not None else made_up)
            return
        if self.shapes is None:
            self.shapes = Shapes(self, store, self._shape_changed, "f")
        self.shapes.fetch(wanted)

    def _shape_changed(self) -> None:
        if self.shapes is not None and not self.shapes.fetching:
            missing = ground_of(self.workspace).wanted
            if missing:
                self.notify(self.shapes.words(missing), severity="warning", timeout=10)
            elif self.tunnel.report is not None:
                self.rehearse()
        self.tell_state()

    def action_compare(self) -> None:
        from dots_tui.app.saved_versions import history_of, label_of
        from dots_tui.ui.widgets.dialogs import Choose

        self.take_typed()
        document = self.document
        assert document is not None  # the command needs it
        versions = history_of(self.workspace).versions(document.files.root, document.name)
        options = [(_NONE, "nothing: this version alone")] if self.other is not None else []
        if document.dirty:
            options.append((_DISK, _ON_DISK))
        options += [(str(index), f"saved before {label_of(version)}") for index, version in enumerate(versions)]
        if not options:
            self.notify("There is no other version yet: the file is as saved, and each save keeps the one before.")
            return

        def chosen(value: str | None) -> None:
            if value == _NONE:
                self._compare_no_more()
            elif value == _DISK:
                self._compare_with(document.saved, _ON_DISK)
            elif value is not None:
                self._compare_with_version(versions[int(value)])

        self.app.push_screen(Choose("Compare what is in the editor with", options), chosen)

    def _compare_no_more(self) -> None:
        self.other = None
        if self.tunnel.running:
            self.rehearse()
        self.tunnel.forget_before()

    def _compare_with_version(self, version: Version) -> None:
        from dots_tui.app.saved_versions import label_of

        try:
            source = version.read()
        except OSError as error:
            self.notify(f"That version cannot be read: {error.strerror or error}.", severity="error")
            return
        self._compare_with(source, f"the version before {label_of(version)}")

    def _compare_with(self, source: bytes, name: str) -> None:
        self.other = source
        self.tunnel.begin_before(name)
        self._show_tunnel()
        self.rehearse()
