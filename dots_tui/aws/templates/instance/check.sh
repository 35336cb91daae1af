#!/bin/bash
# Setup without a training, for `dots-tui doctor --live` on a small instance: reports that the instance works. The time
# to live is armed already and ends the stack, as it does for a training. Runs as ubuntu.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

main() {
  claim "$RUN" || fail in-use "there is something in s3://$BUCKET/$RUN/ already" || return
  phase machine "the instance has booted and its time to live is armed"
  signal true "the instance is ready" || fail no-signal "CloudFormation does not take the instance's report"
}

main
