#!/usr/bin/env bash
# Builds the solution, runs every test, and prints as its last line "N passed, N failed, N skipped".
#
#   bash tests/run.sh                    reduced counts for the heavy tests
#   bash tests/run.sh --full             the counts of the acceptance lines
#   bash tests/run.sh --filter EXPR      only the tests that match, as in dotnet test
#
# On a new machine it installs what the tests need as far as it may. CI=true makes what is missing a failure.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
filter=() patience=20m
while [ $# -gt 0 ]; do
    case $1 in
        --full) export MLOPS_TESTS_FULL=1; patience=90m ;;
        --filter) [ $# -ge 2 ] || { echo "--filter needs an expression"; exit 2; }; filter=(--filter "$2"); shift ;;
        -h|--help) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) echo "unknown argument '$1'; see --help"; exit 2 ;;
    esac
    shift
done

results=$(mktemp -d "${TMPDIR:-/tmp}/mlops-tests.XXXXXX") || exit 1
children=()
clean_up() {
    for child in ${children[@]+"${children[@]}"}; do kill "$child" 2>/dev/null; done
    for stop in ${stops[@]+"${stops[@]}"}; do "$stop"; done
    rm -rf "$results"
}
stops=()
trap clean_up EXIT
trap 'exit 130' INT TERM

finish() { # passed failed skipped
    if [ "$2" -gt 0 ] || [ $(($1 + $2)) -eq 0 ]; then status=1; else status=0; fi
    echo "$1 passed, $2 failed, $3 skipped"
    exit "$status"
}

# --- What the tests need. Each file of tests/servers defines prepare_NAME, which says in one line what it found, and may add
# --- a function to "stops". A test asks tests/Shared/Requirement.cs, which decides between a failure and a skip.
. tests/servers/install.sh
for server in tests/servers/*.sh; do
    [ "$server" = tests/servers/install.sh ] && continue
    . "$server"
    name=$(basename "$server" .sh)
    "prepare_${name//-/_}"
done
command -v dotnet >/dev/null || { echo "the .NET SDK could not be found or installed; see global.json for the version"; finish 0 1 0; }

# --- Build once.
echo "build: MLOps.Sdk.sln, Release"
started=$SECONDS
if ! dotnet build MLOps.Sdk.sln -c Release -v quiet >"$results/build.log" 2>&1; then
    grep -E "error [A-Z]+[0-9]+" "$results/build.log" | sort -u | head -40; [ "${PIPESTATUS[0]}" -eq 0 ] || tail -40 "$results/build.log"
    echo "build: failed"
    finish 0 1 0
fi
echo "build: done in $((SECONDS - started)) s"

# --- Test. Two projects at a time, the long ones first; the output of a project is prefixed with its name.
run_project() {
    local project=$1 name; name=$(basename "$1")
    dotnet test "$project" -c Release --no-build --nologo ${filter[@]+"${filter[@]}"} \
        --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=normal" --results-directory "$results" \
        --blame-hang-timeout "$patience" --blame-hang-dump-type none 2>&1 |
        awk -v name="${name#MLOps.}" '
            /^  Passed / { if (++passed % 100 == 0) print name ": " passed " passed so far"; detail = 0; fflush(); next }
            /^  Failed / { detail = 1 }
            /^Data collector/ { next }
            /^  Skipped / { print name ": " $0; detail = 0; fflush(); next }
            /^(Test Run|Total tests:|Results File:| +(Passed|Failed|Skipped|Total time): )/ { detail = 0 }
            detail || /rror|rash|abort/ { print name ": " $0; fflush() }'
    echo "${PIPESTATUS[0]}" >"$results/$name.rc"
    echo "${name#MLOps.}: done after $((SECONDS - started)) s"
}

started=$SECONDS
projects=()
for name in MLOps.Sdk.Tests MLOps.Samples.Tests; do [ -d "tests/$name" ] && projects+=("tests/$name"); done
for folder in tests/*.Tests; do
    case " ${projects[*]} " in *" $folder "*) ;; *) projects+=("$folder") ;; esac
done
for project in "${projects[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
    echo "test: $(basename "$project")"
    run_project "$project" &
    children+=($!)
done
wait

# --- Add up. A test host that crashed or wrote no results is a failure of its own.
passed=0 failed=0 skipped=0
for project in "${projects[@]}"; do
    name=$(basename "$project")
    rc=$(cat "$results/$name.rc" 2>/dev/null || echo 1)
    counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null | head -1)
    count() { local value; value=$(sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"); echo "${value:-0}"; }
    p=$(count passed) f=$(count failed) s=$(($(count total) - $(count executed)))
    if [ "$rc" -ne 0 ] && [ "$f" -eq 0 ]; then
        echo "${name#MLOps.}: the test run ended with code $rc without naming a failed test"
        f=1
    fi
    echo "${name#MLOps.}: $p passed, $f failed, $s skipped"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
finish "$passed" "$failed" "$skipped"
