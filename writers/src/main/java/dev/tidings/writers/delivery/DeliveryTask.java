package dev.tidings.writers.delivery;

import dev.tidings.writers.Version;
import dev.tidings.writers.routing.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every writer does, whatever its receiver. One thread, Connect's.
 *
 * <ul>
 *   <li>An offset is committed only when the receiver has {@linkplain Receiver#confirm confirmed}
 *       what is before it.
 *   <li>When the receiver fails, it is opened again after a growing pause, and everything since the
 *       last confirmation is read from Kafka and written again. Nothing is kept in memory for that.
 *   <li>What cannot be read, and what the receiver will never take, goes to Connect's errant record
 *       reporter; if the connector has none, the task fails.
 * </ul>
 */
public abstract class DeliveryTask extends SinkTask {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryTask.class);

  private final ConfigDef definition;
  private final LongSupplier nanoTime;
  private final Progress progress = new Progress();
  private @Nullable Started started;
  private @Nullable Receiver receiver;

  /** Records that were given since are dropped: they come again. */
  private boolean rewinding;

  private long confirmedAtNanos;

  /** What start makes of the settings. */
  private record Started(
      AbstractConfig config, Route route, Backoff backoff, Duration confirmInterval) {}

  /**
   * @param definition the settings, with those of {@link DeliveryConfig}
   */
  protected DeliveryTask(ConfigDef definition) {
    this(definition, System::nanoTime);
  }

  /** As the other, with the clock given. */
  protected DeliveryTask(ConfigDef definition, LongSupplier nanoTime) {
    this.definition = definition;
    this.nanoTime = nanoTime;
  }

  /**
   * Connects.
   *
   * @param config the settings
   * @throws IOException if that is not possible now
   * @throws org.apache.kafka.connect.errors.ConnectException if it never will be
   */
  protected abstract Receiver open(AbstractConfig config) throws IOException;

  @Override
  public final String version() {
    return Version.get();
  }

  @Override
  public final void start(Map<String, String> settings) {
    AbstractConfig config = DeliveryConfig.parse(definition, settings);
    started =
        new Started(
            config,
            Route.of(config),
            DeliveryConfig.backoff(config),
            DeliveryConfig.confirmInterval(config));
    confirmedAtNanos = nanoTime.getAsLong();
  }

  @Override
  public final void put(Collection<SinkRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    rewinding = false;
    progress.begin(records);
    try {
      write(records);
      progress.written(records);
      if (receiver == null || receiver.confirmsEachWrite()) {
        progress.confirm();
      } else if (isConfirmationDue()) {
        confirm();
        context.requestCommit();
      }
      started().backoff().reset();
    } catch (IOException e) {
      retryLater(e);
    }
  }

  private boolean isConfirmationDue() {
    return nanoTime.getAsLong() - confirmedAtNanos >= started().confirmInterval().toNanos();
  }

  private void write(Collection<SinkRecord> records) throws IOException {
    Errors errors = new Errors(context);
    List<Delivery> deliveries = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      try {
        deliveries.addAll(Deliveries.of(record, started().route()));
      } catch (DataException e) {
        errors.report(record, e);
      }
    }
    if (!deliveries.isEmpty()) {
      opened().write(deliveries, errors);
    }
  }

  private Receiver opened() throws IOException {
    Receiver open = receiver;
    if (open == null) {
      open = open(started().config());
      receiver = open;
    }
    return open;
  }

  private void confirm() throws IOException {
    if (receiver != null && !progress.isAllConfirmed()) {
      receiver.confirm();
    }
    progress.confirm();
    confirmedAtNanos = nanoTime.getAsLong();
  }

  /**
   * Either these records are given again, or, when earlier ones may be lost too, all since then.
   */
  private void retryLater(IOException problem) {
    boolean onlyThese = progress.isAllConfirmed();
    disconnect();
    Duration pause =
        problem instanceof RetryLaterException later ? later.pause() : started().backoff().next();
    String message = "%s; trying again in %d ms".formatted(reason(problem), pause.toMillis());
    context.timeout(pause.toMillis());
    if (onlyThese) {
      throw new RetriableException(message, problem);
    }
    LOG.warn("{}, with all that was written since the last confirmation", message);
    rewinding = true;
    context.offset(progress.confirmed());
  }

  private void disconnect() {
    progress.lost();
    if (receiver != null) {
      receiver.close();
      receiver = null;
    }
  }

  @Override
  public final Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
    if (rewinding) {
      return progress.toCommit();
    }
    try {
      confirm();
      return currentOffsets;
    } catch (IOException e) {
      disconnect();
      // Connect goes back to what it committed last.
      throw new RetriableException("Not confirmed by the receiver: " + reason(e), e);
    }
  }

  @Override
  public final void close(Collection<TopicPartition> partitions) {
    progress.forget(partitions);
  }

  @Override
  public final void stop() {
    disconnect();
  }

  private static String reason(IOException problem) {
    String message = problem.getMessage();
    return message == null || message.isBlank() ? problem.getClass().getSimpleName() : message;
  }

  private Started started() {
    if (started == null) {
      throw new IllegalStateException("Kafka Connect calls start first");
    }
    return started;
  }
}
