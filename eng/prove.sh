#!/usr/bin/env bash
# Tries to break the ledger for as long as it is given, and prints the table of docs/reliability.md.
#
#   bash eng/prove.sh                                      all scenarios, an hour together, another seed each time
#   bash eng/prove.sh --minutes 5 --seed 42                shorter, and the same again
#   bash eng/prove.sh --scenario simulator,kills           only these
#
# The exit code is 0 only when the ledger held everywhere and every naive shape broke.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seed=$RANDOM
for argument in "$@"; do
  [[ $argument != --seed ]] || seed=
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build tests/AiCredits.Reliability --configuration Release --verbosity quiet </dev/null
exec dotnet tests/AiCredits.Reliability/bin/Release/net10.0/AiCredits.Reliability.dll ${seed:+--seed "$seed"} "$@"
