package dev.tidings.recorder.spring;

import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.watch.WatchOptions;
import dev.tidings.recorder.watch.Watcher;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes what is recorded to the application's listeners, as long as it runs. It stops after
 * everything but the recorder, and lets listeners have what waits for them.
 */
final class ApplicationEventBridge implements SmartLifecycle {
  private final EventRecorder recorder;
  private final ApplicationEventPublisher publisher;
  private final Duration closeTimeout;
  private @Nullable Watcher watcher;

  ApplicationEventBridge(
      EventRecorder recorder, ApplicationEventPublisher publisher, Duration closeTimeout) {
    this.recorder = recorder;
    this.publisher = publisher;
    this.closeTimeout = closeTimeout;
  }

  @Override
  public int getPhase() {
    return RecorderLifecycle.PHASE + 1;
  }

  @Override
  public synchronized void start() {
    watcher =
        recorder
            .broadcaster()
            .watch(
                WatchOptions.defaults().withName("tidings-application-events"),
                event -> publisher.publishEvent(new RecordedApplicationEvent(recorder, event)));
  }

  @Override
  public synchronized void stop() {
    if (watcher != null) {
      watcher.close(closeTimeout);
      watcher = null;
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return watcher != null;
  }
}
