package dev.tidings.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tidings.informer.rv.ResourceVersion;
import dev.tidings.informer.watch.Watch;
import dev.tidings.informer.watch.WatchOptions;
import dev.tidings.infra.kafka.SharedKafka;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cannot be decoded, and what is decoded only when somebody reads it. */
@Timeout(150)
class DecodingIT extends InformersOnKafka {
  @Test
  void anUnreadableRecordIsReportedAndSkipped() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "1");
    topic.put("a", "bad");
    topic.put("b", "1");
    Deserializer<String> picky =
        (name, data) -> {
          String text = new String(data, StandardCharsets.UTF_8);
          if (text.equals("bad")) {
            throw new IllegalArgumentException("cannot read this");
          }
          return text;
        };
    SharedInformer<String, String> informer =
        synced(
            SharedInformer.<String, String>builder(topic.name, new StringDeserializer(), picky)
                .bootstrapServers(SharedKafka.bootstrapServers()));
    assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "1", "b", "1"));
    assertThat(informer.status().recordsUnreadable()).isOne();
    assertThat(problems.poll().describe())
        .contains("partition 0, offset 1")
        .contains("cannot read this");
  }

  @Test
  void whatCannotBeDecodedForTheMomentIsReadAgainAndNothingIsSkipped() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "1");
    AtomicInteger failing = new AtomicInteger(2);
    Deserializer<String> moody =
        (name, data) -> {
          if (failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("no schema registry");
          }
          return new String(data, StandardCharsets.UTF_8);
        };
    SharedInformer<String, String> informer =
        synced(
            SharedInformer.<String, String>builder(topic.name, new StringDeserializer(), moody)
                .bootstrapServers(SharedKafka.bootstrapServers())
                .watchCacheCapacity(1)
                .retryDecodingWhen(thrown -> thrown instanceof IllegalStateException));
    ResourceVersion from = Topic.version(informer);
    HandlerTest.Recorder handler = new HandlerTest.Recorder();
    informer.addHandler(handler);
    failing.set(2);
    topic.put("a", "2");
    topic.put("a", "3");
    informer.list(Freshness.latest(), LIMIT);
    assertThat(List.of(handler.next(), handler.next(), handler.next()))
        .containsExactly("initial a1", "update a12", "update a23");
    failing.set(2);
    assertThat(take(watch(informer, WatchOptions.from(from)), 2))
        .containsExactly("MODIFIED a 2", "MODIFIED a 3");
    assertThat(informer.status().recordsUnreadable()).isZero();
    assertThat(problems)
        .isNotEmpty()
        .allSatisfy(problem -> assertThat(problem.describe()).contains("no schema registry"));
  }

  @Test
  void whatIsKeptEncodedReadsTheSame() throws Exception {
    Topic topic = topic(3);
    for (int i = 0; i < 50; i++) {
      topic.put("k" + i % 20, String.valueOf(i));
    }
    SharedInformer<String, String> informer =
        synced(
            topic
                .informer()
                .keepEncoded(new StringSerializer())
                .index("value", (key, value) -> List.of(value)));
    assertThat(Topic.asMap(informer)).hasSize(20).containsEntry("k3", "43");
    HandlerTest.Recorder handler = new HandlerTest.Recorder();
    informer.addHandler(handler);
    for (int i = 0; i < 20; i++) {
      assertThat(handler.next()).startsWith("initial ");
    }
    Watch<String, String> watch = watch(informer, WatchOptions.fromNow());
    topic.put("k3", "new");
    assertThat(handler.next()).isEqualTo("update k343new");
    topic.put("k3", null);
    assertThat(handler.next()).isEqualTo("delete k3new");
    assertThat(take(watch, 2)).containsExactly("MODIFIED k3 new", "DELETED k3 new");
    assertThat(informer.indexer().byIndex("value", "44")).containsExactly("44");
    assertThat(informer.indexer().byIndex("value", "43")).isEmpty();
    assertThat(informer.indexer().get("k4")).isEqualTo("44");
  }

  @Test
  void whatIsKeptEncodedIsFilteredAndTransformedToo() throws Exception {
    Topic topic = topic(1);
    topic.put("a", "keep 1");
    topic.put("b", "drop 1");
    InformerBuilder<String, String> builder =
        topic
            .informer()
            .transform(value -> value.toUpperCase(Locale.ROOT))
            .filter((key, value) -> value.startsWith("KEEP"));
    assertThat(catchThrowable(() -> builder.keepEncoded(new StringSerializer()).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("serializer");
    SharedInformer<String, String> informer =
        synced(builder.keepEncoded(new StringSerializer(), new StringSerializer()));
    assertThat(Topic.asMap(informer)).isEqualTo(Map.of("a", "KEEP 1"));
  }
}
