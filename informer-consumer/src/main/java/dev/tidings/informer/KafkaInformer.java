package dev.tidings.informer;

import dev.tidings.informer.checkpoint.CheckpointFile;
import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.reflector.KafkaHistorySource;
import dev.tidings.informer.reflector.KafkaPast;
import dev.tidings.informer.reflector.LoadProgress;
import dev.tidings.informer.reflector.RecordDecoder;
import dev.tidings.informer.reflector.Reflector;
import dev.tidings.informer.reflector.TopicClient;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.store.IndexFunction;
import dev.tidings.informer.store.Indexer;
import dev.tidings.informer.store.Snapshot;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchCache;
import dev.tidings.informer.watch.WatchOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Puts the parts together: reflector → cache → snapshots, watches and handlers. */
final class KafkaInformer<K, V> implements SharedInformer<K, V> {
  private static final Duration MAX_WAIT = Duration.ofDays(36_500);
  private static final Duration MAX_WRITER_WAIT = Duration.ofSeconds(10);

  private final InformerBuilder<K, V> settings;
  private final String topic;
  private final ReportedProblems problems;
  private final RecordDecoder<K, V> decoder;
  private final WatchCache<K, V> watchCache;
  private final Cache<K, V> cache;
  private final Shown<K, V> shown;
  private final @Nullable Checkpoints<K, V> checkpoints;
  private final Pages<K, V> pages;
  private final Indexer<K, V> indexer;
  private final AtomicInteger handlerNumbers = new AtomicInteger();
  private volatile @Nullable Running<K, V> running;

  // Guarded by this.
  private boolean closed;

  /** What there is from start on. */
  private record Running<K, V>(
      TopicClient topic,
      Reflector<K, V> reflector,
      KafkaHistorySource<K, V> history,
      PastStates<K, V> past,
      @Nullable CheckpointThread<K, V> checkpoints) {}

  KafkaInformer(InformerBuilder<K, V> settings) {
    this.settings = settings.copy();
    topic = settings.topic;
    problems = new ReportedProblems(settings.problemListener, settings.clock);
    checkpoints = checkpoints();
    pages = new Pages<>(settings.clock);
    decoder =
        new RecordDecoder<>(
            settings.keys,
            settings.values,
            settings.transform,
            settings.filter,
            settings.temporary,
            problems);
    watchCache =
        new WatchCache<>(
            settings.leastWatchCache,
            settings.mostWatchCache,
            settings.slowWatchBudget,
            settings.clock);
    cache =
        new Cache<>(
            new Stores<>(
                settings.indexes,
                settings.encoded ? codec() : null,
                settings.keepsAllAsItCame(),
                checkpoints,
                problems),
            settings.expiry,
            watchCache,
            problems,
            new MutationDetector<>(settings.mutationLook, problems),
            settings.clock);
    shown = cache.shown();
    indexer = new LiveIndexer<>(shown::snapshot);
  }

  private SerdeCodec<K, V> codec() {
    return new SerdeCodec<>(
        topic,
        Objects.requireNonNull(settings.keySerializer, "keySerializer"),
        settings.valueSerializer,
        settings.keys,
        settings.values,
        thrown -> problems.onProblem(new Problem.UnreadableObject(topic, thrown)));
  }

  private @Nullable Checkpoints<K, V> checkpoints() {
    Path file = settings.checkpointFile;
    if (file == null) {
      return null;
    }
    String contents =
        String.join(
            ", ", nameOf(settings.keys), nameOf(settings.values), settings.checkpointContents);
    return new Checkpoints<>(
        new CheckpointFile(file, topic, contents), codec(), settings.decoders, problems);
  }

  // A lambda's class has another name in each process: that of the class it was written in has to
  // do.
  private static String nameOf(Object deserializer) {
    Class<?> type = deserializer.getClass();
    return type.isHidden() ? type.getName().split("\\$\\$|/", 2)[0] : type.getName();
  }

