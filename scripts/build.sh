# shellcheck shell=bash
# Building, once for everything: Release. Programs run from a copy, so that a later build does not pull the files from under them.

readonly OUTPUT=bin/Release/net10.0

# Nothing that the SDK starts outlives the build: no compiler server, no idle build nodes.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
export HOME=${HOME:-$LOCAL_DIR/home}

require_dotnet() {
  command -v dotnet >/dev/null || fail "the .NET SDK 10 is missing: https://dotnet.microsoft.com/download"
  dotnet --version >/dev/null 2>&1 || fail "the .NET SDK 10 is missing; dotnet says: $(dotnet --version 2>&1 | head -n 3)"
}

# fingerprint: changes whenever a file that goes into the build does.
fingerprint() {
  find "$ROOT" \( -name .git -o -name .local -o -name bin -o -name obj -o -name logs -o -name docs -o -name deploy -o -name TestResults -o -name scripts -o -name .ci \) -prune \
    -o -type f ! -name '*.md' ! -name '*.yml' ! -name seckill -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum | cut -d' ' -f1
}

# build KEY TARGET: builds TARGET unless nothing changed since KEY was built.
build() {
  local target=$2 log=$LOCAL_DIR/logs/build-$1.log stamp=$LOCAL_DIR/build/$1 print began
  require_dotnet
  mkdir -p "$LOCAL_DIR/logs" "$LOCAL_DIR/build"
  lock_build
  print=$(fingerprint)
  if [[ -e $stamp && $(<"$stamp") == "$print" ]]; then
    report "build" "up to date"
  else
    began=$(now_ms)
    rm -f -- "$stamp"
    run_task build dotnet build "$target" -c Release --nologo -v quiet -nodeReuse:false >"$log" 2>&1 || fail_with_log "the build failed" "$log"
    printf '%s\n' "$print" >"$stamp"
    report "build" "Release, $(seconds_since "$began")"
  fi
}

# One build of a checkout at a time. Released with unlock_build, after the results were copied.
lock_build() {
  mkdir -p "$LOCAL_DIR"
  exec 8>"$LOCAL_DIR/build.lock"
  flock -n 8 || { say "Waiting for another build of this checkout …" && flock 8; }
}

unlock_build() { exec 8>&-; }

program_project() {
  case $1 in
    api) echo Seckill.Api ;;
    worker) echo Seckill.Workers ;;
    kafka) echo tools/Seckill.DevKafka ;;
    cli) echo tools/Seckill.Cli ;;
    bench) echo tools/Seckill.Bench ;;
    fuzz) echo tools/Seckill.Fuzz ;;
    chaos) echo tools/Seckill.Chaos ;;
  esac
}

# copy_programs NAME…: brings the copies up to date; true when one was changed.
copy_programs() {
  local name source
  for name in "$@"; do
    source=$ROOT/$(program_project "$name")/$OUTPUT
    if ! diff -rq -- "$source" "$RUN_DIR/bin/$name" >/dev/null 2>&1; then
      rm -rf -- "${RUN_DIR:?}/bin/$name"
      mkdir -p "$RUN_DIR/bin"
      cp -r --reflink=auto -- "$source" "$RUN_DIR/bin/$name"
      touch -- "$RUN_DIR/bin/$name"
    fi
  done
}

# program NAME: the assembly to run.
program() {
  local project
  project=$(program_project "$1")
  printf '%s/bin/%s/%s.dll' "$RUN_DIR" "$1" "${project##*/}"
}
