package dev.tidings.dedup.topology;

import dev.tidings.wire.RejectedHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the records for the rejected topic: key, value and headers as they came, and why. */
final class Rejections {
  private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
  private static final int ONLY_PARTITION = 0;

  Record<OutputKey, byte[]> rejected(
      Record<byte[], byte[]> record, RecordMetadata metadata, String reason, long nowMillis) {
    LOG.debug("Rejected {}: {}", metadata, reason);
    Headers headers = new RecordHeaders(record.headers());
    add(headers, RejectedHeaders.REASON, reason);
    add(headers, RejectedHeaders.TOPIC, metadata.topic());
    add(headers, RejectedHeaders.PARTITION, Integer.toString(metadata.partition()));
    add(headers, RejectedHeaders.OFFSET, Long.toString(metadata.offset()));
    add(headers, RejectedHeaders.TIME, Instant.ofEpochMilli(nowMillis).toString());
    return new Record<>(
        new OutputKey(ONLY_PARTITION, record.key()), record.value(), nowMillis, headers);
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
