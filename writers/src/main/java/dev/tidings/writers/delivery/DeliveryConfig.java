package dev.tidings.writers.delivery;

import dev.tidings.writers.routing.Route;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The settings that all writers share. */
public final class DeliveryConfig {
  static final String BACKOFF_MS = "retry.backoff.ms";
  static final String MAX_BACKOFF_MS = "retry.backoff.max.ms";
  static final String CONFIRM_INTERVAL_MS = "confirm.interval.ms";

  private static final String GROUP = "Delivery";
  private static final long DEFAULT_BACKOFF_MS = 500;
  private static final long DEFAULT_MAX_BACKOFF_MS = 30_000;
  private static final long DEFAULT_CONFIRM_INTERVAL_MS = 5_000;

  private DeliveryConfig() {}

  /** Adds them, those of the {@link Route} too. */
  public static ConfigDef define(ConfigDef definition) {
    return Route.define(definition)
        .define(
            BACKOFF_MS,
            Type.LONG,
            DEFAULT_BACKOFF_MS,
            Range.atLeast(1),
            Importance.LOW,
            "The pause before the first retry, in milliseconds; it doubles from retry to retry,"
                + " with jitter. There is no limit to the number of retries.",
            GROUP,
            1,
            Width.SHORT,
            "First pause")
        .define(
            MAX_BACKOFF_MS,
            Type.LONG,
            DEFAULT_MAX_BACKOFF_MS,
            Range.atLeast(1),
            Importance.LOW,
            "The longest pause between retries, in milliseconds.",
            GROUP,
            2,
            Width.SHORT,
            "Longest pause")
        .define(
            CONFIRM_INTERVAL_MS,
            Type.LONG,
            DEFAULT_CONFIRM_INTERVAL_MS,
            Range.atLeast(1),
            Importance.LOW,
            "While events flow, how often to make sure that the receiver has them, in milliseconds."
                + " When it fails, what was written since is written again.",
            GROUP,
            3,
            Width.SHORT,
            "Confirm interval");
  }

  static Backoff backoff(AbstractConfig config) {
    return new Backoff(
        Duration.ofMillis(config.getLong(BACKOFF_MS)),
        Duration.ofMillis(config.getLong(MAX_BACKOFF_MS)),
        new java.util.SplittableRandom());
  }

  static Duration confirmInterval(AbstractConfig config) {
    return Duration.ofMillis(config.getLong(CONFIRM_INTERVAL_MS));
  }

  /** Parsed, without writing all settings to the log: some are secret. */
  public static AbstractConfig parse(ConfigDef definition, Map<String, String> settings) {
    return new AbstractConfig(definition, settings, false);
  }
}
