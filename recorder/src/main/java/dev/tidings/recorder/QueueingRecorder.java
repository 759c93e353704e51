package dev.tidings.recorder;

import dev.tidings.event.Event;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.limits.EventLimits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validates in the caller's thread and hands on to the {@link Sender}'s. */
final class QueueingRecorder implements EventRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private final Validation validation;
  private final Source source;
  private final InstantSource clock;
  private final EventIds ids;
  private final SendQueue queue;
  private final Sender sender;
  private final boolean strict;
  private final LogLimit logLimit = LogLimit.oncePerMinute();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder truncated = new LongAdder();

  QueueingRecorder(
      Validation validation,
      Source source,
      InstantSource clock,
      SendQueue queue,
      Sender sender,
      boolean strict) {
    this.validation = validation;
    this.source = source;
    this.clock = clock;
    this.ids = EventIds.of(clock);
    this.queue = queue;
    this.sender = sender;
    this.strict = strict;
  }

  @Override
  public EventDraft event(Enum<?> type) {
    return event(validation.typeOf(type));
  }

  @Override
  public EventDraft event(String type) {
    return new EventDraft(
        type, ids.next(), source, validation.limits(), clock.instant(), this::submit);
  }

  @Override
  public CompletableFuture<RecordResult> submit(Event event) {
    EventLimits.Verdict verdict = validation.check(event);
    if (verdict instanceof EventLimits.Refused no) {
      return refuse(no.reason());
    }
    EventLimits.Fits fits = (EventLimits.Fits) verdict;
    return accept(fits.event(), fits.cut());
  }

  private CompletableFuture<RecordResult> refuse(String reason) {
    refused.increment();
    if (strict) {
      throw new IllegalArgumentException(reason);
    }
    logLimit.run("refused", () -> LOG.warn("Event not recorded: {}", reason));
    return CompletableFuture.completedFuture(new RecordResult.Refused(reason));
  }

  private CompletableFuture<RecordResult> accept(Event event, List<String> cut) {
    PendingEvent pending = new PendingEvent(event, cut, this::count);
    SendQueue.Admission admission = queue.offer(pending);
    if (admission != SendQueue.Admission.TAKEN) {
      dropped.increment();
      String reason = admission.reason();
      logLimit.run(reason, () -> LOG.warn("Event dropped: {}", reason));
      return CompletableFuture.completedFuture(new RecordResult.Failed(reason));
    }
    accepted.increment();
    if (!cut.isEmpty()) {
      truncated.increment();
      logLimit.run("truncated", () -> LOG.warn("Event was over a limit and is cut: {}", cut));
    }
    return pending.result();
  }

  private void count(RecordResult result) {
    if (result instanceof RecordResult.Acknowledged) {
      acknowledged.increment();
    } else if (result instanceof RecordResult.Failed no) {
      failed.increment();
      logLimit.run("failed", () -> LOG.warn("Event not sent: {}", no.reason()));
    }
  }

  @Override
  public RecorderCounts counts() {
    return new RecorderCounts(
        accepted.sum(),
        acknowledged.sum(),
        refused.sum(),
        dropped.sum(),
        failed.sum(),
        truncated.sum());
  }

  @Override
  public boolean flush(Duration timeout) throws InterruptedException {
    return queue.awaitOutstanding(timeout);
  }

  @Override
  public boolean close(Duration timeout) {
    return sender.close(timeout);
  }
}
