package dev.tidings.dedup.topology;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka does not take. What may pass is tried again. All else ends the thread and its
 * transaction, and another begins anew: a transaction of which the broker refused a part cannot be
 * committed without it, and without a change of state nothing that follows would be right. An event
 * that was refused for what it is is noted before, so that its record is rejected when it comes
 * again ({@link RefusedEvents}). Called by the producer's thread.
 */
public final class OutputErrors implements ProductionExceptionHandler {
  /** The setting that has the {@link RefusedEvents}. */
  public static final String REFUSED_EVENTS_CONFIG = "tidings.refused.events";

  /** The setting that names the events topic. */
  public static final String EVENTS_TOPIC_CONFIG = "tidings.events.topic";

  private static final Logger LOG = LoggerFactory.getLogger(OutputErrors.class);

  /** What is the fault of the record, and not of the broker or the way to it. */
  private static final List<Class<? extends Exception>> FAULTS_OF_THE_RECORD =
      List.of(
          RecordTooLargeException.class,
          InvalidRecordException.class,
          InvalidTimestampException.class,
          PolicyViolationException.class);

  private @Nullable RefusedEvents refused;
  private @Nullable Object eventsTopic;

  /** For Kafka Streams. */
  public OutputErrors() {}

  @Override
  public void configure(Map<String, ?> settings) {
    refused = (RefusedEvents) settings.get(REFUSED_EVENTS_CONFIG);
    eventsTopic = settings.get(EVENTS_TOPIC_CONFIG);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RetriableException) {
      return Response.retry();
    }
    if (FAULTS_OF_THE_RECORD.stream().anyMatch(fault -> fault.isInstance(exception))) {
      onFaultOf(record, exception);
    }
    return Response.fail();
  }

  private void onFaultOf(ProducerRecord<byte[], byte[]> record, Exception exception) {
    int bytes = record.value() == null ? 0 : record.value().length;
    LOG.error(
        "Topic {} does not take a record of {} bytes: {}",
        record.topic(),
        bytes,
        exception.toString());
    if (refused != null && record.key() != null && record.topic().equals(eventsTopic)) {
      refused.add(
          record.key(),
          "topic %s does not take the event of %d bytes: %s"
              .formatted(record.topic(), bytes, exception.getMessage()));
    }
  }
}
