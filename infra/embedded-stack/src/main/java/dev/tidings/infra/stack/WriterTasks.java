package dev.tidings.infra.stack;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.runtime.AbstractStatus;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.RestartRequest;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.util.FutureCallback;

/** The tasks of writers in a Connect worker. Thread-safe. */
final class WriterTasks implements WriterWatch.Tasks {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Herder herder;

  WriterTasks(Herder herder) {
    this.herder = herder;
  }

  @Override
  public List<WriterWatch.Failed> failed(String writer) {
    return herder.connectorStatus(writer).tasks().stream()
        .filter(task -> task.state().equals(AbstractStatus.State.FAILED.name()))
        .map(task -> new WriterWatch.Failed(task.id(), TaskTrace.reason(task.trace())))
        .toList();
  }

  @Override
  public void restart(String writer) throws InterruptedException {
    FutureCallback<ConnectorStateInfo> restarted = new FutureCallback<>();
    herder.restartConnectorAndTasks(new RestartRequest(writer, true, true), restarted);
    try {
      restarted.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("%s was not restarted".formatted(writer), e);
    }
  }
}
