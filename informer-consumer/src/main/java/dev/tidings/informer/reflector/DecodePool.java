package dev.tidings.informer.reflector;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Decodes batches of records, several at a time. A batch that cannot be decoded for the moment is
 * tried again, less and less often, until it can; nothing is skipped.
 *
 * <p>Small batches are left to whoever needs the result: handing them over takes longer.
 */
final class DecodePool<K, V> implements AutoCloseable {
  private static final int WORTH_HANDING_OVER = 64;
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
  private static final Duration IDLE_THREADS_STAY = Duration.ofSeconds(5);

  private final String topic;
  private final RecordDecoder<K, V> decoder;
  private final ProblemListener problems;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger threads = new AtomicInteger();
  private final ThreadPoolExecutor pool;

  DecodePool(String topic, int parallelism, RecordDecoder<K, V> decoder, ProblemListener problems) {
    this.topic = topic;
    this.decoder = decoder;
    this.problems = problems;
    pool =
        new ThreadPoolExecutor(
            parallelism,
            parallelism,
            IDLE_THREADS_STAY.toSeconds(),
            TimeUnit.SECONDS,
            // Bounded by the reflector, which has few batches under way.
            new LinkedBlockingQueue<>(),
            this::newThread);
    pool.allowCoreThreadTimeOut(true);
  }

  private Thread newThread(Runnable work) {
    Thread thread =
        new Thread(work, "tidings-informer-decode-" + topic + "-" + threads.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /** The result: {@code run()} it to have it done by the caller, if nobody has begun. */
  FutureTask<List<LogRecord<K, V>>> decode(
      ConsumerRecords<ByteBuffer, ByteBuffer> records, RecordSink.Form form) {
    FutureTask<List<LogRecord<K, V>>> task = new FutureTask<>(() -> decodeAll(records, form));
    if (records.count() >= WORTH_HANDING_OVER) {
      pool.execute(task);
    }
    return task;
  }

  /** One record, by the caller; null if it cannot be read. */
  @Nullable LogRecord<K, V> decodeNow(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    return decoder.decode(copy(record));
  }

  // Deserializers get arrays, which they may keep: the buffers are parts of what was fetched.
  private static ConsumerRecord<byte[], byte[]> copy(
      ConsumerRecord<ByteBuffer, ByteBuffer> record) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        Utils.toNullableArray(record.key()),
        Utils.toNullableArray(record.value()),
        record.headers(),
        record.leaderEpoch());
  }

  private List<LogRecord<K, V>> decodeAll(
      ConsumerRecords<ByteBuffer, ByteBuffer> records, RecordSink.Form form) {
    Backoff backoff =
        new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF, () -> ThreadLocalRandom.current().nextDouble());
    List<LogRecord<K, V>> all = new ArrayList<>(records.count());
    for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records) {
      LogRecord<K, V> decoded = decodePatiently(copy(record), form, backoff);
      if (decoded != null) {
        all.add(decoded);
      }
    }
    return all;
  }

  private @Nullable LogRecord<K, V> decodePatiently(
      ConsumerRecord<byte[], byte[]> record, RecordSink.Form form, Backoff backoff) {
    while (true) {
      try {
        return decoder.decode(record, form);
      } catch (RecordDecoder.LaterException e) {
        Duration delay = backoff.next();
        problems.onProblem(new Problem.Disconnected(topic, e, delay));
        pause(delay);
      }
    }
  }

  private void pause(Duration delay) {
    try {
      if (closed.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("closing");
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    pool.shutdownNow();
  }
}
