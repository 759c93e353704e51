package dev.tidings.benchmarks.informer;

import dev.tidings.informer.SharedInformer;
import dev.tidings.informer.watch.Change;
import dev.tidings.informer.watch.ChangeType;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchEndedException;
import dev.tidings.informer.watch.WatchOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Many watches of one informer, read by a few threads, while changes come at a fixed rate. */
final class FanOut {
  private static final int THREADS = 2;
  private static final int KEYS = 10_000;

  /**
   * What came of it.
   *
   * @param rate changes a second that all watches have seen
   * @param ended watches that were ended
   * @param seen changes, of all watches
   */
  record Result(double rate, int ended, long seen, long wanted) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,.0f changes/s to each, %,d of %,d delivered, %d watches ended",
          rate,
          seen,
          wanted,
          ended);
    }
  }

  private FanOut() {}

  static Result run(
      String servers,
      String topic,
      KafkaProducer<String, byte[]> producer,
      int watches,
      int perSecond,
      Duration duration)
      throws Exception {
    try (SharedInformer<String, Item> informer =
        SharedInformer.<String, Item>builder(topic, new StringDeserializer(), Item.DESERIALIZER)
            .bootstrapServers(servers)
            .build()
            .start()) {
      if (!informer.awaitSync(Duration.ofMinutes(1))) {
        throw new IllegalStateException("The informer does not sync");
      }
      List<Watch<String, Item>> all = new ArrayList<>();
      for (int i = 0; i < watches; i++) {
        all.add(informer.watch(WatchOptions.fromNow()));
      }
      long changes = perSecond * duration.toSeconds();
      LongAdder seen = new LongAdder();
      AtomicInteger ended = new AtomicInteger();
      List<Thread> readers = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        List<Watch<String, Item>> share = new ArrayList<>();
        for (int i = thread; i < watches; i += THREADS) {
          share.add(all.get(i));
        }
        Thread reader = new Thread(() -> read(share, changes, seen, ended), "reader-" + thread);
        reader.start();
        readers.add(reader);
      }
      long began = System.nanoTime();
      send(producer, topic, perSecond, changes, began);
      for (Thread reader : readers) {
        reader.join(duration.toMillis() * 3);
        reader.interrupt();
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      return new Result(
          (double) seen.sum() / watches / seconds, ended.get(), seen.sum(), changes * watches);
    }
  }

  private static void send(
      KafkaProducer<String, byte[]> producer,
      String topic,
      int perSecond,
      long changes,
      long beganNanos)
      throws InterruptedException {
    for (long i = 0; i < changes; i++) {
      long due = beganNanos + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
      if (due - System.nanoTime() > 1_000_000) {
        TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      }
      long key = i % KEYS;
      producer.send(new ProducerRecord<>(topic, Item.key(key), Item.of(key, i).encode()));
    }
    producer.flush();
  }

  private static void read(
      List<Watch<String, Item>> watches, long changes, LongAdder seen, AtomicInteger ended) {
    long[] left = new long[watches.size()];
    Arrays.fill(left, changes);
    int open = left.length;
    try {
      while (open > 0) {
        long before = open;
        boolean any = false;
        for (int i = 0; i < left.length; i++) {
          if (left[i] > 0) {
            long taken = take(watches.get(i), left[i], ended);
            any |= taken != 0;
            seen.add(Math.max(0, taken));
            left[i] = taken < 0 ? 0 : left[i] - taken;
            open -= left[i] == 0 ? 1 : 0;
          }
        }
        if (!any && before == open) {
          TimeUnit.MILLISECONDS.sleep(1);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // How many changes it took; -1 if the watch has ended.
  private static long take(Watch<String, Item> watch, long atMost, AtomicInteger ended)
      throws InterruptedException {
    long taken = 0;
    try {
      while (taken < atMost) {
        Change<String, Item> change = watch.poll(Duration.ZERO);
        if (change == null) {
          return taken;
        }
        taken += change.type() == ChangeType.BOOKMARK ? 0 : 1;
      }
      return taken;
    } catch (WatchEndedException e) {
      ended.incrementAndGet();
      return -1;
    }
  }
}
