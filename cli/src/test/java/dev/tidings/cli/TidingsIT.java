package dev.tidings.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.cli.SharedStack.Outcome;
import dev.tidings.conformance.DedupModel;
import dev.tidings.conformance.RandomEvents;
import dev.tidings.event.Event;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.json.EventJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, against a running platform. */
class TidingsIT {
  private static final EventJson JSON =
      new EventJson(Clock.systemUTC(), EventIds.of(Clock.systemUTC()));
  private static final long SEED = 20150825;

  @TempDir static Path directory;
  private static final SharedStack SHARED = SharedStack.get();

  @Test
  void whatIsRecordedFromAFileIsShownAsTheRulesSay() throws Exception {
    List<Event> events = new RandomEvents(SEED).next(3_000);
    Path file = directory.resolve("events.jsonl");
    Files.write(file, events.stream().map(EventJson::format).toList());
    DedupModel model = DedupModel.withDefaults();
    events.forEach(model::record);

    Outcome recorded = run("record", "--from", file.toString());
    assertThat(recorded.code()).as(recorded.err()).isZero();
    assertThat(recorded.out()).startsWith("recorded 3,000, rejected 0, in ");

    Outcome shown = run("get", "--settled", "--component", "test", "-o", "jsonl");
    assertThat(shown.code()).as(shown.err()).isZero();
    List<Event> current = shown.out().lines().map(JSON::parse).toList();
    assertThat(model.differences(current)).isEmpty();
    assertThat(current).extracting(Event::getLastTimestamp).isSorted();
    assertThat(run("get", "--component", "test", "--limit", "2", "-o", "jsonl").out().lines())
        .containsExactlyElementsOf(shown.out().lines().skip(current.size() - 2L).toList());
  }

