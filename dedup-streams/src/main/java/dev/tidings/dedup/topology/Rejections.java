package dev.tidings.dedup.topology;

import dev.tidings.wire.RejectedHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.processor.TaskId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the records for the rejected topic: key, value and headers as they came, and why.
 * Stateless.
 */
final class Rejections {
  private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);

  private final String topic;
  private final InstantSource clock;

  Rejections(String topic, InstantSource clock) {
    this.topic = topic;
    this.clock = clock;
  }

  /** By the settings of a handler. */
  static Rejections configured(Map<String, ?> settings) {
    Object topic = settings.get(RejectedRecords.TOPIC_CONFIG);
    if (topic == null) {
      throw new IllegalStateException("Missing setting " + RejectedRecords.TOPIC_CONFIG);
    }
    return new Rejections(topic.toString(), InstantSource.system());
  }

  ProducerRecord<byte[], byte[]> record(
      ErrorHandlerContext context,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers own,
      String reason) {
    TaskId task = context.taskId();
    LOG.debug("Rejected in task {}: {}", task, reason);
    Headers headers = headers(new RecordHeaders(own), reason, Instant.ofEpochMilli(clock.millis()));
    add(headers, RejectedHeaders.TOPIC, String.valueOf(context.topic()));
    add(headers, RejectedHeaders.PARTITION, Integer.toString(context.partition()));
    add(headers, RejectedHeaders.OFFSET, Long.toString(context.offset()));
    return new ProducerRecord<>(topic, null, key, value, headers);
  }

  /** What every rejected record has, wherever it comes from. */
  static Headers headers(Headers headers, String reason, Instant time) {
    add(headers, RejectedHeaders.REASON, reason);
    add(headers, RejectedHeaders.TIME, time.toString());
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
