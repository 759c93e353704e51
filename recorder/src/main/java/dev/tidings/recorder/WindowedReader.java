package dev.tidings.recorder;

import dev.tidings.event.identity.SeriesKey;
import dev.tidings.recorder.journal.JournalReader;
import dev.tidings.recorder.journal.JournalRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Repeats within a window go out as one record, in the place and with the position of the last.
 *
 * <p>A window ends at a mark in the journal, or when it holds {@value #MAX_RECORDS} records or
 * {@value #MAX_BYTES} bytes. All of that is the same whenever the journal is read, so that after a
 * crash the same records come out, with the same positions, and the topology knows which it has
 * had. What has no mark behind it was never sent; it goes out when the journal is known to end.
 */
final class WindowedReader implements OutgoingReader {
  static final int MAX_RECORDS = 10_000;
  static final long MAX_BYTES = 1 << 20;

  /** A record and its repeats. */
  private static final class Run {
    private JournaledEvent event;
    private long position;
    private final List<Long> sources = new ArrayList<>(1);

    Run(JournaledEvent event, long position) {
      this.event = event;
      add(position);
    }

    void add(long last) {
      position = last;
      sources.add(last);
    }
  }

  private final JournalReader journal;
  private final Map<SeriesKey, Run> open = new HashMap<>();
  private final List<Run> window = new ArrayList<>();
  private final Deque<Outgoing> ready = new ArrayDeque<>();
  private int records;
  private long windowStart;
  private long windowEnd;

  WindowedReader(JournalReader journal) {
    this.journal = journal;
    this.windowStart = journal.position();
    this.windowEnd = windowStart;
  }

  @Override
  public @Nullable Outgoing next() {
    while (ready.isEmpty()) {
      JournalRecord record = journal.next();
      if (record == null) {
        if (records == 0 || !journal.isExhausted()) {
          return null;
        }
        endWindow();
      } else {
        windowEnd = record.end();
        boolean mark = JournaledEvent.isMark(record.payload());
        JournaledEvent event = JournaledEvent.read(record);
        if (event != null) {
          add(record.position(), event);
        }
        if (mark || records >= MAX_RECORDS || windowEnd - windowStart >= MAX_BYTES) {
          endWindow();
        }
      }
    }
    return ready.poll();
  }

  private void add(long position, JournaledEvent event) {
    records++;
    SeriesKey series = event.series();
    Run run = open.get(series);
    if (run == null || run.event.count() > Integer.MAX_VALUE - event.count()) {
      Run started = new Run(event, position);
      open.put(series, started);
      window.add(started);
    } else {
      run.event = run.event.plus(event);
      run.add(position);
    }
  }

  private void endWindow() {
    window.sort(Comparator.comparingLong(run -> run.position));
    for (int i = 0; i < window.size(); i++) {
      Run run = window.get(i);
      boolean last = i == window.size() - 1;
      ready.add(
          new Outgoing(
              journal.journal(),
              run.position,
              windowStart,
              last ? windowEnd : windowStart,
              run.event,
              List.copyOf(run.sources)));
    }
    startWindow(windowEnd);
  }

  private void startWindow(long position) {
    window.clear();
    open.clear();
    records = 0;
    windowStart = position;
    windowEnd = position;
  }

  @Override
  public long position() {
    if (!ready.isEmpty()) {
      return ready.getFirst().restart();
    }
    return records == 0 ? journal.position() : windowStart;
  }

  @Override
  public void rewind(long position) {
    ready.clear();
    journal.rewind(position);
    startWindow(position);
  }

  @Override
  public boolean isExhausted() {
    return ready.isEmpty() && records == 0 && journal.isExhausted();
  }
}
