package dev.tidings.recorder;

import dev.tidings.recorder.journal.JournalReader;
import java.time.InstantSource;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One journal on its way to Kafka: what is read next, and what is under way. One thread sends; the
 * producer's settles.
 */
final class Shipment {
  /** So many records may be under way: enough for a producer's buffer, bounded for ours. */
  private static final int MAX_IN_FLIGHT = 65_536;

  private final OutgoingReader reader;
  private final InFlight inFlight;
  private final KafkaOutlet outlet;
  private final Outcomes outcomes;
  private final InstantSource clock;
  private final long deliveryTimeoutMillis;

  /** Added to what is under way, but not taken by the producer. The sending thread's. */
  private InFlight.@Nullable Entry unsent;

  /** Why the producer gave up; null as long as it has not. */
  private volatile @Nullable String interruption;

  /**
   * @param format see {@link OutgoingReader#of}
   * @param settledUpTo told up to where everything is settled
   */
  Shipment(
      JournalReader journal,
      int format,
      KafkaOutlet outlet,
      Outcomes outcomes,
      LongConsumer settledUpTo,
      InstantSource clock,
      long deliveryTimeoutMillis) {
    this.reader = OutgoingReader.of(journal, format);
    this.outlet = outlet;
    this.outcomes = outcomes;
    this.clock = clock;
    this.deliveryTimeoutMillis = deliveryTimeoutMillis;
    this.inFlight =
        new InFlight(
            MAX_IN_FLIGHT,
            journal.position(),
            position -> {
              journal.acknowledge(position);
              settledUpTo.accept(position);
            });
  }

  /**
   * Sends the next record.
   *
   * @return false if there is none at present
   * @throws ObstacleException if something is in the way; call {@link #retryLater} and try again
   */
  boolean sendNext() throws ObstacleException, InterruptedException {
    String reason = interruption;
    if (reason != null) {
      throw new ObstacleException(reason);
    }
    InFlight.Entry entry = unsent;
    if (entry == null) {
      Outgoing next = reader.next();
      if (next == null) {
        inFlight.handedUpTo(reader.position());
        return false;
      }
      entry = inFlight.add(next);
      if (entry == null) {
        return true;
      }
      unsent = entry;
    }
    outlet.send(entry.outgoing(), new EntryReceipt(entry));
    unsent = null;
    return true;
  }

  /** After an obstacle: gives up what has waited too long, and goes back to what must be sent. */
  void retryLater(String reason) {
    if (interruption != null) {
      outlet.reset();
      unsent = null;
      reader.rewind(inFlight.restart());
      interruption = null;
    }
    InFlight.Entry entry = unsent;
    if (entry != null && isOverdue(entry.outgoing())) {
      unsent = null;
      settle(entry, () -> outcomes.givenUp(entry.outgoing(), "not sent in time: " + reason));
    }
  }

  private boolean isOverdue(Outgoing outgoing) {
    return clock.millis() - outgoing.event().appendedMillis() >= deliveryTimeoutMillis;
  }

  /** Told before it is settled, so that who waits for that finds it counted. */
  private void settle(InFlight.Entry entry, Runnable tell) {
    if (inFlight.isUnsettled(entry)) {
      tell.run();
      inFlight.settle(entry);
    }
  }

  /** Whether nothing is left to send or to wait for, and nothing can come. */
  boolean isDone() {
    return reader.isExhausted() && unsent == null && interruption == null && inFlight.isEmpty();
  }

  /** Waits until nothing is under way, or for so long. */
  void awaitSettled(long millis) throws InterruptedException {
    inFlight.awaitEmpty(millis);
  }

  /** Waits until everything before a position is settled; false if the time was over first. */
  boolean awaitSettled(long position, long nanos) throws InterruptedException {
    return inFlight.awaitSettled(position, nanos);
  }

  /** When the oldest record under way was appended, in milliseconds since 1970; 0 if none is. */
  long oldestMillis() {
    return inFlight.oldestMillis();
  }

  private final class EntryReceipt implements KafkaOutlet.Receipt {
    private final InFlight.Entry entry;

    EntryReceipt(InFlight.Entry entry) {
      this.entry = entry;
    }

    @Override
    public void acknowledged(String topic, int partition, long offset) {
      settle(entry, () -> outcomes.acknowledged(entry.outgoing(), topic, partition, offset));
    }

    @Override
    public void refused(String reason) {
      settle(entry, () -> outcomes.givenUp(entry.outgoing(), reason));
    }

    @Override
    public void interrupted(String reason) {
      if (!inFlight.isUnsettled(entry)) {
        return;
      }
      if (isOverdue(entry.outgoing())) {
        refused("not sent in time: " + reason);
      } else if (interruption == null) {
        interruption = reason;
        inFlight.interrupt();
      }
    }
  }
}