  @Test
  void everyBadLineIsSaidAndEveryGoodOneRecorded() throws Exception {
    String good =
        "{\"type\":\"demo.Started\",\"severity\":\"INFO\",\"source\":{\"node\":\"bad-input\","
            + "\"component\":\"c\"},\"message\":\"%s\"}";
    List<byte[]> lines = new ArrayList<>();
    Stream.of(
            good.formatted("one"),
            "no json",
            good.formatted("x").replace("demo.Started", "demo.Nope"),
            good.formatted("x").replace("\"severity\":\"INFO\",", ""),
            good.formatted("y".repeat(10_000_000)),
            good.formatted("esc \\u001b[31m nul \\u0000"),
            "",
            good.formatted("two"))
        .forEach(line -> lines.add(line.getBytes(StandardCharsets.UTF_8)));
    lines.add(new byte[] {(byte) 0xff});
    Path file = directory.resolve("bad.jsonl");
    writeLines(file, lines);

    Outcome outcome = run("record", "--from", file.toString());

    assertThat(outcome.code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(outcome.out()).startsWith("recorded 4, rejected 4, in ");
    assertThat(outcome.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("tidings: line 2: rejected: not JSON: "),
            line -> assertThat(line).contains("line 3: rejected: unknown event type 'demo.Nope'"),
            line -> assertThat(line).contains("line 4: rejected: missing field 'severity'"),
            line -> assertThat(line).contains("line 5: warning: cut to the limit: message"),
            line -> assertThat(line).contains("line 9: rejected: not UTF-8"));
    Outcome shown = run("get", "--settled", "--node", "bad-input");
    assertThat(shown.out().lines()).hasSize(5);
    assertThat(shown.out()).contains("esc \\u{1b}[31m nul \\u{0}").doesNotContain("\u001b");
  }

  @Test
  void oneEventIsRecordedAndFound() throws Exception {
    Outcome recorded =
        run(
            "record",
            "--type",
            "demo.DiskFailed",
            "--severity",
            "error",
            "--object",
            "Disk/node-9/sda",
            "--node",
            "node-9",
            "--component",
            "smart",
            "--attribute",
            "sector=7",
            "sda does not answer");
    assertThat(recorded).isEqualTo(new Outcome(0, "", ""));

    JsonNode shown =
        new JsonMapper()
            .readTree(
                run(
                        "get",
                        "--settled",
                        "--object",
                        "Disk/*/sda",
                        "--severity",
                        "ERROR",
                        "--since",
                        "5m",
                        "-o",
                        "json")
                    .out());
    assertThat(shown).hasSize(1);
    assertThat(shown.get(0).path("message").asText()).isEqualTo("sda does not answer");
    assertThat(shown.get(0).path("source").path("node").asText()).isEqualTo("node-9");
    assertThat(shown.get(0).path("attributes").path("sector").asText()).isEqualTo("7");
  }

  @Test
  void typesFromAFileAreKnownFromThenOn() throws Exception {
    Path types = Files.writeString(directory.resolve("types.json"), "{\"mine.Thing\":\"A thing\"}");
    Path file = directory.resolve("mine.jsonl");
    Files.writeString(
        file,
        "{\"type\":\"mine.Thing\",\"severity\":\"INFO\",\"source\":{\"node\":\"n\","
            + "\"component\":\"mine\"},\"message\":\"m\"}");

    assertThat(run("record", "--from", file.toString()).code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(run("record", "--from", file.toString(), "--types", types.toString()).code())
        .isZero();
    assertThat(run("record", "--from", file.toString()).code()).isZero();
  }

  @Test
  void wrongCallsAreOneLineAndTheirCode() throws Exception {
    Path impatient = directory.resolve("impatient.properties");
    Files.writeString(impatient, "default.api.timeout.ms=1000\nrequest.timeout.ms=500\n");
    assertFails(ExitCode.INCOMPLETE, "unknown event type", "record", "--type", "demo.Nope", "x");
    assertFails(ExitCode.USAGE, "either a MESSAGE or --from", "record", "--type", "demo.Started");
    assertFails(ExitCode.USAGE, "'--type=TYPE'", "record", "x");
    assertFails(ExitCode.USAGE, "no such file", "record", "--from", "/no/such/file");
    assertFails(ExitCode.USAGE, "is no duration", "get", "--since", "yesterday");
    assertFails(ExitCode.USAGE, "Unknown option", "get", "--nope");
    assertFails(ExitCode.USAGE, "not a resource version", "watch", "--from", "garbage");
    assertFails(
        ExitCode.UNREACHABLE,
        "No schema registry answers",
        "record",
        "--type",
        "demo.Started",
        "--registry",
        "http://127.0.0.1:1/apis/ccompat/v7",
        "x");
    assertFails(
        ExitCode.UNREACHABLE,
        "cannot be reached (no answer within 1 s)",
        "get",
        "--config",
        impatient.toString(),
        "--bootstrap-servers",
        "127.0.0.1:1",
        "--registry",
        SHARED.stack().registryUrl());
    assertFails(ExitCode.UNREACHABLE, "has no topic acme.events", "get", "--prefix", "acme");
  }

  @Test
  void filesAreWatchedUntilInterrupted() throws Exception {
    Path watched = Files.createDirectory(directory.resolve("watched"));
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Thread recording =
        new Thread(
            () ->
                outcome.complete(
                    run("record", "--watch-files", watched.toString(), "--node", "files-node")));
    recording.start();
    AtomicInteger files = new AtomicInteger();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              Files.writeString(watched.resolve("f" + files.incrementAndGet()), "x");
              return run("get", "--settled", "--node", "files-node")
                  .out()
                  .contains("files.Created");
            });
    Files.writeString(watched.resolve("f1"), "changed");
    recording.interrupt();

    Outcome ended = outcome.get(30, TimeUnit.SECONDS);
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).matches("recorded [1-9]\\d*, rejected 0, in [\\d.]+ s\\R");
    Path last = watched.toRealPath().resolve("f" + files.get());
    assertThat(run("get", "--settled", "--node", "files-node", "-o", "jsonl").out())
        .contains("\"message\":\"" + last + " was created\"");
  }

  @Test
  void whatCannotBeWatchedIsOneLine() {
    assertFails(ExitCode.USAGE, "cannot be watched", "record", "--watch-files", "/no/such/place");
    assertFails(ExitCode.USAGE, "is no engine", "record", "--docker=ftp://x");
    assertFails(ExitCode.USAGE, "leave MESSAGE", "record", "--watch-files", "/tmp", "--from", "-");
    assertFails(ExitCode.USAGE, "leave MESSAGE", "record", "--watch-files", "/tmp", "message");
  }

  @Test
  void wrongSettingsAreSaidAsWhatTheyAre() throws Exception {
    Path file = directory.resolve("client.properties");
    Files.writeString(file, "security.protocol=NOPE\n");
    assertFails(ExitCode.USAGE, "security.protocol", "get", "--config", file.toString());
    Files.writeString(file, "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-256\n");
    for (String[] call : new String[][] {{"get"}, {"doctor"}, {"replay", "recorded"}}) {
      List<String> all = new ArrayList<>(List.of(call));
      all.addAll(List.of("--config", file.toString()));
      assertFails(ExitCode.USAGE, "JAAS configuration", all.toArray(String[]::new));
    }
    Files.writeString(file, "fetch.max.bytes=abc\n");
    assertFails(
        ExitCode.USAGE, "fetch.max.bytes", "replay", "recorded", "--config", file.toString());
  }

  @Test
  void completionIsAScript() {
    assertThat(run("completion").out()).contains("complete ", "--bootstrap-servers");
  }

  private static void assertFails(int code, String reason, String... args) {
    Outcome outcome = run(args);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.err()).startsWith("tidings: ").contains(reason).doesNotContain("\tat ");
  }

  private static Outcome run(String... args) {
    return SHARED.run(args);
  }

  private static void writeLines(Path file, List<byte[]> lines) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      for (byte[] line : lines) {
        out.write(line);
        out.write('\n');
      }
    }
  }
}
