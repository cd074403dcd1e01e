#!/usr/bin/env bash
# Everything that Gezhi needs to run and to be tested. Called by the Makefile: setup.sh [bench]
#
# Each step looks first whether its work is done, so that a second call takes less than a second. What needs an
# administrator is done when we are root or sudo lets us, else the command to type is printed and nothing is changed.
set -euo pipefail
cd "$(dirname "$0")"

with_bench=${1:-}
requirements=requirements.txt
[ "$with_bench" = bench ] && requirements=requirements-bench.txt

log=$(mktemp)
trap 'rm -f "$log"' EXIT

say() { printf '[setup] %s\n' "$*"; }

stop() {
    printf '\n[setup] %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '\n    %s\n' "$line" >&2; done
    exit 1
}

# step TITLE COMMAND…: run quietly and tell how long it took; show the output only when it fails. Inside a COMMAND
# that is a function `set -e` does not hold, so its lines are joined by &&.
step() {
    local title=$1 began=$SECONDS
    shift
    say "$title …"
    if ! "$@" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        stop "failed: $title (after $((SECONDS - began)) s)"
    fi
    say "$title: done in $((SECONDS - began)) s"
}

fingerprint() { cat "$@" | sha256sum | cut -d' ' -f1; }

stamped() { [ -f ".venv/stamps/$1" ] && [ "$(cat ".venv/stamps/$1")" = "$2" ]; }

stamp() {
    mkdir -p .venv/stamps
    printf '%s\n' "$2" >".venv/stamps/$1"
}

# ---------------------------------------------------------------- what the system must have

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
}

venv_works() { [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null; }

postgis_installed() {
    local server version
    for server in "$postgresql_root"/*/bin/postgres; do
        version=${server%/bin/postgres}
        version=${version##*/}
        if [ -x "$server" ] && [ -f "$postgresql_share/$version/extension/postgis.control" ]; then return 0; fi
    done
    return 1
}

# Whoever names a database of somebody else's needs none here; tests and benchmarks, which make their own, do.
postgis_elsewhere() { [ -n "${GEZHI_DATABASE_URL:-}" ]; }

missing_packages() {
    local python
    if ! venv_works; then
        python=$(find_python)
        if [ -z "$python" ]; then
            printf 'python3 python3-venv '
        elif ! "$python" -c 'import ensurepip, venv; ensurepip.version()' 2>/dev/null; then
            # Debian names the package after the version unless it is the distribution's own Python.
            [ "$python" = python3 ] && printf 'python3-venv ' || printf '%s-venv ' "$python"
        fi
    fi
    postgis_elsewhere || postgis_installed || printf 'postgresql-postgis '
}

# The file must be there before PostgreSQL's packages are, or they start a server of their own on port 5432.
no_main_cluster='mkdir -p /etc/postgresql-common/createcluster.d && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/gezhi.conf'
apt='DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300'

install_packages() {
    local packages=$1 command
    command="$apt update && $apt install -y --no-install-recommends $packages"
    case "$packages" in *postgresql*) command="$no_main_cluster && $command" ;; esac
    if ! command -v apt-get >/dev/null; then
        stop "This system has no apt-get. Install by its own means:" "$packages"
    elif [ "$(id -u)" = 0 ]; then
        step "Debian packages: $packages" sh -c "$command"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        step "Debian packages: $packages" sudo -n sh -c "$command"
    elif command -v sudo >/dev/null && [ -t 0 ] && sudo -v; then
        step "Debian packages: $packages" sudo sh -c "$command"
    elif command -v sudo >/dev/null; then
        stop "Debian packages are missing. Type this, then call make again:" "sudo sh -c '$command'"
    else
        stop "Debian packages are missing. Type this as root, then call make again:" "sh -c '$command'"
    fi
}

# ---------------------------------------------------------------- what lies in .venv

install_python_packages() {
    .venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements-uv.txt &&
        .venv/bin/uv pip install --python .venv/bin/python --compile-bytecode --require-hashes -r "$requirements" &&
        .venv/bin/uv pip install --python .venv/bin/python --no-deps --no-build-isolation -e .
}

python_packages() {
    local wanted
    if ! venv_works; then
        rm -rf .venv
        step "virtual environment" "$(find_python)" -m venv .venv
    fi
    wanted="$(fingerprint pyproject.toml requirements-uv.txt "$requirements") $(readlink -f .venv/bin/python)"
    # Whoever has the benchmarks' peers has the rest too.
    if ! stamped "$requirements" "$wanted"; then
        step "Python packages" install_python_packages
        stamp "$requirements" "$wanted"
    fi
}

# ---------------------------------------------------------------- what the pages need

install_page_parts() {
    if ! command -v npm >/dev/null || ! node -e 'process.exit(parseInt(process.versions.node) < 18)'; then
        .venv/bin/uv pip install --python .venv/bin/python --require-hashes -r requirements-node.txt || return
        PATH="$PWD/.venv/bin:$PATH"
    fi
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && .venv/bin/python api/pages/copy_parts.py
}

page_parts() {
    local wanted
    wanted=$(fingerprint package.json package-lock.json .npmrc api/pages/copy_parts.py api/pages/parts.sha256)
    if ! stamped pages "$wanted" || [ ! -f api/pages/parts/PARTS.json ]; then
        step "parts of the pages" install_page_parts
        stamp pages "$wanted"
    fi
}

postgresql_root=/usr/lib/postgresql
postgresql_share=/usr/share/postgresql

packages=$(missing_packages)
[ -z "$packages" ] || install_packages "${packages% }"
if ! postgis_installed; then
    postgis_elsewhere || stop "PostgreSQL with PostGIS is still not there; see $postgresql_root."
    say "no PostGIS is installed here: GEZHI_DATABASE_URL names another (make test needs one here)"
fi
[ -n "$(find_python)" ] || venv_works || stop "Python 3.11 or newer is needed and this system has none."
python_packages
page_parts
say "ready after $SECONDS s"
