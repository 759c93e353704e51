#!/bin/bash
# Runs the images with a Docker engine and checks what is promised of them: another user than root, a root file system that
# cannot be written to, no capabilities, an SBOM, size; that together they do their work; that they are healthy and stop when asked.
#
#   infra/images/check.sh [--again BASE]
#
# --again builds them once more, from a copy of the sources in another folder and with that base (-Dimages.base), and
# checks that the same comes out. Nothing is published: all containers are in a network of their own.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd -P)
version=${TIDINGS_VERSION:-0.1.0-SNAPSHOT}
dedup=tidings/tidings-dedup:$version
connect=tidings/tidings-connect-worker:$version
command=tidings/tidings-command:$version
platform=tidings/tidings-platform:$version
name=tidings-check-$$
locked=(--read-only --tmpfs /tmp:exec,mode=1777 --cap-drop ALL --security-opt no-new-privileges)
health=(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx16m -cp '/app/libs/*' dev.tidings.health.HealthCheck)
containers=()
work=$(mktemp -d)
. "$root/infra/checking.sh"

finish() {
  for container in "${containers[@]}"; do
    docker rm --force --volumes "$container" >/dev/null || true
  done
  docker network rm "$name" >/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

exits() { # CODE COMMAND...
  local wanted=$1 code=0
  shift
  "$@" || code=$?
  [ "$code" -eq "$wanted" ] || { echo "exit code $code instead of $wanted"; return 1; }
}


# What is ours: the image without its base, whose layers are the first ones.
own_megabytes() {
  docker history --format '{{.Size}} {{.CreatedBy}}' --human=false "$1" | awk '$2 ~ /^jib/ {sum += $1} END {print int(sum / 1e6)}'
}

has_sbom() {
  local container
  container=$(docker create "$1")
  docker cp "$container:/app/sbom/." - | tar -xO | grep -q '"bomFormat" *: *"CycloneDX"'
  docker rm --volumes "$container" >/dev/null
}

start() { # NAME OPTION...
  containers+=("$name-$1")
  docker run --detach --name "$name-$1" --network "$name" --network-alias "$1" --hostname "$1" "${locked[@]}" "${@:2}" >/dev/null
}

run() { # OPTION... IMAGE ARGUMENT...
  docker run --rm --network "$name" "${locked[@]}" "$@"
}

is_healthy() { says '\[healthy\]' docker inspect --format '[{{.State.Health.Status}}]' "$1"; }

state() { docker inspect --format "{{$1}}" "$2"; }

docker network create "$name" >/dev/null
for image in "$dedup:130" "$connect:110" "$command:100" "$platform:310"; do
  limit=${image##*:}
  image=${image%:*}
  size=$(own_megabytes "$image")
  check "$image has $size MB of its own, at most $limit" test "$size" -le "$limit"
  check "$image is not root" test "$(docker image inspect --format '{{.Config.User}}' "$image")" = 10001:10001
  check "$image has an SBOM" has_sbom "$image"
done
check 'dedup says what is missing' exits 2 run "$dedup"
check 'connect says what is missing' exits 2 run "$connect"
check 'the platform says what is wrong' exits 2 run "$platform" zookeeper
check 'the command runs' run "$command" --version
check 'nothing can be written' exits 1 run --entrypoint java "$command" -Xlog:disable -Xlog:gc:file=/app/written -version

start platform "$platform"
# A second platform on the same broker and registry: that of the de-duplication and the worker to be checked.
clients=(--env TIDINGS_BOOTSTRAP_SERVERS=platform:19092 --env TIDINGS_REGISTRY=http://platform:8081/apis/ccompat/v7)
second=("${clients[@]}" --env TIDINGS_PREFIX=check)
servers=(--env KAFKA_BOOTSTRAP_SERVERS=platform:19092 --env KAFKA_SCHEMA_REGISTRY_URL=http://platform:8081/apis/ccompat/v7
  --env TIDINGS_TOPIC_PREFIX=check)
check 'the platform starts' within 60 says 'tidings-platform: started' docker logs "$name-platform"
check 'the command makes topics' run "${second[@]}" "$command" topics apply
start dedup "${servers[@]}" --env TIDINGS_BATCH_INTERVAL_MS=200 "$dedup"
start connect "${servers[@]}" "$connect"
for url in dedup=http://127.0.0.1:8080/health/ready dedup=http://127.0.0.1:8080/metrics connect=http://127.0.0.1:8083/health \
  connect=http://127.0.0.1:9404/metrics platform=http://127.0.0.1:8081/apis/ccompat/v7/subjects; do
  check "${url%%=*} answers at ${url#*=}" within 60 docker exec "$name-${url%%=*}" "${health[@]}" "${url#*=}"
done
check 'what listens nowhere is not healthy' exits 1 docker exec "$name-dedup" "${health[@]}" http://127.0.0.1:1/
check 'the command records' run "${clients[@]}" "$command" record --type demo.DiskFailed --severity ERROR 'from a container'
check 'the command replays' run "${clients[@]}" "$command" replay recorded --into check.recorded
check 'what was recorded went through the de-duplication' within 60 \
  says 'from a container' run "${second[@]}" "$command" get
for container in "${containers[@]}"; do
  # Only with a base that has the check: Jib cannot add one.
  if [ "$(state '.Config.Healthcheck' "$container")" != '<nil>' ]; then
    check "$container is healthy" within 60 is_healthy "$container"
  fi
  check "$container runs as another than root" says ' 10001 ' docker top "$container" -o pid,uid,args
done
for container in "$name-connect" "$name-dedup" "$name-platform"; do
  check "$container stops when asked" docker stop --time 40 "$container"
  check "$container stopped by itself" says '^\(0\|143\)$' state .State.ExitCode "$container"
done

if [ "${1:-}" = --again ]; then
  modules=dedup,connect,cli,platform
  git -C "$root" ls-files -z --cached --others --exclude-standard | (cd "$root" && tar -c --null --ignore-failed-read -T -) | tar -x -C "$work"
  (cd "$work" && mvn -q -B -ntp -Pimages -DskipTests -Dspotless.check.skip=true "-Dimages.base=$2" package \
    -pl "infra/images/${modules//,/,infra/images/}" -am)
  for module in ${modules//,/ }; do
    check "$module is the same when built again" cmp "$root/infra/images/$module/target/jib-image.digest" \
      "$work/infra/images/$module/target/jib-image.digest"
  done
fi
[ "$failures" -eq 0 ]
