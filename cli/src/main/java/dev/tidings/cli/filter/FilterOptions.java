package dev.tidings.cli.filter;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.match.Glob;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options by which {@code get} and {@code watch} choose events: all that are given must hold.
 */
public final class FilterOptions {
  @Option(
      names = "--type",
      paramLabel = "GLOB",
      description = "Event types, such as 'cluster.*' or demo.DiskFailed.")
  private @Nullable Glob type;

  @Option(
      names = "--severity",
      paramLabel = "MIN",
      description = "This severity and those above it: ${COMPLETION-CANDIDATES}.")
  private @Nullable Severity severity;

  @Option(
      names = "--object",
      paramLabel = "KIND/NAMESPACE/NAME",
      converter = ObjectPattern.Converter.class,
      description = "What the event is about; each part may hold * and ?.")
  private @Nullable ObjectPattern object;

  @Option(names = "--node", paramLabel = "GLOB", description = "The node it comes from.")
  private @Nullable Glob node;

  @Option(names = "--component", paramLabel = "GLOB", description = "The component it comes from.")
  private @Nullable Glob component;

  @Option(
      names = "--since",
      paramLabel = "DUR",
      converter = Durations.class,
      description = "Seen last within this time: 90s, 10m, 2h, 7d.")
  private @Nullable Duration since;

  /** Whether any of them was given. */
  public boolean isGiven() {
    return type != null
        || severity != null
        || object != null
        || node != null
        || component != null
        || since != null;
  }

  /** Whether an event is to be shown, as of now. */
  public Predicate<Event> at(Instant now) {
    Instant earliest = since == null ? null : now.minus(since);
    return event ->
        (type == null || type.matches(event.getType()))
            && (severity == null || event.getSeverity().compareTo(severity) >= 0)
            && (object == null || object.matches(event.getObject()))
            && (node == null || node.matches(event.getSource().getNode()))
            && (component == null || component.matches(event.getSource().getComponent()))
            && (earliest == null || !event.getLastTimestamp().isBefore(earliest));
  }
}
