package dev.tidings.recorder;

import java.util.List;

/** What became of an event. */
public sealed interface RecordResult {
  /**
   * Kafka has it, as durably as {@code acks=all} means there.
   *
   * @param cut what was cut from it to keep the limits, for people; empty if nothing was
   */
  record Acknowledged(String topic, int partition, long offset, List<String> cut)
      implements RecordResult {}

  /**
   * It was invalid, and recording it again would change nothing.
   *
   * @param reason one line that says what is wrong
   */
  record Refused(String reason) implements RecordResult {}

  /**
   * It was not sent before the recorder was closed, but it is in the journal: the next recorder
   * with the same directory sends it.
   *
   * @param reason one line that says why it was not sent
   */
  record Kept(String reason) implements RecordResult {}

  /**
   * It was valid but could not be sent; it is not known to be in Kafka.
   *
   * @param reason one line that says why
   */
  record Failed(String reason) implements RecordResult {}
}
