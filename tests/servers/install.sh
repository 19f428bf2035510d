# Sourced by tests/run.sh: installs what the test servers need, as far as this machine allows.

# install PACKAGE...: 0 when all are installed.
install() {
    command -v apt-get >/dev/null || return 1
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || return 1
        sudo=(sudo -n)
    fi
    local quiet=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
    ${sudo[@]+"${sudo[@]}"} "${quiet[@]}" install "$@" >>"$results/install.log" 2>&1 && return 0
    # The package lists of a new machine may be empty or old.
    ${sudo[@]+"${sudo[@]}"} "${quiet[@]}" update >>"$results/install.log" 2>&1 || return 1
    ${sudo[@]+"${sudo[@]}"} "${quiet[@]}" install "$@" >>"$results/install.log" 2>&1
}

# install_npm NAME VERSION: prints the folder of the installed package. It is kept outside the repository, for the next run.
install_npm() {
    command -v npm >/dev/null || install nodejs npm || return 1
    local folder=${MLOPS_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mlops-tests}/$1-$2
    if [ ! -f "$folder/complete" ]; then
        npm install --prefix "$folder" --no-audit --no-fund "$1@$2" >>"$results/install.log" 2>&1 || return 1
        touch "$folder/complete"
    fi
    echo "$folder/node_modules/$1"
}

# start NAME COMMAND...: starts a server on loopback and prints its address, which it tells in its output. It is not a job of
# this shell, which waits for jobs; stop_servers ends it.
start() {
    local name=$1 address; shift
    mkdir -p "$results/servers/$name"
    (exec "$@" >"$results/servers/$name.log" 2>&1 </dev/null & echo $! >"$results/servers/$name.pid")
    for _ in $(seq 300); do
        address=$(grep -o '127\.0\.0\.1:[1-9][0-9]*' "$results/servers/$name.log" | head -1)
        [ -n "$address" ] && echo "http://$address" && return 0
        kill -0 "$(cat "$results/servers/$name.pid")" 2>/dev/null || break
        sleep 0.1
    done
    tail -5 "$results/servers/$name.log" >&2
    return 1
}

stop_servers() {
    local server
    for server in "$results"/servers/*.pid; do [ -f "$server" ] && kill "$(cat "$server")" 2>/dev/null; done
}
stops+=(stop_servers)

# unmet WHAT: what becomes of the tests of a server that is not there.
unmet() { echo "$1: missing; its tests $([ "${CI:-}" = true ] && echo fail || echo "are skipped")"; }
