#!/bin/bash
# Runs the images with a Docker engine and checks what is promised of them: another user than root, a root file system that
# cannot be written to, no capabilities, health checks, an SBOM. With a platform to talk to, they do their work too:
#
#   infra/images/check.sh [BOOTSTRAP-SERVERS REGISTRY-URL]
#
# Those may be what 'tidings up' prints: the containers use the network of the machine.
set -euo pipefail
version=${TIDINGS_VERSION:-0.1.0-SNAPSHOT}
dedup=tidings/tidings-dedup:$version connect=tidings/tidings-connect-worker:$version command=tidings/tidings-command:$version
locked=(--network host --read-only --tmpfs /tmp:exec,mode=1777 --cap-drop ALL --security-opt no-new-privileges)
health=(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx16m -cp '/app/libs/*' dev.tidings.health.HealthCheck)
containers=()
failures=0

finish() {
  for container in "${containers[@]}"; do
    docker rm --force --volumes "$container" >/dev/null
  done
}
trap finish EXIT

check() { # WHAT COMMAND...: passes if the command does
  local what=$1
  shift
  if "$@" >/tmp/check.$$ 2>&1; then
    echo "ok   $what"
  else
    echo "FAIL $what: $(tail -n 3 /tmp/check.$$)"
    failures=$((failures + 1))
  fi
  rm -f /tmp/check.$$
}

exits() { # CODE COMMAND...
  local wanted=$1 code=0
  shift
  "$@" || code=$?
  [ "$code" -eq "$wanted" ]
}

has_sbom() {
  local container
  container=$(docker create "$1")
  docker cp "$container:/app/sbom/." - | tar -xO | grep -q '"bomFormat" *: *"CycloneDX"'
  docker rm "$container" >/dev/null
}

within_a_minute() {
  for _ in $(seq 60); do
    if "$@"; then return 0; fi
    sleep 1
  done
  return 1
}

start() { # NAME OPTION...
  containers+=("$1")
  docker run --detach --name "$1" "${locked[@]}" "${@:2}" >/dev/null
}

for image in "$dedup" "$connect" "$command"; do
  echo "     $image: $(docker image inspect --format '{{.Size}}' "$image" | numfmt --to=si)B with its base"
  check "$image is not root" test "$(docker image inspect --format '{{.Config.User}}' "$image")" = 10001:10001
  check "$image has an SBOM" has_sbom "$image"
done
check 'dedup says what is missing' exits 2 docker run --rm "${locked[@]}" "$dedup"
check 'connect says what is missing' exits 2 docker run --rm "${locked[@]}" "$connect"
check 'the command runs' docker run --rm "${locked[@]}" "$command" --version

if [ $# -eq 2 ]; then
  platform=(--env "KAFKA_BOOTSTRAP_SERVERS=$1" --env "KAFKA_SCHEMA_REGISTRY_URL=$2")
  client=(--env "TIDINGS_BOOTSTRAP_SERVERS=$1" --env "TIDINGS_REGISTRY=$2")
  check 'the command records' docker run --rm "${locked[@]}" "${client[@]}" "$command" \
    record --type demo.DiskFailed --severity ERROR 'from a container'
  check 'the command reads' docker run --rm "${locked[@]}" "${client[@]}" "$command" get
  start tidings-check-dedup "${platform[@]}" --env TIDINGS_HTTP_PORT=28080 "$dedup"
  start tidings-check-connect "${platform[@]}" --env KAFKA_LISTENERS=http://127.0.0.1:28083 \
    --env TIDINGS_METRICS_PORT=29404 "$connect"
  check 'dedup becomes healthy' within_a_minute \
    docker exec tidings-check-dedup "${health[@]}" http://127.0.0.1:28080/health/ready
  check 'dedup has metrics' docker exec tidings-check-dedup "${health[@]}" http://127.0.0.1:28080/metrics
  check 'connect becomes healthy' within_a_minute \
    docker exec tidings-check-connect "${health[@]}" http://127.0.0.1:28083/health
  check 'connect has metrics' docker exec tidings-check-connect "${health[@]}" http://127.0.0.1:29404/metrics
  for container in "${containers[@]}"; do
    check "$container stops when asked" docker stop --time 30 "$container"
    check "$container stopped by itself" test "$(docker inspect --format '{{.State.ExitCode}}' "$container")" = 143
  done
fi
[ "$failures" -eq 0 ]
