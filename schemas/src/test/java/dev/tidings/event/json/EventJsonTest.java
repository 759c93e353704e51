package dev.tidings.event.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.event.Event;
import dev.tidings.event.Events;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.identity.EventIds;
import java.time.Instant;
import java.time.InstantSource;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Protocol: "Event JSON". */
class EventJsonTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  private final EventJson json = new EventJson(CLOCK, EventIds.of(CLOCK));

  @Provide
  Arbitrary<Event> events() {
    return Events.any();
  }

  @Property
  void anEventComesBackFromOneLine(@ForAll("events") Event event) {
    String line = EventJson.format(event);

    assertThat(line).doesNotContain("\n", "\r");
    assertThat(json.parse(line)).isEqualTo(event);
  }

  @Test
  void onOutputAllFieldsAreThere() {
    Event event = Events.event().setObject(null).setCount(2).build();

    assertThat(EventJson.format(event))
        .isEqualTo(
            "{\"id\":\"%s\",\"time\":\"2026-01-31T12:00:00.123456Z\",".formatted(event.getId())
                + "\"type\":\"cluster.LeaderElected\",\"severity\":\"WARN\","
                + "\"source\":{\"node\":\"node-1\",\"component\":\"controller\"},"
                + "\"object\":null,\"message\":\"node-3 leads\",\"attributes\":{\"term\":\"7\"},"
                + "\"count\":2,\"firstTime\":\"2026-01-31T12:00:00.123456Z\","
                + "\"lastTime\":\"2026-01-31T12:00:00.123456Z\"}");
  }

  @Test
  void onInputMostFieldsAreOptional() {
    Event event = json.parse(line(""));

    assertThat(event.getId().version()).isEqualTo(7);
    assertThat(event.getType()).isEqualTo("a.B");
    assertThat(event.getSeverity()).isEqualTo(Severity.INFO);
    assertThat(event.getSource()).isEqualTo(new Source("n", "c"));
    assertThat(event.getObject()).isNull();
    assertThat(event.getAttributes()).isEmpty();
    assertThat(event.getFirstTimestamp()).isEqualTo(NOW);
    assertThat(event.getLastTimestamp()).isEqualTo(NOW);
    assertThat(event.getCount()).isEqualTo(1);
  }

  @Test
  void timesComeFromEachOther() {
    assertTimes(",'time':'2020-01-01T01:00:00+01:00'", "2020-01-01T00:00:00Z", null);
    assertTimes(",'firstTime':'2020-01-01T00:00:00Z'", "2020-01-01T00:00:00Z", null);
    assertTimes(",'lastTime':'2020-01-01T00:00:00Z'", "2020-01-01T00:00:00Z", null);
    assertTimes(
        ",'firstTime':'2020-01-01T00:00:00Z','time':'2020-01-02T00:00:00Z'",
        "2020-01-01T00:00:00Z",
        "2020-01-02T00:00:00Z");
    assertTimes(
        ",'firstTime':'2020-01-01T00:00:00Z','lastTime':'2020-01-03T00:00:00.1234567Z'",
        "2020-01-01T00:00:00Z",
        "2020-01-03T00:00:00.123456Z");
  }

  private void assertTimes(String fields, String first, String last) {
    Event event = json.parse(line(fields));

    assertThat(event.getFirstTimestamp()).isEqualTo(Instant.parse(first));
    assertThat(event.getLastTimestamp()).isEqualTo(Instant.parse(last == null ? first : last));
  }

  @Test
  void whatIsWrongIsSaidInOneLine() {
    assertWrong("", "not JSON: nothing there");
    assertWrong("nonsense", "not JSON: ");
    assertWrong("{", "not JSON: ");
    assertWrong("{} {}", "not JSON: ");
    assertWrong("[]", "not a JSON object");
    assertWrong("{}", "missing field 'type'");
    assertWrong(line(",'sevrity':1"), "unknown field 'sevrity'");
    assertWrong(line("").replace("'n'", "7").replace("\"n\"", "7"), "'source.node' must be a text");
    assertWrong(
        line("").replace("INFO", "FATAL"), "field 'severity' is 'FATAL'; it must be one of");
    assertWrong(line(",'time':'yesterday'"), "field 'time' is 'yesterday'; it must be an RFC 3339");
    assertWrong(line(",'time':'+12345-01-01T00:00:00Z'"), "the year must be from 0 to 9999");
    assertWrong(line(",'id':'1-2-3-4-5'"), "field 'id' is no UUID");
    assertWrong(line(",'count':0"), "field 'count' must be a whole number of at least 1");
    assertWrong(line(",'count':1.5"), "field 'count' must be a whole number of at least 1");
    assertWrong(line(",'attributes':{'a':1}"), "field 'attributes.a' must be a text");
    assertWrong(line(",'object':'pod'"), "field 'object' must be an object");
    assertWrong(line(",'object':{'kind':'Pod'}"), "missing field 'object.name'");
    assertWrong(line(",'type':'twice.Over'"), "not JSON: Duplicate field 'type'");
  }

  @Test
  void aMessageOfTenMegabytesIsRead() {
    String message = "x".repeat(10 * 1024 * 1024);

    assertThat(json.parse(line("").replace("hello", message)).getMessage()).isEqualTo(message);
  }

  @Test
  void deepNestingIsRefusedRatherThanOverflowing() {
    assertWrong("[".repeat(100_000), "not JSON: ");
  }

  private void assertWrong(String text, String reason) {
    assertThatThrownBy(() -> json.parse(text))
        .isInstanceOf(EventJsonException.class)
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }

  private static String line(String more) {
    return ("{'type':'a.B','severity':'INFO','source':{'node':'n','component':'c'},"
            + "'message':'hello'"
            + more
            + "}")
        .replace('\'', '"');
  }
}
