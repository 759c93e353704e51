package dev.tidings.recorder.spring;

import dev.tidings.recorder.EventRecorder;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Sends what was recorded when the application stops: after everything else has stopped, so that
 * what that recorded goes, too, and before any bean is destroyed, so that the last metrics count
 * it. The recorder stays open until it is destroyed.
 */
final class RecorderLifecycle implements SmartLifecycle {
  /** Starts first and stops last. */
  static final int PHASE = Integer.MIN_VALUE;

  private static final Logger LOG = LoggerFactory.getLogger(RecorderLifecycle.class);

  private final EventRecorder recorder;
  private final ClosingTime closing;
  private volatile boolean running;

  RecorderLifecycle(EventRecorder recorder, ClosingTime closing) {
    this.recorder = recorder;
    this.closing = closing;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  @Override
  public void start() {
    closing.restart();
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    long startNanos = System.nanoTime();
    flush();
    closing.spend(Duration.ofNanos(System.nanoTime() - startNanos));
  }

  private void flush() {
    try {
      if (!recorder.flush(closing.leftForFlushing())) {
        LOG.debug("Kafka did not take all events while the application stopped");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
