package dev.tidings.informer.replay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;

/**
 * Time that jumps to the end of each wait, so that a replay keeps its pace exactly and takes no
 * time. For one thread.
 */
public final class JumpingTime {
  private final Deque<Runnable> whilePaused = new ArrayDeque<>();
  private long nowNanos;

  /** A control in this time. */
  public ReplayControl control() {
    return new ReplayControl(this::nowNanos, this::await);
  }

  public long nowNanos() {
    return nowNanos;
  }

  void pass(long nanos) {
    nowNanos += nanos;
  }

  /** What happens when a replay next waits to be resumed. */
  void whenPaused(Runnable then) {
    whilePaused.add(then);
  }

  private void await(Condition changed, long nanos) {
    if (nanos == Long.MAX_VALUE) {
      whilePaused.remove().run();
    } else {
      nowNanos += nanos;
    }
  }
}
