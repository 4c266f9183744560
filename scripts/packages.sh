# shellcheck shell=bash
# Debian packages. Only what is missing is installed, and no service of the machine is started, stopped or enabled by it.

# An ordinary user's PATH lacks the folders of servers.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
readonly RABBITMQ_SERVER=/usr/lib/rabbitmq/bin/rabbitmq-server

# postgres_program NAME: the newest installed release's; Debian keeps them out of PATH.
postgres_program() {
  local newest='' candidate
  while IFS= read -r candidate; do
    newest=$candidate
  done < <(compgen -G "/usr/lib/postgresql/*/bin/$1" | sort -V)
  [[ -n $newest ]] && printf '%s' "$newest"
}

# missing_packages PROFILE
missing_packages() {
  [[ $1 != model && $1 != test ]] || command -v spin >/dev/null || echo spin
  # spin's checker is built for each model, and some cells of chaos, of which the tests play a few, step the clock of one process by a library of ours.
  if [[ $1 == model || $1 == test || $1 == chaos ]]; then
    command -v gcc >/dev/null && [[ -e /usr/include/stdio.h ]] || printf '%s\n' gcc libc6-dev
    [[ $1 != model ]] || return 0
  fi
  [[ -n ${MYSQL_HOST-} ]] || { command -v mariadbd && command -v mariadb-install-db && command -v mariadb; } >/dev/null || echo mariadb-server
  [[ -n ${REDIS_STOCK-} && -n ${REDIS_CACHE-} ]] || { command -v redis-server && command -v redis-cli; } >/dev/null || echo redis-server
  [[ -n ${RABBITMQ_HOST-} ]] || [[ -x $RABBITMQ_SERVER ]] || echo rabbitmq-server
  [[ -n ${POSTGRES_HOST-} ]] || postgres_program postgres >/dev/null || echo postgresql
  # Only the tests of the archive need these, for the S3 server that they run on.
  if [[ -n ${NEEDS_NODE-} && -z ${Archive__S3__ServiceUrl-} ]]; then
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
  fi
  # The tests run alert rules, and let Prometheus' own checker read what the programs say about themselves.
  if [[ $1 == test || -n ${MONITORING-} ]]; then
    { command -v prometheus && command -v promtool; } >/dev/null || echo prometheus
    { command -v prometheus-alertmanager && command -v amtool; } >/dev/null || echo prometheus-alertmanager
  fi
  # Pages are tested in a browser, and dashboards drawn by one.
  if [[ $1 == test || -n ${NEEDS_BROWSER-} ]]; then
    command -v chromium >/dev/null || echo chromium
  fi
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo "$@"
  fi
}

# install_packages PROFILE: what it needs.
install_packages() {
  local -a missing
  local log=$LOCAL_DIR/logs/packages.log
  mapfile -t missing < <(missing_packages "$1")
  if ((${#missing[@]} == 0)); then
    remove_left_policy
    return
  fi
  command -v apt-get >/dev/null || fail "these are missing: ${missing[*]} (Debian's names), and there is no apt-get to install them"
  ((EUID == 0)) || command -v sudo >/dev/null ||
    fail "these packages are missing, and installing them needs root or sudo: apt-get install --no-install-recommends ${missing[*]}"

  heading "Installing ${missing[*]} (log: $log)"
  mkdir -p "$LOCAL_DIR/logs"
  # One at a time on the whole machine, whatever checkout it is of: a folder that every machine has can be locked by everybody who may read it.
  exec 8</var/lib/dpkg
  flock 8
  local before started
  before=$(dormant_services)
  forbid_service_starts
  started=$(now_ms)
  apt_get update >"$log" 2>&1 8>&- || fail_with_log "apt-get update failed" "$log"
  report "apt-get update" "$(seconds_since "$started")"
  started=$(now_ms)
  apt_get install --yes --no-install-recommends --no-upgrade "${missing[@]}" >>"$log" 2>&1 8>&- ||
    fail_with_log "apt-get install ${missing[*]} failed" "$log"
  report "apt-get install" "$(seconds_since "$started")"
  allow_service_starts
  disable_new_services "$before"
  exec 8>&-
  mapfile -t missing < <(missing_packages "$1")
  ((${#missing[@]} == 0)) || fail_with_log "still missing after the installation: ${missing[*]}" "$log"
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 NEEDRESTART_SUSPEND=1 \
    apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# Maintainer scripts ask policy-rc.d before they start a service; 101 means no. One that exists already is the machine's own, unless a run of ours was killed and left it.
readonly POLICY=/usr/sbin/policy-rc.d POLICY_MARK='# Seckill installs packages; no service starts meanwhile.'
OWN_POLICY=''

is_own_policy() { grep -qxF "$POLICY_MARK" "$POLICY" 2>/dev/null; }

forbid_service_starts() {
  [[ ! -e $POLICY ]] || is_own_policy || return 0
  OWN_POLICY=yes
  # shellcheck disable=SC2016 # expanded by the inner shell
  as_root sh -c 'printf "#!/bin/sh\n%s\nexit 101\n" "$2" >"$1" && chmod 755 "$1"' policy "$POLICY" "$POLICY_MARK"
}

allow_service_starts() {
  [[ -n $OWN_POLICY ]] || return 0
  as_root rm -f -- "$POLICY"
  OWN_POLICY=''
}

# remove_left_policy: what a run of ours left that was killed while it installed; while another installs it is that one's.
remove_left_policy() {
  is_own_policy || return 0
  exec 8</var/lib/dpkg
  if flock -n 8; then
    as_root rm -f -- "$POLICY" || complain "$POLICY keeps services from being started, and could not be removed: an installation was killed and left it"
  fi
  exec 8>&-
}

# The services that these packages bring; a service that was not there before must not start with the machine either.
dormant_services() {
  local name
  for name in mariadb redis-server rabbitmq-server epmd postgresql prometheus prometheus-alertmanager; do
    if ! compgen -G "/lib/systemd/system/$name.service" >/dev/null; then
      printf '%s ' "$name"
    fi
  done
}

disable_new_services() {
  [[ -d /run/systemd/system ]] || return 0
  local name
  for name in $1; do
    if compgen -G "/lib/systemd/system/$name.service" >/dev/null; then
      as_root systemctl --quiet disable "$name.service" >/dev/null 2>&1 || complain "could not disable the new service $name"
    fi
  done
}
