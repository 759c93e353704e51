#!/bin/bash
# Creates the platform's topics that are missing, for one broker: topics.sh BOOTSTRAP-SERVERS
set -euo pipefail

create() {
  local name=$1 partitions=$2
  shift 2
  "${KAFKA_TOPICS:-/opt/kafka/bin/kafka-topics.sh}" --bootstrap-server "$servers" --create --if-not-exists \
    --topic "$name" --partitions "$partitions" --replication-factor 1 "${@/#/--config=}"
}

servers=$1
create tidings.recorded 6 cleanup.policy=delete retention.ms=604800000 message.timestamp.type=LogAppendTime
create tidings.events 6 cleanup.policy=compact,delete retention.ms=604800000 message.timestamp.type=LogAppendTime
create tidings.batches 6 cleanup.policy=delete retention.ms=604800000 message.timestamp.type=LogAppendTime
create tidings.rejected 1 cleanup.policy=delete retention.ms=1209600000 message.timestamp.type=LogAppendTime \
  max.message.bytes=2097152
create tidings.writers.dead 1 cleanup.policy=delete retention.ms=1209600000 max.message.bytes=2097152
