package dev.tidings.cli.output;

import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One event as the cells of a table. */
final class Row {
  private Row() {}

  /** As of now, for ages. */
  static List<Column<Event>> columns(Instant now) {
    return List.of(
        new Column<>("LAST SEEN", event -> age(Duration.between(event.getLastTimestamp(), now))),
        new Column<>("COUNT", event -> Long.toString(event.getCount())),
        Column.severity(event -> event.getSeverity().name()),
        new Column<>("TYPE", Event::getType),
        new Column<>("OBJECT", Row::object),
        new Column<>("SOURCE", Row::source),
        new Column<>("MESSAGE", Event::getMessage));
  }

  private static String object(Event event) {
    return event.getObject() == null ? "-" : RecordKey.of(event);
  }

  private static String source(Event event) {
    return event.getSource().getNode() + "/" + event.getSource().getComponent();
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

  /**
   * The escape sequence that colours a severity; empty for those that need no attention, and for
   * none.
   */
  static String colour(String severity) {
    return switch (severity) {
      case "DEBUG" -> "\u001b[2m";
      case "WARN" -> "\u001b[33m";
      case "ERROR" -> "\u001b[31m";
      case "CRITICAL" -> "\u001b[1;31m";
      default -> "";
    };
  }
}
