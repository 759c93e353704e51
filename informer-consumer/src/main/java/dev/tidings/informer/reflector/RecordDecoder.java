package dev.tidings.informer.reflector;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record's bytes into key and value, and these into what is to be kept. What cannot be read
 * is reported and counted, and does not stop the reading of others; unless the record is not to
 * blame and the same bytes can be read later. Used by several threads, as the deserializers must
 * allow.
 */
public final class RecordDecoder<K, V> {
  private final Deserializer<? extends K> keys;
  private final Deserializer<? extends V> values;
  private final @Nullable UnaryOperator<V> transform;
  private final @Nullable BiPredicate<? super K, ? super V> filter;
  private final Predicate<? super RuntimeException> temporary;
  private final ProblemListener problems;
  private final LongAdder unreadable = new LongAdder();

  /** Reading failed for a reason that will pass; nothing was skipped. */
  static final class LaterException extends RetriableException {
    private static final long serialVersionUID = 1;

    LaterException(RuntimeException cause) {
      super("A record cannot be decoded at the moment: " + cause.getMessage(), cause);
    }
  }

  /**
   * @param transform what is kept in an object's place; null to keep it as it is
   * @param filter which objects are kept, after they were transformed; null for all
   * @param temporary whether what a deserializer threw is not the record's fault and will pass;
   *     Kafka's own retriable exceptions always are
   */
  public RecordDecoder(
      Deserializer<? extends K> keys,
      Deserializer<? extends V> values,
      @Nullable UnaryOperator<V> transform,
      @Nullable BiPredicate<? super K, ? super V> filter,
      Predicate<? super RuntimeException> temporary,
      ProblemListener problems) {
    this.keys = keys;
    this.values = values;
    this.transform = transform;
    this.filter = filter;
    this.temporary = temporary;
    this.problems = problems;
  }

  /** How many records could not be read. */
  public long unreadable() {
    return unreadable.sum();
  }

  /**
   * Null if it cannot be read.
   *
   * @throws RetriableException if it can be read another time
   */
  public @Nullable LogRecord<K, V> decode(ConsumerRecord<byte[], byte @Nullable []> record) {
    return decode(record, RecordSink.Form.OBJECT);
  }

  /** The key alone; null if it cannot be read. */
  @Nullable K decodeKey(ConsumerRecord<byte[], byte @Nullable []> record) {
    LogRecord<K, V> decoded = decode(record, RecordSink.Form.KEY);
    return decoded == null ? null : decoded.key();
  }

  @Nullable LogRecord<K, V> decode(
      ConsumerRecord<byte[], byte @Nullable []> record, RecordSink.Form form) {
    try {
      K key = keys.deserialize(record.topic(), record.headers(), record.key());
      if (key == null) {
        throw new IllegalArgumentException("it has no key");
      }
      if (form == RecordSink.Form.KEY) {
        return LogRecord.withKey(record, key);
      }
      byte[] bytes = record.value();
      V value = null;
      if (bytes != null) {
        value = values.deserialize(record.topic(), record.headers(), bytes);
        if (value != null && transform != null) {
          value = transform.apply(value);
          bytes = null;
        }
        if (value != null && filter != null && !filter.test(key, value)) {
          value = null;
        }
      }
      return new LogRecord<>(
          record.partition(),
          record.offset(),
          record.timestamp(),
          key,
          value,
          value == null,
          record.key(),
          bytes);
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        // Closing: the record is not to blame.
        throw new InterruptException(new InterruptedException(e.toString()));
      }
      if (e instanceof RetriableException || temporary.test(e)) {
        throw new LaterException(e);
      }
      unreadable.increment();
      problems.onProblem(
          new Problem.UnreadableRecord(record.topic(), record.partition(), record.offset(), e));
      return null;
    }
  }
}
