package dev.tidings.writers.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Writes on a thread of its own, one after the other, while the task gets the next ready:
 *
 * <pre>
 *   task    fetch 1 │ prepare 1 │ fetch 2 │ prepare 2 │ fetch 3 │ prepare 3 │ …
 *   writer                      │ write 1             │ write 2             │ …
 * </pre>
 *
 * A few may wait; then {@link #add} does. After one has failed, no later one is written. All
 * methods are for the task's thread.
 */
final class Pipeline implements AutoCloseable {
  private static final int MOST_UNDER_WAY = 2;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread daemon = new Thread(task, "tidings-writer");
            daemon.setDaemon(true);
            return daemon;
          });
  private final Deque<UnderWay> underWay = new ArrayDeque<>();
  private final LongSupplier nanoTime;
  private final LongConsumer wrote;

  /** Read and written by the writer's thread alone. */
  private boolean failed;

  private record UnderWay(Written written, Future<?> result) {}

  /**
   * A write that has ended.
   *
   * @param chunk what was written
   * @param rejected what of it the receiver will never take
   */
  record Written(Chunk chunk, List<Rejected> rejected) {}

  /** One delivery that the receiver will never take. */
  record Rejected(Delivery delivery, String reason) {}

  /**
   * @param wrote is told how long each write took that succeeded, in nanoseconds, by the writer's
   *     thread
   */
  Pipeline(LongSupplier nanoTime, LongConsumer wrote) {
    this.nanoTime = nanoTime;
    this.wrote = wrote;
  }

  boolean isEmpty() {
    return underWay.isEmpty();
  }

  /**
   * Adds a write; waits while too many are under way.
   *
   * @param chunk what it writes
   * @param ended is given each that has ended since, in order
   * @throws IOException why an earlier one failed; then this one is not written
   */
  void add(Chunk chunk, Receiver.Write write, Consumer<Written> ended) throws IOException {
    collect(MOST_UNDER_WAY - 1, ended);
    List<Rejected> rejected = new ArrayList<>();
    boolean isMeasured = !chunk.deliveries().isEmpty();
    Future<?> result = writer.submit(() -> run(write, rejected, isMeasured));
    underWay.add(new UnderWay(new Written(chunk, rejected), result));
  }

  private Void run(Receiver.Write write, List<Rejected> rejected, boolean isMeasured)
      throws IOException {
    if (!failed) {
      failed = true;
      long begun = nanoTime.getAsLong();
      write.run((delivery, reason) -> rejected.add(new Rejected(delivery, reason)));
      if (isMeasured) {
        wrote.accept(nanoTime.getAsLong() - begun);
      }
      failed = false;
    }
    return null;
  }

  /**
   * Takes what has ended, and waits until no more than so many are under way.
   *
   * @throws IOException why one failed; those behind it are dropped
   */
  void collect(int mostLeft, Consumer<Written> ended) throws IOException {
    while (!underWay.isEmpty()
        && (underWay.size() > mostLeft || underWay.element().result().isDone())) {
      UnderWay oldest = underWay.element();
      await(oldest.result());
      underWay.remove();
      ended.accept(oldest.written());
    }
  }

  private static void await(Future<?> result) throws IOException {
    try {
      result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while writing", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new ConnectException(e.getCause());
    }
  }

  /** What has not ended well, in order: what failed is the first. */
  List<Chunk> unfinished() {
    return underWay.stream().map(one -> one.written().chunk()).toList();
  }

  /** Ends what is under way, if need be by interrupting it. What was not written is dropped. */
  @Override
  public void close() {
    underWay.clear();
    writer.shutdownNow();
    try {
      writer.awaitTermination(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
