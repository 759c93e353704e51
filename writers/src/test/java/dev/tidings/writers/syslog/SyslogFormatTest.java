package dev.tidings.writers.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.infra.receivers.SyslogMessage;
import dev.tidings.writers.TestEvents;
import dev.tidings.writers.delivery.DeliveryConfig;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SyslogFormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Provide
  static Arbitrary<Event> hostileEvents() {
    return TestEvents.hostileEvents(60);
  }

  @Test
  void aMessageAsTheRfcHasIt() {
    Event event = TestEvents.event("cluster.LeaderElected", Severity.CRITICAL, "node-3 \"leads\"");

    assertThat(new String(format(Map.of(), event, 2), StandardCharsets.UTF_8))
        .isEqualTo(
            "<10>1 2026-01-31T12:00:01.123456Z node-1 test - cluster.LeaderElected"
                + " [tidings@32473 id=\"00000000-0000-0001-0000-000000000002\""
                + " type=\"cluster.LeaderElected\" severity=\"CRITICAL\" node=\"node-1\""
                + " component=\"test\" kind=\"Pod\" namespace=\"prod\" name=\"web-1\" uid=\"u\""
                + " count=\"3\" occurrences=\"2\" first=\"2026-01-31T12:00:00.123456Z\""
                + " last=\"2026-01-31T12:00:01.123456Z\"][attributes@32473 a=\"b\"]"
                + " node-3 \"leads\"");
  }

  @Test
  void settingsChangeFacilityLevelAppNameAndText() {
    byte[] message =
        format(
            Map.of(
                "syslog.facility", "Local7",
                "syslog.severities", "warn:ALERT",
                "syslog.app.name", "tidings/{{component}}",
                "syslog.message", "{{message}} ({{count}} times, {{attributes.a}}, {{nothing}})",
                "syslog.enterprise.id", "1.2"),
            TestEvents.event("demo.Started", Severity.WARN, "a\nb"),
            0);

    SyslogMessage parsed = SyslogMessage.parse(message);
    assertThat(parsed.priority()).isEqualTo(23 * 8 + 1);
    assertThat(parsed.app()).isEqualTo("tidings/test");
    assertThat(parsed.text()).isEqualTo("a#012b (3 times, b, )");
    assertThat(parsed.data()).containsOnlyKeys("tidings@1.2", "attributes@1.2");
  }

  @Property
  void whateverAnEventHoldsIsParsedBackAsTheRulesSay(@ForAll("hostileEvents") Event event)
      throws Exception {
    SyslogMessage parsed = SyslogMessage.parse(format(large(), event, 7));

    assertThat(parsed.text()).isEqualTo(replaced(event.getMessage()));
    assertThat(parsed.data()).isEqualTo(data(event, 7));
    String others = parsed.data().get("tidings@32473").get("attributes");
    if (others != null) {
      JSON.readTree(others)
          .properties()
          .forEach(
              other ->
                  assertThat(event.getAttributes())
                      .containsEntry(other.getKey(), other.getValue().textValue()));
    }
  }

  /** What the structured data must be. */
  static Map<String, Map<String, String>> data(Event event, long occurrences) {
    Map<String, String> named = new HashMap<>();
    Map<String, String> others = new TreeMap<>();
    event
        .getAttributes()
        .forEach(
            (name, value) -> {
              if (name.matches("[!-~&&[^=\\]\"]]{1,32}")) {
                named.put(name, replaced(value));
              } else {
                others.put(name, value);
              }
            });
    Map<String, String> fields = fields(event, occurrences);
    if (!others.isEmpty()) {
      fields.put("attributes", replaced(JsonObject.of(others)));
    }
    return named.isEmpty()
        ? Map.of("tidings@32473", fields)
        : Map.of("tidings@32473", fields, "attributes@32473", named);
  }

  static int priority(Event event) {
    int level =
        switch (event.getSeverity()) {
          case DEBUG -> 7;
          case INFO -> 6;
          case WARN -> 4;
          case ERROR -> 3;
          case CRITICAL -> 2;
        };
    return 8 + level;
  }

  private static Map<String, String> fields(Event event, long occurrences) {
    Map<String, String> fields = new HashMap<>();
    fields.put("id", event.getId().toString());
    fields.put("type", event.getType());
    fields.put("severity", event.getSeverity().name());
    fields.put("node", event.getSource().getNode());
    fields.put("component", event.getSource().getComponent());
    ObjectReference object = event.getObject();
    if (object != null) {
      fields.put("kind", object.getKind());
      fields.put("namespace", object.getNamespace());
      fields.put("name", object.getName());
      fields.put("uid", object.getUid());
    }
    fields.put("count", Long.toString(event.getCount()));
    fields.put("occurrences", Long.toString(occurrences));
    fields.put("first", event.getFirstTimestamp().toString());
    fields.put("last", event.getLastTimestamp().toString());
    fields.values().removeIf(String::isEmpty);
    fields.replaceAll((name, value) -> replaced(value));
    return fields;
  }

  @Property
  void noMessageHoldsAControlCharacterOrASecondLine(@ForAll("hostileEvents") Event event) {
    String text = new String(format(large(), event, 1), StandardCharsets.UTF_8);

    assertThat(text.codePoints())
        .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
  }

  @Property(tries = 200)
  void whatIsTooLongIsCutAndMarked(
      @ForAll("hostileEvents") Event hostile,
      @ForAll @IntRange(min = 1_024, max = 9_000) int maxBytes,
      @ForAll @IntRange(max = 70_000) int length) {
    Event event = TestEvents.withMessage(hostile, hostile.getMessage() + "\u00e9".repeat(length));

    byte[] message = format(Map.of("syslog.max.message.bytes", "" + maxBytes), event, 1);

    assertThat(message).hasSizeLessThanOrEqualTo(maxBytes);
    SyslogMessage parsed = SyslogMessage.parse(message);
    assertThat(replaced(event.getMessage())).startsWith(parsed.text());
    boolean isCut = parsed.data().get("tidings@32473").containsKey("truncated");
    assertThat(isCut).isEqualTo(format(large(), event, 1).length > maxBytes);
  }

  @Test
  void aNodeThatIsNoHostNameIsExactInTheStructuredData() {
    Event event = TestEvents.from("QuorumPeer[myid=1]/0", "a b");

    SyslogMessage parsed = SyslogMessage.parse(format(Map.of(), event, 0));

    assertThat(parsed.host()).isEqualTo("QuorumPeer_myid_1__0");
    assertThat(parsed.app()).isEqualTo("a?b");
    assertThat(parsed.data().get("tidings@32473"))
        .containsEntry("node", "QuorumPeer[myid=1]/0")
        .containsEntry("component", "a b");
  }

  @Test
  void aYearBeyondFourDigitsIsNoTimestamp() {
    Event event =
        TestEvents.lastSeen(
            TestEvents.event("demo.Started", Severity.INFO, "text"),
            Instant.parse("+10000-01-01T00:00:00Z"));

    SyslogMessage parsed = SyslogMessage.parse(format(Map.of(), event, 0));

    assertThat(parsed.timestamp()).isEqualTo("-");
    assertThat(parsed.data().get("tidings@32473")).containsEntry("last", "+10000-01-01T00:00:00Z");
  }

  @Test
  void unpairedSurrogatesAreReplaced() {
    MessageBuffer out = new MessageBuffer();
    out.text("a\ud800b\udc00\ud83d\ude00", Integer.MAX_VALUE);

    assertThat(out.toString()).isEqualTo("a\ufffdb\ufffd\ud83d\ude00");
  }

  @Test
  void aByteOrderMarkIsThereWhenItIsNeeded() {
    Event ascii = TestEvents.event("demo.Started", Severity.INFO, "ascii");
    Event other = TestEvents.event("demo.Started", Severity.INFO, "\u00fcber");

    assertThat(text(Map.of(), ascii)).endsWith("] ascii");
    assertThat(text(Map.of(), other)).endsWith("] \uFEFF\u00fcber");
    assertThat(text(Map.of("syslog.byte.order.mark", "false"), other)).endsWith("] \u00fcber");
  }

  private static String text(Map<String, String> settings, Event event) {
    return new String(format(settings, event, 0), StandardCharsets.UTF_8);
  }

  private static Map<String, String> large() {
    return Map.of("syslog.max.message.bytes", "1000000");
  }

  private static byte[] format(Map<String, String> settings, Event event, long occurrences) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("syslog.targets", "tcp://127.0.0.1");
    MessageBuffer out = new MessageBuffer();
    SyslogConfig.format(DeliveryConfig.parse(SyslogConfig.DEFINITION, all))
        .write(TestEvents.delivery(event, occurrences), out);
    return out.toByteArray();
  }

  /** The documented replacement. */
  static String replaced(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                  out.append("#%03o".formatted(octet & 0xff));
                }
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
