package dev.tidings.cli.rejected;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.output.Column;
import dev.tidings.cli.output.Listing;
import dev.tidings.cli.output.OutputOptions;
import dev.tidings.cli.output.Terminal;
import dev.tidings.cli.point.RangeOptions;
import dev.tidings.cli.replay.Contents;
import dev.tidings.cli.replay.ContentsReader;
import dev.tidings.event.match.Glob;
import dev.tidings.informer.replay.Replay;
import dev.tidings.informer.replay.Replayed;
import dev.tidings.registry.SchemaRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Shows what was rejected and why, and sends it again. */
@Command(
    name = "rejected",
    description = {
      "Shows what the de-duplication could not read, and why, the newest last.",
      "",
      "With --retry it is sent again, once the cause is mended: key, value and foreign headers as"
          + " they came, all that was not sent again before, each exactly once. What still cannot"
          + " be read, and what came back from an earlier retry, is held back; --reason chooses,"
          + " also of what came back. Exit code 1 if something was held back."
    },
    footer = {
      "",
      "Examples:",
      "  tidings rejected --from 1h",
      "  tidings rejected --reason '*schema*' -o jsonl | jq -r .reason | sort -u",
      "  tidings rejected --retry",
      "  tidings rejected --retry --reason '*message has more than*'"
    })
public final class RejectedCommand extends ClientCommand {
  /** Of a record that somebody else put there. */
  private static final String NOT_SAID = "(its headers do not say)";

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--reason",
      paramLabel = "GLOB",
      description = "For such a reason, as '*schema*'.")
  private @Nullable Glob reason;

  @Option(names = "--limit", paramLabel = "N", description = "The newest N of them.")
  private @Nullable Integer limit;

  @Option(names = "--retry", description = "Send again what was not, and can be read now.")
  private boolean retry;

  @Mixin private final OutputOptions output = new OutputOptions();

  /**
   * Something that was rejected.
   *
   * @param retries how often it was sent again before
   * @param sentAgain whether a retry has taken it since
   */
  private record Rejected(
      Instant time,
      int partition,
      long offset,
      @Nullable String key,
      Contents.Rejection contents,
      int retries,
      boolean sentAgain) {
    int bytes() {
      byte[] value = contents.value();
      return value == null ? 0 : value.length;
    }
  }

  private static final Listing<Rejected> LISTING =
      new Listing<>(
          List.of(
              new Column<>("TIME", rejected -> rejected.time().toString()),
              new Column<>("AT", rejected -> rejected.partition() + ":" + rejected.offset()),
              new Column<>("FROM", rejected -> rejected.contents().origin()),
              new Column<>("KEY", rejected -> rejected.key() == null ? "-" : rejected.key()),
              new Column<>("BYTES", rejected -> Integer.toString(rejected.bytes())),
              new Column<>("SENT AGAIN", rejected -> rejected.sentAgain() ? "yes" : "no"),
              new Column<>("REASON", rejected -> rejected.contents().reason())),
          RejectedCommand::write);

  @Override
  protected boolean isPaged() {
    return true;
  }

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    if (limit != null && limit < 1) {
      throw new ParameterException(spec().commandLine(), "--limit must be at least 1");
    }
    Connection connection = connection();
    connection.requireTopics(connection.topics().rejected(), connection.topics().recorded());
    return retry ? retry(connection, out, err) : list(connection, out, err);
  }

  private int retry(Connection connection, PrintWriter out, PrintWriter err) {
    if (limit != null || !range.isEverything()) {
      throw new ParameterException(
          spec().commandLine(),
          "--retry sends all that was not sent again yet: choose by --reason, and leave --from,"
              + " --to and --limit out");
    }
    try (SchemaRegistry registry = connection.openRegistry();
        Retry sending =
            new Retry(connection, new ContentsReader(registry), reason, output.timeout())) {
      Retry.Outcome outcome = sending.run();
      out.printf("sent again %,d%n", outcome.sent());
      if (outcome.unreadable() > 0) {
        err.printf(
            "tidings: held back %,d that still cannot be read, the first because: %s%n",
            outcome.unreadable(), outcome.problem());
      }
      if (outcome.cameBack() > 0) {
        err.printf(
            "tidings: held back %,d that came back from an earlier retry; --reason '*' sends them"
                + " once more%n",
            outcome.cameBack());
      }
      return outcome.unreadable() + outcome.cameBack() > 0 ? ExitCode.INCOMPLETE : ExitCode.OK;
    }
  }

  private int list(Connection connection, PrintWriter out, PrintWriter err) throws Exception {
    Map<Integer, RetryProgress> progress = Retry.progress(connection);
    Deque<Rejected> found = new ArrayDeque<>();
    try (SchemaRegistry registry = connection.openRegistry()) {
      ContentsReader reader = new ContentsReader(registry);
      Replay.<byte[], byte[]>of(
              connection.topics().rejected(),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer())
          .clientProperties(connection.settings())
          .from(range.from().point())
          .to(range.to().point())
          .run(
              record -> {
                Contents.Rejection rejection = rejection(reader, record);
                if (reason == null || reason.matches(rejection.reason())) {
                  found.add(rejected(record, rejection, progress));
                }
                if (limit != null && found.size() > limit) {
                  found.remove();
                }
              });
    }
    LISTING.write(Terminal.ofProcess(), out, output.format(), new ArrayList<>(found));
    if (found.isEmpty()) {
      err.println("tidings: nothing is rejected that fits");
    }
    return ExitCode.OK;
  }

  private static Contents.Rejection rejection(
      ContentsReader reader, Replayed<byte[], byte[]> record) {
    return reader.read(record.headers(), record.valueBytes()) instanceof Contents.Rejection known
        ? known
        : new Contents.Rejection(NOT_SAID, "-", null, record.valueBytes());
  }

  private static Rejected rejected(
      Replayed<byte[], byte[]> record,
      Contents.Rejection rejection,
      Map<Integer, RetryProgress> progress) {
    byte[] key = record.keyBytes();
    RetryProgress retried = progress.get(record.partition());
    return new Rejected(
        record.time(),
        record.partition(),
        record.offset(),
        key == null ? null : new String(key, StandardCharsets.UTF_8),
        rejection,
        Retry.retries(record.headers()),
        retried != null && retried.isSent(record.offset()));
  }

  private static void write(Rejected rejected, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("time", rejected.time().toString());
    json.writeNumberField("partition", rejected.partition());
    json.writeNumberField("offset", rejected.offset());
    json.writeStringField("from", rejected.contents().origin());
    json.writeStringField("key", rejected.key());
    json.writeStringField("reason", rejected.contents().reason());
    json.writeNumberField("retries", rejected.retries());
    json.writeBooleanField("sentAgain", rejected.sentAgain());
    byte[] value = rejected.contents().value();
    if (value == null) {
      json.writeNullField("value");
    } else {
      json.writeBinaryField("value", value);
    }
    json.writeEndObject();
  }
}
