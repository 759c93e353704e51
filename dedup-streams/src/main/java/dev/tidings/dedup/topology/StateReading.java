package dev.tidings.dedup.topology;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a partition remembers, from when its task starts: until somebody asks for it, another thread
 * reads it. So all partitions that a stream thread is given are read at once, by as many threads as
 * there are processors, and the first to be ready goes on. Used by the stream thread, which leaves
 * the store alone until then.
 */
final class StateReading {
  private static final Logger LOG = LoggerFactory.getLogger(StateReading.class);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final CompletableFuture<DedupState> reading;
  private @Nullable DedupState state;

  StateReading(Supplier<DedupState> read, Executor readers) {
    reading = CompletableFuture.supplyAsync(read, readers);
  }

  /** Whether nobody who asks for it would wait. */
  boolean isOver() {
    return reading.isDone();
  }

  /**
   * Waits for it.
   *
   * @throws RuntimeException what reading ended with
   */
  DedupState get() {
    if (state == null) {
      state = await();
    }
    return state;
  }

  private DedupState await() {
    try {
      return reading.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new ProcessorStateException("State cannot be read", e.getCause());
    } catch (TimeoutException e) {
      throw new ProcessorStateException(
          "State was not read within %d s".formatted(LIMIT.toSeconds()), e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Leaves the store to those who close it. */
  void end() {
    try {
      get();
    } catch (ProcessorStateException | IllegalStateException e) {
      LOG.warn("State could not be read before it was closed", e);
    }
  }
}
