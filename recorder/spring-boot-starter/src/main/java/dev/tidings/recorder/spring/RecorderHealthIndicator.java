package dev.tidings.recorder.spring;

import dev.tidings.recorder.DropCause;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.RecorderCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Whether what is recorded reaches Kafka. A short absence of Kafka is what the journal is for, so
 * it leaves the health as it is: {@code OUT_OF_SERVICE} if events have waited too long, {@code
 * DOWN} if some were lost lately because the journal was full.
 */
final class RecorderHealthIndicator extends AbstractHealthIndicator {
  private final EventRecorder recorder;
  private final Duration maxLag;
  private final Duration lossWindow;
  private final InstantSource clock;
  private long lostBefore;
  private @Nullable Instant lostAt;

  RecorderHealthIndicator(
      EventRecorder recorder, Duration maxLag, Duration lossWindow, InstantSource clock) {
    super("The recorder's health check failed");
    this.recorder = recorder;
    this.maxLag = maxLag;
    this.lossWindow = lossWindow;
    this.clock = clock;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    RecorderCounts counts = recorder.counts();
    long lost = lost(counts);
    health
        .up()
        .withDetail("recorded", counts.recorded())
        .withDetail("acknowledged", counts.acknowledged())
        .withDetail("failed", counts.failed())
        .withDetail("lost", lost)
        .withDetail("sendErrors", counts.sendErrors())
        .withDetail("durable", counts.durable())
        .withDetail("journalBytes", counts.journalBytes())
        .withDetail("lag", counts.lag())
        .withDetail("lagTime", counts.lagTime().toString());
    if (lostLately(lost)) {
      health.down().withDetail("reason", "the journal was full: events were lost");
    } else if (counts.lagTime().compareTo(maxLag) > 0) {
      health
          .outOfService()
          .withDetail("reason", "events have waited for Kafka for more than " + maxLag);
    }
  }

  /** For want of room, whichever was chosen to go. */
  private static long lost(RecorderCounts counts) {
    return counts.dropped().getOrDefault(DropCause.JOURNAL_FULL, 0L) + counts.droppedFromJournal();
  }

  private synchronized boolean lostLately(long lost) {
    Instant now = clock.instant();
    if (lost > lostBefore) {
      lostBefore = lost;
      lostAt = now;
    }
    return lostAt != null && now.isBefore(lostAt.plus(lossWindow));
  }
}
