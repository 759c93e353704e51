package dev.tidings.dedup.topology;

import dev.tidings.wire.MalformedValueException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Rule 7: a record that cannot be read goes to the rejected topic, and processing goes on. Any
 * other failure is not the record's: the thread ends, its transaction with it, and another begins
 * anew.
 */
public final class RejectedRecords
    implements ProcessingExceptionHandler, DeserializationExceptionHandler {
  /** The setting that names the rejected topic, for both handlers. */
  public static final String TOPIC_CONFIG = "tidings.rejected.topic";

  private @Nullable Rejections rejections;

  /** For Kafka Streams, which calls {@link #configure}. */
  public RejectedRecords() {}

  @Override
  public void configure(Map<String, ?> settings) {
    rejections = Rejections.configured(settings);
  }

  @Override
  public ProcessingExceptionHandler.Response handleError(
      ErrorHandlerContext context, @Nullable Record<?, ?> record, Exception exception) {
    if (record == null
        || !(exception instanceof MalformedValueException)
        || !(record.key() == null || record.key() instanceof byte[])
        || !(record.value() == null || record.value() instanceof byte[])) {
      return ProcessingExceptionHandler.Response.fail();
    }
    return ProcessingExceptionHandler.Response.resume(
        List.of(
            rejections()
                .record(
                    context,
                    (byte[]) record.key(),
                    (byte[]) record.value(),
                    record.headers(),
                    String.valueOf(exception.getMessage()))));
  }

  /** Keys and values are read as bytes, so this is the answer to deserializers of somebody else. */
  @Override
  public DeserializationExceptionHandler.Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
    return DeserializationExceptionHandler.Response.resume(
        List.of(
            rejections()
                .record(
                    context,
                    record.key(),
                    record.value(),
                    record.headers(),
                    "cannot be deserialized: " + exception)));
  }

  private Rejections rejections() {
    if (rejections == null) {
      throw new IllegalStateException("Kafka Streams calls configure first");
    }
    return rejections;
  }
}