  @Override
  public synchronized SharedInformer<K, V> start() {
    if (closed || running != null) {
      throw new IllegalStateException(
          "An informer is started once: build another one for topic " + topic);
    }
    TopicClient client;
    try {
      client = new TopicClient(topic, settings.properties, settings.requestTimeout, settings.clock);
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new InformerException(
          "The Kafka client cannot be made, check its properties: " + reason.getMessage(), e);
    }
    Reflector<K, V> reflector =
        new Reflector<>(
            client,
            new Reflector.Options(
                settings.properties, settings.group, settings.whenTopicMissing, settings.decoders),
            decoder,
            cache,
            problems,
            this::failed);
    CheckpointThread<K, V> saving =
        checkpoints == null
            ? null
            : new CheckpointThread<>(
                topic,
                checkpoints,
                settings.checkpointEvery,
                () -> onWriter(reflector, cache::checkpointState, MAX_WRITER_WAIT));
    running =
        new Running<>(
            client,
            reflector,
            new KafkaHistorySource<>(client, settings.properties, decoder, settings.expiry),
            new PastStates<>(
                new KafkaPast<>(client, settings.properties, decoder),
                new Stores<K, V>(settings.indexes, null, false, null, problems)::newStore),
            saving);
    reflector.start();
    if (saving != null) {
      saving.start();
    }
    return this;
  }

