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
          + " be read is rejected anew."
    },
    footer = {
      "",
      "Examples:",
      "  tidings rejected --from 1h",
      "  tidings rejected --reason '*schema*' -o jsonl | jq -r .reason | sort | uniq -c",
      "  tidings rejected --retry"
    })
public final class RejectedCommand extends ClientCommand {
  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = "--reason",
      paramLabel = "GLOB",
      description = "For such a reason, as '*schema*'.")
  private @Nullable Glob reason;

  @Option(names = "--limit", paramLabel = "N", description = "The newest N of them.")
  private @Nullable Integer limit;

  @Option(names = "--retry", description = "Send all again that were not yet sent again.")
  private boolean retry;

  @Mixin private final OutputOptions output = new OutputOptions();

  /**
   * Something that was rejected.
   *
   * @param sentAgain whether a retry has taken it
   */
  private record Rejected(
      Instant time,
      int partition,
      long offset,
      @Nullable String key,
      Contents.Rejection contents,
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
    return retry ? retry(connection, out) : list(connection, out);
  }

  private int retry(Connection connection, PrintWriter out) {
    range.check(spec().commandLine());
    boolean choice = reason != null || limit != null || !range.isEverything();
    if (choice) {
      throw new ParameterException(
          spec().commandLine(),
          "--retry sends all that was not sent again yet: leave --from, --to, --reason and --limit"
              + " out");
    }
    try (Retry sending = new Retry(connection, output.timeout())) {
      long sent = sending.run();
      out.printf("sent again %,d%n", sent);
    }
    return ExitCode.OK;
  }

  private int list(Connection connection, PrintWriter out) throws Exception {
    Map<Integer, Long> sentAgain = Retry.done(connection);
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
                if (reader.read(record.headers(), record.valueBytes())
                        instanceof Contents.Rejection rejection
                    && (reason == null || reason.matches(rejection.reason()))) {
                  found.add(rejected(record, rejection, sentAgain));
                }
                if (limit != null && found.size() > limit) {
                  found.remove();
                }
              });
    }
    LISTING.write(Terminal.ofProcess(), out, output.format(), new ArrayList<>(found));
    return ExitCode.OK;
  }

  private static Rejected rejected(
      Replayed<byte[], byte[]> record, Contents.Rejection rejection, Map<Integer, Long> sentAgain) {
    byte[] key = record.keyBytes();
    return new Rejected(
        record.time(),
        record.partition(),
        record.offset(),
        key == null ? null : new String(key, StandardCharsets.UTF_8),
        rejection,
        record.offset() < sentAgain.getOrDefault(record.partition(), 0L));
  }

  private static void write(Rejected rejected, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("time", rejected.time().toString());
    json.writeNumberField("partition", rejected.partition());
    json.writeNumberField("offset", rejected.offset());
    json.writeStringField("from", rejected.contents().origin());
    json.writeStringField("key", rejected.key());
    json.writeStringField("reason", rejected.contents().reason());
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
