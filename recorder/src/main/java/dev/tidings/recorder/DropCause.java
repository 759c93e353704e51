package dev.tidings.recorder;

/** Why a valid event was not taken, or was given up. */
public enum DropCause {
  /** The journal had no room. */
  JOURNAL_FULL("the journal is full; is Kafka reachable?"),
  /** The recorder was closed before. */
  CLOSED("the recorder is closed"),
  /** The spam filter withheld it. */
  SPAM("there were too many events about this object"),
  /** It is larger than a segment of the journal. */
  TOO_LARGE("it is larger than a segment of the journal");

  private final String reason;

  DropCause(String reason) {
    this.reason = reason;
  }

  /** For people. */
  public String reason() {
    return reason;
  }
}
