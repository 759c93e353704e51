package dev.tidings.wire;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The names of a platform's topics, subjects and groups, all derived from one prefix.
 *
 * <p>Nobody else spells them.
 *
 * @param prefix what all names start with: letters, digits, '.', '_' and '-', at most 200
 *     characters
 */
public record Topics(String prefix) {
  private static final Pattern LEGAL_PREFIX = Pattern.compile("[a-zA-Z0-9._-]{1,200}");

  /** The names of a platform that was given no prefix of its own. */
  public static final Topics DEFAULT = new Topics("tidings");

  /**
   * @throws IllegalArgumentException if the prefix cannot be part of a Kafka topic name
   */
  public Topics {
    if (!LEGAL_PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "Topic prefix '%s' is not usable: take letters, digits, '.', '_' and '-' only"
              .formatted(prefix));
    }
  }

  /** What recorders send: every occurrence. */
  public String recorded() {
    return prefix + ".recorded";
  }

  /** One key per event, compacted: its newest state. */
  public String events() {
    return prefix + ".events";
  }

  /** One record per partition and batch interval: the unit given to writers. */
  public String batches() {
    return prefix + ".batches";
  }

  /** What could not be read, and why. */
  public String rejected() {
    return prefix + ".rejected";
  }

  /** All four. */
  public List<String> all() {
    return List.of(recorded(), events(), batches(), rejected());
  }

  /** The registry subject of a topic's values (Confluent's TopicNameStrategy). */
  public static String valueSubject(String topic) {
    return topic + "-value";
  }

  /** The registry subject of a catalogue of event types. */
  public String typesSubject(String catalogue) {
    return typesSubjectPrefix() + catalogue;
  }

  /** What the subjects of all catalogues start with. */
  public String typesSubjectPrefix() {
    return prefix + "-types-";
  }

  /** The Kafka Streams application id of the de-duplication, which is also its consumer group. */
  public String dedupApplicationId() {
    return prefix + "-dedup";
  }

  /**
   * The consumer group, and transactional id, that marks which rejected records were sent again.
   */
  public String rejectedRetryGroup() {
    return prefix + "-rejected-retry";
  }
}
