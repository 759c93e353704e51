package dev.tidings.cli.topics;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.filter.Durations;
import dev.tidings.infra.topics.TopicPlan;
import dev.tidings.wire.PlatformTopics;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the topics should be. What is not said is as it is or, with a new topic, the default. */
final class TopicOptions {
  private static final short USUAL_REPLICATION = 3;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Of all but rejected. Default: as they are, else 6.")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication",
      paramLabel = "N",
      description = "Default: as it is, else 3, or 1 with fewer than 3 brokers.")
  private @Nullable Short replication;

  @Option(
      names = "--retention",
      paramLabel = "DUR",
      converter = Durations.class,
      description = "Of all but rejected. Default: as it is, else 7d.")
  private @Nullable Duration retention;

  @Option(
      names = "--rejected-retention",
      paramLabel = "DUR",
      converter = Durations.class,
      description = "Default: as it is, else 14d.")
  private @Nullable Duration rejectedRetention;

  /**
   * The topics as they should be.
   *
   * @throws CommandException if a number is not positive
   */
  List<NewTopic> wanted(Topics topics, PlatformState state) {
    requirePositive("--partitions", partitions);
    requirePositive("--replication", replication);
    requirePositive("--retention", retention == null ? null : retention.toMillis());
    requirePositive(
        "--rejected-retention", rejectedRetention == null ? null : rejectedRetention.toMillis());
    PlatformTopics defaults = PlatformTopics.defaults(topics);
    TopicPlan.Actual recorded = state.topics().get(topics.recorded());
    PlatformTopics wanted =
        new PlatformTopics(
            topics,
            partitions != null
                ? partitions
                : recorded == null ? defaults.partitions() : recorded.partitions(),
            replication != null ? replication : replication(recorded, state),
            retention != null ? retention : defaults.retention(),
            rejectedRetention != null ? rejectedRetention : defaults.rejectedRetention());
    return wanted.all().stream().map(topic -> leftAsItIs(topic, topics, state)).toList();
  }

  private static void requirePositive(String option, @Nullable Number given) {
    if (given != null && given.longValue() <= 0) {
      throw new CommandException(ExitCode.USAGE, option + " must be more than nothing");
    }
  }

  private static short replication(TopicPlan.@Nullable Actual recorded, PlatformState state) {
    if (recorded != null) {
      return (short) recorded.replication();
    }
    return state.brokers() >= USUAL_REPLICATION ? USUAL_REPLICATION : 1;
  }

  /** Without the retention that nobody asked to change. */
  private NewTopic leftAsItIs(NewTopic topic, Topics topics, PlatformState state) {
    boolean said =
        topic.name().equals(topics.rejected()) ? rejectedRetention != null : retention != null;
    if (said || !state.topics().containsKey(topic.name())) {
      return topic;
    }
    Map<String, String> settings = new HashMap<>(topic.configs());
    settings.remove(TopicConfig.RETENTION_MS_CONFIG);
    return new NewTopic(topic.name(), topic.numPartitions(), topic.replicationFactor())
        .configs(settings);
  }
}
