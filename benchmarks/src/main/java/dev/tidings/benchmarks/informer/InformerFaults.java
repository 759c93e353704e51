package dev.tidings.benchmarks.informer;

import dev.tidings.benchmarks.frame.FaultRun;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.informer.SharedInformer;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.BrokerProcess;
import dev.tidings.infra.process.DataDirectory;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The broker is killed with SIGKILL at random and started again while a topic is written, two
 * informers follow it and watchers go from one to the other. At the end every view must be what was
 * written last, and no watcher may have seen anything twice or out of order.
 */
public final class InformerFaults implements FaultRun {
  private static final String TOPIC = "followed";
  private static final int KEYS = 500;
  private static final int WATCHERS = 6;
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(1);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);
  private static final Duration SEND_LIMIT = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "informer";
  }

  @Override
  public String description() {
    return "the broker killed at random; informers and resuming watchers miss and repeat nothing";
  }

  @Override
  public List<Target> run(Duration duration, long seed, PrintStream out) throws Exception {
    Random random = new Random(seed);
    try (DataDirectory temporary = DataDirectory.temporary("tidings-informer-faults");
        BrokerProcess broker =
            BrokerProcess.start(BrokerConfig.in(temporary.path().resolve("kafka")))) {
      createTopic(broker.bootstrapServers());
      List<SharedInformer<String, Item>> informers = new ArrayList<>();
      try {
        for (int i = 0; i < 2; i++) {
          informers.add(started(broker.bootstrapServers()));
        }
        return run(broker, informers, duration, random, out);
      } finally {
        informers.forEach(SharedInformer::close);
      }
    }
  }

  private static List<Target> run(
      BrokerProcess broker,
      List<SharedInformer<String, Item>> informers,
      Duration duration,
      Random random,
      PrintStream out)
      throws Exception {
    List<ResumingView> watchers = new ArrayList<>();
    for (int i = 0; i < WATCHERS; i++) {
      watchers.add(new ResumingView(informers, new Random(random.nextLong())));
    }
    long end = System.nanoTime() + duration.toNanos();
    try (Writer writer = new Writer(broker.bootstrapServers(), end, random.nextLong())) {
      int kills = 0;
      long nextKill = System.nanoTime();
      while (System.nanoTime() < end) {
        if (System.nanoTime() > nextKill) {
          broker.kill();
          kills++;
          TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
          broker.restart();
          nextKill = System.nanoTime() + Duration.ofMillis(1_000 + random.nextInt(5_000)).toNanos();
        }
        for (ResumingView watcher : watchers) {
          watcher.step();
        }
      }
      Map<String, Long> expected = writer.finish();
      out.printf("%d kills, %d keys at the end; settling%n", kills, expected.size());
      int different = settle(expected, informers, watchers);
      int errors = watchers.stream().mapToInt(ResumingView::errors).sum();
      int resumes = watchers.stream().mapToInt(ResumingView::resumes).sum();
      int relists = watchers.stream().mapToInt(ResumingView::relists).sum();
      out.printf("%d resumes, %d lists anew%n", resumes, relists);
      return List.of(
          Target.atLeast("faults.informer.kills", kills, 1),
          Target.atLeast("faults.informer.resumes", resumes, 1),
          Target.atMost("faults.informer.views_different", different, 0),
          Target.atMost("faults.informer.watch_errors", errors, 0),
          Target.atMost("faults.informer.watches_expired", relists, 0));
    }
  }

  private static int settle(
      Map<String, Long> expected,
      List<SharedInformer<String, Item>> informers,
      List<ResumingView> watchers)
      throws InterruptedException {
    long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
    int different;
    do {
      different = 0;
      for (ResumingView watcher : watchers) {
        watcher.step();
        different += watcher.view().equals(expected) ? 0 : 1;
      }
      for (SharedInformer<String, Item> informer : informers) {
        Map<String, Long> view = new HashMap<>();
        informer.list().forEach((key, item) -> view.put(key, item.number()));
        different += view.equals(expected) ? 0 : 1;
      }
    } while (different > 0 && System.nanoTime() < deadline);
    return different;
  }

  private static SharedInformer<String, Item> started(String servers) throws InterruptedException {
    SharedInformer<String, Item> informer =
        SharedInformer.<String, Item>builder(TOPIC, new StringDeserializer(), Item.DESERIALIZER)
            .bootstrapServers(servers)
            .watchCacheCapacity(64, 1_024)
            .build()
            .start();
    if (!informer.awaitSync(SYNC_LIMIT)) {
      throw new IllegalStateException("The informer does not sync");
    }
    return informer;
  }

  private static void createTopic(String servers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      NewTopic topic =
          new NewTopic(TOPIC, 3, (short) 1).configs(Map.of("cleanup.policy", "compact"));
      admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
    }
  }

  /** Writes until the end, each record until it is acknowledged, on a thread of its own. */
  private static final class Writer implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;
    private final Map<String, Long> written = new HashMap<>();
    private final Thread thread;
    private volatile @Nullable Exception failure;

    Writer(String servers, long endNanos, long seed) {
      producer =
          new KafkaProducer<>(
              Map.of(
                  "bootstrap.servers",
                  servers,
                  "acks",
                  "all",
                  "linger.ms",
                  2,
                  "delivery.timeout.ms",
                  (int) SEND_LIMIT.toMillis(),
                  "max.block.ms",
                  (int) SEND_LIMIT.toMillis()),
              new StringSerializer(),
              new ByteArraySerializer());
      thread = new Thread(() -> write(endNanos, new Random(seed)), "writer");
      thread.start();
    }

    private void write(long endNanos, Random random) {
      try {
        for (long number = 0; System.nanoTime() < endNanos; number++) {
          long key = random.nextInt(KEYS);
          boolean delete = random.nextInt(5) == 0;
          byte[] value = delete ? null : Item.of(key, number).encode();
          // One after the other now and then, so that an outage does not pile up too much.
          var sent = producer.send(new ProducerRecord<>(TOPIC, Item.key(key), value));
          if (number % 20 == 0) {
            sent.get(SEND_LIMIT.toSeconds(), TimeUnit.SECONDS);
            TimeUnit.MILLISECONDS.sleep(10);
          }
          if (delete) {
            written.remove(Item.key(key));
          } else {
            written.put(Item.key(key), number);
          }
        }
        producer.flush();
      } catch (Exception e) {
        failure = e;
      }
    }

    Map<String, Long> finish() throws Exception {
      thread.join(SEND_LIMIT.toMillis());
      Exception thrown = failure;
      if (thrown != null) {
        throw thrown;
      }
      return written;
    }

    @Override
    public void close() {
      thread.interrupt();
      producer.close(Duration.ofSeconds(5));
    }
  }
}
