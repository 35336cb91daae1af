"""The Stacks pane: what there is and costs, the go/no-go board, launching, extending, stopping."""
