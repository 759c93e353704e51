package dev.tidings.recorder;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes secrets out of the texts of an event before they are written anywhere: into the journal, to
 * Kafka, to watchers. Called by the recording threads, so it must be quick and thread-safe.
 *
 * <p>If it throws, the event is refused: what could not be checked is not let out.
 */
@FunctionalInterface
public interface Redaction {
  /** What a secret is replaced by. */
  String REPLACEMENT = "[redacted]";

  /**
   * The text that may be recorded.
   *
   * @param field {@code message}, or the name of an attribute
   * @param text what the caller gave
   */
  String redact(String field, String text);

  /** Replaces what matches any of these patterns by {@value #REPLACEMENT}. */
  static Redaction of(Pattern... patterns) {
    List<Pattern> all = List.of(patterns);
    return (field, text) -> {
      String clean = text;
      for (Pattern pattern : all) {
        clean = pattern.matcher(clean).replaceAll(REPLACEMENT);
      }
      return clean;
    };
  }

  /**
   * Usual secrets: values of fields named like passwords, tokens and keys; credentials in URLs;
   * {@code Authorization} values; JSON Web Tokens; AWS access keys; private keys in PEM. Attributes
   * that are named like a secret lose their whole value.
   */
  static Redaction secrets() {
    return new SecretPatterns();
  }

  /** This one, then another. */
  default Redaction and(Redaction next) {
    return (field, text) -> next.redact(field, redact(field, text));
  }
}
