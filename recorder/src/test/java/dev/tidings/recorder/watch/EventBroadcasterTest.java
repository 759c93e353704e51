package dev.tidings.recorder.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EventBroadcasterTest {
  private final EventBroadcaster broadcaster = new EventBroadcaster();
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

  @Test
  void everyWatcherSeesEveryEventInOrder() {
    List<String> other = Collections.synchronizedList(new ArrayList<>());
    broadcaster.watch(event -> seen.add(event.getMessage()));
    broadcaster.watch(event -> other.add(event.getMessage()));
    publish(0, 100);
    broadcaster.close();
    assertThat(seen).isEqualTo(messages(0, 100)).isEqualTo(other);
  }

  @Test
  void aPrefixIsSeenFirstAndByItsWatcherOnly() {
    List<String> other = Collections.synchronizedList(new ArrayList<>());
    broadcaster.watch(
        WatchOptions.defaults().withCapacity(3).withPrefix(List.of(event(-2), event(-1))),
        event -> seen.add(event.getMessage()));
    broadcaster.watch(event -> other.add(event.getMessage()));
    publish(0, 1);
    broadcaster.close();
    assertThat(seen).containsExactly("-2", "-1", "0");
    assertThat(other).containsExactly("0");
  }

  @Test
  void aWatcherSeesOnlyWhatItsFilterLetsThrough() {
    broadcaster.watch(
        WatchOptions.defaults().withFilter(event -> event.getMessage().endsWith("7")),
        event -> seen.add(event.getMessage()));
    publish(0, 20);
    broadcaster.close();
    assertThat(seen).containsExactly("7", "17");
  }

  @Test
  void aWatcherThatThrowsHurtsNobodyButItself() {
    List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());
    IllegalStateException failure = new IllegalStateException("no");
    broadcaster.watch(
        WatchOptions.defaults().withOnError(errors::add),
        event -> {
          throw failure;
        });
    broadcaster.watch(
        WatchOptions.defaults()
            .withOnError(errors::add)
            .withFilter(
                event -> {
                  throw failure;
                }),
        event -> seen.add("never"));
    broadcaster.watch(event -> seen.add(event.getMessage()));
    publish(0, 3);
    broadcaster.close();
    assertThat(errors).hasSize(6).containsOnly(failure);
    assertThat(seen).containsExactly("0", "1", "2");
  }

  @Test
  void aSlowWatcherDropsAndCountsWhileOthersGetAll() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Watcher slow =
        broadcaster.watch(
            WatchOptions.defaults().withCapacity(2),
            event -> {
              started.countDown();
              await(release);
            });
    broadcaster.watch(event -> seen.add(event.getMessage()));
    publish(0, 1);
    started.await();
    publish(1, 10);
    assertThat(slow.dropped()).isEqualTo(7);
    release.countDown();
    broadcaster.close();
    assertThat(seen).hasSize(10);
  }

  @Test
  void watchersComeAndGo() {
    Watcher first = broadcaster.watch(event -> seen.add("first " + event.getMessage()));
    publish(0, 1);
    first.close();
    assertThat(broadcaster.hasWatchers()).isFalse();
    publish(1, 2);
    broadcaster.watch(event -> seen.add("second " + event.getMessage()));
    publish(2, 3);
    broadcaster.close();
    assertThat(seen).containsExactly("first 0", "second 2");
    assertThatThrownBy(() -> broadcaster.watch(event -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theLoggingWatcherLogsFieldsAsPairsAndTheMessageAsItIs() {
    Logger logger = (Logger) LoggerFactory.getLogger("events");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    broadcaster.logTo(logger);
    broadcaster.publish(
        new Event(
            new UUID(1, 2),
            "cluster.LeaderLost",
            Severity.CRITICAL,
            new Source("node-1", "controller"),
            new ObjectReference("Cluster", "prod", "orders", ""),
            "100 {} %s \\",
            Map.of(),
            Instant.EPOCH,
            Instant.EPOCH,
            3L));
    broadcaster.close(Duration.ofSeconds(20));
    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.ERROR);
              assertThat(line.getFormattedMessage()).isEqualTo("100 {} %s \\");
              assertThat(line.getKeyValuePairs().toString())
                  .contains(
                      "event.type=\"cluster.LeaderLost\"",
                      "event.severity=\"CRITICAL\"",
                      "object=\"Cluster/prod/orders\"",
                      "event.count=\"3\"");
            });
  }

  private void publish(int from, int to) {
    IntStream.range(from, to).forEach(i -> broadcaster.publish(event(i)));
  }

  private static List<String> messages(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  private static Event event(int number) {
    return new Event(
        new UUID(1, number),
        "demo.Thing",
        Severity.INFO,
        new Source("node", "component"),
        null,
        Integer.toString(number),
        Map.of(),
        Instant.EPOCH,
        Instant.EPOCH,
        1L);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
