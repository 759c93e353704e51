package dev.tidings.cli.replay;

import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.Interruption;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.filter.FilterOptions;
import dev.tidings.cli.output.Format;
import dev.tidings.cli.output.ListingStream;
import dev.tidings.cli.output.Terminal;
import dev.tidings.cli.point.RangeOptions;
import dev.tidings.event.Event;
import dev.tidings.informer.replay.Replay;
import dev.tidings.informer.replay.ReplayControl;
import dev.tidings.informer.replay.ReplayHandler;
import dev.tidings.informer.replay.ReplayResult;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.Topics;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Reads a topic once more: to the terminal, to a pipe, or into another topic. */
@Command(
    name = "replay",
    description =
        "Reads back what was in a topic, in the order of its times: to be looked at, or into"
            + " another topic with the original keys, headers and times.",
    footer = {
      "",
      "Examples:",
      "  tidings replay recorded --from 2h --type 'demo.*'",
      "  tidings replay events --from 2026-01-31 --to 2026-02-01 --speed 60x",
      "  tidings replay batches --from 1h -o jsonl | jq '.batch.entries | length'",
      "  tidings replay recorded --from 24h --into staging.recorded",
      "  tidings replay rejected --step"
    })
public final class ReplayCommand extends ClientCommand {
  private static final int SAMPLE = 200;

  @Parameters(
      index = "0",
      paramLabel = "TOPIC",
      completionCandidates = Sources.class,
      description = "recorded, events, batches, rejected, or a topic's whole name.")
  private String topic = "";

  @Mixin private final RangeOptions range = new RangeOptions();

  @Mixin private final FilterOptions filter = new FilterOptions();

  @Option(
      names = "--speed",
      paramLabel = "max|Nx",
      defaultValue = "max",
      converter = Speed.Converter.class,
      description = "1x is as it happened, 10x ten times as fast. Default: ${DEFAULT-VALUE}.")
  private Speed speed = new Speed(null);

  @Option(
      names = "--step",
      description = "One record for each Enter; N for so many, c for the rest, q to end.")
  private boolean step;

  @Option(
      names = "--into",
      paramLabel = "TOPIC",
      description = "Copies them there: a topic of your own, or of another prefix.")
  private @Nullable String into;

  @Option(
      names = "--new-times",
      description = "With --into: the copies have the time of now, not the original.")
  private boolean newTimes;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}. Default: table.")
  private @Nullable Format format;

  /** The topics that have short names. */
  static final class Sources implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("recorded", "events", "batches", "rejected").iterator();
    }
  }

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    range.check(spec().commandLine());
    if (into != null && format != null) {
      throw new ParameterException(spec().commandLine(), "Give either --into or --output");
    }
    if (into == null && newTimes) {
      throw new ParameterException(spec().commandLine(), "--new-times needs --into");
    }
    Connection connection = connection();
    String source = nameOf(topic, connection.topics());
    connection.requireTopics(
        "say recorded, events, batches, rejected (--prefix says of which platform), or a topic's"
            + " whole name",
        List.of(source));
    CopyTarget target = into == null ? null : CopyTarget.check(connection, source, into);
    ReplayControl control = new ReplayControl();
    Interruption interruption = Interruption.expected(control::stop);
    int code = ExitCode.DEFECT;
    try (SchemaRegistry registry = connection.openRegistry()) {
      ContentsReader reader = new ContentsReader(registry);
      Replay<byte[], byte[]> replay = replay(connection, source, reader);
      long begun = System.nanoTime();
      ReplayResult result =
          target == null
              ? show(replay, reader, control, out, err)
              : copy(replay, target, control, err);
      summarize(result, (System.nanoTime() - begun) / 1e9, target == null ? err : out);
      code = interruption.isAsked() ? ExitCode.INTERRUPTED : ExitCode.OK;
      return code;
    } finally {
      interruption.ended(code);
    }
  }

  private static String nameOf(String given, Topics topics) {
    return switch (given) {
      case "recorded" -> topics.recorded();
      case "events" -> topics.events();
      case "batches" -> topics.batches();
      case "rejected" -> topics.rejected();
      default -> given;
    };
  }

  private Replay<byte[], byte[]> replay(
      Connection connection, String source, ContentsReader reader) {
    Replay<byte[], byte[]> replay =
        Replay.<byte[], byte[]>of(source, new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .clientProperties(connection.settings())
            .from(range.from().point())
            .to(range.to().point());
    if (speed.factor() != null) {
      replay.paced(speed.factor());
    }
    if (filter.isGiven()) {
      Predicate<Event> wanted = filter.at(Instant.now());
      replay.filter(
          (key, value) -> SeenRecord.holds(reader.read(new RecordHeaders(), value), wanted));
    }
    return replay;
  }

  private ReplayResult show(
      Replay<byte[], byte[]> replay,
      ContentsReader reader,
      ReplayControl control,
      PrintWriter out,
      PrintWriter err)
      throws Exception {
    boolean atOnce = step || speed.factor() != null;
    try (ListingStream<SeenRecord> stream =
        new ListingStream<>(
            SeenRecord.LISTING,
            Terminal.ofProcess(),
            out,
            format == null ? Format.table : format,
            atOnce ? 1 : SAMPLE)) {
      Steps steps = steps(control, err);
      return replay.run(
          record -> {
            if (!stream.write(SeenRecord.of(record, reader))) {
              control.stop();
            }
            steps.taken();
          },
          control);
    }
  }

  private ReplayResult copy(
      Replay<byte[], byte[]> replay, CopyTarget target, ReplayControl control, PrintWriter err)
      throws Exception {
    target.remarks().forEach(remark -> err.println("tidings: note: " + remark));
    err.flush();
    Steps steps = steps(control, err);
    ReplayHandler<byte[], byte[]> observer = record -> steps.taken();
    return replay.into(target.name(), !newTimes && !target.stampsItself(), control, observer);
  }

  private Steps steps(ReplayControl control, PrintWriter err) {
    Steps steps = new Steps(control, err);
    if (step) {
      steps.listen(System.in);
    } else {
      control.resume();
    }
    return steps;
  }

  /** For a copy, what was done; for a person, and whenever it was stopped, how to go on. */
  private void summarize(ReplayResult result, double seconds, PrintWriter to) {
    if (into == null && !result.stopped() && !Terminal.isErrorTerminal()) {
      return;
    }
    to.println(
        "%,d records%s, %,d left out, in %.1f s; --from %s goes on from here"
            .formatted(
                result.records(),
                into == null ? "" : " copied into " + into,
                result.filtered() + result.unreadable(),
                seconds,
                result.resourceVersion().asText()));
    to.flush();
  }
}
