# Sourced by the scripts that check images and Compose file: check, says, within. Needs $work, a folder of their own, and
# counts in $failures.

failures=0

check() { # WHAT COMMAND...: passes if the command does
  local what=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    echo "ok   $what"
  else
    echo "FAIL $what: $(tail -n 3 "$work/said")"
    failures=$((failures + 1))
  fi
}

says() { # PATTERN COMMAND...
  local wanted=$1
  shift
  "$@" 2>&1 | tee /dev/stderr | grep -q -e "$wanted"
}

within() { # TRIES COMMAND...: two seconds between tries
  local tries=$1
  shift
  for _ in $(seq "$tries"); do
    if "$@"; then return 0; fi
    sleep 2
  done
  return 1
}
