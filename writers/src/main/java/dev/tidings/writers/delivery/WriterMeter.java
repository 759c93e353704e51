package dev.tidings.writers.delivery;

/**
 * What a task measures, as Kafka Connect shows it: the JMX bean {@code
 * kafka.connect:type=plugins,connector=…,task=…} has an attribute of each name.
 */
public enum WriterMeter {
  DELIVERED("events-delivered-total", "Events written; those that were written again count again."),
  REJECTED(
      "events-rejected-total", "Events that the receiver will never take, and unreadable records."),
  RETRIES("retries-total", "How often the receiver failed and was left alone for a while."),
  WRITES("writes-total", "Writes that the receiver took, each of many events."),
  WRITE_TIME("write-time-ms-total", "Time that these writes took."),
  WAITING("events-waiting", "Events taken from Kafka and not written.");

  private static final String COUNTER = "-total";

  private final String attribute;
  private final String description;

  WriterMeter(String attribute, String description) {
    this.attribute = attribute;
    this.description = description;
  }

  /** The name of the attribute. */
  public String attribute() {
    return attribute;
  }

  /** One sentence. */
  public String description() {
    return description;
  }

  /** Whether it only grows; else it is a gauge. */
  public boolean isCounter() {
    return attribute.endsWith(COUNTER);
  }
}