  /** Has something done between two batches. Null if that was not possible in time. */
  private <T> @Nullable T onWriter(
      Reflector<K, V> reflector, Supplier<@Nullable T> work, Duration limit)
      throws InterruptedException {
    long deadline = deadline(limit);
    CompletableFuture<@Nullable T> done = new CompletableFuture<>();
    Runnable task =
        () -> {
          try {
            done.complete(work.get());
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        };
    if (!reflector.execute(task, limit)) {
      return null;
    }
    try {
      return done.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void failed(Throwable cause) {
    String message;
    if (cause instanceof UnknownTopicOrPartitionException) {
      message =
          "Topic " + topic + " does not exist: create it, or let the informer wait for it (WAIT)";
    } else if (cause instanceof AuthorizationException
        || cause instanceof AuthenticationException) {
      message = "Kafka denies access to topic " + topic + ": " + cause.getMessage();
    } else {
      message = "The informer of topic " + topic + " failed: " + cause;
    }
    shown.fail(new InformerException(message, cause));
    watchCache.close();
  }

  @Override
  public boolean hasSynced() {
    return shown.hasSynced();
  }

  @Override
  public boolean awaitSync(Duration timeout) throws InterruptedException {
    return shown.await(null, deadline(timeout)) != null;
  }

  @Override
  public HandlerRegistration addHandler(
      ResourceEventHandler<? super K, ? super V> handler, HandlerOptions options) {
    String given = options.name();
    String name = given == null ? topic + "-" + handlerNumbers.incrementAndGet() : given;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("The informer of topic " + topic + " is closed");
      }
      HandlerThread<K, V> thread =
          new HandlerThread<>(name, handler, options, problems, shown::remove);
      shown.add(thread);
      return thread;
    }
  }

  @Override
  public Indexer<K, V> indexer() {
    return indexer;
  }

  @Override
  public void addIndex(String name, IndexFunction<? super K, ? super V> function, Duration timeout)
      throws InterruptedException {
    Running<K, V> started = running;
    if (started == null) {
      cache.addIndex(name, function);
      return;
    }
    Supplier<@Nullable Boolean> work =
        () -> {
          cache.addIndex(name, function);
          return true;
        };
    if (onWriter(started.reflector(), work, timeout) == null) {
      InformerException failure = shown.failure();
      throw failure != null
          ? failure
          : new InformerException(
              "Index '" + name + "' was not built within " + timeout + ": it may be later", null);
    }
  }

  @Override
  public Page<K, V> page(int limit) {
    return pages.first(shown.snapshot(), limit);
  }

  @Override
  public Page<K, V> page(int limit, String next) {
    return pages.next(next, limit);
  }

  @Override
  public Snapshot<K, V> listAt(At at, Duration timeout) throws InterruptedException {
    return past(timeout, past -> past.listAt(at, capped(timeout)));
  }

  @Override
  public Optional<V> getAt(K key, At at, Duration timeout) throws InterruptedException {
    return past(timeout, past -> past.getAt(key, at, capped(timeout)));
  }

  private <T> T past(Duration timeout, Function<PastStates<K, V>, T> look)
      throws InterruptedException {
    try {
      return look.apply(running().past());
    } catch (InterruptException e) {
      throw interrupted(e);
    } catch (KafkaException e) {
      throw CacheBehindException.unread(shown.snapshot().resourceVersion(), timeout, e);
    }
  }

  @Override
  public Snapshot<K, V> list(Freshness freshness, Duration timeout) throws InterruptedException {
    if (freshness instanceof Freshness.Any) {
      return shown.snapshot();
    }
    InformerException failure = shown.failure();
    if (failure != null) {
      throw failure;
    }
    long deadline = deadline(timeout);
    ResourceVersion wanted;
    if (freshness instanceof Freshness.AtLeast atLeast) {
      wanted = atLeast.resourceVersion();
      checkTopic(wanted, timeout);
    } else {
      wanted = committedEnd(timeout);
    }
    Snapshot<K, V> fresh = shown.await(wanted, deadline);
    if (fresh == null) {
      throw CacheBehindException.behind(wanted, shown.snapshot().resourceVersion(), timeout);
    }
    return fresh;
  }

  private ResourceVersion committedEnd(Duration timeout) throws InterruptedException {
    try {
      return running().topic().committedEnd(timeout);
    } catch (InterruptException e) {
      throw interrupted(e);
    } catch (KafkaException e) {
      throw CacheBehindException.unanswered(shown.snapshot().resourceVersion(), timeout, e);
    }
  }

  // Another topic's version would be waited for in vain; a newer one's, while we load it, would
  // not.
  private void checkTopic(ResourceVersion wanted, Duration timeout) throws InterruptedException {
    if (!shown.hasSynced()
        || wanted.topicId().equals(shown.snapshot().resourceVersion().topicId())) {
      return;
    }
    ResourceVersion end = committedEnd(timeout);
    if (!end.topicId().equals(wanted.topicId())) {
      throw new ExpiredException("it is of another topic, or the topic was created again");
    }
  }

  @Override
  public Watch<K, V> watch(WatchOptions<K, V> options) {
    if (!shown.awaitShare(deadline(settings.requestTimeout))) {
      throw new ExpiredException("its share of the partitions is being loaded: call awaitSync");
    }
    return watchCache.watch(options, running().history(), shown::snapshot);
  }

  private Running<K, V> running() {
    Running<K, V> started = running;
    if (started == null) {
      throw new IllegalStateException("The informer of topic " + topic + " is not started");
    }
    return started;
  }

  @Override
  public InformerStatus status() {
    Snapshot<K, V> snapshot = shown.snapshot();
    Running<K, V> started = running;
    InformerException failure = shown.failure();
    String last = problems.last();
    return new InformerStatus(
        state(started, failure),
        snapshot.resourceVersion(),
        started == null ? LoadProgress.NONE : started.reflector().progress(),
        snapshot.size(),
        started == null ? Map.of() : started.reflector().lag(),
        started == null ? Duration.ZERO : started.reflector().sinceContact(),
        started == null ? 0 : started.reflector().recordsRead(),
        decoder.unreadable(),
        shown.handlers().size(),
        watchCache.watchCount(),
        watchCache.terminated(),
        watchCache.capacity(),
        Optional.ofNullable(failure != null ? failure.getMessage() : last));
  }

  private synchronized InformerStatus.State state(
      @Nullable Running<K, V> started, @Nullable InformerException failure) {
    if (closed) {
      return InformerStatus.State.CLOSED;
    }
    if (failure != null) {
      return InformerStatus.State.FAILED;
    }
    if (started == null) {
      return InformerStatus.State.NEW;
    }
    return shown.hasSynced() ? InformerStatus.State.SYNCED : InformerStatus.State.LOADING;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    shown.fail(new InformerException("The informer of topic " + topic + " was closed", null));
    List<HandlerThread<K, V>> handlers = shown.handlers();
    // All are told first, so that the waits below overlap.
    handlers.forEach(HandlerThread::stop);
    watchCache.close();
    Running<K, V> started = running;
    if (started != null) {
      CheckpointThread<K, V> saving = started.checkpoints();
      if (saving != null) {
        saving.close();
      }
      started.reflector().close();
      started.topic().close();
    }
    handlers.forEach(HandlerThread::close);
  }

  private static InterruptedException interrupted(InterruptException e) {
    // Kafka's own exception leaves the flag set; ours takes its place.
    Thread.interrupted();
    InterruptedException interrupted = new InterruptedException(e.getMessage());
    interrupted.initCause(e);
    return interrupted;
  }

  private static long deadline(Duration timeout) {
    return System.nanoTime() + capped(timeout).toNanos();
  }

  private static Duration capped(Duration timeout) {
    return timeout.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : timeout;
  }
}
