package dev.tidings.dedup.topology;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An output that Kafka finds too large goes to the rejected topic, and if it is too large even for
 * that, its key and the reason do. Never a change of state: without it nothing that follows would
 * be right. What may pass is tried again; all else ends the thread, and another begins anew.
 */
public final class RejectedOutputs implements ProductionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RejectedOutputs.class);
  private static final String CHANGE_LOG = "-changelog";

  private @Nullable Rejections rejections;

  /** For Kafka Streams, which calls {@link #configure}. */
  public RejectedOutputs() {}

  @Override
  public void configure(Map<String, ?> settings) {
    rejections = Rejections.configured(settings);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RetriableException) {
      return Response.retry();
    }
    if (!(exception instanceof RecordTooLargeException) || record.topic().endsWith(CHANGE_LOG)) {
      return Response.fail();
    }
    int bytes = record.value() == null ? 0 : record.value().length;
    String reason =
        "topic %s does not take a record of %,d bytes: raise its max.message.bytes"
            .formatted(record.topic(), bytes);
    boolean again = record.topic().equals(rejections().topic());
    LOG.error("{}{}", reason, again ? "; only the reason is kept" : "; it was rejected");
    if (again && bytes == 0) {
      return Response.fail();
    }
    return Response.resume(
        List.of(
            rejections()
                .record(
                    context,
                    again ? null : record.key(),
                    again ? null : record.value(),
                    record.headers(),
                    reason)));
  }

  private Rejections rejections() {
    if (rejections == null) {
      throw new IllegalStateException("Kafka Streams calls configure first");
    }
    return rejections;
  }
}
