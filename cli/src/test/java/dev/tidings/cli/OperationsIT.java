package dev.tidings.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.cli.SharedStack.Outcome;
import dev.tidings.event.Event;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.json.EventJson;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.AvroBytes;
import dev.tidings.wire.RejectedHeaders;
import dev.tidings.wire.Topics;
import dev.tidings.wire.WireFormat;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What people debug and operate a platform with, against a running one. */
@Timeout(120)
class OperationsIT {
  private static final SharedStack SHARED = SharedStack.get();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();
  private static final EventJson JSON_EVENTS =
      new EventJson(Clock.systemUTC(), EventIds.of(Clock.systemUTC()));

  @TempDir static Path directory;

  private static Outcome run(String... args) {
    return SHARED.run(args);
  }

  private static List<JsonNode> lines(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome.out().lines().map(OperationsIT::json).toList();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything recorded is counted; what comes after is at this time or later. */
  private static String settledNow() {
    assertThat(run("get", "--settled", "--node", "nobody").code()).isZero();
    return Instant.now().toString();
  }

  @Test
  void eventsAreAsTheyWereAndWhatChangedIsTold() throws Exception {
    SHARED.record("past", "INFO", "demo.Started", "Disk/past/a", "one");
    String then = settledNow();
    SHARED.record("past", "INFO", "demo.Started", "Disk/past/a", "one");
    SHARED.record("past", "ERROR", "demo.DiskFailed", "Disk/past/b", "two");
    String later = settledNow();
    SHARED.record("past", "INFO", "demo.Started", "Disk/past/c", "three");
    settledNow();
    // Somebody else's: no reason to show nothing.
    send(SHARED.topics().events(), UUID.randomUUID().toString(), bytes("no event"), null);
    assertThat(run("diff", "--from", later, "--node", "past").out()).contains("three");
    Outcome shown = run("get", "--node", "past");
    assertThat(shown.code()).isZero();
    assertThat(shown.err()).contains("records are no events");

    List<JsonNode> before = lines(run("get", "--at", then, "--node", "past", "-o", "jsonl"));
    assertThat(before).extracting(one -> one.path("message").asText()).containsExactly("one");
    assertThat(before.get(0).path("count").asInt()).isOne();
    assertThat(run("get", "--at", then, "--node", "past").err()).doesNotContain("note");
    Outcome future = run("get", "--at", "2999-01-01", "--node", "past");
    assertThat(future.code()).isZero();
    assertThat(future.err()).contains("2999-01-01 is in the future: this is the state of now");
    Outcome early = run("get", "--at", "2001-01-01", "--node", "past");
    assertThat(early.code()).isZero();
    assertThat(early.out().lines()).hasSize(1);
    assertThat(early.err()).contains("2001-01-01 is before the first event");
    assertThat(lines(run("get", "--node", "past", "-o", "jsonl")))
        .extracting(one -> one.path("message").asText() + one.path("count").asInt())
        .containsExactly("one2", "two1", "three1");

    List<JsonNode> changes =
        lines(run("diff", "--from", then, "--to", later, "--node", "past", "-o", "jsonl"));
    assertThat(changes)
        .extracting(one -> one.path("change").asText() + " " + message(one))
        .containsExactly("MODIFIED one", "ADDED two");
    assertThat(changes.get(0).path("before").path("count").asInt()).isOne();
    assertThat(run("diff", "--from", then, "--to", later, "--node", "past").out())
        .contains("1 to 2")
        .contains("ADDED");
    Outcome wrong = run("diff", "--from", later, "--to", then);
    assertThat(wrong.code()).isEqualTo(ExitCode.USAGE);
    assertThat(wrong.err()).contains("--from must be before --to");
  }

  private static String message(JsonNode change) {
    return change.path("event").path("message").asText();
  }

  @Test
  void anObjectAndAnEventAreDescribed() {
    for (int i = 0; i < 3; i++) {
      SHARED.record("tale", "WARN", "demo.DiskFailed", "Disk/tale/x", "slow");
    }
    SHARED.record("tale", "ERROR", "demo.DiskFailed", "Disk/tale/x", "gone");
    settledNow();

    JsonNode object = json(run("describe", "--object", "Disk/tale/x", "-o", "json").out());
    assertThat(object.path("events")).hasSize(2);
    List<String> what =
        JSON.convertValue(object.path("timeline").findValuesAsText("what"), List.class);
    assertThat(what.stream().filter("OCCURRED"::equals)).hasSize(4);
    long counted = 0;
    for (JsonNode entry : object.path("timeline")) {
      counted +=
          entry.path("what").asText().equals("COUNTED") ? entry.path("occurrences").asInt() : 0;
    }
    assertThat(counted).isEqualTo(4);

    String id = object.path("events").get(0).path("id").asText();
    Outcome event = run("describe", id);
    assertThat(event.code()).as(event.err()).isZero();
    assertThat(event.out())
        .contains("WHAT", "event " + id, "demo.DiskFailed", "OCCURRED", "COUNTED");
    assertThat(event.out()).doesNotContain("gone");
    // All of a source, whatever it is about.
    assertThat(
            run("record", "--node", "tale", "--component", "it", "--type", "demo.Stopped", "over")
                .code())
        .isZero();
    SHARED.record("tale", "INFO", "demo.Started", "Disk/tale/y", "another");
    settledNow();
    JsonNode source = json(run("describe", "--source", "tale/it", "-o", "json").out());
    assertThat(source.path("events"))
        .extracting(one -> one.path("message").asText())
        .containsExactlyInAnyOrder("slow", "gone", "over", "another");
    assertThat(source.path("timeline").findValuesAsText("what").stream().filter("OCCURRED"::equals))
        .hasSize(6);
    assertThat(run("describe", "--object", "Disk/tale/x", "--limit", "2").out())
        .contains("earlier entries are left out");
    assertThat(run("describe", "--object", "Disk/no/such").code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(run("describe", UUID.randomUUID().toString()).err()).contains("Nothing is known");
    assertThat(run("describe", "--object", "x").err()).contains("write kind/namespace/name");
    assertThat(run("describe").err()).contains("Give one of");
  }

  @Test
  void whatWasRecordedIsReplayed() throws Exception {
    String from = settledNow();
    SHARED.record("replay", "INFO", "demo.Started", "Disk/replay/a", "first");
    SHARED.record("replay", "ERROR", "demo.DiskFailed", "Disk/replay/b", "second");
    settledNow();

    List<JsonNode> seen =
        lines(run("replay", "recorded", "--from", from, "--node", "replay", "-o", "jsonl"));
    assertThat(seen).extracting(OperationsIT::message).containsExactly("first", "second");
    assertThat(seen.get(0).path("key").asText()).isEqualTo("Disk/replay/a");
    assertThat(run("replay", "recorded", "--from", from, "--severity", "ERROR").out())
        .contains("second")
        .doesNotContain("first");
    assertThat(lines(run("replay", "batches", "--from", from, "--node", "replay", "-o", "jsonl")))
        .isNotEmpty()
        .allMatch(one -> one.has("batch"));
    assertThat(run("replay", "events", "--from", from, "--node", "replay").out())
        .contains("demo.Started");

    createTopic("copy-of-recorded", Map.of());
    Outcome copied =
        run("replay", "recorded", "--from", from, "--node", "replay", "--into", "copy-of-recorded");
    assertThat(copied.code()).as(copied.err()).isZero();
    assertThat(copied.out()).startsWith("2 records copied into copy-of-recorded");
    assertThat(copied.err()).contains("deletes what is older than");
    List<JsonNode> copies = lines(run("replay", "copy-of-recorded", "-o", "jsonl"));
    assertThat(copies)
        .extracting(one -> one.path("time"))
        .isEqualTo(seen.stream().map(one -> one.path("time")).toList());
    assertThat(copies)
        .extracting(one -> one.path("event"))
        .isEqualTo(seen.stream().map(one -> one.path("event")).toList());
  }

  @Test
  void replaysGoStepByStep() {
    String from = settledNow();
    for (int i = 0; i < 4; i++) {
      SHARED.record("step", "INFO", "demo.Started", "Disk/step/a", "number " + i);
    }
    settledNow();
    Outcome stepped = stepped(from, "\n2\n");
    assertThat(lines(stepped))
        .extracting(OperationsIT::message)
        .containsExactly("number 0", "number 1", "number 2");
    String rest = stepped.err().replaceAll("(?s).*--from (\\S+) goes on.*", "$1");
    assertThat(lines(run("replay", "recorded", "--from", rest, "--node", "step", "-o", "jsonl")))
        .extracting(OperationsIT::message)
        .containsExactly("number 3");

    // Whatever was typed before the first record came counts.
    assertThat(lines(stepped(from, "2\nq\n"))).hasSize(2);
    assertThat(lines(stepped(from, "\n\nwhat\n1\nq\n3\n"))).hasSize(3);
    assertThat(lines(stepped(from, "c\n\n"))).hasSize(4);
    assertThat(lines(stepped(from, "q\n1\n"))).isEmpty();
    assertThat(lines(stepped(from, ""))).isEmpty();
  }

  private static Outcome stepped(String from, String typed) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
    try {
      return run("replay", "recorded", "--from", from, "--node", "step", "--step", "-o", "jsonl");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aReplayHasNoLoops() throws Exception {
    assertRefused(
        "cannot be replayed into itself", "replay", "recorded", "--into", "tidings.recorded");
    assertRefused("counted again", "replay", "events", "--into", "tidings.recorded");
    assertRefused("tidings rejected --retry", "replay", "rejected", "--into", "tidings.recorded");
    assertRefused("needs --into", "replay", "recorded", "--new-times");
    assertRefused("is no speed", "replay", "recorded", "--speed", "fast");
    assertRefused("no point of a log", "replay", "recorded", "--from", "yesterday");
    Outcome missing = run("replay", "recorded", "--into", "no-such-topic");
    assertThat(missing.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(missing.err()).contains("create it first");
    assertThat(missing.err()).contains("no topic no-such-topic").doesNotContain("recorded");
    Outcome none = run("replay", "nope");
    assertThat(none.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(none.err()).contains("no topic nope: say recorded, events");
  }

  private static void assertRefused(String why, String... args) {
    Outcome outcome = run(args);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(ExitCode.USAGE);
    assertThat(outcome.err()).contains(why);
  }

  private static void createTopic(String name, Map<String, String> settings) throws Exception {
    try (Admin admin = SHARED.connection().openAdmin()) {
      admin
          .createTopics(List.of(new NewTopic(name, 3, (short) 1).configs(settings)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void whatIsRejectedIsShownAndSentAgainIfThatCanHelp() throws Exception {
    String garbage = "Disk/garbage/" + UUID.randomUUID();
    String tooLong = "Disk/too-long/" + UUID.randomUUID();
    String mended = "Disk/mended/" + UUID.randomUUID();
    send(SHARED.topics().recorded(), garbage, bytes("no event"), null);
    send(SHARED.topics().recorded(), tooLong, event(tooLong, "x".repeat(9_000)), null);
    // As if the registry had not known its schema yet.
    send(SHARED.topics().rejected(), mended, event(mended, "mended"), "schema 1 is unknown");
    await().atMost(LIMIT).until(() -> rejected(garbage).size() == 1);
    await().atMost(LIMIT).until(() -> rejected(tooLong).size() == 1);
    JsonNode first = rejected(garbage).get(0);
    assertThat(first.path("reason").asText()).contains("0x00");
    assertThat(first.path("from").asText()).startsWith(SHARED.topics().recorded() + ":");
    assertThat(first.path("sentAgain").asBoolean()).isFalse();

    Outcome chosen = run("rejected", "--retry", "--reason", "*is unknown*");
    assertThat(chosen.code()).as(chosen.err()).isZero();
    assertThat(chosen.out()).startsWith("sent again 1");
    assertThat(run("get", "--settled", "--object", mended).out()).contains("mended");
    assertThat(sentAgain(mended)).containsExactly(true);
    assertThat(sentAgain(garbage)).containsExactly(false);

    Outcome all = run("rejected", "--retry");
    assertThat(all.code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(all.out()).startsWith("sent again 1");
    assertThat(all.err()).contains("held back 1 that still cannot be read").contains("0x00");
    // It still is too long: it comes back, and is not sent for ever.
    await().atMost(LIMIT).until(() -> rejected(tooLong).size() == 2);
    assertThat(sentAgain(tooLong)).containsExactly(true, false);
    Outcome again = run("rejected", "--retry");
    assertThat(again.out()).startsWith("sent again 0");
    assertThat(again.err())
        .contains("held back 1 that still cannot be read")
        .contains("held back 1 that came back from an earlier retry");
    assertThat(run("rejected", "--retry", "--reason", "message has more*").out())
        .startsWith("sent again 1");
    await().atMost(LIMIT).until(() -> rejected(tooLong).size() == 3);
    assertThat(rejected(tooLong))
        .extracting(one -> one.path("retries").asInt())
        .containsExactly(0, 1, 2);
    assertThat(rejected(garbage)).hasSize(1);

    assertThat(run("rejected", "--reason", "*0x00*").out()).contains(garbage).contains("no");
    assertThat(run("rejected", "--reason", "nothing like it").out().lines()).hasSize(1);
    assertRefused("leave --from", "rejected", "--retry", "--limit", "3");

    String foreign = "Disk/lab/" + UUID.randomUUID();
    send(SHARED.topics().rejected(), foreign, bytes("put there by hand"), null);
    await().atMost(LIMIT).until(() -> rejected(foreign).size() == 1);
    assertThat(rejected(foreign).get(0).path("reason").asText()).contains("do not say");
    assertThat(json(run("describe", "--object", garbage, "-o", "json").out()).path("timeline"))
        .extracting(one -> one.path("what").asText())
        .contains("REJECTED");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** An event as recorders send it, but for their limits. */
  private static byte[] event(String object, String message) {
    String[] parts = object.split("/");
    Event event =
        JSON_EVENTS.parse(
            "{\"type\":\"demo.Started\",\"severity\":\"INFO\",\"source\":{\"node\":\"n\","
                + "\"component\":\"it\"},\"object\":{\"kind\":\"%s\",\"namespace\":\"%s\","
                    .formatted(parts[0], parts[1])
                + "\"name\":\"%s\"},\"message\":\"%s\"}".formatted(parts[2], message));
    try (SchemaRegistry registry = SHARED.connection().openRegistry()) {
      String subject = Topics.valueSubject(SHARED.topics().recorded());
      int schema = registry.register(subject, Event.getClassSchema());
      return WireFormat.frame(schema, AvroBytes.encode(event));
    }
  }

  private static void send(String topic, String key, byte[] value, @Nullable String rejectedFor)
      throws Exception {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, value);
    if (rejectedFor != null) {
      record.headers().add(RejectedHeaders.REASON, bytes(rejectedFor));
    }
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", SHARED.stack().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(record).get(30, TimeUnit.SECONDS);
    }
  }

  private static List<Boolean> sentAgain(String key) {
    return rejected(key).stream().map(one -> one.path("sentAgain").asBoolean()).toList();
  }

  private static List<JsonNode> rejected(String key) {
    return lines(run("rejected", "-o", "jsonl")).stream()
        .filter(one -> one.path("key").asText().equals(key))
        .toList();
  }

  @Test
  void topicsAreComparedAndApplied() {
    Outcome asItShouldBe = run("topics", "diff");
    assertThat(asItShouldBe.code()).isZero();
    assertThat(asItShouldBe.err()).contains("as they should be");
    Outcome missing = run("topics", "diff", "--prefix", "other");
    assertThat(missing.code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(missing.out()).contains("other.recorded").contains("create");
    assertThat(run("topics", "apply", "--prefix", "other", "--partitions", "2").code()).isZero();
    assertThat(run("topics", "diff", "--prefix", "other").code()).isZero();
    Outcome longer = run("topics", "diff", "--prefix", "other", "--retention", "9d", "-o", "jsonl");
    assertThat(longer.code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(longer.out().lines()).hasSize(3).allMatch(line -> line.contains("retention.ms"));
    assertThat(run("topics", "apply", "--prefix", "other", "--retention", "9d").code()).isZero();
    assertThat(run("topics", "diff", "--prefix", "other", "--retention", "9d").code()).isZero();
    Outcome more = run("topics", "apply", "--prefix", "other", "--partitions", "4");
    assertThat(more.code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(more.out()).contains("cannot change").contains("lose their order");
  }

  @Test
  void theDoctorSaysWhatIsWrong() throws Exception {
    SHARED.record("doctor", "INFO", "demo.Started", "Disk/doctor/a", "well");
    settledNow();
    Path journals = Files.createDirectory(directory.resolve("journals"));
    Outcome well =
        run(
            "doctor",
            "--connect",
            SHARED.stack().connectUrl(),
            "--journal",
            journals.toString(),
            "-o",
            "jsonl");
    assertThat(lines(well))
        .extracting(one -> one.path("check").asText() + " " + one.path("state").asText())
        .containsExactly(
            "brokers OK",
            "topics OK",
            "permissions OK",
            "lag OK",
            "clocks OK",
            "registry OK",
            "connect OK",
            "journals OK");

    Outcome ill =
        run(
            "doctor",
            "--prefix",
            "nowhere",
            "--connect",
            "http://127.0.0.1:1",
            "--journal",
            directory.resolve("none").toString());
    assertThat(ill.code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(ill.out())
        .contains("nowhere.recorded is missing")
        .contains("mend: tidings topics apply")
        .contains("the de-duplication never ran")
        .contains("http://127.0.0.1:1")
        .contains("is no directory");
    // Not as long as a person would wait.
    Path impatient =
        Files.writeString(
            directory.resolve("impatient.properties"),
            "default.api.timeout.ms=1000\nrequest.timeout.ms=500\n");
    Outcome dead =
        run("doctor", "--bootstrap-servers", "127.0.0.1:1", "--config", impatient.toString());
    assertThat(dead.code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(dead.out()).contains("FAILURE  brokers").contains("cannot be reached");
  }

  @Test
  void whatIsRecordedIsCounted() {
    for (int i = 0; i < 3; i++) {
      SHARED.record("counted", "WARN", "demo.DiskFailed", "Disk/counted/x", "slow");
    }
    SHARED.record("counted", "INFO", "demo.Started", "Disk/counted/y", "up");
    settledNow();

    JsonNode stats = json(run("stats", "--from", "1h", "--node", "counted", "-o", "json").out());
    assertThat(stats.path("occurrences").asInt()).isEqualTo(4);
    assertThat(stats.path("newEvents").asInt()).isEqualTo(2);
    assertThat(stats.path("type").get(0).path("name").asText()).isEqualTo("demo.DiskFailed");
    assertThat(stats.path("type").get(0).path("occurrences").asInt()).isEqualTo(3);
    assertThat(run("stats", "--node", "counted", "--by", "object").out())
        .contains("4 occurrences, 2 new events")
        .contains("OBJECT")
        .contains("Disk/counted/x");

    JsonNode top =
        json(
            run("top", "--count", "1", "--interval", "1s", "--node", "counted", "-o", "jsonl")
                .out());
    assertThat(top.path("occurrences").asInt()).isEqualTo(4);
    assertThat(run("top", "--count", "1", "--interval", "1s", "--node", "counted").out())
        .contains("4 recorded")
        .contains("demo.DiskFailed")
        .doesNotContain("\u001b");
    assertRefused("--from must be before --to", "stats", "--from", "1h", "--to", "2h");
  }

  @Test
  void typesAreShownAndTheirChangesChecked() throws Exception {
    assertThat(run("types").out()).contains("demo.DiskFailed");
    assertThat(run("types", "--type", "demo.Disk*").out().lines()).hasSize(2);

    Path more = Files.writeString(directory.resolve("more.json"), "{\"fresh.One\":\"New\"}");
    Outcome fresh = run("types", "check", more.toString());
    assertThat(fresh.code()).as(fresh.err()).isZero();
    assertThat(fresh.out()).contains("is new, types: 1");
    Path less = Files.writeString(directory.resolve("less.json"), "{\"demo.Other\":\"New\"}");
    Outcome fewer = run("types", "check", less.toString());
    assertThat(fewer.code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(fewer.out()).contains("removes DiskFailed").contains("adds Other");

    SHARED.record("types", "INFO", "demo.Started", "Disk/types/a", "so that there is a schema");
    Path same =
        Files.writeString(directory.resolve("Event.avsc"), Event.getClassSchema().toString());
    Outcome unchanged = run("types", "check", same.toString());
    assertThat(unchanged.code()).isZero();
    assertThat(unchanged.err()).contains("nothing changes");
    Path broken =
        Files.writeString(
            directory.resolve("Broken.avsc"),
            "{\"type\":\"record\",\"name\":\"Event\",\"namespace\":\"dev.tidings.event\","
                + "\"fields\":[{\"name\":\"other\",\"type\":\"string\"}]}");
    Outcome breaks = run("types", "check", broken.toString());
    assertThat(breaks.code()).isEqualTo(ExitCode.INCOMPLETE);
    assertThat(breaks.out()).contains("breaks readers of the new schema");
    assertRefused("no such file", "types", "check", "/no/such/file");
    Path nonsense = Files.writeString(directory.resolve("nonsense"), "nonsense");
    assertRefused("neither a catalogue", "types", "check", nonsense.toString());
  }
}
