#!/bin/bash
# Starts for real what of the Compose file is ours, with its settings, users, read-only file systems, volumes, secrets and
# connectors, for machines that reach no image registry: Kafka and the registry are the image tidings-platform, PostgreSQL and
# syslog-ng an image made of Debian's packages. An event must go all the way. Needs root, Docker, docker-compose, debootstrap
# and the images of infra/images; takes some minutes. Nothing is published.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd -P)
version=${TIDINGS_VERSION:-0.1.0-SNAPSHOT}
receivers=tidings-check-receivers:local
work=$(mktemp -d)
. "$folder/../checking.sh"
export COMPOSE_PROJECT_NAME=tidings-check-$$ TIDINGS_VERSION=$version

compose() { (cd "$work/compose" && docker-compose --file compose.yaml --file ours.yaml "$@"); }

finish() {
  compose down --volumes --timeout 20 >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

make_receivers() {
  debootstrap --variant=minbase --include=postgresql-15,syslog-ng-core "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$work/root" >"$work/debootstrap.log"
  mkdir -p "$work/root/var/lib/postgresql/data"
  chown --reference="$work/root/var/lib/postgresql" "$work/root/var/lib/postgresql/data"
  tar -c -C "$work/root" . | docker import - "$receivers" >/dev/null
  rm -rf "$work/root"
}

docker image inspect "$receivers" >/dev/null 2>&1 || make_receivers
cp -r "$folder" "$work/compose"
cp -r "$folder/../dashboards" "$work/dashboards"
for secret in postgres-password grafana-password; do
  (umask 022 && openssl rand -hex 16 >"$work/compose/secrets/$secret")
done
# Others may use these ports; and Debian's syslog-ng is older than the one in the file.
sed -i '/^    ports: /d' "$work/compose/compose.yaml"
sed -i 's/^@version:.*/@version: 3.38/' "$work/compose/syslog-ng.conf"
cat >"$work/compose/ours.yaml" <<EOF
services:
  kafka:
    image: tidings/tidings-platform:$version
    environment: {TIDINGS_ADVERTISED: 'kafka:9092', TIDINGS_TOPIC_PREFIX: spare}
    volumes: ['kafka:/var/lib/tidings']
    healthcheck: {test: [CMD, java, -cp, /app/libs/*, dev.tidings.health.HealthCheck, 'http://127.0.0.1:8081/apis/ccompat/v7/subjects']}
  topics:
    image: tidings/tidings-command:$version
    command: [topics, apply, --bootstrap-servers, 'kafka:9092', --registry, 'http://kafka:8081/apis/ccompat/v7']
  registry:
    image: tidings/tidings-platform:$version
    command: [registry]
    healthcheck: {test: [CMD, java, -cp, /app/libs/*, dev.tidings.health.HealthCheck, 'http://127.0.0.1:8081/apis/ccompat/v7/subjects']}
  dedup:
    environment: {KAFKA_SCHEMA_REGISTRY_URL: 'http://kafka:8081/apis/ccompat/v7'}
  connect:
    environment: {KAFKA_SCHEMA_REGISTRY_URL: 'http://kafka:8081/apis/ccompat/v7'}
  postgres:
    image: $receivers
    user: postgres
    environment: {PATH: '/usr/lib/postgresql/15/bin:/usr/bin:/bin'}
    entrypoint:
      - sh
      - -c
      - >-
        initdb -D /var/lib/postgresql/data --username=tidings --pwfile=/run/secrets/postgres-password --auth=scram-sha-256 >/dev/null &&
        echo 'host all all all scram-sha-256' >>/var/lib/postgresql/data/pg_hba.conf &&
        echo 'CREATE DATABASE events;' | postgres --single -D /var/lib/postgresql/data postgres >/dev/null &&
        exec postgres -D /var/lib/postgresql/data -c 'listen_addresses=*' -c unix_socket_directories=/var/run/postgresql
  syslog:
    image: $receivers
    entrypoint: [syslog-ng, -F]
    # This version has no healthcheck yet.
    healthcheck: {test: [CMD, syslog-ng-ctl, stats]}
EOF

check 'Compose takes the file' compose config
check 'all of it starts' compose up --detach dedup connect
for service in kafka registry dedup connect postgres syslog; do
  check "$service is healthy" within 30 says '(healthy)' docker ps --filter "name=${COMPOSE_PROJECT_NAME}_${service}_" --format '{{.Status}}'
done
for service in dedup connect; do
  container=$(compose ps -q "$service")
  check "$service runs as another than root, on a file system that it cannot write to, without capabilities" \
    test "$(docker inspect --format '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}' "$container")" = '10001:10001 true [ALL]'
done
command() { docker run --rm --network "${COMPOSE_PROJECT_NAME}_default" "tidings/tidings-command:$version" "$@"; }
where=(--bootstrap-servers kafka:9092 --registry http://kafka:8081/apis/ccompat/v7)
# The broker's container is a whole platform, of another name: the catalogue it comes with is in its registry.
spare=("${where[@]}" --prefix spare)
check 'an event is recorded' command record "${spare[@]}" --type demo.DiskFailed --severity ERROR 'by way of Compose'
check 'an event is replayed' command replay recorded "${spare[@]}" --into tidings.recorded
check 'the de-duplication has counted it' within 30 says 'by way of Compose' command get "${where[@]}"
rows() { compose exec -T postgres sh -c "PGPASSWORD=\$(cat /run/secrets/postgres-password) psql -h 127.0.0.1 -U tidings -d events -Atc 'SELECT message FROM tidings_events'"; }
check 'the store has it' within 30 says 'by way of Compose' rows
check 'syslog-ng has it' within 30 says 'by way of Compose' compose logs --no-color syslog
for service in dedup connect; do
  container=$(compose ps -q "$service")
  check "$service stops by itself" compose stop "$service"
  check "$service stopped in time" says '^\(0\|143\)$' docker inspect --format '{{.State.ExitCode}}' "$container"
done
[ "$failures" -eq 0 ]
