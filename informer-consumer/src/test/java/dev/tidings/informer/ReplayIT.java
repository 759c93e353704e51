package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.informer.replay.JumpingTime;
import dev.tidings.informer.replay.Replay;
import dev.tidings.informer.replay.ReplayControl;
import dev.tidings.informer.replay.ReplayPoint;
import dev.tidings.informer.replay.ReplayResult;
import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.ExpiredException;
import dev.tidings.infra.kafka.SharedKafka;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(150)
class ReplayIT {
  private static final Map<String, String> KEEP_ALL =
      Map.of("cleanup.policy", "delete", "retention.ms", "-1");

  private static Replay<String, String> replay(Topic topic) {
    return Replay.<String, String>of(topic.name, new StringDeserializer(), new StringDeserializer())
        .bootstrapServers(SharedKafka.bootstrapServers());
  }

  private static Topic filled() throws Exception {
    Topic topic = new Topic(SharedKafka.bootstrapServers(), 2, KEEP_ALL);
    // The partitions take turns, and partition 1 has a tie with partition 0.
    topic.put(0, 1_000, "a", "1");
    topic.put(0, 3_000, "a", "2");
    topic.put(1, 2_000, "b", "1");
    topic.put(1, 3_000, "b", null);
    topic.put(1, 4_000, "b", "3");
    return topic;
  }

  @Test
  void recordsComeInTheOrderOfTheirTimes() throws Exception {
    try (Topic topic = filled()) {
      topic.transaction(false, "a", "aborted");
      List<String> seen = new ArrayList<>();
      ReplayResult result = replay(topic).run(record -> seen.add(record.key() + record.value()));
      assertThat(seen).containsExactly("a1", "b1", "a2", "bnull", "b3");
      assertThat(result.records()).isEqualTo(5);
      assertThat(result.stopped()).isFalse();
      // What it passed is where another goes on: there is nothing.
      topic.put(0, 5_000, "c", "1");
      seen.clear();
      replay(topic)
          .from(ReplayPoint.version(result.resourceVersion()))
          .run(record -> seen.add(record.key() + record.value()));
      assertThat(seen).containsExactly("c1");
    }
  }

  @Test
  void pointsAndFiltersLimitIt() throws Exception {
    try (Topic topic = filled()) {
      List<String> seen = new ArrayList<>();
      ReplayResult result =
          replay(topic)
              .from(ReplayPoint.time(Instant.ofEpochMilli(2_000)))
              .to(ReplayPoint.time(Instant.ofEpochMilli(4_000)))
              .filter((key, value) -> value != null)
              .run(record -> seen.add(record.key() + record.value()));
      assertThat(seen).containsExactly("b1", "a2");
      assertThat(result.filtered()).isOne();
      ResourceVersion other = ResourceVersion.of(Uuid.randomUuid(), 1);
      assertThatExceptionOfType(ExpiredException.class)
          .isThrownBy(() -> replay(topic).from(ReplayPoint.version(other)).run(record -> {}));
    }
  }

  @Test
  void stepsAndStopsWhereItIsTold() throws Exception {
    try (Topic topic = filled()) {
      ReplayControl control = new ReplayControl();
      control.step(3);
      List<String> seen = new ArrayList<>();
      ReplayResult result =
          replay(topic)
              .paced(1)
              .run(
                  record -> {
                    seen.add(record.key() + record.value());
                    if (seen.size() == 3) {
                      control.stop();
                    }
                  },
                  control);
      assertThat(seen).containsExactly("a1", "b1", "a2");
      assertThat(result.stopped()).isTrue();
      seen.clear();
      replay(topic)
          .from(ReplayPoint.version(result.resourceVersion()))
          .run(record -> seen.add(record.key() + record.value()));
      assertThat(seen).containsExactly("bnull", "b3");
    }
  }

  @Test
  void thePaceIsThatOfTheOriginalTimesFaster() throws Exception {
    try (Topic topic = filled()) {
      JumpingTime time = new JumpingTime();
      List<Long> atNanos = new ArrayList<>();
      // Three seconds in a tenth of one.
      replay(topic).paced(30).run(record -> atNanos.add(time.nowNanos()), time.control());
      assertThat(atNanos).containsExactly(0L, 33_333_333L, 66_666_666L, 66_666_666L, 100_000_000L);
    }
  }

  @Test
  void anotherTopicGetsTheSameRecords() throws Exception {
    try (Topic topic = filled();
        Topic target = new Topic(SharedKafka.bootstrapServers(), 1, KEEP_ALL)) {
      ReplayResult result = replay(topic).into(target.name, true, new ReplayControl());
      assertThat(result.records()).isEqualTo(5);
      List<String> seen = new ArrayList<>();
      replay(target)
          .run(record -> seen.add(record.time().toEpochMilli() + record.key() + record.value()));
      assertThat(seen).containsExactly("1000a1", "2000b1", "3000a2", "3000bnull", "4000b3");
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> replay(topic).into(topic.name, true, new ReplayControl()));
    }
  }

  @Test
  void recordsWithoutAKeyAndOffsetsAndPartitions() throws Exception {
    try (Topic topic = filled()) {
      topic.put(0, 6_000, null, "no key");
      List<String> seen = new ArrayList<>();
      replay(topic)
          .from(ReplayPoint.offset(1))
          .to(ReplayPoint.offset(1_000))
          .partitions(partition -> partition == 0)
          .run(record -> seen.add(record.key() + record.value()));
      assertThat(seen).containsExactly("a2", "nullno key");
    }
  }
}
