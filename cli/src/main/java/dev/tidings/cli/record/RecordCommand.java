package dev.tidings.cli.record;

import dev.tidings.catalogue.Catalogue;
import dev.tidings.catalogue.CatalogueRegistry;
import dev.tidings.catalogue.Catalogues;
import dev.tidings.cli.ClientCommand;
import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.Interruption;
import dev.tidings.cli.IoReason;
import dev.tidings.cli.connection.Connection;
import dev.tidings.cli.connection.TidingsHome;
import dev.tidings.cli.output.Terminal;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.identity.EventIds;
import dev.tidings.event.json.EventJson;
import dev.tidings.recorder.EventDraft;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.RecordResult;
import dev.tidings.recorder.journal.JournalConfig;
import dev.tidings.recorder.journal.WhenFull;
import dev.tidings.recorder.source.EventSource;
import dev.tidings.recorder.source.SourceErrorHandler;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Records one event, or those in a file. */
@Command(
    name = "record",
    description = {
      "Records an event, all events of a file of event JSON lines, or what happens to containers"
          + " and files."
    },
    footer = {
      "",
      "Examples:",
      "  tidings record --type demo.DiskFailed --severity ERROR \\",
      "      --object Disk/node-1/sda \\",
      "      --attribute sector=7 'sda does not answer'",
      "  tidings record --from events.jsonl --types types.json",
      "  journal-exporter | tidings record --from - --rate 500",
      "  tidings record --docker",
      "  tidings record --watch-files /etc"
    })
