package dev.tidings.cli.events;

import dev.tidings.informer.checkpoint.CheckpointFile;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks a checkpoint's blocks by a thread of its own, some ahead of the one who looks
 * into them. For one thread, which closes it.
 */
final class BlockPrefetch implements AutoCloseable {
  private static final int AHEAD = 32;

  /** What comes next: a block, or the end, or what went wrong. */
  private record Step(CheckpointFile.@Nullable Block block, @Nullable IOException failure) {}

  private final BlockingQueue<Step> steps = new ArrayBlockingQueue<>(AHEAD);
  private final Thread thread;

  BlockPrefetch(CheckpointFile.Reader reader) {
    thread = new Thread(() -> read(reader), "tidings-checkpoint-read");
    thread.setDaemon(true);
    thread.start();
  }

  private void read(CheckpointFile.Reader reader) {
    try {
      Step step;
      do {
        step = next(reader);
        steps.put(step);
      } while (step.block() != null);
    } catch (InterruptedException e) {
      // Nobody wants the rest.
      return;
    }
  }

  private static Step next(CheckpointFile.Reader reader) {
    try {
      return new Step(reader.next(), null);
    } catch (IOException e) {
      return new Step(null, e);
    } catch (RuntimeException e) {
      return new Step(null, new IOException("it is damaged", e));
    }
  }

  /**
   * The next one; null after the last.
   *
   * @throws IOException if the file is damaged
   */
  CheckpointFile.@Nullable Block next() throws IOException, InterruptedException {
    Step step = steps.take();
    if (step.failure() != null) {
      throw step.failure();
    }
    return step.block();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      // It ends by itself soon.
      Thread.currentThread().interrupt();
    }
  }
}
