# shellcheck shell=bash
# What people see: progress on file descriptor 3, which is stdout for commands that report (up, demo, test) and stderr for
# commands whose stdout is their result (token, env, status, audit).

say() { printf '%s\n' "$*" >&3; }

complain() { printf 'seckill: %s\n' "$*" >&2; }

fail() {
  complain "$@"
  exit 1
}

# fail_with_log MESSAGE LOG: the reason is nearly always in the last lines of the log.
fail_with_log() {
  complain "$1"
  if [[ -s $2 ]]; then
    complain "the last lines of $2:"
    tail -n 20 -- "$2" | sed 's/^/    /' >&2
  fi
  exit 1
}

# Milliseconds since the epoch. The fraction is cut out of the text because its decimal sign follows the locale.
now_ms() {
  local now=$EPOCHREALTIME
  local fraction=${now##*[.,]}
  printf '%s' $((${now%%[.,]*} * 1000 + 10#$fraction / 1000))
}

# seconds_since MS: "2.3 s".
seconds_since() {
  local elapsed=$(($(now_ms) - $1))
  printf '%d.%d s' $((elapsed / 1000)) $((elapsed % 1000 / 100))
}

# report WHAT TEXT: one aligned line of progress.
report() { printf '  %-18s %s\n' "$1" "$2" >&3; }

heading() { printf '\n%s\n' "$*" >&3; }
