package dev.tidings.cli.connection;

import dev.tidings.catalogue.CatalogueRegistry;
import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.KafkaReason;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The Kafka and the registry that a command talks to.
 *
 * @param settings of all clients, by their own names
 * @param topics the names of the topics
 */
public record Connection(Map<String, Object> settings, Topics topics) {
  /** In the message of whoever finds no broker. */
  public static final String CANNOT_BE_REACHED = "cannot be reached";

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

  public Connection {
    settings = Map.copyOf(settings);
  }

  /** How long Kafka may take to answer: ten seconds, or as {@code default.api.timeout.ms} says. */
  Duration answerLimit() {
    String given =
        String.valueOf(settings.get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG)).strip();
    return given.matches("[1-9]\\d{0,8}") ? Duration.ofMillis(Long.parseLong(given)) : ANSWER_LIMIT;
  }

  /** Kafka's address, for messages. */
  public String bootstrapServers() {
    return String.valueOf(settings.get("bootstrap.servers"));
  }

  /** A client of the registry, which the caller closes. */
  public SchemaRegistry openRegistry() {
    Map<String, Object> bounded = new HashMap<>();
    // A person waits for it.
    bounded.put("schema.registry.total.timeout.ms", (int) ANSWER_LIMIT.toMillis());
    bounded.putAll(settings);
    return SchemaRegistry.forConfig(bounded);
  }

  /** The catalogues in a registry. */
  public CatalogueRegistry catalogues(SchemaRegistry registry) {
    return new CatalogueRegistry(registry, topics);
  }

  /**
   * An admin client, which the caller closes.
   *
   * @throws CommandException if no address can be resolved
   */
  public Admin openAdmin() {
    Map<String, Object> admin = new HashMap<>(settings);
    // It warns about any other.
    admin.keySet().retainAll(AdminClientConfig.configNames());
    // Also what closing it waits for.
    admin.putIfAbsent(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_LIMIT.toMillis());
    admin.putIfAbsent(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER_LIMIT.toMillis() / 2);
    try {
      return Admin.create(admin);
    } catch (KafkaException e) {
      throw new CommandException(
          KafkaReason.exitCode(e),
          "Kafka at %s cannot be used: %s".formatted(bootstrapServers(), KafkaReason.of(e)),
          e);
    }
  }

  /**
   * Makes sure, within ten seconds, that Kafka answers and has the platform's topics.
   *
   * @throws CommandException if not
   */
  public void requireTopics(String... names) {
    requireTopics(
        "create the topics ('tidings topics apply'), or correct --prefix", List.of(names));
  }

  /**
   * Makes sure, within ten seconds, that Kafka answers and has these topics.
   *
   * @param advice what to do if one is missing
   * @throws CommandException if not
   */
  public void requireTopics(String advice, List<String> names) {
    List<String> missing = new ArrayList<>();
    try (Admin admin = openAdmin()) {
      AdminAnswers answers = new AdminAnswers(this);
      admin
          .describeTopics(names)
          .topicNameValues()
          .forEach(
              (name, asked) -> {
                if (!isThere(answers, asked)) {
                  missing.add(name);
                }
              });
    } catch (KafkaException e) {
      throw unreachable(e);
    }
    if (!missing.isEmpty()) {
      throw new CommandException(
          ExitCode.UNREACHABLE,
          "Kafka at %s has no topic %s: %s"
              .formatted(bootstrapServers(), String.join(" and no topic ", missing), advice));
    }
  }

  private static boolean isThere(AdminAnswers answers, KafkaFuture<TopicDescription> asked) {
    try {
      answers.get(asked);
      return true;
    } catch (UnknownTopicOrPartitionException | InvalidTopicException e) {
      return false;
    }
  }

  CommandException unreachable(Throwable cause) {
    if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
      return new CommandException(
          ExitCode.UNREACHABLE,
          "Kafka at %s refuses this user (%s): correct who it is in --config, or allow it"
              .formatted(bootstrapServers(), cause.getMessage()),
          cause);
    }
    String detail =
        cause instanceof TimeoutException
                || cause instanceof org.apache.kafka.common.errors.TimeoutException
            ? "no answer within %.0f s".formatted(answerLimit().toMillis() / 1e3)
            : cause.getMessage();
    return new CommandException(
        ExitCode.UNREACHABLE,
        "Kafka at %s %s (%s): start it, or correct --bootstrap-servers"
            .formatted(bootstrapServers(), CANNOT_BE_REACHED, detail),
        cause);
  }
}
