package dev.tidings.dedup.topology;

import dev.tidings.dedup.rules.SeriesWindow;
import dev.tidings.wire.EventTail;
import dev.tidings.wire.MalformedValueException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** What one partition sends on. One thread. */
final class Outputs {
  private static final int REJECTED_PARTITION = 0;

  private final ProcessorContext<OutputKey, byte[]> context;
  private final int partition;
  private final int batchSchemaId;
  private final RefusedEvents refused;

  Outputs(ProcessorContext<OutputKey, byte[]> context, int batchSchemaId, RefusedEvents refused) {
    this.context = context;
    this.partition = context.taskId().partition();
    this.batchSchemaId = batchSchemaId;
    this.refused = refused;
  }

  /** Sends an event's newest state; if Kafka refused it before, to the rejected topic. */
  void event(UUID id, byte[] value) {
    long now = context.currentSystemTimeMs();
    String reason = refused.reason(id);
    if (reason == null) {
      context.forward(new Record<>(OutputKey.id(partition, id), value, now), DedupTopology.EVENTS);
    } else {
      context.forward(
          new Record<>(
              OutputKey.id(REJECTED_PARTITION, id),
              value,
              now,
              Rejections.headers(new RecordHeaders(), reason, Instant.ofEpochMilli(now))),
          DedupTopology.REJECTED);
    }
  }

  /** The value of an event with its counts as they are now. */
  static byte[] newest(TrackedEvent event) {
    if (event.valueIsNewest()) {
      return event.value();
    }
    SeriesWindow counts = event.window();
    EventTail tail = new EventTail(counts.firstMicros(), counts.lastMicros(), counts.count());
    try {
      return tail.equals(EventTail.read(event.value()))
          ? event.value()
          : tail.replaceIn(event.value());
    } catch (MalformedValueException e) {
      // Not the fault of the record that is being processed: it must not be rejected for it.
      throw new IllegalStateException("State holds no event under " + event.id(), e);
    }
  }

  /**
   * Sends a batch of all that is pending, and those events of it whose state is newer than the
   * events topic's.
   *
   * @return the batch's size in bytes
   */
  int batch(DedupState state) {
    BatchProgress progress = state.progress();
    List<BatchBytes.Entry> entries = new ArrayList<>(state.pending().size());
    for (TrackedEvent event : state.pending()) {
      byte[] value = newest(event);
      if (event.isUnsent()) {
        event(event.id(), value);
      }
      entries.add(new BatchBytes.Entry(value, event.pendingIn(progress.nextSequence())));
    }
    long now = context.currentSystemTimeMs();
    byte[] batch =
        BatchBytes.encode(
            batchSchemaId,
            partition,
            progress.nextSequence(),
            progress.openedMillis(),
            now,
            progress.through(),
            entries);
    context.forward(
        new Record<>(OutputKey.text(partition, Integer.toString(partition)), batch, now),
        DedupTopology.BATCHES);
    return batch.length;
  }
}
