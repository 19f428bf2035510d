# Sourced by tests/run.sh: installs system packages where there is an apt-get and the right to use it.

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
