package dev.tidings.writers.routing;

import dev.tidings.event.Severity;
import dev.tidings.writers.Choices;
import dev.tidings.writers.encoded.EncodedEvent;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Which events a writer takes: all that fit the patterns of their type, source and object and are
 * severe enough. Immutable, thread-safe.
 *
 * <pre>
 * route.types         cluster.*, !cluster.Heartbeat
 * route.min.severity  WARN
 * route.sources       node-*&#47;kubelet        node/component
 * route.objects       Pod/prod/*, Node        kind/namespace/name; Node is short for Node/*
 * </pre>
 *
 * {@code *} stands for any text, slashes included, {@code ?} for one character; {@code !} excludes.
 */
public final class Route {
  public static final String TYPES = "route.types";
  public static final String MIN_SEVERITY = "route.min.severity";
  public static final String SOURCES = "route.sources";
  public static final String OBJECTS = "route.objects";

  private static final String GROUP = "Routing";
  private static final String[] SEVERITIES =
      Stream.of(Severity.values()).map(Severity::name).toArray(String[]::new);

  private final Patterns types;
  private final Severity minSeverity;
  private final Patterns sources;
  private final Patterns objects;

  private Route(AbstractConfig config) {
    types = Patterns.of(config.getList(TYPES));
    minSeverity = Severity.valueOf(config.getString(MIN_SEVERITY).toUpperCase(Locale.ROOT));
    sources = Patterns.ofPaths(config.getList(SOURCES));
    objects = Patterns.ofPaths(config.getList(OBJECTS));
  }

  /** From settings that hold those of {@link #define}. */
  public static Route of(AbstractConfig config) {
    return new Route(config);
  }

  /** Adds the settings of a route. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            TYPES,
            Type.LIST,
            List.of(),
            PATTERNS,
            Importance.MEDIUM,
            "Patterns of event types, such as cluster.*; with ! before it, one excludes. All types"
                + " if empty.",
            GROUP,
            1,
            Width.LONG,
            "Event types")
        .define(
            MIN_SEVERITY,
            Type.STRING,
            Severity.DEBUG.name(),
            ConfigDef.CaseInsensitiveValidString.in(SEVERITIES),
            Importance.MEDIUM,
            "Events below this severity are left out.",
            GROUP,
            2,
            Width.SHORT,
            "Least severity",
            Choices.of(SEVERITIES))
        .define(
            SOURCES,
            Type.LIST,
            List.of(),
            PATTERNS,
            Importance.LOW,
            "Patterns of sources, node/component; without a slash, of the node. All if empty.",
            GROUP,
            3,
            Width.LONG,
            "Sources")
        .define(
            OBJECTS,
            Type.LIST,
            List.of(),
            PATTERNS,
            Importance.LOW,
            "Patterns of objects, kind/namespace/name; without a slash, of the kind. All, and"
                + " events without an object, if empty.",
            GROUP,
            4,
            Width.LONG,
            "Objects");
  }

  private static final ConfigDef.Validator PATTERNS =
      ConfigDef.LambdaValidator.with(
          (name, value) -> {
            if (value instanceof List<?> list && list.stream().anyMatch(Route::isBlankPattern)) {
              throw new ConfigException(
                  name, value, "a pattern is empty: remove a comma or what is behind the !");
            }
          },
          () -> "patterns with commas between");

  private static boolean isBlankPattern(Object pattern) {
    String text = String.valueOf(pattern);
    return text.isBlank() || text.equals("!");
  }

  /** Whether the writer takes this event. */
  public boolean takes(EncodedEvent event) {
    return event.severity().compareTo(minSeverity) >= 0
        && (types.isEmpty() || types.matches(event.type().toString()))
        && (sources.isEmpty() || sources.matches(event.node() + "/" + event.component()))
        && (objects.isEmpty() || takes(event.object()));
  }

  private boolean takes(EncodedEvent.@Nullable Subject object) {
    return object == null ? objects.matchesNothing() : objects.matches(object.path());
  }
}
