# A browser, for the tests that open HTML reports and pages.
find_chromium() {
    local name
    for name in "${MLOPS_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        # Some distributions put a script there that only says how to install the browser: it must answer.
        [ -n "$name" ] && command -v "$name" >/dev/null && timeout 20 "$name" --version >/dev/null 2>&1 && command -v "$name" && return 0
    done
    return 1
}

prepare_chromium() {
    find_chromium >/dev/null || install chromium || install chromium-browser
    if MLOPS_CHROMIUM=$(find_chromium); then
        export MLOPS_CHROMIUM
        echo "chromium: $("$MLOPS_CHROMIUM" --version 2>/dev/null | head -1)"
    else
        unset MLOPS_CHROMIUM
        echo "chromium: missing; its tests $([ "${CI:-}" = true ] && echo fail || echo "are skipped")"
    fi
}
