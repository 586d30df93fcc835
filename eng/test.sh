#!/usr/bin/env bash
# Builds everything in Release and runs every test project, and the web components' own tests with node.
#
#   bash eng/test.sh                  all of tests/*.Tests, and tests/ui
#   bash eng/test.sh Core AspNetCore  only tests/AiCredits.Core.Tests and tests/AiCredits.AspNetCore.Tests
#   bash eng/test.sh ui               only tests/ui
#
# The last line is always "N passed, N failed, N skipped", summed over the projects that ran. The exit code is 0 only when
# everything built, every project ran at least one test, and none failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

passed=0 failed=0 skipped=0
problems=()

finish() {
  local code=$?
  if ((${#problems[@]} > 0)); then
    printf '\n' >&2
    printf 'FAILED: %s\n' "${problems[@]}" >&2
    ((code != 0)) || code=1
  fi
  # Both streams usually end in one log: let the last line be last.
  sleep 0.1
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

give_up() {
  problems+=("$1")
  exit 1
}

# --- What the tests need: Debian's PostgreSQL, PgBouncer, Chromium and node -------------------------------------------------------

missing_packages() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
  [[ -x /usr/sbin/pgbouncer ]] || echo pgbouncer
  [[ -x /usr/bin/chromium ]] || echo chromium
  command -v node >/dev/null || echo nodejs
  compgen -G '/usr/share/fonts/truetype/liberation*/*.ttf' >/dev/null || echo fonts-liberation
}

install_packages() {
  local packages=("$@") had_postgresql=no had_pgbouncer=no
  [[ " ${packages[*]} " == *" postgresql "* ]] || had_postgresql=yes
  [[ " ${packages[*]} " == *" pgbouncer "* ]] || had_pgbouncer=yes
  echo "Installing ${packages[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  if ! { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    give_up "apt-get could not install: ${packages[*]}"
  fi
  rm -f "$log"
  # The packages may start servers of their own; the tests start private ones.
  if [[ $had_postgresql == no ]] && command -v pg_lsclusters >/dev/null; then
    pg_lsclusters --no-header 2>/dev/null | while read -r version cluster _ status _; do
      [[ $status != online* ]] || pg_ctlcluster "$version" "$cluster" stop || true
    done
  fi
  if [[ $had_pgbouncer == no && -x /etc/init.d/pgbouncer ]]; then
    /etc/init.d/pgbouncer stop >/dev/null 2>&1 || true
  fi
}

command -v dotnet >/dev/null || give_up "dotnet was not found: install the .NET SDK that global.json names"

mapfile -t packages < <(missing_packages)
if ((${#packages[@]} > 0)); then
  if ! command -v apt-get >/dev/null; then
    give_up "missing, and there is no apt-get to install them: ${packages[*]}"
  elif [[ $(id -u) != 0 ]]; then
    give_up "missing: run 'sudo apt-get install --no-install-recommends ${packages[*]}'"
  fi
  install_packages "${packages[@]}"
  mapfile -t packages < <(missing_packages)
  ((${#packages[@]} == 0)) || give_up "still missing after the installation: ${packages[*]}"
fi

# --- Build ----------------------------------------------------------------------------------------------------------------

projects=()
ui=no
for part in "$@"; do
  [[ $part != ui ]] || ui=yes
done
(($# > 0)) || ui=yes
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  wanted=no
  (($# > 0)) || wanted=yes
  for part in "$@"; do
    [[ $name != "AiCredits.$part.Tests" ]] || wanted=yes
  done
  [[ $wanted == no ]] || projects+=("$name")
done
((${#projects[@]} > 0)) || [[ $ui == yes ]] || give_up "no test project is called: $*"

# Everywhere the build that CI makes (deterministic, so without the paths of this machine in it): what passes here passes there.
export CI=true
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

((${#projects[@]} == 0)) || echo "Building ..."
((${#projects[@]} == 0)) || dotnet restore AiCredits.sln --verbosity quiet </dev/null ||
  give_up "restore (a change of packages needs a plain 'dotnet restore' and its packages.lock.json committed)"
if (($# > 0)); then
  for name in "${projects[@]}"; do
    dotnet build "tests/$name" --configuration Release --no-restore --verbosity quiet </dev/null || give_up "build of $name"
  done
else
  dotnet build AiCredits.sln --configuration Release --no-restore --verbosity quiet </dev/null || give_up "build"
fi

# --- Test -----------------------------------------------------------------------------------------------------------------

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

# What failed, named once more at the end: who sees only the last lines of a log can tell what to look at.
failures() { # one line for each failed test of a TRX file: its name and the start of its message
  tr '\r\n' '  ' <"$1" | sed 's/<UnitTestResult /\n&/g' | grep '^<UnitTestResult [^>]*outcome="Failed"' | head -n 40 |
    sed -E -e 's/^.* testName="([^"]*)"[^>]*>(.*<Message>(.{0,300}))?.*$/\1: \3/' -e 's/<\/Message>.*//'
}

counter() { # the named counter of a TRX file
  grep -o '<Counters [^>]*>' "$1" | tail -n 1 | grep -o " $2=\"[0-9]*\"" | grep -o '[0-9]*'
}

if [[ $ui == yes ]]; then
  printf '\n%s\n' "--- ui"
  # TAP, which every version of node writes the same; only failures are worth a look.
  node --test --test-reporter=tap tests/ui/*.test.mjs >"$results/ui.tap" 2>&1 </dev/null
  code=$?
  tap() { local line; line=$(grep "^# $1 [0-9]*$" "$results/ui.tap" | tail -n 1); line=${line##* }; echo "${line:-0}"; }
  ok=$(tap pass) bad=$((0 + $(tap fail) + $(tap cancelled))) other=$((0 + $(tap skipped) + $(tap todo)))
  ok=${ok:-0}
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + other))
  ((code == 0)) || grep -A 12 '^ *not ok' "$results/ui.tap" | head -n 200
  echo "  ui: $ok passed, $bad failed"
  if ((bad > 0)); then
    problems+=("ui: $bad failed")
  elif ((ok == 0)); then
    problems+=("ui ran no test (it ended with $code)")
  elif ((code != 0)); then
    problems+=("ui ended with $code")
  fi
fi

for name in "${projects[@]}"; do
  printf '\n%s\n' "--- $name"
  timeout --kill-after=30s 30m \
    dotnet "tests/$name/bin/Release/net10.0/$name.dll" \
    --results-directory "$results" --report-xunit-trx --report-xunit-trx-filename "$name.trx" \
    --no-ansi --progress off --long-running 60 --xunit-diagnostics on </dev/null
  code=$?
  trx="$results/$name.trx"
  if [[ ! -f $trx ]]; then
    problems+=("$name ended with $code and left no results")
    continue
  fi
  total=$(counter "$trx" total) ok=$(counter "$trx" passed) bad=$(counter "$trx" failed) errors=$(counter "$trx" error)
  ok=${ok:-0} bad=$((${bad:-0} + ${errors:-0}))
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + ${total:-0} - ok - bad))
  if ((bad > 0)); then
    problems+=("$name: $bad failed")
    while IFS= read -r failure; do problems+=("$failure"); done < <(failures "$trx")
  elif ((ok == 0)); then
    problems+=("$name ran no test (it ended with $code)")
  elif ((code != 0)); then
    problems+=("$name ended with $code")
  fi
done

exit 0
