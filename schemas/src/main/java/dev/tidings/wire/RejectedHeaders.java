package dev.tidings.wire;

/** The headers of a record on the rejected topic: why it is there, and where it was. */
public final class RejectedHeaders {
  /** Why, for people. Text. */
  public static final String REASON = "tidings-rejected-reason";

  /** The topic it was read from. Text. */
  public static final String TOPIC = "tidings-rejected-topic";

  /** The partition it was read from. Decimal text. */
  public static final String PARTITION = "tidings-rejected-partition";

  /** The offset it was read from. Decimal text. */
  public static final String OFFSET = "tidings-rejected-offset";

  /** When it was rejected. RFC 3339 text. */
  public static final String TIME = "tidings-rejected-time";

  /** How often it was sent again before this. Decimal text; missing if never. */
  public static final String RETRIES = "tidings-retries";

  private RejectedHeaders() {}
}
