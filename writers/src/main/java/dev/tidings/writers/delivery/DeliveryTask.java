package dev.tidings.writers.delivery;

import dev.tidings.writers.Version;
import dev.tidings.writers.routing.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
 * What every writer does, whatever its receiver. One thread, Connect's; writes have {@linkplain
 * Pipeline their own}.
 *
 * <ul>
 *   <li>An offset is committed only when the receiver has {@linkplain Receiver#confirm confirmed}
 *       what is before it.
 *   <li>When the receiver fails, it is opened again after a growing pause. If it {@linkplain
 *       Receiver#confirmsEachWrite confirms each write}, the one that failed is written again; else
 *       everything since the last confirmation is read from Kafka and written again.
 *   <li>What cannot be read, and what the receiver will never take, goes to Connect's errant record
 *       reporter; if the connector has none, the task fails.
 * </ul>
 */
public abstract class DeliveryTask extends SinkTask {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryTask.class);
  private static final long LOOK_MILLIS = 20;

  /**
   * Under way to a receiver that confirms many writes at once: as much as is made while it does.
   */
  private static final long MOST_UNCONFIRMED_BYTES = 8 * 1024 * 1024;

  private final ConfigDef definition;
  private final LongSupplier nanoTime;
  private final Progress progress = new Progress();
  private final WriterMetrics metrics = new WriterMetrics();

  /** What failed, and what came behind it. No more is taken until it is written. */
  private final Deque<Chunk> waiting = new ArrayDeque<>();

  private Pipeline pipeline;
  private @Nullable Started started;
  private @Nullable Receiver receiver;

  /** Whether a write to the receiver has ended well; until then, each is waited for. */
  private boolean proven;

  private Rewind rewind = Rewind.NONE;

  /** Why the task must fail; found when that could not be said. */
  private @Nullable RuntimeException fatal;

  private long confirmedAtNanos;

  /** Whether more was confirmed than Connect was asked to commit. */
  private boolean commitWanted;

  /** Whether Connect was asked to commit, and did not yet. */
  private boolean commitAsked;

  /** Going back to what was confirmed. What comes before Connect has gone back is dropped. */
  private enum Rewind {
    NONE,
    WANTED,
    /** Connect was asked, and does it before it reads on. */
    ASKED
  }

  /** What start makes of the settings. */
  private record Started(
      AbstractConfig config, Route route, Pause pause, Duration confirmInterval) {}

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
    this.pipeline = new Pipeline(nanoTime, metrics::wrote);
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
            new Pause(DeliveryConfig.backoff(config), nanoTime),
            DeliveryConfig.confirmInterval(config));
    confirmedAtNanos = nanoTime.getAsLong();
    metrics.show(context);
  }

  @Override
  public final void put(Collection<SinkRecord> records) {
    if (fatal != null) {
      throw fatal;
    }
    Offsets offsets = Offsets.of(records);
    progress.begin(offsets);
    if (rewind == Rewind.WANTED) {
      // Asked for here alone: the partitions are still those of this task when Connect goes back.
      context.offset(progress.confirmed());
      rewind = Rewind.ASKED;
      return;
    }
    if (!isReady(records)) {
      return;
    }
    try {
      if (!records.isEmpty()) {
        rewind = Rewind.NONE;
        waiting.add(Chunk.of(offsets, deliveries(records)));
        writeWaiting();
      }
      if (receiver != null && isConfirmationDue()) {
        pipeline.confirm(receiver);
        confirmedAtNanos = nanoTime.getAsLong();
      }
    } catch (IOException e) {
      retryLater(e);
    }
    comeBackSoon();
    askForCommit();
  }

  /**
   * As the last thing, so that it is this commit that Connect makes next, and not one at an end.
   */
  private void askForCommit() {
    if (commitWanted) {
      commitWanted = false;
      commitAsked = true;
      context.requestCommit();
    }
  }

  private void measureWaiting() {
    int events = 0;
    for (Chunk chunk : waiting) {
      events += chunk.deliveries().size();
    }
    for (Chunk chunk : pipeline.unfinished()) {
      events += chunk.deliveries().size();
    }
    metrics.waiting(events);
  }

  /** With nothing to read, Connect would be back at its next commit only. */
  private void comeBackSoon() {
    measureWaiting();
    if (!pipeline.isEmpty()) {
      context.timeout(LOOK_MILLIS);
    } else if (isUnconfirmed()) {
      long leftNanos =
          confirmedAtNanos + started().confirmInterval().toNanos() - nanoTime.getAsLong();
      context.timeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1));
    }
  }

  /**
   * Whether all that came before is written or under way.
   *
   * @throws RetriableException if it is not, and these must be given again
   */
  private boolean isReady(Collection<SinkRecord> records) {
    String reason;
    try {
      pipeline.collect(this::ended);
      long pauseMillis = started().pause().leftMillis();
      if (pauseMillis == 0) {
        writeWaiting();
        return true;
      }
      context.timeout(pauseMillis);
      reason = "The receiver failed and is left alone for a while";
    } catch (IOException e) {
      reason = retryLater(e);
    }
    if (records.isEmpty() || rewind == Rewind.WANTED) {
      return false;
    }
    throw new RetriableException(reason);
  }

  private void writeWaiting() throws IOException {
    while (!waiting.isEmpty()) {
      Chunk next = waiting.element();
      if (next.deliveries().isEmpty() && pipeline.isEmpty()) {
        waiting.remove();
        written(new Pipeline.Written(next, List.of()));
        continue;
      }
      Receiver.Write write =
          next.deliveries().isEmpty() ? rejections -> {} : opened().prepare(next.deliveries());
      pipeline.write(next, write, mostBytesUnderWay(), this::ended);
      waiting.remove();
      if (!proven) {
        pipeline.collectAll(this::ended);
        proven = true;
      }
    }
  }

  private List<Delivery> deliveries(Collection<SinkRecord> records) {
    Errors errors = new Errors(context);
    List<Delivery> deliveries = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      try {
        deliveries.addAll(Deliveries.of(record, started().route()));
      } catch (DataException e) {
        metrics.rejected(1);
        errors.report(record, e);
      }
    }
    return deliveries;
  }

  private Receiver opened() throws IOException {
    Receiver open = receiver;
    if (open == null) {
      open = open(started().config());
      receiver = open;
    }
    return open;
  }

  /** Each write that is confirmed by itself must be waited for at a stop: few are under way. */
  private long mostBytesUnderWay() {
    return receiver != null && receiver.confirmsEachWrite() ? 0 : MOST_UNCONFIRMED_BYTES;
  }

  private void ended(Pipeline.Step step) {
    if (step instanceof Pipeline.Written written) {
      written(written);
    } else {
      progress.confirm();
      commitWanted = true;
    }
  }

  private void written(Pipeline.Written written) {
    Errors errors = new Errors(context);
    metrics.rejected(written.rejected().size());
    metrics.delivered(written.chunk().deliveries().size() - written.rejected().size());
    written.rejected().forEach(errors::report);
    progress.written(written.chunk().offsets());
    if (receiver == null || receiver.confirmsEachWrite()) {
      progress.confirm();
    }
    started().pause().reset();
  }

  private boolean isConfirmationDue() {
    return isUnconfirmed()
        && nanoTime.getAsLong() - confirmedAtNanos >= started().confirmInterval().toNanos();
  }

  private boolean isUnconfirmed() {
    return receiver != null
        && !receiver.confirmsEachWrite()
        && !(progress.isAllConfirmed() && pipeline.isEmpty());
  }

  private void confirm() throws IOException {
    if (receiver != null && !progress.isAllConfirmed()) {
      receiver.confirm();
    }
    progress.confirm();
    confirmedAtNanos = nanoTime.getAsLong();
  }

  /** After a pause: what failed, or all since the last confirmation. Says so in one line. */
  private String retryLater(IOException problem) {
    Duration pause = started().pause().begin(problem);
    context.timeout(Math.max(1, pause.toMillis()));
    String message = "%s; trying again in %d ms".formatted(reason(problem), pause.toMillis());
    List<Chunk> unfinished = pipeline.unfinished();
    for (int i = unfinished.size() - 1; i >= 0; i--) {
      waiting.addFirst(unfinished.get(i));
    }
    if (!progress.isAllConfirmed()) {
      LOG.warn("{}, with all that was written since the last confirmation", message);
      goBack();
    } else {
      LOG.warn("{}", message);
    }
    metrics.retrying();
    disconnect();
    measureWaiting();
    return message;
  }

  private void goBack() {
    waiting.clear();
    rewind = Rewind.WANTED;
    context.timeout(1);
  }

  private void disconnect() {
    pipeline.close();
    pipeline = new Pipeline(nanoTime, metrics::wrote);
    progress.lost();
    proven = false;
    if (receiver != null) {
      receiver.close();
      receiver = null;
    }
  }

  @Override
  public final Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
    if (commitAsked) {
      // For what is confirmed: the writer goes on with the rest.
      commitAsked = false;
      return isEverythingThere() ? currentOffsets : progress.toCommit();
    }
    try {
      pipeline.collectAll(this::ended);
      confirm();
    } catch (IOException e) {
      retryLater(e);
    } catch (RuntimeException e) {
      // Connect would only try to commit again.
      fatal = e;
      context.timeout(1);
    }
    return isEverythingThere() ? currentOffsets : progress.toCommit();
  }

  /** Whether the receiver is known to have all that Connect has given. */
  private boolean isEverythingThere() {
    return rewind == Rewind.NONE
        && fatal == null
        && waiting.isEmpty()
        && pipeline.isEmpty()
        && progress.isAllConfirmed();
  }

  @Override
  public final void close(Collection<TopicPartition> partitions) {
    progress.forget(partitions);
    if (!waiting.isEmpty()) {
      // Others write what of it was in these; the rest is read again.
      goBack();
    }
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
