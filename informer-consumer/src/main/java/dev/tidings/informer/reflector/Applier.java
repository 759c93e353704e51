package dev.tidings.informer.reflector;

import dev.tidings.informer.rv.ResourceVersion;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * The one writer: takes what was read, in order, from a bounded queue and gives it to the sink, on
 * a thread of its own. So decoding and storing go on while the next batch is fetched.
 */
final class Applier<K, V> implements AutoCloseable {
  private static final int MAX_BATCHES = 16;
  private static final long MAX_BYTES = 64L * 1024 * 1024;
  private static final long IDLE_AFTER_MILLIS = 100;
  private static final Duration MAX_JOIN = Duration.ofSeconds(10);

  /** What the sink is told. */
  sealed interface Step<K, V> {
    record Assigned<K, V>(Set<Integer> gained, Set<Integer> lost) implements Step<K, V> {}

    record StartOver<K, V>(RecordSink.Load load) implements Step<K, V> {}

    record Records<K, V>(
        FutureTask<List<LogRecord<K, V>>> records, int count, long bytes, ResourceVersion position)
        implements Step<K, V> {}

    /** Of a load that takes records over as they are. */
    record Bytes<K, V>(
        ConsumerRecords<ByteBuffer, ByteBuffer> records, long bytes, ResourceVersion position)
        implements Step<K, V> {}

    record CaughtUp<K, V>(ResourceVersion position) implements Step<K, V> {}

    record Run<K, V>(Runnable work) implements Step<K, V> {}
  }

  private final RecordSink<K, V> sink;
  private final Consumer<Throwable> failed;
  private final Thread thread;
  private final BlockingQueue<Step<K, V>> steps = new ArrayBlockingQueue<>(MAX_BATCHES);
  private final AtomicLong bytes = new AtomicLong();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile LoadProgress progress = LoadProgress.NONE;
  private volatile long recordsRead;

  // This thread's own.
  private RecordSink.@Nullable Load load;
  private long loadBeganNanos;
  private long loadRecords;
  private long idleNanos = System.nanoTime();

  Applier(String topic, RecordSink<K, V> sink, Consumer<Throwable> failed) {
    this.sink = sink;
    this.failed = failed;
    thread = new Thread(this::run, "tidings-informer-writer-" + topic);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  LoadProgress progress() {
    return progress;
  }

  long recordsRead() {
    return recordsRead;
  }

  /** Adds a step, waiting for room at most this long. */
  boolean offer(Step<K, V> step, Duration wait) throws InterruptedException {
    long size = bytesOf(step);
    if (bytes.get() > MAX_BYTES && size > 0 && !steps.isEmpty()) {
      // Room in bytes comes with room in batches: look again after a moment.
      return closing.await(Math.min(wait.toMillis(), 5), TimeUnit.MILLISECONDS) && false;
    }
    bytes.addAndGet(size);
    boolean taken = steps.offer(step, wait.toNanos(), TimeUnit.NANOSECONDS);
    if (!taken) {
      bytes.addAndGet(-size);
    }
    return taken;
  }

  private static long bytesOf(Step<?, ?> step) {
    if (step instanceof Step.Records<?, ?> records) {
      return records.bytes();
    }
    return step instanceof Step.Bytes<?, ?> records ? records.bytes() : 0;
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        Step<K, V> step = steps.poll(IDLE_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        if (step != null) {
          apply(step);
        }
        if (step == null
            || System.nanoTime() - idleNanos > TimeUnit.MILLISECONDS.toNanos(IDLE_AFTER_MILLIS)) {
          idleNanos = System.nanoTime();
          sink.idle();
        }
      }
    } catch (InterruptedException | InterruptException e) {
      // Only close() interrupts.
      closing.countDown();
    } catch (RuntimeException | Error e) {
      failed.accept(e);
    }
  }

  private void apply(Step<K, V> step) throws InterruptedException {
    if (step instanceof Step.Records<K, V> records) {
      List<LogRecord<K, V>> decoded = result(records.records());
      decoded.forEach(sink::record);
      applied(records.bytes(), records.count(), records.position());
    } else if (step instanceof Step.Bytes<K, V> records) {
      load(records.records());
      applied(records.bytes(), records.records().count(), records.position());
    } else if (step instanceof Step.StartOver<K, V> start) {
      load = start.load();
      loadBeganNanos = System.nanoTime();
      loadRecords = 0;
      showProgress(start.load().from());
      sink.startOver(start.load());
    } else if (step instanceof Step.CaughtUp<K, V> done) {
      sink.caughtUp(done.position());
      showProgress(done.position());
      load = null;
    } else if (step instanceof Step.Assigned<K, V> assigned) {
      sink.assigned(assigned.gained(), assigned.lost());
    } else if (step instanceof Step.Run<K, V> run) {
      run.work().run();
    }
  }

  private void load(ConsumerRecords<ByteBuffer, ByteBuffer> records) {
    for (TopicPartition partition : records.partitions()) {
      for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records.records(partition)) {
        if (record.key() != null) {
          sink.load(record.key(), record.value());
        }
      }
    }
  }

  private void applied(long size, int count, ResourceVersion position) {
    bytes.addAndGet(-size);
    sink.advanced(position);
    recordsRead = recordsRead + count;
    loadRecords += count;
    showProgress(position);
  }

  private static <T> T result(FutureTask<T> task) throws InterruptedException {
    // Done here unless somebody has begun.
    task.run();
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      if (e.getCause() instanceof Error thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void showProgress(ResourceVersion reached) {
    RecordSink.Load running = load;
    if (running == null) {
      return;
    }
    ResourceVersion end = running.end();
    long total = 0;
    long left = 0;
    for (int partition = 0; partition < end.partitions(); partition++) {
      total += Math.max(0, end.offset(partition) - running.from().offset(partition));
      left += Math.max(0, end.offset(partition) - reached.offset(partition));
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - loadBeganNanos);
    progress = new LoadProgress(loadRecords, Math.max(0, total - left), total, elapsed);
  }

  /** Stops the thread and waits for it, for a limited time. */
  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join(MAX_JOIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
