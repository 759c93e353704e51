package dev.tidings.cli.record;

import dev.tidings.recorder.RecordResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What became of each line. The first few remarks are kept, all are counted. Thread-safe. */
final class ImportReport {
  private static final int KEPT = 20;

  private record Remark(long line, String text) {}

  private final List<Remark> remarks = new ArrayList<>();
  private long recorded;
  private long rejected;
  private long failed;
  private long unkept;

  synchronized void rejected(long line, String reason) {
    rejected++;
    remark(line, "rejected: " + reason);
  }

  synchronized void result(long line, RecordResult result) {
    if (result instanceof RecordResult.Acknowledged done) {
      recorded++;
      if (!done.cut().isEmpty()) {
        remark(line, "warning: cut to the limit: " + String.join(", ", done.cut()));
      }
    } else if (result instanceof RecordResult.Refused refused) {
      rejected(line, refused.reason());
    } else if (result instanceof RecordResult.Failed lost) {
      failed++;
      remark(line, "not acknowledged: " + lost.reason());
    }
  }

  private void remark(long line, String text) {
    if (remarks.size() < KEPT) {
      remarks.add(new Remark(line, text));
    } else {
      unkept++;
    }
  }

  /** In the order of the lines, one text each. */
  synchronized List<String> remarks() {
    List<String> texts = new ArrayList<>();
    remarks.stream()
        .sorted(Comparator.comparingLong(Remark::line))
        .forEach(remark -> texts.add("line %d: %s".formatted(remark.line(), remark.text())));
    if (unkept > 0) {
      texts.add("and %,d more".formatted(unkept));
    }
    return texts;
  }

  synchronized boolean isComplete() {
    return rejected == 0 && failed == 0;
  }

  synchronized long recorded() {
    return recorded;
  }

  /** One line for the end. */
  synchronized String summary(double seconds) {
    return summary(recorded, rejected, failed, seconds);
  }

  static String summary(long recorded, long rejected, long failed, double seconds) {
    String lost = failed == 0 ? "" : ", not acknowledged %,d".formatted(failed);
    return "recorded %,d, rejected %,d%s, in %.1f s".formatted(recorded, rejected, lost, seconds);
  }
}
