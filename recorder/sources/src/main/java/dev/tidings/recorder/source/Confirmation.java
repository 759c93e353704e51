package dev.tidings.recorder.source;

/** When an event counts as safe, so that it need not be seen again after a restart. */
public enum Confirmation {
  /** When the recorder has taken it: right for a recorder that keeps what it takes on a disk. */
  ACCEPTED,
  /** When Kafka has acknowledged it: right for every recorder. */
  ACKNOWLEDGED
}
