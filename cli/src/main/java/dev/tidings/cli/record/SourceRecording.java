package dev.tidings.cli.record;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import dev.tidings.cli.Interruption;
import dev.tidings.recorder.source.EventSource;
import dev.tidings.recorder.source.SourceCounts;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** Records what sources see until a person ends it. */
final class SourceRecording {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final List<EventSource> sources;
  private final Interruption interruption;

  SourceRecording(List<EventSource> sources, Interruption interruption) {
    this.sources = sources;
    this.interruption = interruption;
  }

  /** Returns when it was ended, with an exit code, after the summary was printed. */
  int run(PrintWriter out) {
    long start = System.nanoTime();
    try {
      sources.forEach(EventSource::start);
      interruption.await();
    } catch (UncheckedIOException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    } finally {
      sources.forEach(source -> source.close(CLOSE_LIMIT));
    }
    List<SourceCounts> counts = sources.stream().map(EventSource::counts).toList();
    long rejected = counts.stream().mapToLong(SourceCounts::refused).sum();
    long pending = counts.stream().mapToLong(SourceCounts::pending).sum();
    long recorded = counts.stream().mapToLong(SourceCounts::recorded).sum();
    out.println(
        ImportReport.summary(recorded, rejected, pending, (System.nanoTime() - start) / 1e9));
    out.flush();
    return rejected + pending == 0 ? ExitCode.OK : ExitCode.INCOMPLETE;
  }
}
