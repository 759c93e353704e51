package dev.tidings.infra.stack;

import dev.tidings.infra.process.StartException;
import dev.tidings.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.runtime.AbstractStatus;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.rest.entities.ConfigInfos;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorInfo;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.util.FutureCallback;

/** Starts writers in a Connect worker. */
final class Connectors {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long POLL_MILLIS = 20;

  private final Herder herder;
  private final Topics topics;
  private final String registryUrl;

  Connectors(Herder herder, Topics topics, String registryUrl) {
    this.herder = herder;
    this.topics = topics;
    this.registryUrl = registryUrl;
  }

  /**
   * Starts one and returns when its tasks run.
   *
   * @throws StartException one line that says what is wrong with its settings
   */
  void start(Writer writer) throws InterruptedException {
    Map<String, String> settings = new HashMap<>(writer.settings());
    settings.put("name", writer.name());
    settings.put(
        "topics", writer.source() == Writer.Source.EVENTS ? topics.events() : topics.batches());
    settings.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    settings.put("value.converter", "dev.tidings.writers.converter.EventConverter");
    settings.put("value.converter.schema.registry.url", registryUrl);
    // Static membership: after a kill, the next start does not wait for the session to end.
    settings.put("consumer.override.group.instance.id", writer.name());
    validate(writer, settings);
    FutureCallback<Herder.Created<ConnectorInfo>> created = new FutureCallback<>();
    herder.putConnectorConfig(writer.name(), settings, true, created);
    get(writer, created);
    awaitRunning(writer);
  }

  private void validate(Writer writer, Map<String, String> settings) throws InterruptedException {
    FutureCallback<ConfigInfos> validated = new FutureCallback<>();
    herder.validateConnectorConfig(settings, validated);
    List<String> errors =
        get(writer, validated).configs().stream()
            .flatMap(config -> config.configValue().errors().stream())
            .toList();
    if (!errors.isEmpty()) {
      throw new StartException("Writer %s: %s".formatted(writer.name(), String.join("; ", errors)));
    }
  }

  private void awaitRunning(Writer writer) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      ConnectorStateInfo state = herder.connectorStatus(writer.name());
      List<String> failures =
          state.tasks().stream()
              .filter(task -> task.state().equals(AbstractStatus.State.FAILED.name()))
              .map(task -> TaskTrace.reason(task.trace()))
              .toList();
      if (!failures.isEmpty()) {
        throw new StartException("Writer %s: %s".formatted(writer.name(), failures.get(0)));
      }
      if (!state.tasks().isEmpty()
          && state.tasks().stream()
              .allMatch(task -> task.state().equals(AbstractStatus.State.RUNNING.name()))) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    throw new StartException(
        "Writer %s does not run after %d s; the log says why"
            .formatted(writer.name(), LIMIT.toSeconds()));
  }

  private static <T> T get(Writer writer, FutureCallback<T> future) throws InterruptedException {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StartException("Writer %s: %s".formatted(writer.name(), cause.getMessage()), e);
    } catch (TimeoutException e) {
      throw new StartException(
          "Writer %s did not start within %d s".formatted(writer.name(), LIMIT.toSeconds()), e);
    }
  }
}
