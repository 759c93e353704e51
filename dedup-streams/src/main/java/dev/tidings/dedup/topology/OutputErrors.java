package dev.tidings.dedup.topology;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kafka does not take. What may pass is tried again. All else ends the thread and its
 * transaction, and another begins anew: a transaction of which the broker refused a part cannot be
 * committed without it, and without a change of state nothing that follows would be right. That
 * outputs are small enough for their topics is therefore seen to before they are sent, where what
 * is too large can still be rejected.
 */
public final class OutputErrors implements ProductionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(OutputErrors.class);

  /** For Kafka Streams. */
  public OutputErrors() {}

  @Override
  public void configure(Map<String, ?> settings) {}

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RetriableException) {
      return Response.retry();
    }
    if (exception instanceof RecordTooLargeException) {
      LOG.error(
          "Topic {} does not take a record of {} bytes: raise its max.message.bytes",
          record.topic(),
          record.value() == null ? 0 : record.value().length);
    }
    return Response.fail();
  }
}
