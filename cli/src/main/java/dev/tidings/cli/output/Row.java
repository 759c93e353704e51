package dev.tidings.cli.output;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.identity.RecordKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One event as the cells of a table. */
final class Row {
  static final List<String> HEADER =
      List.of("LAST SEEN", "COUNT", "SEVERITY", "TYPE", "OBJECT", "SOURCE", "MESSAGE");
  static final int SEVERITY_COLUMN = 2;

  private Row() {}

  static List<String> of(Event event, Instant now) {
    ObjectReference object = event.getObject();
    return List.of(
        age(Duration.between(event.getLastTimestamp(), now)),
        Long.toString(event.getCount()),
        event.getSeverity().name(),
        Cells.visible(event.getType()),
        object == null ? "-" : Cells.visible(RecordKey.of(event.getSource(), object)),
        Cells.visible(event.getSource().getNode() + "/" + event.getSource().getComponent()),
        Cells.visible(event.getMessage()));
  }

  /** As kubectl writes it: the largest unit that gives at least two, or the unit itself. */
  static String age(Duration age) {
    if (age.isNegative()) {
      return age.compareTo(Duration.ofSeconds(-2)) > 0 ? "0s" : "in " + age(age.negated());
    }
    if (age.toMinutes() < 2) {
      return age.toSeconds() + "s";
    }
    if (age.toHours() < 3) {
      return age.toMinutes() + "m";
    }
    if (age.toDays() < 2) {
      return age.toHours() + "h";
    }
    return age.toDays() < 730 ? age.toDays() + "d" : age.toDays() / 365 + "y";
  }

  /** The escape sequence that colours a severity; empty for those that need no attention. */
  static String colour(String severity) {
    return switch (Severity.valueOf(severity)) {
      case DEBUG -> "\u001b[2m";
      case INFO -> "";
      case WARN -> "\u001b[33m";
      case ERROR -> "\u001b[31m";
      case CRITICAL -> "\u001b[1;31m";
    };
  }
}
