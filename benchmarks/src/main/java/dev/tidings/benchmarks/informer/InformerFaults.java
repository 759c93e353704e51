package dev.tidings.benchmarks.informer;

import dev.tidings.benchmarks.frame.FaultRun;
import dev.tidings.benchmarks.frame.Target;
import dev.tidings.informer.SharedInformer;
import dev.tidings.infra.kafka.BrokerConfig;
import dev.tidings.infra.kafka.BrokerProcess;
import dev.tidings.infra.process.DataDirectory;
import dev.tidings.infra.process.LoopbackPorts;
import dev.tidings.infra.process.TcpProxy;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A topic is written all the while, two informers with a handler each follow it, and watchers go
 * from one to the other. Meanwhile, at random, the broker is killed with SIGKILL and started again,
 * the network is cut, and partitions are added; in the second half the topic is also deleted and
 * created again. At the end every view must be what was written last, deletions included, and no
 * watcher may have seen anything twice or out of order.
 */
public final class InformerFaults implements FaultRun {
  private static final String TOPIC = "followed";
  private static final int WATCHERS = 6;
  private static final Duration SYNC_LIMIT = Duration.ofMinutes(1);
  private static final Duration SETTLE_LIMIT = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "informer";
  }

  @Override
  public String description() {
    return "broker killed, network cut, topic grown and re-created; informers and watchers converge";
  }

  @Override
  public List<Target> run(Duration duration, long seed, PrintStream out) throws Exception {
    try (DataDirectory temporary = DataDirectory.temporary("tidings-informer-faults");
        TcpProxy proxy = new TcpProxy();
        BrokerProcess broker =
            BrokerProcess.start(
                BrokerConfig.in(temporary.path().resolve("kafka"))
                    .withProperty("advertised.listeners", "PLAINTEXT://" + address(proxy)))) {
      proxy.passTo(broker.port());
      try (ChangingTopic topic = new ChangingTopic(TOPIC, address(proxy), seed);
          Run run = new Run(broker, proxy, topic, new Random(seed), out)) {
        return run.targets(duration);
      }
    }
  }

  private static String address(TcpProxy proxy) {
    return LoopbackPorts.HOST + ":" + proxy.port();
  }

  private static final class Run implements AutoCloseable {
    private final BrokerProcess broker;
    private final TcpProxy proxy;
    private final ChangingTopic topic;
    private final Random random;
    private final PrintStream out;
    private final List<SharedInformer<String, Item>> informers = new ArrayList<>();
    private final List<HandlerView> handlers = new ArrayList<>();
    private final List<ResumingView> watchers = new ArrayList<>();
    private int kills;
    private int cuts;
    private int recreations;

    Run(BrokerProcess broker, TcpProxy proxy, ChangingTopic topic, Random random, PrintStream out)
        throws InterruptedException {
      this.broker = broker;
      this.proxy = proxy;
      this.topic = topic;
      this.random = random;
      this.out = out;
      for (int i = 0; i < 2; i++) {
        SharedInformer<String, Item> informer = started(address(proxy));
        HandlerView handler = new HandlerView();
        informer.addHandler(handler);
        informers.add(informer);
        handlers.add(handler);
      }
      for (int i = 0; i < WATCHERS; i++) {
        watchers.add(new ResumingView(informers, new Random(random.nextLong())));
      }
    }

    private static SharedInformer<String, Item> started(String servers)
        throws InterruptedException {
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

    List<Target> targets(Duration duration) throws Exception {
      topic.startWriting();
      disturb(duration.dividedBy(2), false);
      int expired = sum(ResumingView::relists);
      disturb(duration.dividedBy(2), true);
      Map<String, Long> expected = topic.finish();
      out.printf(
          "%d kills, %d cuts, %d partitions at last, %d re-creations, %d keys; settling%n",
          kills, cuts, topic.partitions(), recreations, expected.size());
      int different = settle(expected);
      out.printf(
          "%d resumes, %d lists anew%n", sum(ResumingView::resumes), sum(ResumingView::relists));
      return List.of(
          Target.atLeast("faults.informer.kills", kills, 1),
          Target.atLeast("faults.informer.cuts", cuts, 1),
          Target.atLeast("faults.informer.recreations", recreations, 1),
          Target.atLeast("faults.informer.resumes", sum(ResumingView::resumes), 1),
          Target.atMost("faults.informer.views_different", different, 0),
          Target.atMost("faults.informer.watch_errors", sum(ResumingView::errors), 0),
          Target.atMost(
              "faults.informer.handler_errors",
              handlers.stream().mapToInt(HandlerView::errors).sum(),
              0),
          Target.atMost("faults.informer.watches_expired_before_recreation", expired, 0));
    }

    private int sum(ToIntFunction<ResumingView> figure) {
      return watchers.stream().mapToInt(figure).sum();
    }

    private void disturb(Duration duration, boolean recreating) throws Exception {
      long end = System.nanoTime() + duration.toNanos();
      long next = System.nanoTime();
      int done = 0;
      while (System.nanoTime() < end) {
        if (System.nanoTime() > next) {
          // Each kind once before chance decides.
          int kind = done < 4 ? done : random.nextInt(4);
          disturbOnce(kind, recreating);
          done++;
          next = System.nanoTime() + Duration.ofMillis(1_000 + random.nextInt(5_000)).toNanos();
        }
        for (ResumingView watcher : watchers) {
          watcher.step();
        }
      }
    }

    private void disturbOnce(int kind, boolean recreating) throws Exception {
      switch (kind) {
        case 0 -> {
          broker.kill();
          kills++;
          TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
          broker.restart();
        }
        case 1 -> {
          proxy.cut();
          cuts++;
          TimeUnit.MILLISECONDS.sleep(random.nextInt(4_000));
          proxy.mend();
        }
        case 2 -> topic.grow();
        default -> {
          if (recreating) {
            topic.recreate();
            recreations++;
          }
        }
      }
    }

    private int settle(Map<String, Long> expected) throws InterruptedException {
      long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
      int different;
      do {
        different = 0;
        for (ResumingView watcher : watchers) {
          watcher.step();
          different += watcher.view().equals(expected) ? 0 : 1;
        }
        for (HandlerView handler : handlers) {
          different += handler.view().equals(expected) ? 0 : 1;
        }
        for (SharedInformer<String, Item> informer : informers) {
          Map<String, Long> view = new HashMap<>();
          informer.list().forEach((key, item) -> view.put(key, item.number()));
          different += view.equals(expected) ? 0 : 1;
        }
      } while (different > 0 && System.nanoTime() < deadline);
      return different;
    }

    @Override
    public void close() {
      informers.forEach(SharedInformer::close);
    }
  }
}
