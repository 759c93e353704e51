package dev.tidings.recorder.source;

import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Turns what an engine says into what is recorded. Immutable. */
final class ContainerObservations {
  private static final int MAX_LABELS = 32;
  private static final int MAX_LABEL_NAME = 200;
  private static final int MAX_LABEL_VALUE = 1_024;
  private static final int MAX_LABELS_CHARACTERS = 8 * 1_024;
  private static final int MAX_VALUE = 512;
  private static final int MAX_NAME = 250;

  /** What the engine itself says of a container, among its labels. */
  private static final Map<String, String> FACTS =
      Map.of(
          "image", "docker.image",
          "exitCode", "docker.exitCode",
          "signal", "docker.signal",
          "execDuration", "docker.execDuration");

  private static final Set<String> HARMLESS_EXITS = Set.of("", "0");
  private static final Set<String> KILL_SIGNALS = Set.of("9", "KILL", "SIGKILL");

  private final Predicate<String> labels;

  /**
   * @param labels which labels may be recorded, by name
   */
  ContainerObservations(Predicate<String> labels) {
    this.labels = labels;
  }

  Observation of(ContainerEvent event) {
    return new Observation(
        event.type().type(),
        severity(event),
        new ObjectReference("Container", "", clean(event.name(), MAX_NAME), clean(event.id(), 128)),
        message(event),
        attributes(event),
        Instant.EPOCH.plusNanos(event.timeNanos()));
  }

  private static Severity severity(ContainerEvent event) {
    return switch (event.type()) {
      case ContainerOutOfMemory -> Severity.ERROR;
      case ContainerDied ->
          HARMLESS_EXITS.contains(fact(event, "exitCode")) ? Severity.INFO : Severity.WARN;
      case ContainerKilled ->
          KILL_SIGNALS.contains(fact(event, "signal")) ? Severity.WARN : Severity.INFO;
      case ContainerHealthChanged ->
          event.health().equals("unhealthy") ? Severity.WARN : Severity.INFO;
      default -> Severity.INFO;
    };
  }

  private static String message(ContainerEvent event) {
    String image = fact(event, "image");
    String who =
        "Container " + clean(event.name(), MAX_NAME) + (image.isEmpty() ? "" : " (" + image + ")");
    return who
        + switch (event.type()) {
          case ContainerCreated -> " was created";
          case ContainerStarted -> " was started";
          case ContainerUnpaused -> " goes on after a pause";
          case ContainerKilled -> " was sent signal " + orUnknown(fact(event, "signal"));
          case ContainerStopped -> " was stopped";
          case ContainerPaused -> " was paused";
          case ContainerDied -> " ended with exit code " + orUnknown(fact(event, "exitCode"));
          case ContainerDestroyed -> " was removed";
          case ContainerOutOfMemory -> " ran out of memory";
          case ContainerHealthChanged -> " is now " + orUnknown(clean(event.health(), MAX_VALUE));
          case ForcedReload -> throw new IllegalArgumentException("The engine never says so");
        };
  }

  private Map<String, String> attributes(ContainerEvent event) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("docker.action", clean(event.action(), MAX_VALUE));
    FACTS.forEach(
        (name, attribute) -> {
          String value = fact(event, name);
          if (!value.isEmpty()) {
            all.put(attribute, value);
          }
        });
    if (!event.health().isEmpty()) {
      all.put("docker.health", clean(event.health(), MAX_VALUE));
    }
    addLabels(event, all);
    return all;
  }

  /** In the order of their names, so that the same ones stay when there are too many. */
  private void addLabels(ContainerEvent event, Map<String, String> all) {
    int kept = 0;
    int omitted = 0;
    int characters = 0;
    for (Map.Entry<String, String> label : new TreeMap<>(event.attributes()).entrySet()) {
      String name = label.getKey();
      if (name.equals("name") || FACTS.containsKey(name) || !labels.test(name)) {
        continue;
      }
      String value = clean(label.getValue() == null ? "" : label.getValue(), MAX_LABEL_VALUE);
      characters += name.length() + value.length();
      if (kept < MAX_LABELS
          && characters <= MAX_LABELS_CHARACTERS
          && !name.isEmpty()
          && clean(name, MAX_LABEL_NAME).equals(name)) {
        all.put("docker.label." + name, value);
        kept++;
      } else {
        omitted++;
      }
    }
    if (omitted > 0) {
      all.put("docker.labelsOmitted", Integer.toString(omitted));
    }
  }

  private static String fact(ContainerEvent event, String name) {
    String value = event.attributes().get(name);
    return value == null ? "" : clean(value, MAX_VALUE);
  }

  private static String orUnknown(String text) {
    return text.isEmpty() ? "unknown" : text;
  }

  /** At most so many characters, none of which a recorder refuses in a name. */
  private static String clean(String text, int maxCharacters) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .limit(maxCharacters)
        .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? '\uFFFD' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
