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
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Writes and confirms on a thread of its own, one after the other, while the task gets the next
 * ready:
 *
 * <pre>
 *   task    fetch 1 │ prepare 1 │ fetch 2 │ prepare 2 │ fetch 3 │ prepare 3 │ …
 *   writer                      │ write 1             │ write 2 │ confirm   │ …
 * </pre>
 *
 * A few may wait; then {@link #write} does. After one step has failed, no later one is taken. All
 * methods are for the task's thread.
 */
final class Pipeline implements AutoCloseable {
  /** One is written while the next is made, however large they are. */
  private static final int FEWEST_UNDER_WAY = 2;

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

  private record UnderWay(Step step, Future<?> result) {}

  /** What the writer does, and has done when it is given to who asked for it. */
  sealed interface Step {}

  /**
   * A write.
   *
   * @param chunk what is written
   * @param rejected what of it the receiver will never take
   */
  record Written(Chunk chunk, List<Rejected> rejected) implements Step {}

  /** The receiver has all that was written before. */
  record Confirmed() implements Step {}

  /** One delivery that the receiver will never take. */
  record Rejected(Delivery delivery, String reason) {}

  /** A step's work. */
  private interface Work {
    void run() throws IOException;
  }

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
   * @param mostBytes of what is under way with it, if that is more than a few
   * @param ended is given each step that has ended since, in order
   * @throws IOException why an earlier one failed; then this one is not written
   */
  void write(Chunk chunk, Receiver.Write write, long mostBytes, Consumer<Step> ended)
      throws IOException {
    collect(() -> isFull(chunk, mostBytes), ended);
    List<Rejected> rejected = new ArrayList<>();
    Work rejecting =
        () -> write.run((delivery, reason) -> rejected.add(new Rejected(delivery, reason)));
    add(
        new Written(chunk, rejected),
        chunk.deliveries().isEmpty() ? rejecting : () -> measured(rejecting));
  }

  /** Lets the receiver confirm what was written before. */
  void confirm(Receiver receiver) {
    add(new Confirmed(), receiver::confirm);
  }

  private void add(Step step, Work work) {
    underWay.add(new UnderWay(step, writer.submit(() -> run(work))));
  }

  private void measured(Work work) throws IOException {
    long begun = nanoTime.getAsLong();
    work.run();
    wrote.accept(nanoTime.getAsLong() - begun);
  }

  private Void run(Work work) throws IOException {
    if (!failed) {
      failed = true;
      work.run();
      failed = false;
    }
    return null;
  }

  private boolean isFull(Chunk next, long mostBytes) {
    return underWay.size() >= FEWEST_UNDER_WAY
        && next.bytes() + unfinished().stream().mapToLong(Chunk::bytes).sum() > mostBytes;
  }

  /**
   * Takes what has ended.
   *
   * @throws IOException why one failed; those behind it are dropped
   */
  void collect(Consumer<Step> ended) throws IOException {
    collect(() -> false, ended);
  }

  /** As {@link #collect(Consumer)}, when all has ended. */
  void collectAll(Consumer<Step> ended) throws IOException {
    collect(() -> true, ended);
  }

  private void collect(BooleanSupplier waits, Consumer<Step> ended) throws IOException {
    while (!underWay.isEmpty() && (underWay.element().result().isDone() || waits.getAsBoolean())) {
      UnderWay oldest = underWay.element();
      await(oldest.result());
      underWay.remove();
      ended.accept(oldest.step());
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
    return underWay.stream()
        .flatMap(one -> one.step() instanceof Written write ? Stream.of(write.chunk()) : null)
        .toList();
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
