# A PostgreSQL server for the tests: a throwaway cluster in a temporary folder, on loopback and a free port, with a password
# made for it. It flushes like a real one: the tests are about what survives.
#
# Run by itself, it is a server to develop with, or one of a test's own that may be killed:
#   bash tests/servers/postgresql.sh start            prints FOLDER and, on a second line, the connection string
#   bash tests/servers/postgresql.sh restart FOLDER   as after a crash: without waiting for anybody
#   bash tests/servers/postgresql.sh stop FOLDER      stops it and removes the folder

find_postgresql() {
    local bin
    for bin in "${MLOPS_POSTGRESQL_BIN:-}" $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin 2>/dev/null | sort -Vr) "$(dirname "$(command -v initdb 2>/dev/null)" 2>/dev/null)"; do
        [ -n "$bin" ] && [ -x "$bin/initdb" ] && [ -x "$bin/pg_ctl" ] && echo "$bin" && return 0
    done
    return 1
}

# PostgreSQL refuses to run as root; its package comes with a user.
as_postgresql() {
    if [ "$(id -u)" -ne 0 ]; then "$@"; else (cd / && setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/tmp "$@"); fi
}

# start_postgresql: prints the folder and the connection string.
start_postgresql() {
    local bin folder password port attempt
    bin=$(find_postgresql) || return 1
    folder=$(mktemp -d "${TMPDIR:-/tmp}/mlops-postgresql.XXXXXX") || return 1
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '%s\n' "$password" >"$folder/password"
    [ "$(id -u)" -ne 0 ] || chown -R postgres "$folder"
    if as_postgresql "$bin/initdb" -D "$folder/data" -U mlops -A scram-sha-256 --pwfile="$folder/password" -E UTF8 --no-locale --no-instructions >"$folder.log" 2>&1; then
        for attempt in 1 2 3 4 5 6; do
            port=$((20000 + (RANDOM << 1 | RANDOM & 1) % 40000))
            as_postgresql "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -s -w -t 60 start \
                -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 -c fsync=on -c synchronous_commit=on" >>"$folder.log" 2>&1 || continue
            rm -f "$folder.log"
            echo "$folder"
            echo "Host=127.0.0.1;Port=$port;Username=mlops;Password=$password;Database=postgres"
            return 0
        done
    fi
    cat "$folder.log" "$folder/log" >&2 2>/dev/null
    rm -rf "$folder" "$folder.log"
    return 1
}

restart_postgresql() { as_postgresql "$(find_postgresql)/pg_ctl" -D "$1/data" -l "$1/log" -s -w -t 60 -m immediate restart; }

stop_postgresql() {
    as_postgresql "$(find_postgresql)/pg_ctl" -D "$1/data" -s -w -t 60 -m immediate stop
    rm -rf "$1"
}

prepare_postgresql() {
    local answer
    find_postgresql >/dev/null || install postgresql
    if answer=$(start_postgresql); then
        postgresql_folder=$(head -1 <<<"$answer")
        MLOPS_POSTGRESQL=$(tail -1 <<<"$answer")
        export MLOPS_POSTGRESQL
        stops+=(stop_prepared_postgresql)
        echo "postgresql: $("$(find_postgresql)/postgres" --version)"
    else
        unset MLOPS_POSTGRESQL
        echo "postgresql: missing; its tests $([ "${CI:-}" = true ] && echo fail || echo "are skipped")"
    fi
}

stop_prepared_postgresql() { stop_postgresql "$postgresql_folder"; }

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    case "${1:-}" in
        start) start_postgresql ;;
        restart | stop) [ -d "${2:-}/data" ] && "$1_postgresql" "$2" ;;
        *) sed -n '4,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
fi