public final class RecordCommand extends ClientCommand {
  /** How long a started event may wait for Kafka, which may be starting anew. */
  private static final Duration DELIVERY_LIMIT = Duration.ofMinutes(2);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** Room for all that may be under way, at the largest that an event may be. */
  private static final long JOURNAL_BYTES = 256L << 20;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MESSAGE",
      description = "What happened, for people.")
  private @Nullable String message;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Its type, as catalogue.Name. 'tidings up' knows the catalogue demo.")
  private @Nullable String type;

  @Option(
      names = "--severity",
      paramLabel = "S",
      defaultValue = "INFO",
      description = "How much it matters: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Severity severity = Severity.INFO;

  @Option(
      names = "--object",
      paramLabel = "KIND/NAMESPACE/NAME",
      converter = ObjectArgument.class,
      description = "What it is about.")
  private @Nullable ObjectReference object;

  @Option(names = "--node", paramLabel = "N", description = "Where from. Default: this host.")
  private @Nullable String node;

  @Option(
      names = "--component",
      paramLabel = "C",
      defaultValue = "cli",
      description = "Which program. Default: ${DEFAULT-VALUE}.")
  private String component = "cli";

  @Option(
      names = "--attribute",
      paramLabel = "K=V",
      description = "For programs; can be given several times.")
  private Map<String, String> attributes = new LinkedHashMap<>();

  @Option(
      names = "--from",
      paramLabel = "FILE|-",
      description = "Event JSON lines to record instead; - is standard input.")
  private @Nullable String from;

  @Option(
      names = "--types",
      paramLabel = "FILE",
      description =
          "More event types: a JSON object of \"catalogue.Name\": \"description\". They are made"
              + " known to the registry.")
  private @Nullable Path types;

  @Option(names = "--rate", paramLabel = "N", description = "At most so many events a second.")
  private @Nullable Double rate;

  @Mixin private final SourceOptions watched = new SourceOptions();

  @Override
  protected int run(PrintWriter out, PrintWriter err) throws Exception {
    checkArguments();
    List<Catalogue> given = new ArrayList<>(watched.catalogues());
    if (types != null) {
      given.addAll(readTypes(types));
    }
    Connection connection = connection();
    try (InputStream in = from == null ? InputStream.nullInputStream() : open(from);
        SchemaRegistry registry = connection.openRegistry()) {
      Catalogues catalogues = catalogues(connection.catalogues(registry), given, err);
      connection.requireTopics(connection.topics().recorded());
      EventRecorder recorder = recorder(connection, catalogues);
      if (watched.isGiven()) {
        return recordWatched(recorder, connection, out, err);
      }
      try {
        return from == null ? recordOne(recorder, err) : recordAll(recorder, in, out, err);
      } finally {
        recorder.close(CLOSE_LIMIT);
      }
    }
  }

  private void checkArguments() {
    if (watched.isGiven()) {
      if (from != null
          || message != null
          || type != null
          || object != null
          || rate != null
          || !attributes.isEmpty()) {
        throw usage("With --docker or --watch-files leave MESSAGE, --from, --type and such out");
      }
      if (watched.isDirectoryBlank()) {
        throw usage("--watch-files needs a directory; . is this one");
      }
      return;
    }
    if ((from == null) == (message == null)) {
      throw usage("Give either a MESSAGE or --from FILE");
    }
    if (from == null && type == null) {
      throw usage("Missing required option: '--type=TYPE'");
    }
    if (from != null && (type != null || object != null || node != null || !attributes.isEmpty())) {
      throw usage("With --from everything is in the file: leave --type and the others out");
    }
    if (rate != null && !(rate > 0 && rate <= 1e9)) {
      throw usage("--rate must be more than 0 events a second");
    }
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec().commandLine(), problem);
  }

  private static Collection<Catalogue> readTypes(Path file) {
    try {
      return Catalogue.parseJson(Files.readString(file));
    } catch (IOException | IllegalArgumentException e) {
      String reason =
          e instanceof IOException io ? IoReason.of(io) : String.valueOf(e.getMessage());
      throw new CommandException(
          ExitCode.USAGE, "Cannot use the types in %s: %s".formatted(file, reason), e);
    }
  }

  private static InputStream open(String from) {
    if (from.equals("-")) {
      return System.in;
    }
    try {
      return new BufferedInputStream(Files.newInputStream(Path.of(from)));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.USAGE, "Cannot read %s: %s".formatted(from, IoReason.of(e)), e);
    }
  }

  private static Catalogues catalogues(
      CatalogueRegistry registered, Collection<Catalogue> given, PrintWriter err) {
    Catalogues all = registered.all().plus(given);
    for (Catalogue catalogue : given) {
      try {
        registered.publish(catalogue);
      } catch (RegistryException e) {
        err.println("tidings: warning: the registry does not take the types: " + e.getMessage());
      }
    }
    return all;
  }

  private EventRecorder recorder(Connection connection, Catalogues catalogues) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("delivery.timeout.ms", (int) DELIVERY_LIMIT.toMillis());
    settings.putAll(connection.settings());
    return EventRecorder.builder()
        .source(node == null ? hostName() : node, component)
        .catalogues(catalogues.all())
        .publishCatalogues(false)
        .kafka(settings)
        .topics(connection.topics())
        .journal(
            JournalConfig.inMemory()
                .withMaxBytes(JOURNAL_BYTES)
                .withWhenFull(new WhenFull.Wait(DELIVERY_LIMIT)))
        .build();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private int recordWatched(
      EventRecorder recorder, Connection connection, PrintWriter out, PrintWriter err) {
    SourceErrorHandler errors =
        (problem, cause) -> {
          err.println("tidings: " + problem);
          err.flush();
        };
    Path state = TidingsHome.path().resolve("sources").resolve(connection.topics().prefix());
    Interruption interruption = Interruption.expected();
    int code = ExitCode.DEFECT;
    try (recorder) {
      List<EventSource> sources = watched.sources(recorder, state, errors);
      code = new SourceRecording(sources, interruption).run(out);
      return code;
    } finally {
      interruption.ended(code);
    }
  }

  private int recordOne(EventRecorder recorder, PrintWriter err)
      throws InterruptedException, ExecutionException, TimeoutException {
    EventDraft draft =
        recorder.event(String.valueOf(type)).severity(severity).message(String.valueOf(message));
    if (object != null) {
      draft.object(object.getKind(), object.getNamespace(), object.getName());
    }
    attributes.forEach(draft::attribute);
    RecordResult result =
        draft.submit().get(DELIVERY_LIMIT.multipliedBy(2).toSeconds(), TimeUnit.SECONDS);
    if (result instanceof RecordResult.Refused refused) {
      throw new CommandException(ExitCode.INCOMPLETE, "Not recorded: " + refused.reason());
    }
    if (result instanceof RecordResult.Failed failed) {
      throw new CommandException(ExitCode.UNREACHABLE, "Not recorded: " + failed.reason());
    }
    if (result instanceof RecordResult.Acknowledged done && !done.cut().isEmpty()) {
      err.println("tidings: warning: cut to the limit: " + String.join(", ", done.cut()));
    }
    return ExitCode.OK;
  }

  private int recordAll(EventRecorder recorder, InputStream in, PrintWriter out, PrintWriter err)
      throws IOException, InterruptedException {
    Clock clock = Clock.systemUTC();
    EventImport events =
        new EventImport(
            recorder,
            new EventJson(clock, EventIds.of(clock)),
            rate == null ? EventImport.Pace.unlimited() : EventImport.Pace.perSecond(rate));
    long start = System.nanoTime();
    ImportReport report;
    if (Terminal.isErrorTerminal()) {
      try (ProgressBar bar = progressBar()) {
        report = events.run(in, bar::stepTo);
      }
    } else {
      LongConsumer nobody = bytes -> {};
      report = events.run(in, nobody);
    }
    report.remarks().forEach(remark -> err.println("tidings: " + remark));
    err.flush();
    out.println(report.summary((System.nanoTime() - start) / 1e9));
    return report.isComplete() ? ExitCode.OK : ExitCode.INCOMPLETE;
  }

  private ProgressBar progressBar() throws IOException {
    ProgressBarBuilder bar =
        new ProgressBarBuilder()
            .setTaskName("record")
            .setUnit(" KiB", 1024)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200);
    boolean sized = from != null && !from.equals("-");
    bar.setInitialMax(sized ? Files.size(Path.of(String.valueOf(from))) : -1);
    return bar.build();
  }
}
