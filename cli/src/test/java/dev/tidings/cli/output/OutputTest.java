package dev.tidings.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.json.EventJson;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Terminal PIPE = new Terminal(false, Integer.MAX_VALUE, false);

  @Test
  void theTableHasAllColumnsAndOneLinePerEvent() {
    assertThat(write(PIPE, Format.table, event("sda failed"), event("two\nlines\u001b[31m")))
        .isEqualTo(
            """
            LAST SEEN  COUNT  SEVERITY  TYPE             OBJECT           SOURCE        MESSAGE
            5m         3      ERROR     demo.DiskFailed  Disk/node-1/sda  node-1/smart  sda failed
            5m         3      ERROR     demo.DiskFailed  Disk/node-1/sda  node-1/smart  two\\nlines\\u{1b}[31m
            """);
  }

  @Property
  void onATerminalNoLineIsWiderThanIt(
      @ForAll String message, @ForAll @IntRange(min = 40, max = 200) int columns) {
    Terminal terminal = new Terminal(true, columns, false);

    assertThat(write(terminal, Format.table, event(message)).lines())
        .allSatisfy(line -> assertThat(Cells.width(line)).isLessThanOrEqualTo(columns));
  }

  @Test
  void onANarrowTerminalTheMessageIsSeen() {
    assertThat(write(new Terminal(true, 40, false), Format.table, event("sda failed")).lines())
        .last()
        .asString()
        .contains("ERROR", "sda f");
  }

  @Test
  void aStreamIsAlignedWhateverComes() {
    Listing<String[]> listing =
        new Listing<>(
            List.of(new Column<>("KEY", row -> row[0]), new Column<>("MESSAGE", row -> row[1])),
            (row, json) -> json.writeString(row[0]));
    StringWriter text = new StringWriter();
    try (ListingStream<String[]> stream =
        new ListingStream<>(listing, PIPE, new PrintWriter(text), Format.table, 2)) {
      stream.write(new String[] {"a", "one"});
      assertThat(text.toString()).as("held back").isEmpty();
      stream.write(new String[] {"longer", "two"});
      stream.write(new String[] {"the longest", "three"});
      stream.write(new String[] {"b", "four"});
    }
    assertThat(text.toString().lines())
        .containsExactly(
            "KEY     MESSAGE",
            "a       one",
            "longer  two",
            "the longest  three",
            "b            four");
    StringWriter few = new StringWriter();
    try (ListingStream<String[]> stream =
        new ListingStream<>(listing, PIPE, new PrintWriter(few), Format.table, 100)) {
      stream.write(new String[] {"a", "one"});
    }
    assertThat(few.toString().lines()).containsExactly("KEY  MESSAGE", "a    one");
  }

  @Property
  void nothingThatATerminalActsUponGetsThrough(@ForAll String message) {
    assertThat(Cells.visible(message).codePoints())
        .noneMatch(c -> Character.isISOControl(c) || (c >= 0x202a && c <= 0x202e));
  }

  @Test
  void wideCharactersTakeTwoColumns() {
    assertThat(Cells.width("磁盘")).isEqualTo(4);
    assertThat(Cells.width("e\u0301")).isEqualTo(1);
    assertThat(Cells.fit("磁盘失败", 5)).isEqualTo("磁盘…");
  }

  @Test
  void coloursAreForTerminalsOnly() {
    assertThat(write(new Terminal(true, 120, true), Format.table, event("x")))
        .contains("\u001b[31mERROR");
    assertThat(write(new Terminal(true, 120, false), Format.table, event("x")))
        .doesNotContain("\u001b");
    assertThat(write(PIPE, Format.table, event("x"))).doesNotContain("\u001b");
  }

  @Test
  void jsonAndYamlHoldTheSame() throws Exception {
    Event event = event("- yaml: \"special\" # one\n");
    JsonNode expected = new JsonMapper().readTree("[" + EventJson.format(event) + "]");

    assertThat(new JsonMapper().readTree(write(PIPE, Format.json, event))).isEqualTo(expected);
    assertThat(new YAMLMapper().readTree(write(PIPE, Format.yaml, event))).isEqualTo(expected);
    assertThat(write(PIPE, Format.jsonl, event)).isEqualTo(EventJson.format(event) + "\n");
    assertThat(write(PIPE, Format.json).strip()).isEqualTo("[ ]");
    assertThat(write(PIPE, Format.jsonl)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S,0s",
    "PT119S,119s",
    "PT2M,2m",
    "PT179M,179m",
    "PT3H,3h",
    "PT47H,47h",
    "PT48H,2d",
    "P729D,729d",
    "P730D,2y",
    "PT-1S,0s",
    "PT-10M,in 10m"
  })
  void agesAreShort(Duration age, String shown) {
    assertThat(Row.age(age)).isEqualTo(shown);
  }

  private static String write(Terminal terminal, Format format, Event... events) {
    StringWriter text = new StringWriter();
    new EventList(terminal, new PrintWriter(text)).write(List.of(events), format, NOW);
    return text.toString().replace(System.lineSeparator(), "\n");
  }

  private static Event event(String message) {
    Instant time = NOW.minus(Duration.ofMinutes(5));
    return new Event(
        new UUID(1, 2),
        "demo.DiskFailed",
        Severity.ERROR,
        new Source("node-1", "smart"),
        new ObjectReference("Disk", "node-1", "sda", ""),
        message,
        Map.of("sector", "7"),
        time,
        time,
        3L);
  }
}
