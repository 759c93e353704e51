package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.recorder.journal.JournalReader;
import dev.tidings.recorder.journal.JournalRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * However often the sender crashes, and whatever of its work was acknowledged by then: with the
 * topology's rule on positions (protocol, rule 6), each occurrence counts once.
 */
class WindowedReaderTest {
  private static final Source SOURCE = new Source("node-1", "test");
  private static final int SERIES = 6;
  private static final int PARTITIONS = 2;

  @Property(tries = 1_000)
  void eachOccurrenceCountsOnceWhateverIsSentAgain(@ForAll long seed) {
    Random random = new Random(seed);
    List<JournalRecord> journal = new ArrayList<>();
    Map<Integer, Long> recorded = new HashMap<>();
    Topology topology = new Topology();
    long acknowledged = 0;
    for (int life = 0; life < 5; life++) {
      boolean last = life == 4;
      ListReader source = new ListReader(journal, acknowledged);
      WindowedReader reader = new WindowedReader(source);
      List<Outgoing> sent = new ArrayList<>();
      for (int step = 0; step < 60; step++) {
        append(journal, random, recorded);
        source.end = journal.size();
        for (int n = random.nextInt(4); n > 0; n--) {
          Outgoing next = reader.next();
          if (next != null) {
            sent.add(next);
            topology.accept(next);
          }
        }
      }
      if (last) {
        source.sealed = true;
        for (Outgoing next = reader.next(); next != null; next = reader.next()) {
          topology.accept(next);
        }
        assertThat(reader.isExhausted()).isTrue();
      } else {
        // What it had sent is known to be settled up to anywhere, or nothing of it.
        int settled = random.nextInt(sent.size() + 1);
        acknowledged =
            settled == sent.size()
                ? Math.max(acknowledged, settled == 0 ? 0 : sent.get(settled - 1).end())
                : Math.max(acknowledged, sent.get(settled).restart());
      }
    }
    assertThat(topology.counts).isEqualTo(recorded);
  }

  private static void append(
      List<JournalRecord> journal, Random random, Map<Integer, Long> recorded) {
    byte[] payload;
    if (random.nextInt(6) == 0) {
      payload = JournaledEvent.mark();
    } else {
      int series = random.nextInt(SERIES);
      long count = 1 + random.nextInt(3);
      recorded.merge(series, count, Long::sum);
      payload = JournaledEvent.payload(event(series, count, random), 0, null);
    }
    long position = 8L * (journal.size() + 1);
    journal.add(new JournalRecord(position, position + 8, payload));
  }

  private static Event event(int series, long count, Random random) {
    Instant time = Instant.ofEpochSecond(random.nextInt(1_000));
    return new Event(
        new UUID(series, random.nextLong()),
        "demo.Thing",
        Severity.INFO,
        SOURCE,
        null,
        Integer.toString(series),
        Map.of(),
        time,
        time.plusSeconds(random.nextInt(5)),
        count);
  }

  /** Counts what comes, but what it must have had. */
  private static final class Topology {
    private final Map<Integer, Long> highest = new HashMap<>();
    private final Map<Integer, Long> counts = new HashMap<>();

    void accept(Outgoing outgoing) {
      Event event = outgoing.event().event();
      int series = Integer.parseInt(event.getMessage());
      int partition = series % PARTITIONS;
      if (outgoing.position() > highest.getOrDefault(partition, -1L)) {
        highest.put(partition, outgoing.position());
        counts.merge(series, event.getCount(), Long::sum);
      }
      assertThat(outgoing.event().count()).isEqualTo(event.getCount());
    }
  }

  /** A journal that is a list; {@code end} of it can be read. */
  private static final class ListReader implements JournalReader {
    private final List<JournalRecord> records;
    private int next;
    private int end;
    private boolean sealed;

    ListReader(List<JournalRecord> records, long from) {
      this.records = records;
      rewind(from);
    }

    @Override
    public UUID journal() {
      return new UUID(1, 1);
    }

    @Override
    public @Nullable JournalRecord next() {
      return next < end ? records.get(next++) : null;
    }

    @Override
    public long position() {
      return next == 0 ? 0 : records.get(next - 1).end();
    }

    @Override
    public void rewind(long position) {
      next = 0;
      while (next < records.size() && records.get(next).position() < position) {
        next++;
      }
    }

    @Override
    public void acknowledge(long position) {}

    @Override
    public boolean isExhausted() {
      return sealed && next >= end;
    }
  }
}
