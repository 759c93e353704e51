package dev.tidings.cli.record;

import dev.tidings.event.Event;
import dev.tidings.event.json.EventJson;
import dev.tidings.event.json.EventJsonException;
import dev.tidings.recorder.EventRecorder;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Records event JSON lines, a bounded number of them under way at a time. */
final class EventImport {
  /** How many lines may wait for Kafka; the recorder must take as many. */
  static final int MAX_UNDER_WAY = 2_000;

  private static final int LONGEST_LINE = 64 << 20;

  private final EventRecorder recorder;
  private final EventJson json;
  private final Pace pace;
  private final ImportReport report = new ImportReport();
  private final Semaphore room = new Semaphore(MAX_UNDER_WAY);

  EventImport(EventRecorder recorder, EventJson json, Pace pace) {
    this.recorder = recorder;
    this.json = json;
    this.pace = pace;
  }

  /**
   * Takes all lines and waits until each is acknowledged or given up.
   *
   * @param progress is told how many bytes were taken
   */
  ImportReport run(InputStream in, LongConsumer progress) throws IOException, InterruptedException {
    LineReader lines = new LineReader(in, LONGEST_LINE);
    long number = 0;
    for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
      number++;
      if (line instanceof LineReader.Text text) {
        record(number, text.text());
      } else if (line instanceof LineReader.Bad bad) {
        report.rejected(number, bad.reason());
      }
      progress.accept(lines.bytesRead());
    }
    // Every wait has a limit: the recorder gives up on each event after its delivery timeout.
    room.acquire(MAX_UNDER_WAY);
    return report;
  }

  private void record(long number, String line) throws InterruptedException {
    if (line.isBlank()) {
      return;
    }
    Event event;
    try {
      event = json.parse(line);
    } catch (EventJsonException e) {
      report.rejected(number, String.valueOf(e.getMessage()));
      return;
    }
    pace.await();
    room.acquire();
    recorder
        .submit(event)
        .whenComplete(
            (result, never) -> {
              report.result(number, result);
              room.release();
            });
  }

  /** How fast lines may be taken. */
  static final class Pace {
    private final long nanosPerEvent;
    private long nextNanos = System.nanoTime();

    private Pace(long nanosPerEvent) {
      this.nanosPerEvent = nanosPerEvent;
    }

    /** As fast as it goes. */
    static Pace unlimited() {
      return new Pace(0);
    }

    /** So many a second. */
    static Pace perSecond(double events) {
      return new Pace((long) (TimeUnit.SECONDS.toNanos(1) / events));
    }

    void await() throws InterruptedException {
      if (nanosPerEvent == 0) {
        return;
      }
      TimeUnit.NANOSECONDS.sleep(nextNanos - System.nanoTime());
      nextNanos += nanosPerEvent;
    }
  }
}
